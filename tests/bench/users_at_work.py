"""Who walks the pages in `test_users`: accounts of all roles with their rows, and the way that each role goes.

Ways follow a working day: a buyer from the desk to needs, lists and inquiries, a firm from its own page to the needs
that fit it, an analyst over chains and search, a visitor without an account from a search to a firm. Writes stand
among the reads: a draft, a firm kept, a note, a watch. A step is its name (the page, as the figures have it), the
address, and for a write the form.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from sqlalchemy import select

from kg.store import Graph
from web.accounts.actor import Actor
from web.accounts.people import add_organisation, add_user
from web.db.accounts import Organisation
from web.db.models import Need, new_id, now
from web.home import Home
from web.jobs.list_content import need_asked
from web.work.inquiries import inquiry
from web.work.inquiries.form import Asked as Inquired
from web.work.lists import shortlists
from web.work.needs import needs
from web.work.today import watches

PASSWORD = "rather 7 Long Words"
CAST = {
    "buyer_editor": ("buyer", 14), "buyer_approver": ("buyer", 7), "firm_owner": ("firm", 8),
    "firm_editor": ("firm", 6), "analyst": ("authority", 4), "county": ("authority", 2),
    "organiser": ("organiser", 2), "expert": ("organiser", 1), "operator": ("operator", 1), "visitor": ("", 5),
}  # fmt: skip
"""How many of the fifty have each role, and in what kind of organisation."""
DRAFTS, LISTS, INQUIRIES, WATCHES, KEPT = 20, 5, 10, 10, 8
"""Rows of each organisation that buys, and watches of each person, before anybody begins."""


@dataclass
class Things:
    """What there is to look at: ids of firms, needs, products, statements, documents, chain nodes."""

    firms: list[tuple[str, str]]
    needs: list[str]
    products: list[str]
    facts: list[str]
    documents: list[str]
    nodes: list[tuple[str, str]]

    @classmethod
    def of(cls, graph: Graph, home: Home) -> Things:
        """A sample of each, the same for the same graph."""

        def rows(text: str) -> list[dict[str, Any]]:
            return list(graph.read_statement(text))

        firms = rows(
            "MATCH (e:Enterprise)-[:PRODUCES]->() WITH DISTINCT e ORDER BY e.id RETURN e.id AS id, e.name AS name"
        )
        facts = rows("MATCH (f:Fact)-[:SUBJECT]->() WITH f ORDER BY f.id LIMIT 4000 RETURN f.id AS id")
        products = rows("MATCH (p:Product)<-[:PRODUCES]-() WITH DISTINCT p ORDER BY p.key RETURN p.key AS key")
        nodes = rows("MATCH (n:ChainNode)<-[:AT]-() WITH DISTINCT n ORDER BY n.id RETURN n.id AS id")
        with home.database().session() as session:
            wanted = select(Need.id).where(Need.kind == "need", Need.visibility == "public", Need.state == "active")
            needs_here = list(session.scalars(wanted.order_by(Need.id)))
        documents = [one.id for one in home.documents.all() if one.source is None and one.demo]
        return cls(
            [(one["id"], one["name"]) for one in firms], needs_here, [one["key"] for one in products],
            [one["id"] for one in facts], sorted(documents), [tuple(one["id"].split(":", 1)) for one in nodes],
        )  # fmt: skip


@dataclass
class Person:
    """One of the fifty: an account, and the rows of the own organisation that the way leads over."""

    role: str
    login: str = ""
    drafts: list[str] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)
    inquiries: list[str] = field(default_factory=list)
    firm: tuple[str, str] = ("", "")


def make_people(home: Home, things: Things, chance: random.Random) -> list[Person]:
    """The fifty with their organisations and rows, by the functions that the pages call."""
    found: list[Person] = []
    places: dict[str, list[Actor]] = {}
    run = f"{chance.randrange(16**6):06x}"  # a kept world has the people of earlier runs
    for role, (kind, number) in CAST.items():
        for at in range(number):
            person = Person(role, f"bench.{run}.{role}.{at}" if kind else "", firm=chance.choice(things.firms))
            found.append(person)
            if not kind:
                continue
            place = None
            if kind != "operator":
                name = f"试办{kind}{at // 2}号单位" if kind != "firm" else f"试办{role}{at}号单位"
                place = _place(home, kind, name, person.firm[0])
            user = add_user(home.database(), home.settings, person.login, f"某人{at}", PASSWORD, [role], place)
            actor = Actor(user.id, user.name, place, kind, roles=frozenset({role}), organisation_name="试办单位")
            _watch(home, actor, things, chance)
            if kind == "buyer":
                places.setdefault(str(place), []).append(actor)
                _buy(home, actor, person, things, chance)
    return found


def _place(home: Home, kind: str, name: str, firm: str) -> str:
    with home.database().session() as session:
        here = session.scalar(select(Organisation.id).where(Organisation.name == name))
    if here is not None:
        return here
    made = add_organisation(home.database(), name, kind)
    if kind == "firm":
        with home.database().session() as session:
            session.get_one(Organisation, made.id).enterprise_id = firm
    return made.id


def _watch(home: Home, actor: Actor, things: Things, chance: random.Random) -> None:
    if not actor.may(watches.WRITE):
        return
    with home.database().session() as session:
        for firm, name in chance.sample(things.firms, WATCHES):
            watches.start(session, actor, "firm", firm, name, now())


def _buy(home: Home, actor: Actor, person: Person, things: Things, chance: random.Random) -> None:
    at = now()
    until = f"{(at + timedelta(days=20)).date()}T17:00"
    with home.database().session() as session:
        for number in range(DRAFTS):
            product = chance.choice(things.products)
            written = needs.Written(title=f"寻{product} {number}", products=(product,), text="年用量1000件")
            person.drafts.append(needs.create(session, actor, written, at, key=new_id())[0].id)
        for number in range(INQUIRIES):
            firms = chance.sample(things.firms, 4)
            asked = Inquired(f"询价 {number}", "型号见说明", until, unit="件", firms=firms, key=new_id())
            row = inquiry.write(session, actor, asked, at)
            inquiry.send(session, actor, row.id, at)
            person.inquiries.append(row.id)
    for need in chance.sample(things.needs, LISTS):
        query = need_asked(home, actor, need)
        with home.database().session() as session:
            kept = shortlists.begin(session, actor, shortlists.Asked(query), new_id())
            for firm, name in chance.sample(things.firms, KEPT):
                shortlists.decide(session, actor, kept, name, shortlists.Decided(firm, "kept"))
            person.lists.append(kept.id)


Step = tuple[str, str, dict[str, str] | None]
"""Page, address, and the form of a write."""


def way(person: Person, things: Things, chance: random.Random) -> Iterator[Step]:
    """Once through the pages of the person's role."""
    parts = {
        "buyer_editor": (_desk, _editor, _look), "buyer_approver": (_desk, _approver, _look),
        "firm_owner": (_desk, _firm), "firm_editor": (_desk, _firm), "analyst": (_desk, _analyst),
        "county": (_desk, _analyst), "organiser": (_desk, _organiser), "expert": (_expert,),
        "operator": (_operator,), "visitor": (_visitor, _look),
    }  # fmt: skip
    for part in parts[person.role]:
        yield from part(person, things, chance)


