"""The knowledge graph: ontology, values, records, the facts journal, its projection and the Neo4j store."""
