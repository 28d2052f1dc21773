"""The matcher's corpus, read from the graph and kept in the data folder under the graph's stamp."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import structlog
from filelock import FileLock

from kg.queries import query
from kg.records import DECLARED, LEVELS, stable_hash
from kg.store import Graph, Stamp
from matcher.corpus import Corpus, Firm, Item, Product, Relation
from matcher.errors import BadCorpusError
from matcher.fields import TIERS
from web.errors import WebError
from web.home import Home

READING = 5
"""Version of this reading of the graph: with another one a kept corpus is made again."""

COUNTED = frozenset({"recognised", "rechecked", "recheck_notice"})
"""States that prove an honour: a notice (公示) alone proves none, a review notice implies an earlier recognition."""

RANKED_AS = {DECLARED: LEVELS[1]}
"""Levels as the ranker knows them: a firm's own word is worth less than what a document discloses."""

_log = structlog.get_logger()


def present_corpus(home: Home, present: Corpus | None = None) -> Corpus:
    """The corpus of the graph as it is now: `present` if it still is, else the kept one, else made and kept.

    Raises WebError WE015 where nothing was ever loaded.
    """
    graph = home.graph()
    kept = _kept(home, _stamp(graph), present)
    if kept is not None:
        return kept
    with FileLock(home.folder / "corpus.lock"):  # of several processes one makes it, the others open what it made
        stamp = _stamp(graph)
        kept = _kept(home, stamp, present)
        if kept is not None:
            return kept
        folder = _folder(home, stamp)
        before = _kept_before(graph, stamp, folder)
        corpus = (changed_corpus(graph, stamp, *before) if before else read_corpus(graph, stamp)).save(folder)
        _drop_others(folder, before[0].folder if before else None)
    _log.info("corpus made", firms=len(corpus), products=len(corpus.product_names), changed=bool(before))
    return corpus


def _stamp(graph: Graph) -> Stamp:
    stamp = graph.stamp()
    if stamp is None:
        raise WebError("nothing is loaded yet", code="WE015", hint="bulian demo, bulian ingest or bulian import")
    return stamp


def _kept(home: Home, stamp: Stamp, present: Corpus | None) -> Corpus | None:
    """The corpus of that state of the graph, where it is there."""
    folder = _folder(home, stamp)
    if present is not None and present.folder == folder:
        return present
    if folder.is_dir():
        try:
            return Corpus.open(folder)
        except BadCorpusError as error:
            _log.warning("the kept corpus is made again", reason=error.reason)
    return None


def _folder(home: Home, stamp: Stamp) -> Path:
    return home.folder / "corpus" / _name(stamp.stamp)


def read_corpus(graph: Graph, stamp: Stamp) -> Corpus:
    """Read all firms and product relations of the graph; the day of the data is the day of its projection."""
    as_of = _day(stamp)
    firms = (firm_of(row, as_of) for row in graph.stream("corpus_firms", ids=None))
    relations = (
        Relation(row["start"], "input_of" if row["type"] == "INPUT_OF" else "kind_of", row["end"])
        for row in graph.stream("corpus_products")
    )
    return Corpus.build(firms, relations, as_of)


def changed_corpus(graph: Graph, stamp: Stamp, before: Corpus, touched: frozenset[str]) -> Corpus:
    """The same where only these firms may differ from an earlier corpus of the day."""
    as_of = _day(stamp)
    firms = [firm_of(row, as_of) for row in graph.stream("corpus_firms", ids=sorted(touched))]
    return before.changed(firms, touched - {firm.id for firm in firms})


def _kept_before(graph: Graph, stamp: Stamp, folder: Path) -> tuple[Corpus, frozenset[str]] | None:
    """The kept corpus from which the graph's trail leads here, and the firms that it names; None where there is none.

    One of another day is of no use: ages, and what counts on a day, are those of the graph's.
    """
    touched, at = frozenset[str](), stamp.stamp
    for step in reversed(graph.trail()):
        if step.after != at:
            return None
        touched, at = touched | step.firms, step.before
        kept = folder.with_name(_name(at))
        if kept.is_dir():
            try:
                corpus = Corpus.open(kept)
            except BadCorpusError:
                return None
            return (corpus, touched) if corpus.as_of == _day(stamp) else None
    return None


def firm_of(row: Mapping[str, Any], as_of: date) -> Firm:
    """A firm as the ranker sees it, of a row of `corpus_firms`."""
    products: dict[str, Product] = {}
    for made in row["products"]:
        level = RANKED_AS.get(made["level"], made["level"])
        products.setdefault(made["name"], Product(**{**made, "level": level}))
    return Firm(
        id=row["id"],
        name=row["name"] or "",
        products=tuple(products.values()),
        industries=tuple(dict.fromkeys(row["industries"])),
        fields={name: items for name, items in _fields(row, as_of) if items},
    )


