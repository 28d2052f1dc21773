"""What a shortlist says at a moment: the need, the firms in order with points and sentences, what was looked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from matcher.candidates import Scene
from matcher.conditions import Truth
from matcher.corpus import find
from matcher.firm import Firm
from matcher.judge import judge
from matcher.query import Query
from matcher.rank import Ranked, Ranking
from matcher.risk import risks
from matcher.slice import Slice
from matcher.target import Figure, Shown
from matcher.wording import worded
from web.accounts.actor import Actor
from web.db.lists import Shortlist, ShortlistItem, ShortlistNote
from web.db.models import Need
from web.errors import WebError
from web.home import Home
from web.jobs.feedback import Said, check, row_of
from web.jobs.match import citations, place_of
from web.jobs.match import query_of as need_query
from web.jobs.sources import by_source
from web.jobs.targets import facts_of, own_targets, shown_by, wanted
from web.work.lists.shortlists import Decided, asked_as, decide, items, notes, one, query_of
from web.work.lists.states import HEARD

COMPARED = (
    *("certificate", "titles", "patents", "contracts", "process", "capacity", "delivery", "domestic"),
    *("domestic_share", "parameters", "region", "founded", "revenue", "staff"),
)
"""Fields of a firm of which every sentence is kept for the firms that were decided on."""

LANGS = ("zh", "en")


def need_asked(home: Home, actor: Actor, need_id: str) -> Query:
    """The need that a list may be of: a published one, or one of the actor's organisation in whatever state.

    Raises WebError WE404 for any other, which is not said to exist.
    """
    if home.graph().read("need_cards", ids=[need_id]):
        return need_query(home, need_id)
    with home.database().session() as session:
        row = session.get(Need, need_id)
    if row is None or not actor.owns(row.organisation_id):
        raise WebError("no such page", code="WE404", hint="see the list of needs")
    return need_query(home, need_id)


def decide_on(home: Home, actor: Actor, list_id: str, decided: Decided) -> ShortlistItem:
    """Write a decision on a firm of a list, and with it what the log of outcomes is to know.

    Raises as `web.work.lists.shortlists.decide`; WebError WE062 (a reason that is none), WE404 (no such firm there).
    """
    with home.database().session() as session:
        row = one(session, actor, list_id)
        query, before = query_of(row.query), items(session, row).get(decided.firm)
    heard = None
    act = HEARD.get(decided.state)
    if act is not None and (before is None or before.state != decided.state):
        said = Said(decided.firm, act, decided.reason, decided.note or "")
        check(said)
        heard = row_of(home, query, said, actor.user, actor.organisation)
        name = heard.firm_name
        decided = Decided(heard.firm_id, decided.state, heard.reason, decided.note, decided.version)
        heard.note = ""  # what the organisation notes stays with its list
    elif before is not None:
        name = before.firm_name
    else:
        raise WebError(f"no firm {decided.firm[:80]} on this list", code="WE404", hint="keep it first")
    with home.database().session() as session:
        return decide(session, actor, one(session, actor, list_id), name, decided, heard)


def present(home: Home, actor: Actor, list_id: str, *, whole: bool = False) -> tuple[Shortlist, dict[str, Any]]:
    """A list of the actor's organisation and what it says now; `whole`: with all that a version keeps.

    Raises as `content`; WebError WE404, WE401, WE032.
    """
    with home.database().session() as session:
        row = one(session, actor, list_id)
        decided, said = items(session, row), notes(session, row)
    return row, content(home, row, decided, said, whole=whole)


def whole_of(home: Home, actor: Actor, list_id: str, firms: Sequence[str]) -> tuple[Shortlist, dict[str, Any]]:
    """A list and all that is known of some of its firms, whatever was decided on them. Raises as `present`."""
    with home.database().session() as session:
        row = one(session, actor, list_id)
        decided, said = items(session, row), notes(session, row)
    looked = {firm: ShortlistItem(list_id=row.id, firm_id=firm, firm_name="", state="kept") for firm in firms}
    return row, content(home, row, {**decided, **looked}, said)


def content(
    home: Home,
    row: Shortlist,
    decided: Mapping[str, ShortlistItem],
    said: Sequence[ShortlistNote],
    *,
    whole: bool = True,
) -> dict[str, Any]:
    """The list as it is now: what a frozen version keeps, but for its number and its day.

    Not `whole`: what a page of it shows, without the slice of the corpus and the sources. Raises MatcherError (a
    condition that cannot be asked), WebError WE015 (nothing is loaded).
    """
    graph = home.graph()
    ranking = home.ranker().rank(query_of(row.query), row.top)
    targets = wanted(ranking.query, own_targets(home, row.need_id))
    ids = [found.firm.id for found in _all(ranking, _kept(decided))]
    shown = shown_by(graph, ids, targets, ranking.query.terms)
    found = ranked(ranking, decided, said, targets, shown, home.embedder().name if whole else None)
    facts = {fact for item in (*found["items"], *found["near"]) for fact in _facts(item)} | facts_of(shown)
    if whole:
        firms = {one.firm.id: one.firm for one in _all(ranking, _kept(decided))}
        chosen = (ident for ident, item in _kept(decided).items() if item.state != "rejected" and ident in firms)
        facts |= {fact for ident in chosen for fact in _sentences(firms[ident])}
        found["sources"] = [
            {name: row[name] for name in ("publisher", "kind", "documents", "oldest", "newest")}
            for row in by_source(home, graph)
        ]
    stamp = graph.stamp()
    found["corpus"] |= {"graph": stamp.stamp if stamp else "", "written": stamp.written if stamp else ""}
    found["evidence"] = _cited(home, facts)
    return found


def ranked(
    ranking: Ranking,
    decided: Mapping[str, ShortlistItem],
    said: Sequence[ShortlistNote] = (),
    targets: Sequence[Figure] = (),
    shown: Mapping[str, Sequence[Shown]] | None = None,
    model: str | None = None,
) -> dict[str, Any]:
    """What a list says that the ranking alone knows; with the name of the embedding `model` also the slice.

    Firms come in the order of the ranking, then those that were decided on and are not listed (rank 0).
    """
    corpus, kept, shown = ranking.scene.corpus, _kept(decided), shown or {}
    listed = _listed(ranking, kept)
    near = _near(ranking, listed)
    found = {
        "need": asked_as(ranking.query),
        "sought": asked_as(ranking.scene.query),
        "aliases": [{"said": alias.said, "name": alias.name, "source": alias.source} for alias in ranking.aliases],
        "words": {part.label: [worded(part, lang) for lang in LANGS] for part in ranking.query.conditions.parts()},
        "corpus": {"stamp": ranking.corpus_stamp, "as_of": corpus.as_of.isoformat(), "firms": len(corpus)},
        "scorecard": scorecard(ranking),
        "candidates": len(ranking.scores),
        "items": [_item(one, ranking.scene, kept.get(one.firm.id), said, shown) for one in listed],
        "near": [_item(one, ranking.scene, None, (), shown) | {"rank": 0} for one in near],
        "costs": [
            {"condition": cost.label, "removes": cost.removes, "alone": cost.alone, "unknown": cost.unknown}
            for cost in ranking.costs
        ],
        "searched": _searched(ranking),
        "targets": [_figure(target) for target in targets],
        "notes": [_note(note) for note in said if not note.firm_id],
        "sources": [],
        "evidence": {},
    }
    if model is not None:
        found["slice"] = Slice.of(ranking, [one.firm for one in (*listed, *near)], model).to_json()
    return found


def _kept(decided: Mapping[str, ShortlistItem]) -> dict[str, ShortlistItem]:
    return {firm: item for firm, item in decided.items() if item.state != "off"}


def _listed(ranking: Ranking, decided: Iterable[str]) -> list[Ranked]:
    """The firms of the ranking, and beside them those that were decided on and are in the corpus still."""
    listed = list(ranking.entries)
    places = {one.firm.id for one in listed}
    beside = (ranking.place_of(firm) for firm in sorted(decided) if firm not in places)
    return [*listed, *(one for one in beside if one is not None)]


def _near(ranking: Ranking, listed: Sequence[Ranked]) -> list[Ranked]:
    places = {one.firm.id for one in listed}
    return [one for one in ranking.near_misses if one.firm.id not in places]


def _all(ranking: Ranking, decided: Iterable[str]) -> list[Ranked]:
    listed = _listed(ranking, decided)
    return [*listed, *_near(ranking, listed)]


def scorecard(ranking: Ranking) -> dict[str, Any]:
    """A ranking's scorecard with its lines, as it is read again."""
    card = ranking.scorecard
    return {"name": card.name, "made": card.made, "lines": [line.to_json() for line in card.lines]}


