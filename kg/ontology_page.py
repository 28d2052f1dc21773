"""The page docs/ontology.md, made from the ontology."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from kg.ontology import Label, Ontology, Property, Relation

_HEAD = """# Ontology

Made from `kg/ontology.yml` by `python -m kg.ontology_page`; edit that file, not this one.

The graph has two layers. The evidence layer keeps what each document says: `Document`, `Record` (one firm as one
source names it), `Fact` (one statement with its quoted sentence) and `Decision` (a person's word on identity). The
entity layer is computed from it and can be made again at any time: `Enterprise`, `Product` and the others, joined by
typed edges.

- Every edge of the layers *fact* and *derived* has `key` (hash of ends, type and qualifier), `fact` (id of its best
  Fact: highest level, newest document, most said, smallest id), `facts` (how many say so), `level`, `source`,
  `valid_from`, `valid_to` (null: current) and `as_of` (date of the newest document).
- Every edge of the layer *reference* is a list's own structure: one edge a source, with `document` and `page` (the
  row) in the place of a Fact.
- Edges of the layer *published* are written by publishing events, never by facts.
- A year or month as a date stands for its first day in `valid_from` and other dates, for its last day in `valid_to`.
- Facts that a newer extraction of their document no longer says leave the graph with it. A Fact is `superseded`
  where a newer document says otherwise in the same slot (state) or period.
- A notice (公示) is not a recognition (认定): `HAS_HONOUR.recognition` is `disclosed` for `recognised` and
  `rechecked`, `strongly_inferred` for `recheck_notice` (a review implies an earlier recognition, date unknown),
  and null for `notice` and `revoked`. Tiers count edges that have it, shown apart by its value.
- `SUPPLIES` with `derived: true` is computed from `WON_CONTRACT`, one edge a contract. Amounts stand on
  `WON_CONTRACT`, once for each member of a consortium; never add them up over firms.
- An honour or metric is a node that firms share; natural persons are never nodes.
"""


def page(ontology: Ontology) -> str:
    """The whole page as Markdown, ending in a newline."""
    return "\n".join([_HEAD, *_labels(ontology), *_relations(ontology), *_values(ontology), *_properties(ontology)])


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    columns = list(head)
    yield "| " + " | ".join(columns) + " |"
    yield "|" + "---|" * len(columns)
    for row in rows:
        yield "| " + " | ".join(row) + " |"
    yield ""


def _names(names: Iterable[str]) -> str:
    return " ".join(f"`{name}`" for name in names)


def _labels(ontology: Ontology) -> Iterator[str]:
    for layer in ("evidence", "entity"):
        yield f"## Labels: {ontology.label(f'layers.{layer}', 'en')} ({ontology.label(f'layers.{layer}', 'zh')})\n"
        rows = [
            (f"`{label.name}`", label.labels["zh"], label.labels["en"], f"`{label.key}`", _names(label.properties))
            for label in ontology.labels.values()
            if label.layer == layer
        ]
        yield from _table(("label", "zh", "en", "key", "properties"), rows)


def _relations(ontology: Ontology) -> Iterator[str]:
    for layer in ("evidence", "fact", "derived", "reference", "published"):
        yield f"## Relations: {ontology.label(f'layers.{layer}', 'en')} ({ontology.label(f'layers.{layer}', 'zh')})\n"
        relations = [relation for relation in ontology.relations.values() if relation.layer == layer]
        head = ("relation", "zh", "en", "from → to", "time", "properties", "two edges where these differ")
        yield from _table(head, [_relation_row(relation) for relation in relations])


def _relation_row(relation: Relation) -> tuple[str, ...]:
    ends = f"{_names(relation.sources)} → {_names(relation.targets) or 'nothing'}"
    note = "" if relation.edge else " (no edge: fills properties)"
    properties = " ".join(f"**`{name}`**" if name in relation.required else f"`{name}`" for name in relation.properties)
    name = f"`{relation.name}`{note}"
    words = (relation.labels["zh"], relation.labels["en"])
    return (name, *words, ends, relation.temporal or "", properties, _names(relation.qualifier))


def _values(ontology: Ontology) -> Iterator[str]:
    yield "## Enumerated values\n"
    rows = [
        (f"`{group}`", f"`{name}`", entry["zh"], entry["en"], entry.get("unit", ""))
        for group, entries in ontology.values.items()
        for name, entry in entries.items()
    ]
    yield from _table(("enumeration", "value", "zh", "en", "unit"), rows)


def _properties(ontology: Ontology) -> Iterator[str]:
    yield "## Properties\n"
    seen: dict[tuple[str, str], tuple[Property, list[str]]] = {}
    owners: Mapping[str, Label | Relation] = {**ontology.labels, **ontology.relations}
    for owner in owners.values():
        for item in owner.properties.values():
            seen.setdefault((item.name, item.labels["zh"]), (item, []))[1].append(owner.name)
    rows = []
    for _, (item, used) in sorted(seen.items()):
        kind = item.type + (f" ({item.unit})" if item.unit else "") + (f": `{item.values}`" if item.values else "")
        private = " (evidence only)" if item.private else ""
        rows.append((f"`{item.name}`", item.labels["zh"], item.labels["en"] + private, kind, _names(used)))
    yield from _table(("property", "zh", "en", "type", "stands on"), rows)


if __name__ == "__main__":
    from pathlib import Path

    target = Path(__file__).resolve().parent.parent / "docs" / "ontology.md"
    target.write_text(page(Ontology.load()), encoding="utf-8")
