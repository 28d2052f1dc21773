"""The local Neo4j server as a child process."""
