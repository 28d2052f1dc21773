"""Chains over the graph: the templates that hold in this data folder, and where products stand in them.

A template is a document of the graph: its nodes and what feeds what are reference facts of it, and so are the places
of products (AT), each open at the template's row. Places in the graph are those of the last `load`; those of a corpus
are always of that corpus.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import chain as joined
from pathlib import Path
from threading import Lock
from weakref import WeakKeyDictionary

import structlog
from sqlalchemy import select

from kg.errors import BulianError
from kg.files import write_whole
from kg.ontology import is_date
from kg.records import Document, Fact
from kg.touched import CHAIN
from matcher.chain.placement import Correction, Place, Placement, Placer
from matcher.chain.template import Chain, packaged, problems
from matcher.corpus import Corpus
from matcher.errors import BadChainError
from nlp.foundation.scheme import scheme
from web.db import models
from web.errors import WebError
from web.home import REFERENCE, Home
from web.jobs.chain_sheet import ChainSheet, distinct
from web.jobs.corrections import ACTS, Corrected, at_node, corrections, newest, say
from web.jobs.graph import settle
from web.jobs.lists import import_list, sources
from web.jobs.product_classes import link

FIELDS = "liuji-2026"
"""Scheme whose classes are the fields of nodes."""

KIND = "chain"
"""Kind of the documents that templates are."""

_NEAR = 1000
"""Products that hold a corrected name and are placed with it; any others are by the next load."""

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Template:
    """A template that holds, its bytes, and whether the operator brought it."""

    chain: Chain
    data: bytes
    own: bool

    @property
    def sha256(self) -> str:
        """Id of the document that it is."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class ChainsLoaded:
    """What a load did. `names` are the products that were looked at, `places` the AT facts, `changed` documents."""

    chains: int
    nodes: int
    names: int
    places: int
    changed: int


def folder(home: Home) -> Path:
    """Where the operator's own templates lie: one wins over the shipped one of its id."""
    return home.folder / "chains"


def templates(home: Home) -> list[Template]:
    """The templates that hold, by id. Raises BadChainError (MA007) for an own file that is none."""
    found = dict(_packaged())
    for path in sorted(folder(home).glob("*.yml")):
        chain = Chain.load(path)
        found[chain.id] = Template(chain, path.read_bytes(), own=True)
    return [found[key] for key in sorted(found)]


@cache
def _packaged() -> dict[str, Template]:
    shipped = files("seeds").joinpath("chains")
    return {one.id: Template(one, shipped.joinpath(f"{one.id}.yml").read_bytes(), own=False) for one in packaged()}


def faults(chain: Chain) -> list[tuple[str, str]]:
    """What is wrong with a template: the node (or the chain) that is at fault, and the reason."""
    fields = [one.name for one in scheme(FIELDS).classes]
    found = list(problems(chain, fields))
    if not (is_date(chain.version) and len(chain.version) == len("2026-01-01")):
        found.append((chain.id, f"its version {chain.version!r} is no day"))
    if not _ID.fullmatch(chain.id):
        found.append((chain.id, "its id is not made of small letters, digits and hyphens"))
    return found


# --- where products stand ------------------------------------------------------------------------------------------

_placers: WeakKeyDictionary[Home, tuple[object, Placer]] = WeakKeyDictionary()
_made: WeakKeyDictionary[Corpus, tuple[Placer, Placement]] = WeakKeyDictionary()
_making = Lock()