def _item(
    ranked: Ranked,
    scene: Scene,
    item: ShortlistItem | None,
    said: Iterable[ShortlistNote],
    shown: Mapping[str, Sequence[Shown]],
) -> dict[str, Any]:
    firm = ranked.firm
    return {
        "firm": firm.id,
        "name": firm.name,
        "place": place_of([str(one.value) for one in firm.items("region")]) or "",
        "rank": ranked.rank,
        "score": ranked.score,
        "tied": ranked.tied,
        "state": item.state if item else "",
        "reason": item.reason if item else "",
        "note": item.note if item else "",
        "notes": [_note(note) for note in said if note.firm_id == firm.id],
        "contributions": [
            {
                "feature": part.feature,
                "value": part.value,
                "points": part.points,
                "says": [part.says(lang) for lang in LANGS],
                "evidence": list(part.facts),
            }
            for part in ranked.contributions
        ],
        "conditions": [
            {
                "condition": found.label,
                "truth": found.truth.name.lower(),
                "passes": found.passes,
                "hard": found.hard,
                "known": {name: [str(value) for value in values[:5]] for name, values in found.known.items()},
            }
            for found in ranked.conditions
        ],
        "targets": [
            {"verdict": one.verdict, "shown": _figure(one.figure) if one.figure else None}
            for one in shown.get(firm.id, ())
        ],
        "risks": [
            {"kind": risk.kind, "grade": risk.grade, "says": [risk.zh, risk.en], "evidence": list(risk.facts)}
            for risk in risks(firm, scene.corpus.as_of)
        ],
    }


