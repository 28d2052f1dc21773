"""All hand-written Cypher: one statement a file in `kg/cypher/`, with a header that says what it is for.

```
// purpose: makers of a product in a region, each with its sentence
// params: product, region
// returns: firm, product, quote
// mode: read
MATCH …
```

Questions of analysts lie in `kg/cypher/question`, with the header that `kg.console.cookbook` reads. Values reach a
statement as parameters alone. Write statements for labels and relations are not files: they are
generated from the ontology (`kg.templates`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

from kg.errors import KgError

MODES = ("read", "write", "schema")
_HEADER = re.compile(r"//\s*(purpose|params|returns|mode)\s*:\s*(.*)")


class QueryFileError(KgError):
    """A file of `kg/cypher/` is missing or has no full header."""

    code = "KG708"


@dataclass(frozen=True, slots=True)
class CypherQuery:
    """One statement with its header; `mode` is read, write or schema, the folder it lies in."""

    name: str
    purpose: str
    params: tuple[str, ...]
    returns: tuple[str, ...]
    mode: str
    text: str


def parse(name: str, mode: str, source: str) -> CypherQuery:
    """Read a file's header and statement; raises QueryFileError where the header is not whole or not true."""
    header: dict[str, str] = {}
    body: list[str] = []
    for line in source.strip().split("\n"):
        found = None if body else _HEADER.fullmatch(line.strip())
        if found:
            header[found[1]] = found[2].strip()
        else:
            body.append(line)
    missing = [key for key in ("purpose", "params", "returns", "mode") if key not in header]
    text = "\n".join(body).strip().rstrip(";")
    params = _names(header.get("params", ""))
    used = set(re.findall(r"\$(\w+)", text))
    if missing or not header["purpose"] or header["mode"] != mode or not text or used != set(params):
        raise QueryFileError(
            f"header and statement do not fit: missing {missing}, mode {header.get('mode')}, "
            f"parameters {sorted(params)} declared and {sorted(used)} used",
            file=f"cypher/{mode}/{name}.cypher",
        )
    return CypherQuery(name, header["purpose"], params, _names(header["returns"]), mode, text)


@cache
def query(name: str, mode: str = "read") -> CypherQuery:
    """The statement of that name and mode; raises QueryFileError (KG708)."""
    file = resources.files("kg").joinpath("cypher", mode, f"{name}.cypher")
    if not re.fullmatch(r"\w+", name) or not file.is_file():
        raise QueryFileError(f"no such query: {name} ({mode})")
    return parse(name, mode, file.read_text("utf8"))


def queries(mode: str) -> list[CypherQuery]:
    """All statements of a mode, by name."""
    folder = resources.files("kg").joinpath("cypher", mode)
    if not folder.is_dir():
        return []
    names = sorted(item.name.removesuffix(".cypher") for item in folder.iterdir() if item.name.endswith(".cypher"))
    return [query(name, mode) for name in names]


def _names(text: str) -> tuple[str, ...]:
    return tuple(name for name in re.split(r"[,\s]+", text) if name and name != "-")
