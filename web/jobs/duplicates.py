"""Looks for firms that could be one: sure pairs become decisions of the program, doubtful ones wait in the queue."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import structlog
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kg.change import chunks
from kg.identity.cluster import cluster
from kg.identity.decide import PROGRAM, Speaker
from kg.identity.firm import Firm
from kg.identity.review import Finding, as_record, findings
from kg.records import Decision, RecordId
from kg.search import lucene_queries
from kg.standing import standing
from kg.store import Graph
from kg.values.name import split_name
from web.db import models
from web.home import Home

_NEAR = 24
"""Records of like names that a name is compared with, where not all firms are looked at."""
_MANY = 0.05
"""Share of all firms from which on looking at all is less work than asking the index for each."""

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look found: firms compared, pairs that the program joined, pairs that wait, and how long it took."""

    firms: int = 0
    merged: int = 0
    waiting: int = 0
    seconds: float = 0.0


def look(home: Home, documents: Iterable[str] | None = None) -> Looked:
    """Compare the firms that these documents name with those of like names; without documents, all with all.

    Writes decisions and cases; the graph follows with the next `settle`.
    """
    began = time.perf_counter()
    graph = home.graph()
    among = None if documents is None else _touched(graph, documents)
    if among is not None and not among:
        return Looked()
    rows = _described(graph, among)
    firms = [_firm(row) for row in rows]
    records = {row["id"]: row["records"] for row in rows}
    held = home.decisions()
    found = findings(firms, records, held, among)
    sure = [item for item in found if not item.doubt]
    said = _joined(graph, held, sure)
    merged = [item for item in sure if item.pair in said]
    doubtful = [item for item in found if item.pair not in said]
    with home.database().session() as session:
        for item in merged:
            session.add(models.Decision.of(said[item.pair], models.new_id(), "same", PROGRAM))
    _write_cases(home, merged, doubtful, records, whole=among is None)
    looked = Looked(len(firms), len(merged), len(doubtful), round(time.perf_counter() - began, 2))
    _log.info("looked for duplicates", **asdict(looked))
    return looked


def follow(home: Home, records: Collection[str]) -> None:
    """Bring the state of every case on these records to what the graph and the decisions say of it now."""
    row = models.IdentityCase
    for part in chunks(sorted(records)):
        with home.database().session() as session:
            cases = session.scalars(select(row).where(or_(row.record_a.in_(part), row.record_b.in_(part)))).all()
            if not cases:
                continue
            keys = sorted({key for case in cases for key in (case.record_a, case.record_b)})
            firm_of = {found["id"]: found["firm"] for found in home.graph().read("records", ids=keys)}
            apart = {
                (item.record_a, item.record_b)
                for item in session.scalars(
                    select(models.Decision).where(
                        models.Decision.record_a.in_(keys),
                        models.Decision.verdict == "different",
                        models.Decision.undone_at.is_(None),
                    )
                )
            }
            for case in cases:
                case.state = _state(case, firm_of, apart)


def _state(case: models.IdentityCase, firm_of: dict[str, str], apart: Collection[tuple[str, str]]) -> str:
    one, other = firm_of.get(case.record_a), firm_of.get(case.record_b)
    if one is None or other is None:
        return "gone"
    if one == other:
        return "same"
    if (case.record_a, case.record_b) in apart:
        return "different"
    return case.state if case.state in ("open", "unsure") else "open"


def _touched(graph: Graph, documents: Iterable[str]) -> set[str]:
    return {row["id"] for part in chunks(sorted(documents)) for row in graph.read("firms_of_documents", documents=part)}


def _described(graph: Graph, among: set[str] | None) -> list[dict[str, Any]]:
    """The firms to compare: all, or those asked for with the firms whose records bear names like theirs."""
    total = graph.counts().labels.get("Enterprise", 0)
    if among is None or len(among) > max(200, total * _MANY):
        return list(graph.stream("described_firms", ids=None))
    rows = [row for part in chunks(sorted(among)) for row in graph.read("described_firms", ids=part)]
    near: set[str] = set()
    queries = sorted({query for row in rows for query in _queries(row)})
    for part in chunks(queries, 200):
        near.update(row["id"] for row in graph.read("near_firms", queries=part, limit=_NEAR))
    more = sorted(near - among)
    return rows + [row for part in chunks(more) for row in graph.read("described_firms", ids=part)]