def _figure(figure: Figure) -> dict[str, Any]:
    return {"said": figure.said(), "condition": figure.condition, "product": figure.product, "fact": figure.fact}


def _note(note: ShortlistNote) -> dict[str, str]:
    return {"text": note.text, "by": note.made_by, "at": note.created.isoformat(timespec="seconds")}


def _facts(item: Mapping[str, Any]) -> set[str]:
    return {fact for part in (*item["contributions"], *item["risks"]) for fact in part["evidence"]}


def _sentences(firm: Firm) -> Iterator[str]:
    """The facts of all that a comparison of firms shows."""
    held = [item.fact for name in COMPARED for item in firm.items(name)] + [one.fact for one in firm.products]
    yield from (fact for fact in held if fact)


def _cited(home: Home, facts: set[str]) -> dict[str, dict[str, Any]]:
    """Sentence and document of each fact that the graph has, as text."""
    return {
        fact: {
            name: value if isinstance(value, int) else str(value)
            for name, value in row.items()
            if value is not None and name not in ("fact", "facts")
        }
        for fact, row in citations(home.graph(), facts).items()
    }


def _searched(ranking: Ranking) -> dict[str, Any]:
    """What was looked for: names with the firms that list them, conditions with how many candidates meet them."""
    corpus, rows = ranking.scene.corpus, ranking.scene.rows
    names = []
    for term in ranking.scene.query.terms:
        product = find(corpus.product_names, term)
        makers = int(corpus.maker_start[product + 1] - corpus.maker_start[product]) if product is not None else 0
        names.append({"name": term, "firms": makers})
    conditions = []
    for part in ranking.query.conditions.parts():
        truth = judge(part, corpus).truth[rows]
        counts = {one.name.lower(): int((truth == one).sum()) for one in Truth}
        conditions.append({"condition": part.label, "hard": part.hard, **counts})
    return {"names": names, "conditions": conditions}