def _get(name: str, address: str = "") -> Step:
    return name, address or name, None


def _desk(person: Person, things: Things, chance: random.Random) -> Iterator[Step]:
    yield _get("/desk")
    yield _get("/inbox")
    yield _get("/watches")
    firm, _ = chance.choice(things.firms)
    yield "POST /watches", "/watches", {"do": "start", "kind": "firm", "subject": firm}


def _look(_: Person, things: Things, chance: random.Random) -> Iterator[Step]:
    firm, name = chance.choice(things.firms)
    yield _get("/search", f"/search?q={quote(name[:5])}")
    yield _get("/firms/{id}", f"/firms/{firm}")
    yield _get("/firms/{id}/{relation}", f"/firms/{firm}/PRODUCES")
    yield _get("/evidence/{id}", f"/evidence/{chance.choice(things.facts)}")
    yield _get("/documents/{id}", f"/documents/{chance.choice(things.documents)}")
    product = quote(chance.choice(things.products), safe="")
    yield _get("/products/{key}", f"/products/{product}")
    yield _get("/search/by", f"/search/by?q={quote(chance.choice(things.products)[:4])}&tier=specialised")


def _editor(person: Person, things: Things, chance: random.Random) -> Iterator[Step]:
    need = chance.choice(things.needs)
    product, key = chance.choice(things.products), new_id()
    yield _get("/drafts")
    yield _get("/drafts/new")
    written = {
        "do": "keep",
        "title": f"寻{product}",
        "products": product,
        "reach": "private",
        "key": key,
        "version": "0",
    }
    yield "POST /drafts/new", "/drafts/new", written
    draft = chance.choice(person.drafts)
    yield _get("/drafts/{id}", f"/drafts/{draft}")
    yield _get("/drafts/{id}/edit", f"/drafts/{draft}/edit")
    yield _get("/needs/{id}", f"/needs/{need}")
    firm, _ = chance.choice(things.firms)
    yield "POST /needs/{id}/keep", f"/needs/{need}/keep", {"firm": firm, "state": "kept", "version": "0", "key": key}
    yield _get("/why", f"/why?need={need}&firm={firm}")
    first, second = chance.sample(things.firms, 2)
    yield _get("/needs/{id}/compare", f"/needs/{need}/compare?firm={first[0]}&firm={second[0]}")
    yield _get("/lists")
    mine = chance.choice(person.lists)
    yield _get("/lists/{id}", f"/lists/{mine}")
    yield (
        "POST /lists/{id}/notes",
        f"/lists/{mine}/notes",
        {"note": "电话里说能做", "text": "电话里说能做", "key": new_id()},
    )
    yield _get("/inquiries")
    yield _get("/inquiries/new", f"/inquiries/new?need={need}&firm={firm}")
    yield _get("/inquiries/{id}", f"/inquiries/{chance.choice(person.inquiries)}")
    yield _get("/suppliers")