def placer(home: Home) -> Placer:
    """Templates and corrections of this data folder, ready to place names; the same one until either changes."""
    own = [(path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in sorted(folder(home).glob("*.yml"))]
    state = (tuple(own), newest(home))
    known = _placers.get(home)
    if known is None or known[0] != state:
        said = [Correction(one.product, one.node, one.act == "stands", one.reason) for one in corrections(home)]
        known = _placers[home] = (state, Placer([one.chain for one in templates(home)], said))
    return known[1]


def placement(home: Home, corpus: Corpus) -> Placement:
    """Where the products of a corpus stand; reckoned once for each corpus and placer."""
    with _making:
        by = placer(home)
        found = _made.get(corpus)
        if found is None or found[0] is not by:
            found = _made[corpus] = (by, Placement.of(corpus, by))
        return found[1]


def loaded(home: Home) -> set[str]:
    """Ids of the chains whose templates, as they hold now, are in the graph or wait for it."""
    with home.database().session() as session:
        said = select(models.Document.sha256).where(
            models.Document.kind == KIND, models.Document.state.in_(("read", "loaded"))
        )
        there = set(session.scalars(said))
    return {one.chain.id for one in templates(home) if one.sha256 in there}


# --- in the graph --------------------------------------------------------------------------------------------------


def keep(home: Home, path: Path) -> Chain:
    """Keep an operator's template in the data folder, where it wins over the shipped one of its id.

    Raises BadChainError (MA007) with all reasons where it is refused: it cannot be read, contradicts itself, or says
    something else than the template of the same version that holds.
    """
    chain, data = Chain.load(path), path.read_bytes()
    wrong = [f"{node}: {reason}" for node, reason in faults(chain)]
    held = next((one for one in templates(home) if one.chain.id == chain.id), None)
    if held is not None and held.chain.version == chain.version and held.chain != chain:
        wrong.append(f"{chain.id}: version {chain.version} says something else already: give it the day of its change")
    if wrong:
        raise BadChainError("; ".join(wrong), file=path.name, hint="correct the template, or raise its version")
    with home.writing("chains load"):
        write_whole(folder(home) / f"{chain.id}.yml", data)
    return chain


def load(home: Home, names: Iterable[str] | None = None) -> ChainsLoaded:
    """Bring templates and clusters to the graph, place its products in chains and link them to classes by name.

    `names` are those of the products of a graph yet to be made.
    Idempotent. Products that come later are placed by the next load. Templates that no longer hold leave; what is in
    the graph is what a rebuild makes. Raises WebError WE006 (another writer).
    """
    changed = _clusters(home)
    with home.writing("chains load"):
        by = placer(home)
        if names is None:
            names = (row["name"] for row in home.graph().stream("named_products", kinds=list(REFERENCE)))
        found = distinct(names)
        held: set[str] = set()
        places = _places(by, found.values())
        for template in templates(home):
            sheet = ChainSheet(template.chain)
            document = _document(home, template, sheet)
            structure = list(sheet.structure(document))
            placed = list(sheet.placed(document, places[template.chain.id]))
            changed += _state(home, document, {"template": structure, "placement": placed})
            held.add(document.id)
        changed += _leave(home, held) + link(home, found)
        settle(home)
    total = sum(map(len, places.values()))
    _log.info("chains loaded", chains=len(held), names=len(found), places=total, changed=changed)
    return ChainsLoaded(len(held), len(by.nodes), len(found), total, changed)


def _places(by: Placer, names: Iterable[str]) -> dict[str, list[tuple[str, Place]]]:
    """Where products stand, by chain."""
    found: dict[str, list[tuple[str, Place]]] = defaultdict(list)
    for name in names:
        for place in by.places(name):
            found[place.node.partition(":")[0]].append((name, place))
    return found


def _clusters(home: Home) -> int:
    """Read the shipped plans of clusters, where they are not read yet. Returns how many files were."""

    def fail(error: BulianError) -> None:
        raise error

    folder = sources()["clusters"]
    done = [import_list(home, "clusters", path, fail, later=True) for path in sorted(folder.glob("*.csv"))]
    return sum(one.state != "already" for one in done)


def correct(home: Home, said: Corrected) -> ChainsLoaded:
    """Write a person's word on a product and a node, and bring the graph along: that chain alone is placed anew.

    A word that only proposes moves nothing. Raises as `corrections.say`.
    """
    say(home, said, at_node(home, placer(home), said))
    if said.act not in ACTS:
        return ChainsLoaded(0, 0, 0, 0, 0)
    template = next((one for one in templates(home) if one.chain.id == said.node.partition(":")[0]), None)
    if template is None:  # the word is taken back from a chain that holds no more
        return ChainsLoaded(0, 0, 0, 0, 0)
    if template.sha256 not in home.documents:
        return load(home)
    with home.writing("chains correct"):
        by, sheet = placer(home), ChainSheet(template.chain)
        document = _document(home, template, sheet)
        placed = {fact.source.name for fact in home.journal.read(document.id) if fact.relation == "AT"}
        near = home.graph().read("products_containing", text=said.product.strip(), kinds=list(REFERENCE), limit=_NEAR)
        found = distinct(joined(placed, (row["name"] for row in near)))
        facts = {
            "template": list(sheet.structure(document)),
            "placement": list(sheet.placed(document, _places(by, found.values())[template.chain.id])),
        }
        changed = _state(home, document, facts)
        settle(home)
    return ChainsLoaded(1, len(template.chain.nodes), len(found), len(facts["placement"]), int(changed))


def drop(home: Home, chain: str) -> ChainsLoaded:
    """Take an operator's template away: the shipped one of its id holds again, or the chain leaves the graph.

    Raises WebError WE005 where there is none.
    """
    path = next((path for path in folder(home).glob("*.yml") if path.stem == chain), None)
    if path is None:
        raise WebError(f"no template {chain[:80]} of your own", code="WE005", hint="`bulian chains` says whose each is")
    with home.writing("chains drop"):
        path.unlink()
    return load(home)


def _document(home: Home, template: Template, sheet: ChainSheet) -> Document:
    chain = template.chain
    text, pages = sheet.text()
    return home.documents.add(
        template.data,
        name=f"{chain.id}.yml",
        text=text,
        pages=pages,
        title=f"{chain.name}产业链模板",
        kind=KIND,
        media="yml",
        publisher=None if template.own else "补链 Bulian",
        published=chain.version,
        licence=None if template.own else "Apache-2.0",
        source=f"{CHAIN}{chain.id}",
    )


def _state(home: Home, document: Document, facts: dict[str, list[Fact]]) -> bool:
    """Write what a document states, by extractor; False where that is what the graph has, or waits for it, already."""
    lines = sorted(repr(fact.to_json()) for fact in joined.from_iterable(facts.values()))
    said = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    with home.database().session() as session:
        row = session.scalar(select(models.Document).where(models.Document.sha256 == document.id))
        if row is not None and row.extractor == said and row.state in ("read", "loaded"):
            return False
        for extractor, stated in facts.items():
            home.journal.write(document.id, extractor, stated)
        if row is None:
            row = models.Document(sha256=document.id, name=document.name, kind=document.kind)
            session.add(row)
        row.name, row.state, row.extractor, row.facts = document.name, "read", said, len(lines)
    return True


def _leave(home: Home, held: set[str]) -> int:
    """Templates that no longer hold are taken back. Returns how many."""
    with home.database().session() as session:
        loaded = select(models.Document).where(
            models.Document.kind == KIND, models.Document.state.in_(("read", "loaded"))
        )
        gone = [row for row in session.scalars(loaded) if row.sha256 not in held]
        for row in gone:
            row.state = "leaving"
        return len(gone)
