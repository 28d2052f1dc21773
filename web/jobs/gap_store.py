"""Gaps as the relational store has them, brought to a graph."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from kg.store import Graph
from kg.values.region import Regions
from web.db.chains import ChainGap, GapRun
from web.home import Home


def show_gaps(home: Home, graph: Graph) -> None:
    """Make the gaps of a graph those of the store, each with what the latest search found at its node; again changes
    nothing. A gap whose node the chain has no more stays, without its node.
    """
    with home.database().session() as session:
        kept = list(session.scalars(select(ChainGap).order_by(ChainGap.id)))
        runs = {(run.chain, run.region): run for run in session.scalars(select(GapRun).order_by(GapRun.number))}
    graph.run_write("drop_gaps", ids=[gap.id for gap in kept])
    rows = []
    for gap in kept:
        region = Regions.load().by_code(gap.region) if gap.region else None
        names = ("id", "kind", "rule", "as_of", "firms_local", "firms_all", "node")
        row = {name: getattr(gap, name) for name in names} | {"region": gap.region or None}
        row |= _later(runs.get((gap.chain, gap.region)), gap.node)
        rows.append(
            row | {"region_name": region.name if region else None, "region_level": region.level if region else None}
        )
    if rows:
        graph.run_write("put_gaps", rows=rows)
        graph.run_write("drop_stray_gap_nodes")


def _later(run: GapRun | None, node: str) -> dict[str, Any]:
    """What a search found at a node: its day of the data, the kinds that hold (empty: no gap), firms. None: nothing."""
    found = run.nodes.get(node) if run is not None else None
    if run is None or found is None:
        return dict.fromkeys(("later", "later_kinds", "later_local", "later_all"))
    return {
        "later": run.as_of,
        "later_kinds": "、".join(found["kinds"]),
        "later_local": found["firms_local"],
        "later_all": found["firms_all"],
    }
