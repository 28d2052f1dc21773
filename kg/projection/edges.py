"""Typed edges: statements with the same ends and qualifier are one edge, led by the best of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from typing import Any

from kg.identity.cluster import places_exclude
from kg.ontology import EDGE_PROPERTIES, Ontology, Relation
from kg.projection.shape import End, LinkKind, Row
from kg.projection.statement import Statement, newness
from kg.projection.words import day
from kg.records import DECLARED, stable_hash

_Slot = tuple[str, End, End, tuple[str, ...]]
_TYPED = ("fact", "derived")
_RECOGNITION = {"recognised": "disclosed", "rechecked": "disclosed", "recheck_notice": "strongly_inferred"}


def typed_edges(
    statements: Iterable[Statement], firm_of: Mapping[str, str], ontology: Ontology
) -> dict[LinkKind, list[Row]]:
    """Rows by kind; marks as superseded the statements that newer ones close."""
    groups: dict[_Slot, list[Statement]] = {}
    relations = {name: item for name, item in ontology.relations.items() if item.edge and item.layer in _TYPED}

    def put(relation: str, start: End, end: End, qualifier: tuple[str, ...], item: Statement) -> None:
        if start != end:
            groups.setdefault((relation, start, end, qualifier), []).append(item)

    def firm(end: End) -> End:
        return End("Enterprise", firm_of[end.key]) if end.label == "Record" else end

    for item in statements:
        relation = relations.get(item.relation)
        if relation is None or item.object is None:
            continue
        start, end = firm(item.subject), firm(item.object)
        properties = item.properties
        qualifier = tuple(
            str(value) if (value := properties.get(name)) is not None else "" for name in relation.qualifier
        )
        put(relation.name, start, end, qualifier, item)
        if item.buyer is not None:
            buyer = firm(item.buyer)
            put("LET_BY", end, buyer, (), item)
            put("SUPPLIES", start, buyer, ("", end.key, "derived"), item)
    groups = _stretches(groups, relations)
    links: dict[LinkKind, list[Row]] = defaultdict(list)
    slots: dict[tuple[str, str], list[tuple[Row, list[Statement]]]] = defaultdict(list)
    columns = {name: _columns(relation) for name, relation in relations.items()}
    for (name, start, end, qualifier), items in groups.items():
        row = _edge(name, start, end, qualifier, items, columns[name])
        links[LinkKind(name, start.label, end.label)].append(row)
        temporal = relations[name].temporal
        if temporal == "state":
            slots[name, start.key].append((row, items))
        elif temporal == "period" and len(items) > 1:
            _restate(items)
    for (name, _), edges in slots.items():
        if len(edges) > 1:
            _close(edges, _excludes(relations[name]))
    return links


def _stretches(groups: dict[_Slot, list[Statement]], relations: Mapping[str, Relation]) -> dict[_Slot, list[Statement]]:
    """The groups, those of states parted where another state stands between: who moved away and came back was away.

    The first stretch keeps the key of the edge; each later one is an edge of its own.
    """
    by_slot: dict[tuple[str, End], list[_Slot]] = defaultdict(list)
    for slot in groups:
        if relations[slot[0]].temporal == "state":
            by_slot[slot[0], slot[1]].append(slot)
    for (name, _), slots in by_slot.items():
        if len(slots) < 2:
            continue
        exclude = _excludes(relations[name])
        said = {slot: sorted({newness(item.document) for item in groups[slot]}) for slot in slots}
        for slot in slots:
            other = [day for one in slots if exclude(slot[2].key, one[2].key) for day in said[one]]
            begins = [after for before, after in pairwise(said[slot]) if any(before < day < after for day in other)]
            if begins:
                items = groups.pop(slot)
                for item in items:
                    number = sum(begin <= newness(item.document) for begin in begins)
                    again = (f"again {number}",) if number else ()
                    groups.setdefault((*slot[:3], slot[3] + again), []).append(item)
    return groups


def _excludes(relation: Relation) -> Callable[[str, str], bool]:
    """Whether two states of one slot cannot hold together."""
    return places_exclude if relation.target == "Region" else _differ


def _columns(relation: Relation) -> list[tuple[str, bool]]:
    """A relation's own columns on its edges, and whether each is a date."""
    own = [name for name in relation.edge_properties if name not in EDGE_PROPERTIES]
    return [(name, relation.properties[name].type == "date") for name in own]


