"""Documents, facts and decisions in, nodes and edges of both layers out: pure, and the same for any order."""

from kg.projection.project import build, project
from kg.projection.shape import LinkKind, Projection
from kg.projection.statement import Reading, Statement, read

__all__ = ["LinkKind", "Projection", "Reading", "Statement", "build", "project", "read"]
