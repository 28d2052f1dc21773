"""Lists and sheets as facts: a manifest says where a source comes from and how its columns become facts.

`manifest` reads `seeds/<source>/manifest.yml`, `table` the rows of CSV, XLS, XLSX, JSON lines and zip archives,
`cell` their values, `rule` makes the facts. docs/manifests.md describes the YAML.
"""

from kg.mapping.doubt import Doubt
from kg.mapping.manifest import Manifest, manifests
from kg.mapping.refusal import Refusal, SourceError
from kg.mapping.rule import facts, rows
from kg.mapping.table import Row

__all__ = ["Doubt", "Manifest", "Refusal", "Row", "SourceError", "facts", "manifests", "rows"]
