"""A second home: everything projected anew and brought into a fresh Neo4j by its importer, not by transactions."""

from kg.bulk.make import make_home

__all__ = ["make_home"]
