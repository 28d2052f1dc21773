"""Gaps as the relational store has them, brought to a graph."""

from __future__ import annotations

from sqlalchemy import select

from kg.store import Graph
from kg.values.region import Regions
from web.db.chains import ChainGap
from web.home import Home


def show_gaps(home: Home, graph: Graph) -> None:
    """Make the gaps of a graph those of the store; again changes nothing."""
    with home.database().session() as session:
        kept = list(session.scalars(select(ChainGap).order_by(ChainGap.id)))
    graph.run_write("drop_gaps", ids=[gap.id for gap in kept])
    rows = []
    for gap in kept:
        region = Regions.load().by_code(gap.region) if gap.region else None
        names = ("id", "kind", "rule", "as_of", "firms_local", "firms_all", "node")
        row = {name: getattr(gap, name) for name in names} | {"region": gap.region or None}
        rows.append(
            row | {"region_name": region.name if region else None, "region_level": region.level if region else None}
        )
    if rows:
        graph.run_write("put_gaps", rows=rows)
