"""A firm to everybody, to its own people, and against a need; search for firms and products."""
