"""The demo: the invented corpus of seeds/demo loaded as any other data is, and one need matched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

from kg.errors import BulianError
from web.accounts.demo import make_demo_accounts
from web.home import Home
from web.jobs.chains import load as load_chains
from web.jobs.demo_work import play, prove
from web.jobs.files import Found, register
from web.jobs.ingest import ingest
from web.jobs.lists import import_list
from web.jobs.needs import read_bounties, read_needs
from web.jobs.offers import load as load_offers

Say = Callable[[str], None]


@dataclass(slots=True)
class Loaded:
    """What loading the demo did. `private` are a buyer's sheets, `unexpected` refusals not announced."""

    documents: int = 0
    already: int = 0
    lists: int = 0
    facts: int = 0
    needs: int = 0
    bounties: int = 0
    refused: int = 0
    private: int = 0
    unexpected: list[BulianError] = field(default_factory=list)


def demo_folder() -> Path:
    """Where the invented corpus lies."""
    return Path(str(resources.files("seeds"))) / "demo"


def load_demo(home: Home, *, mix: bool = False, advance: Callable[[int], None] = lambda _steps: None) -> Loaded:
    """Load documents, lists, needs and bounties of the demo and the chains; what is loaded already is passed over.

    Some of its files are broken on purpose and are refused, as its register says. Sheets of a buyer go to its part of
    the relational store, never to the graph. Raises WebError WE007 where real data is here and `mix` does not ask for
    both.
    """
    folder = demo_folder()
    files = register(folder)
    expected = {found.path.name: found.expect for found in files.values() if found.expect}
    result = Loaded()

    def refuse(error: BulianError) -> None:
        result.refused += 1
        if expected.get(error.file or "") != error.code:
            result.unexpected.append(error)

    done = ingest(home, [folder], refuse, advance=advance, mix=mix, later=True)
    result.documents, result.already, result.facts = done.loaded, done.already, done.facts
    for found in files.values():
        if found.source is not None:
            _load_list(home, found, refuse, mix, result)
            advance(1)
    result.needs = read_needs(home, folder / "needs.jsonl", refuse, demo=True).all
    result.bounties = read_bounties(home, folder / "bounties.jsonl", refuse, demo=True).all
    make_demo_accounts(home)
    result.bounties += play(home)
    load_chains(home, _products(home))
    load_offers(home, folder.parent / "offers" / "demo.yml", refuse)
    make_demo_accounts(home)  # its firms are in the graph now
    prove(home)
    return result


def _products(home: Home) -> Iterator[str]:
    """Names of the products that the journal speaks of: chains come to the graph together with them."""
    for document in home.journal.documents():
        for fact in home.journal.read(document):
            if fact.relation != "AT":
                yield from (end.name for end in (fact.source, fact.target) if end is not None and end.type == "Product")


def _load_list(home: Home, found: Found, refuse: Callable[[BulianError], None], mix: bool, result: Loaded) -> None:
    owner = found.organisation
    batch = import_list(home, found.source or "", found.path, refuse, mix=mix, organisation=owner, later=True)
    if owner is not None:
        result.private += 1
    elif batch.state != "already":
        result.lists += 1
        result.facts += batch.facts


def first_need() -> str:
    """Id of the need that the demo matches: the first of its file."""
    import json

    with (demo_folder() / "needs.jsonl").open(encoding="utf-8") as file:
        return str(json.loads(file.readline())["id"])