def _fields(row: Mapping[str, Any], as_of: date) -> Iterator[tuple[str, tuple[Item, ...]]]:
    day = as_of.isoformat()
    yield "region", _items(row["regions"])
    yield from _honours(row["honours"], day)
    yield "certificate", _items(held for held in row["certificates"] if (held["valid_to"] or "9999") >= day)
    yield "patents", _items(row["patents"])
    yield "inventions", _items(held for held in row["patents"] if held["kind"] == "invention")
    yield "standards", _items(row["standards"])
    yield "main_share", _main_share(row["products"])
    yield "contracts", _items(row["contracts"])
    yield "awards", tuple(Item(_award(won), won["fact"]) for won in row["contracts"] if won["value"])
    yield "titles", tuple(map(_title, (held for held in row["honours"] if held["tier"] and held["status"])))
    yield "depends_on", tuple(map(_need, row["depends"]))
    yield "imports", tuple(Item(one["name"], one["fact"]) for one in row["depends"] if one["imported"])
    yield "as_of", _items(row["newest"])
    yield "process", _items(row["processes"])
    yield "foundation", _items(row["fields"])
    yield "chain_node", _items(row["nodes"])
    yield "aliases", tuple(Item(alias) for alias in row["aliases"] or ())
    yield "kind", (Item(row["kind"] or "company"),)
    yield "demo", (Item(bool(row["demo"])),)
    # Rows come in the order of their periods; a firm's own word counts only where no document gives the figure.
    reports = sorted(row["metrics"], key=lambda report: report.get("level") != DECLARED)
    newest = {report["metric"]: report for report in reports}
    for name, report in newest.items():
        yield name, (Item(report["value"], report["fact"]),)
    profile = [(json.loads(said["values"] or "{}"), said) for said in row["profile"]]
    for name in ("founded", "size", "credit_code"):
        if row[name]:
            fact = next((said["fact"] for values, said in profile if values.get(name)), None)
            yield name, (Item(row[name], fact),)
    code = next(((values["stock_code"], said["fact"]) for values, said in profile if values.get("stock_code")), None)
    yield "stock_code", (Item(*code),) if code else ()
    for name in ("dishonest", "abnormal"):
        yield name, _listed([(values[name], said) for values, said in profile if values.get(name)], day)


def _listed(entries: Sequence[tuple[str, Mapping[str, Any]]], day: str) -> tuple[Item, ...]:
    """Entries on a list that stand on a day, each with a fact.

    An entry (a case, and the day of its listing) ends for all that say it on the day of removal that any of them gives:
    a later issue names it with its end.
    """
    told: dict[tuple[str, str | None], list[Mapping[str, Any]]] = {}
    for entry, said in entries:
        told.setdefault((entry, said["valid_from"]), []).append(said)
    return tuple(
        Item(True, said[0]["fact"]) for said in told.values() if all((one["valid_to"] or "9999") > day for one in said)
    )


def _award(won: Mapping[str, Any]) -> dict[str, Any]:
    """A contract as `matcher.award` reads it."""
    said = {"title": won["value"], "buyer": won["buyer"] or "", "day": (won["day"] or "")[:10]}
    return said | {name: won[name] for name in ("amount", "currency") if won[name] is not None}


def _title(held: Mapping[str, Any]) -> Item:
    """An honour as risks read it: a list without a date of its own is as old as its document."""
    dated = held["dated"] or held["valid_from"] or held["as_of"]
    said = {"tier": held["tier"], "status": held["status"], "dated": dated, "batch": held["batch"]}
    said |= {"valid_to": held["valid_to"]}
    return Item({name: str(value) for name, value in said.items() if value is not None}, held["fact"])


def _need(one: Mapping[str, Any]) -> Item:
    """What the firm itself depends on."""
    said = {"name": one["name"], "imported": one["imported"], "single_source": one["single_source"]}
    return Item({name: value for name, value in said.items() if value is not None}, one["fact"])


def _honours(honours: Sequence[Mapping[str, Any]], day: str) -> Iterator[tuple[str, tuple[Item, ...]]]:
    """Tiers and honours that count today, and the state of every honour (so that a revoked one can be asked for)."""
    counted = [held for held in honours if held["status"] in COUNTED and (held["valid_to"] or "9999") > day]
    yield "tier", tuple(Item(held["tier"], held["fact"]) for held in counted if held["tier"] in TIERS)
    names = {(name, held["fact"]): None for held in counted for name in (held["tier"], held["name"]) if name}
    yield "honour", tuple(Item(name, fact) for name, fact in names)
    yield "status", tuple(Item(held["status"], held["fact"]) for held in honours if held["status"])


def _main_share(products: Sequence[Mapping[str, Any]]) -> tuple[Item, ...]:
    """Percent of revenue from the product that brings most, where shares are stated."""
    stated = [made for made in products if made["share"] is not None]
    main = max(stated, key=lambda made: made["share"], default=None)
    return (Item(main["share"], main["fact"]),) if main else ()


def _items(rows: Any) -> tuple[Item, ...]:
    return tuple(Item(row["value"], row["fact"]) for row in rows if row["value"])


def _day(stamp: Stamp) -> date:
    return date.fromisoformat(stamp.written[:10])


def _name(stamp: str) -> str:
    return stable_hash("corpus", stamp, query("corpus_firms", "read").text, READING)


def _drop_others(folder: Path, before: Path | None) -> None:
    """Corpora older than the one that this was changed from: a process that still has one mapped keeps it."""
    for other in folder.parent.iterdir():
        if other not in (folder, before) and not other.name.startswith("."):
            shutil.rmtree(other, ignore_errors=True)
