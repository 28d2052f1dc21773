"""Questions of analysts with their Cypher, and the page docs/cypher-cookbook.md that is made from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from kg.yml import read_yaml


@dataclass(frozen=True, slots=True)
class Example:
    """A question in two languages, its query, and values for the query's parameters."""

    name: str
    zh: str
    en: str
    cypher: str
    parameters: dict[str, Any] = field(default_factory=dict)


@cache
def examples() -> tuple[Example, ...]:
    """All questions, in their order."""
    text = files("kg.console").joinpath("examples.yml").read_text("utf8")
    return tuple(Example(**entry) for entry in read_yaml(text))


_HEAD = """# Cypher cookbook

Made from `kg/console/examples.yml` by `python -m kg.console.cookbook`; edit that file, not this one.

Questions of analysts and their Cypher. Each runs on the read-only copy: as an example of the page `/console`, by
`bulian query FILE --param name=value`, or in a notebook (`docs/notebooks/analysts.ipynb`). The tests run each on the
demo, whose firms are invented. The words of the graph are explained in `docs/ontology.md`. Four habits:

- `r.fact` is the id of the edge's best statement: `MATCH (f:Fact {id: r.fact})` gives its sentence and page,
  `(f)-[:FROM]->(:Document)` where it stands. Hand it on with every figure.
- `r.valid_to IS NULL` means that nothing has ended it; `r.as_of` is the date of the newest document that says so.
- A notice (公示) is no recognition (认定): count honours with `h.recognition IS NOT NULL`, apart by its value.
- Never add up amounts over firms: members of a consortium each carry the whole sum.
"""


def page(questions: Iterable[Example]) -> str:
    """The whole page as Markdown, ending in a newline."""
    return "\n".join([_HEAD, *(line for number, item in enumerate(questions, 1) for line in _question(number, item))])


def _question(number: int, item: Example) -> Iterator[str]:
    yield f"## {number}. {item.zh}\n\n{item.en} (`{item.name}`)\n"
    if item.parameters:
        yield "Parameters: " + ", ".join(f"`{name}` = `{value}`" for name, value in item.parameters.items()) + "\n"
    yield f"```cypher\n{item.cypher}\n```\n"


if __name__ == "__main__":
    from pathlib import Path

    target = Path(__file__).resolve().parents[2] / "docs" / "cypher-cookbook.md"
    target.write_text(page(examples()), encoding="utf-8")
