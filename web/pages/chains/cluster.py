"""Clusters of industries as plans name them: the list, and the portrait of one on a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from web.errors import WebError
from web.jobs.chains import templates
from web.jobs.states import observer
from web.pages.chains.chains import RulesRow, named, rules_row
from web.pages.chains.record import (
    ChainRecord,
    RecordAward,
    RecordCounts,
    RecordFirm,
    RecordGap,
    RecordNeed,
    RecordPatent,
    RecordProduct,
    YearLine,
)
from web.pages.evidence.citation import Citation, citation
from web.pages.needs.shortlist import Place, places

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from web.deps import Visit

FIRST = 10
"""Firms, gaps and products that the portrait shows; the rest of its lists has SOME."""

SOME = 6
WHOLE = 5_000
"""Rows of a workbook's sheet."""


class ClusterChain(BaseModel):
    """A chain in a cluster, and the ground that the row of the plan's table gives."""

    id: str
    name: str
    reason: str
    source: Citation | None = None


class ClusterLine(BaseModel):
    """A cluster of a plan."""

    id: str
    name: str
    plan: str
    grade: str | None = None
    valid_from: str | None = None
    valid_to: str | None = None
    policy: str | None = None
    source: Citation | None = None
    chains: list[ClusterChain] = Field(description="the chains of this system that are in it; others are not known")


class ClustersPage(BaseModel):
    """All clusters."""

    clusters: list[ClusterLine]
    graph: str
    as_of: str


class ClusterPage(BaseModel):
    """The portrait of a cluster, seen from a region."""

    cluster: ClusterLine
    region: str | None = None
    counts: RecordCounts | None = Field(default=None, description="None where no chain of this system is in it")
    firms: list[RecordFirm] = []
    products: list[RecordProduct] = []
    patents: list[RecordPatent] = []
    awards: list[RecordAward] = []
    gaps: list[RecordGap] = []
    needs: list[RecordNeed] = []
    years: list[YearLine] = []
    nodes: dict[str, str] = {}
    places: list[Place] = []
    rules: RulesRow
    graph: str
    as_of: str
    corpus: str


def clusters_page(visit: Visit) -> ClustersPage:
    """The clusters of all plans, the newest first."""
    stamp = visit.graph.stamp()
    rows = visit.graph.read("clusters")
    return ClustersPage(
        clusters=_lines(visit, rows),
        graph=stamp.stamp if stamp else "",
        as_of=stamp.written if stamp else "",
    )


def cluster_page(visit: Visit, ident: str, region: str | None, *, whole: bool = False) -> ClusterPage:
    """The portrait of a cluster; `whole`: with all rows. Raises WE404, MA001 (place), WE015 (nothing loaded)."""
    rows = [row for row in visit.graph.read("clusters") if row["id"] == ident]
    if not rows:
        raise WebError(f"no cluster {ident[:80]}", code="WE404", hint="see /clusters")
    [line] = _lines(visit, rows)
    seen = observer(visit.home, region)
    stamp = visit.graph.stamp()
    page = ClusterPage(
        cluster=line,
        region=seen.region,
        places=places(seen.network.corpus),
        rules=rules_row(seen.rules),
        graph=stamp.stamp if stamp else "",
        as_of=stamp.written if stamp else "",
        corpus=seen.network.corpus.stamp,
    )
    inside = {one.id for one in line.chains}
    chains = [one.chain for one in templates(visit.home) if one.chain.id in inside]
    if not chains:
        return page
    record = ChainRecord.of(visit.home, visit.graph, region, chains)
    first, some = (WHOLE, WHOLE) if whole else (FIRST, SOME)
    page.counts, page.years, page.nodes = record.counts(), record.years(), record.words(visit.lang)
    page.firms, page.products, page.gaps = record.firms(first), record.products(first), record.gaps(visit.lang)[:first]
    page.patents, page.awards, page.needs = record.patents(some), record.awards(some), record.needs(some)
    return page


def _lines(visit: Visit, rows: Sequence[Mapping[str, Any]]) -> list[ClusterLine]:
    names = {one.chain.id: named(one.chain, visit.lang) for one in templates(visit.home)}
    return [
        ClusterLine(
            id=row["id"],
            name=row["name"],
            plan=row["plan"] or "",
            grade=row["grade"],
            valid_from=row["valid_from"],
            valid_to=row["valid_to"],
            policy=row["policy"],
            source=_source(row["source"]),
            chains=[
                ClusterChain(
                    id=one["id"], name=names[one["id"]], reason=one["reason"] or "", source=_source(one["source"])
                )
                for one in row["chains"]
                if one["id"] in names
            ],
        )
        for row in rows
    ]


def _source(row: Mapping[str, Any] | None) -> Citation | None:
    """The row of the plan's table; such an edge has no statement of its own, it opens at the document."""
    return citation({"citation": row}) if row else None