def _approver(person: Person, things: Things, chance: random.Random) -> Iterator[Step]:
    yield _get("/drafts")
    yield _get("/drafts/{id}", f"/drafts/{chance.choice(person.drafts)}")
    yield _get("/lists/{id}", f"/lists/{chance.choice(person.lists)}")
    yield _get("/inquiries/{id}", f"/inquiries/{chance.choice(person.inquiries)}")
    yield _get("/people")
    yield _get("/audit")
    yield _get("/account")
    yield _get("/match", f"/match?text={quote('额定压力不低于35兆帕的轴向柱塞泵')}")


def _firm(person: Person, things: Things, chance: random.Random) -> Iterator[Step]:
    firm, _ = person.firm
    yield _get("/my")
    yield _get("/my/declare", "/my/declare?kind=product")
    yield _get("/my/seen")
    yield _get("/firms/{id}", f"/firms/{firm}")
    yield _get("/firms/{id}/needs", f"/firms/{firm}/needs")
    yield _get("/firms/{id}/criteria", f"/firms/{firm}/criteria")
    need = chance.choice(things.needs)
    yield _get("/needs", "/needs?kind=bounty")
    yield _get("/needs/{id}", f"/needs/{need}")
    yield _get("/why", f"/why?need={need}&firm={firm}")
    yield _get("/applications")


def _analyst(_: Person, things: Things, chance: random.Random) -> Iterator[Step]:
    chain, node = chance.choice(things.nodes)
    yield _get("/chains", "/chains?region=990100")
    yield _get("/chains/{id}", f"/chains/{chain}?region=990100")
    yield _get("/chains/{id}/nodes/{node}", f"/chains/{chain}/nodes/{node}?region=990100")
    yield _get("/search/by", "/search/by?place=990100&tier=little_giant")
    yield _get("/single-sources")
    firm, _name = chance.choice(things.firms)
    yield _get("/firms/{id}/tiers", f"/firms/{firm}/tiers")
    yield _get("/firms/{id}/supposed", f"/firms/{firm}/supposed")
    yield _get("/what-if", f"/what-if?firm={firm}")
    yield _get("/discover", "/discover?tier=specialised&region=990100")
    yield _get("/console")
    yield _get("/sources")
    yield _get("/needs")


def _organiser(_: Person, things: Things, chance: random.Random) -> Iterator[Step]:
    yield _get("/meetings")
    yield _get("/needs", "/needs?kind=bounty")
    yield _get("/needs/{id}", f"/needs/{chance.choice(things.needs)}")
    yield _get("/bounties/mine")


def _expert(_: Person, things: Things, chance: random.Random) -> Iterator[Step]:
    yield _get("/expert")
    yield _get("/needs", "/needs?kind=bounty")
    yield _get("/method")


def _operator(_: Person, things: Things, chance: random.Random) -> Iterator[Step]:
    yield _get("/review")
    yield _get("/claims")
    yield _get("/people")
    yield _get("/audit")
    yield _get("/sources")
    yield _get("/ontology")
    yield _get("/api/v1/metrics")


def _visitor(_: Person, things: Things, chance: random.Random) -> Iterator[Step]:
    yield _get("/")
    yield _get("/needs")
    yield _get("/needs/{id}", f"/needs/{chance.choice(things.needs)}")
    yield _get("/login")