def _queries(row: dict[str, Any]) -> Iterable[str]:
    """What tells the firm's names from others: without legal form, which every second record has."""
    for name in (row["name"], *(row["aliases"] or ()), *(row["former"] or ())):
        found = dict(lucene_queries(split_name(name).core or name, pinyin=False))
        if "any" in found:
            yield found["any"]


def _firm(row: dict[str, Any]) -> Firm:
    return Firm(
        row["id"],
        row["name"],
        tuple(row["aliases"] or ()),
        row["code"],
        row["region"],
        tuple(row["former"] or ()),
        row["address"],
        frozenset(row["patents"]),
        frozenset(row["contracts"]),
    )


def _joined(graph: Graph, held: Sequence[Decision], sure: Sequence[Finding]) -> dict[tuple[str, str], Decision]:
    """The program's word for each sure pair, where it makes just the two firms one and moves nothing else."""
    at = models.now().isoformat()
    said = {
        item.pair: Speaker(PROGRAM, at, item.comparison.reason, item.comparison.score).says(
            "same", as_record(item.one), as_record(item.other)
        )
        for item in sure
    }
    if not said:
        return said
    around = standing(graph, held, {key for pair in said for key in pair})
    while said:
        after = cluster(around.records.values(), [*held, *said.values()])
        before: dict[str, set[str]] = defaultdict(set)
        for key, firm in around.firm_of.items():
            before[firm].add(after[key])
        torn = {
            pair
            for pair in said
            if after[RecordId(pair[0])] != after[RecordId(pair[1])]
            or any(len(before[around.firm_of[RecordId(key)]]) > 1 for key in pair)
        }
        if not torn:
            break
        said = {pair: item for pair, item in said.items() if pair not in torn}
    return said


def _write_cases(
    home: Home, merged: Sequence[Finding], doubtful: Sequence[Finding], records: dict[str, list[str]], whole: bool
) -> None:
    """A case for each pair; one that was asked about already, by whichever of its records, is kept."""
    found = {item.pair: item for item in (*merged, *doubtful)}
    joined = {item.pair for item in merged}
    firms = {key for pair in found for key in pair}
    firm_of = {key: firm for firm, keys in records.items() if whole or firm in firms for key in keys}
    row = models.IdentityCase
    known: dict[tuple[str, str], models.IdentityCase] = {}
    with home.database().session() as session:
        for part in chunks(sorted(firm_of)):
            for case in session.scalars(select(row).where(row.record_a.in_(part), row.state != "gone")):
                one, other = sorted((firm_of[case.record_a], firm_of.get(case.record_b, "")))
                known[one, other] = case
        for pair, item in found.items():
            _fill(known.get(pair) or _new(session, pair), item, pair in joined)
        if whole:
            for pair, case in known.items():
                if pair not in found and case.state in ("open", "unsure"):
                    case.state = "gone"


def _new(session: Session, pair: tuple[str, str]) -> models.IdentityCase:
    row = models.IdentityCase
    case = session.scalar(select(row).where(row.record_a == pair[0], row.record_b == pair[1]))
    if case is None:
        case = row(record_a=pair[0], record_b=pair[1], score=0.0, doubt="")
        session.add(case)
    return case


def _fill(case: models.IdentityCase, item: Finding, joined: bool) -> None:
    comparison = item.comparison
    case.score, case.doubt, case.reason = comparison.score, item.doubt, comparison.reason
    case.agrees = [asdict(point) for point in comparison.agrees]
    case.differs = [asdict(point) for point in comparison.differs]
    case.names = f"{item.one.name}\n{item.other.name}"
    case.places = f"{item.one.region or ''}\n{item.other.region or ''}"
    if joined:
        case.state = "same"
    elif case.state not in ("open", "unsure"):
        case.state = "open"
