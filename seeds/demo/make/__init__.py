"""The generator of the demo corpus: one invented world (world.yml), written out as documents, lists and their truth."""