def _edge(
    name: str,
    start: End,
    end: End,
    qualifier: tuple[str, ...],
    items: list[Statement],
    columns: list[tuple[str, bool]],
) -> Row:
    best = items[0] if len(items) == 1 else min(items, key=_rank)
    document = best.document
    row: Row = {
        "start": start.key,
        "end": end.key,
        "key": stable_hash(name, start.key, end.key, *qualifier),
        "fact": best.id,
        "facts": len(items),
        "level": best.row["level"],
        "source": document.source or document.id,
    }
    if len(items) == 1:
        valid_from, as_of = best.row["valid_from"], best.row["observed"]
    else:
        # A firm that says again what a document says makes it neither older nor newer.
        heard = [item for item in items if item.row["level"] != DECLARED] or items
        valid_from = min((found for item in heard if (found := item.row["valid_from"])), default=None)
        as_of = max((found for item in heard if (found := item.row["observed"])), default=None)
    row["valid_from"], row["valid_to"], row["as_of"] = valid_from, best.row["valid_to"], as_of
    if name == "SUPPLIES" and qualifier[2:]:
        row["derived"], row["contract"] = True, _contract(best)
        if row["level"] == "disclosed":
            row["level"] = "strongly_inferred"
        return row
    if columns and best.relation == name:
        properties = best.properties
        for column, is_date in columns:
            value = properties.get(column)
            if value is not None and value != []:
                row[column] = day(str(value)) if is_date else _plain(value)
    if name == "HAS_HONOUR":
        _honour(row)
    return row


def _contract(item: Statement) -> str | None:
    """The contract that a derived edge comes from."""
    return item.object.key if item.object else None


def _rank(item: Statement) -> tuple[int, int, int, str]:
    return item.rank


def _plain(value: Any) -> Any:
    return [str(part) for part in value] if isinstance(value, list | tuple) else value


def _honour(row: Row) -> None:
    """A review notice implies an earlier recognition of unknown date; a list notice proves none; a revocation ends."""
    status = row.get("status")
    recognition = _RECOGNITION.get(str(status))
    if recognition is not None:
        weaker = recognition == "strongly_inferred" and row["level"] == "disclosed"
        row["recognition"] = recognition if weaker else row["level"]
    if status == "revoked" and row["valid_to"] is None:
        row["valid_to"] = row["valid_from"] or row["as_of"]


def _restate(items: list[Statement]) -> None:
    """A figure that the best statement of its period contradicts is superseded."""
    best = min(items, key=_rank)
    for item in items:
        if item.properties.get("value") != best.properties.get("value"):
            item.row["state"] = "superseded"


def _differ(one: str, other: str) -> bool:
    return one != other


def _close(edges: list[tuple[Row, list[Statement]]], exclude: Callable[[str, str], bool]) -> None:
    """In one slot a newer statement closes the older ones that cannot hold beside it."""
    newest = [max(newness(item.document) for item in items) for _, items in edges]
    ends: list[str | None] = [None] * len(edges)
    begins = [
        row["valid_from"] or min((day for item in items if (day := item.row["observed"])), default=None)
        for row, items in edges
    ]
    for i, (row, _) in enumerate(edges):
        closers = [
            at
            for at, (other, _) in enumerate(edges)
            if newest[at] > newest[i] and exclude(str(row["end"]), str(other["end"]))
        ]
        ends[i] = min((found for at in closers if (found := begins[at])), default=None)
    for (row, items), end in zip(edges, ends, strict=True):
        if end is not None:
            row["valid_to"] = end
            for item in items:
                item.row["state"] = "superseded"
