"""Third-party parts that are never shipped with the program: the Neo4j jars, the embedding model, browser files."""

from kg.parts.fetch import NoNetworkError, Progress, WrongHashError
from kg.parts.store import BadPackError, MissingPartsError, NoDiskError, Parts, PartState

__all__ = [
    "BadPackError",
    "MissingPartsError",
    "NoDiskError",
    "NoNetworkError",
    "PartState",
    "Parts",
    "Progress",
    "WrongHashError",
]
