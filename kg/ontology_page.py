"""The page docs/ontology.md, made from the ontology."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from kg.ontology import EDGE_PROPERTIES, REFERENCE_PROPERTIES, Label, Ontology, Property, Relation
from kg.queries import queries
from kg.templates import constraint_statements

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
- In the tables of relations, properties in bold must be given. Where two statements of the same ends differ in a
  property of the last column, they are two edges.

From an edge `r` to its sentence: `MATCH (f:Fact {id: r.fact})-[:FROM]->(d:Document) RETURN f.quote, f.page, d.name`.
Only what holds now: `WHERE r.valid_to IS NULL`; what held on a day: `WHERE (r.valid_from IS NULL OR r.valid_from <=
date($day)) AND (r.valid_to IS NULL OR r.valid_to >= date($day))`, with `>` for relations of the kind *state* (on the
day of a change the newer one holds). A figure of a period counts from the end of its year on.
"""

_TEMPORAL = {
    "state": "a newer statement of the same source closes the older one; on that day the newer one holds",
    "period": "one edge a period, which counts from its end on; a restatement supersedes the older statement",
    "event": "happened once, at `valid_from`",
    "open": "ages by `as_of`; ends only where a statement says so, the last day counts",
}

_COMMON = {
    "key": ("text", "hash of ends, type and qualifier, unique"),
    "fact": ("text", "id of the best Fact"),
    "facts": ("number", "how many facts or rows say so"),
    "level": ("text: `level`", "how sure it is"),
    "source": ("text", "the list or the kind of document that says so"),
    "document": ("text", "id of the document whose row it is"),
    "page": ("text", "the row, as `sheet:row`"),
    "valid_from": ("date", "holds from this day on"),
    "valid_to": ("date", "held until this day; null while it holds"),
    "as_of": ("date", "date of the newest document that says so"),
}


def page(ontology: Ontology) -> str:
    """The whole page as Markdown, ending in a newline."""
    parts = (_temporal, _labels, _relations, _common, _values, _properties, _schema, _examples)
    return "\n".join([_HEAD, *(line for part in parts for line in part(ontology))])


def examples(ontology: Ontology) -> dict[str, str]:
    """A query of five rows for each label and each relation, by its name."""
    found = {}
    for label in ontology.labels.values():
        shown = [label.key, *(name for name in label.properties if name in ("name", "title", "quote"))]
        found[label.name] = f"MATCH (n:{label.name}) RETURN {_listed('n', shown)} LIMIT 5"
    for relation in ontology.relations.values():
        found[relation.name] = _example(relation, ontology)
    return found


def _example(relation: Relation, ontology: Ontology) -> str:
    start = ontology.labels[relation.source]
    if not relation.edge:
        if relation.layer == "reference":  # a list names its own things: they stand IN it
            return f"MATCH (a:{start.name})-[r:IN]->(d:Document) RETURN {_shown('a', start)}, r.name, d.name LIMIT 5"
        fact = f"(f:Fact {{relation: '{relation.name}'}})"
        shown = "a.name, f.object_name, f.values, f.quote"
        return f"MATCH {fact}-[:SUBJECT]->(:Record)-[:IDENTIFIES]->(a) RETURN {shown} LIMIT 5"
    end = ontology.labels[relation.targets[0]]
    own = [name for name in relation.edge_properties if name in relation.properties]
    told = [name for name in ("level", "as_of", "fact", "document") if name in relation.edge_properties]
    edge = f", {_listed('r', dict.fromkeys([*own, *told]))}" if own or told else ""
    pattern = f"(a:{start.name})-[r:{relation.name}]->(b:{end.name})"
    return f"MATCH {pattern} RETURN {_shown('a', start)}, {_shown('b', end)}{edge} LIMIT 5"


def _shown(variable: str, label: Label) -> str:
    return f"{variable}.{next((name for name in ('name', 'title') if name in label.properties), label.key)}"


def _listed(variable: str, names: Iterable[str]) -> str:
    return ", ".join(f"{variable}.{name}" for name in dict.fromkeys(names))


def _temporal(ontology: Ontology) -> Iterator[str]:
    yield "## How statements age\n"
    rows = [
        (f"`{kind}`", ontology.label(f"temporal.{kind}", "zh"), ontology.label(f"temporal.{kind}", "en"), meaning)
        for kind, meaning in _TEMPORAL.items()
    ]
    yield from _table(("time", "zh", "en", "meaning"), rows)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    columns = list(head)
    yield "| " + " | ".join(columns) + " |"
    yield "|" + "---|" * len(columns)
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"
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


def _common(ontology: Ontology) -> Iterator[str]:
    yield "## Properties of every typed edge\n"
    rows = [
        (f"`{name}`", *said, *("yes" if name in names else "" for names in (EDGE_PROPERTIES, REFERENCE_PROPERTIES)))
        for name, said in _COMMON.items()
    ]
    yield from _table(("property", "type", "meaning", "fact, derived", "reference"), rows)


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
        kind = item.type + (f": `{item.values}`" if item.values else "")
        private = " (evidence only)" if item.private else ""
        words = (item.labels["zh"], item.labels["en"] + private)
        rows.append((f"`{item.name}`", *words, kind, item.unit or "", _names(used)))
    yield from _table(("property", "zh", "en", "type", "unit", "stands on"), rows)


def _schema(ontology: Ontology) -> Iterator[str]:
    yield "## Constraints and indexes\n"
    yield "Unique, by a constraint each: the key of every label, `key` of every edge of facts and lists, and:\n"
    rows = [(f"`{item.name}`", item.purpose, f"`{_on(item.text)}`") for item in queries("schema")]
    yield from _table(("name", "purpose", "on"), rows)
    yield f"{len(constraint_statements(ontology))} constraints are made from the ontology:\n"
    yield "```cypher"
    yield from (f"{statement};" for statement in constraint_statements(ontology))
    yield "```\n"


def _on(statement: str) -> str:
    """What a schema statement stands on: from the pattern to the end of its line, without its options."""
    return statement.partition(" FOR ")[2].partition("\n")[0]


def _examples(ontology: Ontology) -> Iterator[str]:
    yield "## An example query each\n"
    yield "```cypher"
    for name, text in examples(ontology).items():
        yield f"// {name}: {ontology.label(name, 'zh')}, {ontology.label(name, 'en')}"
        yield f"{text};"
    yield "```\n"


if __name__ == "__main__":
    from pathlib import Path

    target = Path(__file__).resolve().parent.parent / "docs" / "ontology.md"
    target.write_text(page(Ontology.load()), encoding="utf-8")
