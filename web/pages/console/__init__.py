"""Cypher, questions without it, saved queries, and pictures of answers."""
