"""What runs and how it is: `bulian status` and `bulian check`."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from typing import Any

import psutil
from sqlalchemy import func, select

from kg.check import check as compare
from kg.check.finding import Progress
from kg.errors import BulianError
from kg.store import Graph
from web.db import models
from web.db.bounties import Bounty
from web.home import REFERENCE, Home
from web.jobs.leader import leader
from web.jobs.outbox import lag
from web.jobs.server import PageServer, Running

_LEAST_DISK = 2 << 30
"""Bytes: the local Neo4j stops writing when the disk is full."""


def status(home: Home) -> dict[str, Any]:
    """What runs where, versions, counts, and how old the newest document is. Starts nothing."""
    pages = PageServer(home).running()
    found: dict[str, Any] = {
        "version": version("bulian"),
        "folder": str(home.folder),
        "switched_off": ", ".join(home.settings.switched_off) or None,
        "pages": pages.address if pages else None,
        "processes": _processes(home, pages) if pages else None,
        "graph": _graph_state(home),
        "data": _data_state(home),
    }
    return found


def _processes(home: Home, pages: Running) -> dict[str, dict[str, Any]]:
    """The processes that serve the pages, by their ids: memory, and which of them runs the jobs."""
    jobs, found = leader(home.folder), dict[str, dict[str, Any]]()
    for process in pages.serving():
        with suppress(psutil.Error):  # it ended at this very moment
            found[str(process.pid)] = {"memory_mb": process.memory_info().rss >> 20, "jobs": process.pid == jobs}
    return found


def _graph_state(home: Home) -> dict[str, Any]:
    settings = home.settings
    state: dict[str, Any] = {"address": settings.graph_url, "running": None, "server": None, "stamp": None}
    if not settings.graph_url:
        local = home.neo4j.status() if home.live.path.is_dir() else None
        state["running"] = bool(local and local.running)
        state["address"] = local.url if local else None
        state["memory_mb"] = local.memory >> 20 if local and local.memory else None
        if not state["running"]:
            return state
    try:
        graph = home.graph()
        state["server"] = graph.check()
        stamp, counts = graph.stamp(), graph.counts()
    except BulianError as error:
        return {**state, "running": False, "error": str(error)}
    state["running"] = True
    state["stamp"] = stamp.written if stamp else None
    state["nodes"] = dict(counts.labels)
    state["relationships"] = dict(counts.types)
    return state


def _data_state(home: Home) -> dict[str, Any]:
    kinds = home.kinds()
    behind = lag(home, models.now())
    with home.database().session() as session:
        by_state = session.execute(
            select(models.Document.state, func.count()).group_by(models.Document.state).order_by(models.Document.state)
        )
        return {
            "kind": " and ".join("demo" if kind else "real" for kind in sorted(kinds)) or None,
            "documents": {row[0]: row[1] for row in by_state},
            "needs": session.scalar(select(func.count()).where(models.Need.kind == "need")),
            "bounties": session.scalar(select(func.count()).select_from(Bounty)),
            "imports": session.scalar(select(func.count()).select_from(models.ImportBatch)),
            "decisions": session.scalar(select(func.count()).select_from(models.Decision)),
            "outbox": {"waiting": behind.waiting, "oldest_seconds": round(behind.seconds, 1)},
            "newest_document": max(
                (one.published or "" for one in home.documents.all() if one.kind not in REFERENCE), default=""
            )
            or None,
            "last_loaded": _iso(session.scalar(select(func.max(models.Document.created)))),
        }


def _newest(home: Home) -> str | None:
    """Day of the newest document that says something of firms."""
    published = (one.published or "" for one in home.documents.all() if one.kind not in REFERENCE)
    return max(published, default="") or None


def _iso(moment: Any) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None


def check(home: Home, *, quick: bool = False, progress: Progress | None = None) -> list[dict[str, Any]]:
    """Findings `{"what", "ok", "detail"}` on everything that must hold. Starts the local Neo4j if it does not run.

    Unless `quick`, journal, graph and ontology are compared, each disagreement is a finding under its own name with
    `count` and `examples`, and every edge is opened at its evidence.
    """
    parts: tuple[tuple[str, Callable[[Home], str]], ...] = (
        ("switches", _check_switches),
        ("disk", _check_disk),
        ("parts", _check_parts),
        ("tables", _check_tables),
        ("documents", _check_documents),
        ("graph", _check_graph),
        ("outbox", _check_outbox),
    )
    findings = [_finding(home, what, examine) for what, examine in parts]
    reached = all(finding["ok"] for finding in findings if finding["what"] == "tables")
    if not quick and reached:
        try:
            findings += _compared(home, progress)
        except BulianError as error:
            findings.append({"what": "comparison", "ok": False, "detail": str(error)})
    return findings


def _compared(home: Home, progress: Progress | None) -> list[dict[str, Any]]:
    """Journal, graph and ontology against one another."""
    with home.database().session() as session:
        shown = select(models.Need.id).where(models.Need.visibility == "public")
        published = set(session.scalars(shown))
    found = compare(home.graph(), home.ontology, home.documents, home.journal, home.decisions(), published, progress)
    looked, opened = found.looked, found.opened
    places = ", ".join(f"{opened[place]:,} {words}" for place, words in _PLACES.items())
    lines = {
        "bytes": f"{looked['documents']:,} documents hashed",
        "facts": f"{looked['facts']:,} facts of the journal compared with the graph",
        "evidence": f"{looked['edges']:,} edges opened: {places}",
        "ontology": f"{looked['nodes']:,} nodes and {looked['links']:,} edges compared with the ontology",
        "decisions": f"{looked['decisions']:,} compared with the graph",
    }
    ok = [
        {"what": what, "ok": not (what == "evidence" and opened["nowhere"]), "detail": detail}
        for what, detail in lines.items()
    ]
    wrong = [
        {
            "what": finding.kind,
            "ok": False,
            "detail": str(finding),
            "count": finding.count,
            "examples": list(finding.examples),
        }
        for finding in found.all()
    ]
    return ok + wrong


_PLACES = {
    "sentence": "at a sentence",
    "row": "at a row of a sheet",
    "rule": "by a rule with what it counts",
    "event": "at what was published",
    "nowhere": "nowhere",
}
"""Where an edge opens, in words."""


def _finding(home: Home, what: str, examine: Callable[[Home], str]) -> dict[str, Any]:
    try:
        return {"what": what, "ok": True, "detail": examine(home)}
    except _Wrong as wrong:
        return {"what": what, "ok": False, "detail": str(wrong)}
    except BulianError as error:
        return {"what": what, "ok": False, "detail": str(error)}


class _Wrong(Exception):  # noqa: N818 (a finding of this module, never shown as an error)
    pass


def _check_switches(home: Home) -> str:
    off = home.settings.switched_off
    return f"off: {', '.join(off)}" if off else "all parts are on"


def _check_disk(home: Home) -> str:
    free = shutil.disk_usage(home.folder).free
    if free < _LEAST_DISK:
        raise _Wrong(f"{free >> 20} MB free in {home.folder}, at least {_LEAST_DISK >> 20} MB are needed")
    return f"{free >> 30} GB free"


def _check_parts(home: Home) -> str:
    states = home.parts.list()
    missing = [state.part.coordinate for state in states if not state.present]
    if missing:
        raise _Wrong(f"{len(missing)} of {len(states)} parts are missing: run bulian parts fetch")
    return f"{len(states)} in place"


def _check_tables(home: Home) -> str:
    return f"{home.database().engine.dialect.name}, schema up to date"


def _check_documents(home: Home) -> str:
    stored = {document.id for document in home.documents.all()}
    lost = [item for item in home.journal.documents() if item not in stored]
    with home.database().session() as session:
        rows = session.execute(select(models.Document.sha256, models.Document.state)).all()
    half = [sha for sha, state in rows if state in ("read", "leaving")]
    absent = [sha for sha, state in rows if state == "loaded" and sha not in stored]
    if lost or absent:
        raise _Wrong(f"{len({*lost, *absent})} documents are missing from the store: restore it from a backup")
    if half:
        raise _Wrong(f"{len(half)} documents are read but not in the graph: run bulian ingest again")
    return f"{len(stored)} in the store"


def _check_graph(home: Home) -> str:
    graph: Graph = home.graph()
    server = graph.check()
    if graph.read("pending"):
        raise _Wrong("a load was cut off: run the same command again, or bulian rebuild")
    known = {row["id"] for row in graph.read("loaded")}
    stored = {document.id for document in home.documents.all()}
    if known != stored:
        raise _Wrong(f"{len(stored ^ known)} documents are only in the store or only in the graph: run bulian rebuild")
    return f"Neo4j {server}, {len(known)} documents"


def _check_outbox(home: Home) -> str:
    found = lag(home, models.now())
    if found.waiting:
        raise _Wrong(
            f"{found.waiting} publications wait for the graph, the oldest for {found.seconds:.0f} s: run bulian ingest "
            "or bulian rebuild"
        )
    return "empty"
