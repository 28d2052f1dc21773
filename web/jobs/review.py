"""The queue of doubtful pairs: listed, opened, put off, answered; and the history of what was decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, or_, select, tuple_

from kg.change import chunks
from kg.identity.decide import DIFFERENT, NAME, SAME
from web.db import models
from web.errors import WebError
from web.home import Home
from web.jobs.decisions import Asked, Done, decide
from web.jobs.duplicates import Looked, look
from web.jobs.graph import settle

VIEWS = {"open": ("open", "unsure"), "merged": ("same",), "kept": ("different",)}
"""What can be listed: pairs that wait, pairs that are one firm, pairs that are two."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which pairs: a view, a part of a name, a place (GB/T 2260, whole levels), a doubt."""

    view: str = "open"
    name: str = ""
    place: str = ""
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A pair of the queue. `turn` counts how often somebody was not sure; `act` is the decision that holds, if any."""

    id: str
    records: tuple[str, str]
    names: tuple[str, str]
    places: tuple[str, str]
    score: float
    doubt: str
    reason: str
    agrees: list[dict[str, str]]
    differs: list[dict[str, str]]
    state: str
    turn: int
    act: str | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """One act of the history: what was said on which records, by whom, when, and whether it was taken back."""

    act: str
    kind: str
    records: tuple[str, ...]
    names: tuple[str, ...]
    reason: str
    by_role: str
    score: float | None
    at: str
    undone_at: str | None
    lost: tuple[str, ...]
    """Records that the graph does not have (any more): the word is kept, and waits for them."""


def waiting(home: Home, wanted: Filter = Filter(), skip: int = 0, limit: int = 50) -> tuple[list[Case], int]:
    """Pairs of a view, the likeliest first and those somebody was not sure of last; and how many there are."""
    with home.database().session() as session:
        rows = session.scalars(_chosen(wanted).order_by(*_ORDER).offset(skip).limit(limit)).all()
    return _cases(home, rows), count(home, wanted)


def count(home: Home, wanted: Filter) -> int:
    """How many pairs a view has."""
    with home.database().session() as session:
        return session.scalar(select(func.count()).select_from(_chosen(wanted).subquery())) or 0


def case(home: Home, case_id: str) -> Case:
    """One pair. Raises WebError WE005."""
    with home.database().session() as session:
        row = session.get(models.IdentityCase, case_id)
    if row is None:
        raise WebError(f"no pair {case_id[:80]}", code="WE005", hint="`bulian review list` has them")
    return _cases(home, [row])[0]


def beside(
    home: Home, present: Case | None, wanted: Filter = Filter(), *, back: bool = False, but: str | None = None
) -> str | None:
    """The pair after this one in the queue, or before it; the first where there is none; None at the end."""
    chosen = _chosen(wanted)
    row = models.IdentityCase
    if but is not None:
        chosen = chosen.where(row.id != but)
    if present is not None:
        place = tuple_(row.turn, -row.score, row.id)
        here = tuple_(present.turn, -present.score, present.id)
        chosen = chosen.where(place < here if back else place > here)
    order = [row.turn.desc(), row.score, row.id.desc()] if back else list(_ORDER)
    with home.database().session() as session:
        found = session.scalars(chosen.order_by(*order).limit(1)).first()
    return found.id if found else None


def put_off(home: Home, case_id: str, who: str = "operator") -> Case:
    """Nobody is sure: the pair goes behind all others. Raises WE005, WE013 (it is decided)."""
    with home.writing("review"), home.database().session() as session:
        row = session.get(models.IdentityCase, case_id)
        if row is None or row.state not in VIEWS["open"]:
            raise WebError("the pair does not wait", code="WE005" if row is None else "WE013", place=case_id)
        session.add(_event(who, row.id, row.state, "unsure"))
        row.state, row.turn = "unsure", (session.scalar(select(func.max(models.IdentityCase.turn))) or 0) + 1
    return case(home, case_id)


def answer(
    home: Home, case_id: str, kind: str, token: str | None = None, reason: str = "", who: str = "operator"
) -> Done:
    """`same` or `different` on a pair of the queue, by the account `who`. Raises as `decide`."""
    found = case(home, case_id)
    return decide(home, Asked(kind, found.records, reason=reason or found.reason, who=who), token)


def refresh(home: Home) -> Looked:
    """Compare all firms with one another, and bring to the graph what the program is sure of. Raises WE006."""
    with home.writing("review refresh"):
        settle(home)
        looked = look(home)
        settle(home)
    return looked


def history(home: Home, records: Iterable[str] | None = None, lost: bool = False) -> list[Word]:
    """Acts on any of these records (on all), newest first; with `lost` only those that wait for a record."""
    wanted = None if records is None else set(records)
    with home.database().session() as session:
        chosen = select(models.Decision).where(models.Decision.verdict.in_((SAME, DIFFERENT, NAME)))
        chosen = chosen.order_by(models.Decision.at.desc(), models.Decision.id)
        if wanted is not None:
            chosen = chosen.where(or_(models.Decision.record_a.in_(wanted), models.Decision.record_b.in_(wanted)))
        acts: dict[str, list[models.Decision]] = {}
        for row in session.scalars(chosen):
            acts.setdefault(row.act or row.id, []).append(row)
    found = _words(home, acts)
    return [word for word in found if word.lost] if lost else found


def act(home: Home, act_id: str) -> Word | None:
    """One act by its id."""
    with home.database().session() as session:
        rows = session.scalars(select(models.Decision).where(models.Decision.act == act_id)).all()
    return _words(home, {act_id: rows})[0] if rows else None


def _words(home: Home, acts: Mapping[str, Sequence[models.Decision]]) -> list[Word]:
    keys = sorted({key for rows in acts.values() for row in rows for key in (row.record_a, row.record_b)})
    names = {row["id"]: row["name"] for part in chunks(keys) for row in home.graph().read("record_names", ids=part)}
    return [_word(key, rows, names) for key, rows in acts.items()]


def _word(act: str, rows: Sequence[models.Decision], names: dict[str, str]) -> Word:
    first = rows[0]
    keys = tuple(dict.fromkeys(key for row in rows for key in (row.record_a, row.record_b)))
    return Word(
        act,
        first.kind or first.verdict,
        keys,
        tuple(dict.fromkeys(names[key] for key in keys if key in names)),
        first.reason,
        first.by_role,
        first.score,
        first.at.isoformat(),
        first.undone_at.isoformat() if first.undone_at else None,
        tuple(key for key in keys if key not in names),
    )


_ORDER = (models.IdentityCase.turn, models.IdentityCase.score.desc(), models.IdentityCase.id)


def _chosen(wanted: Filter) -> Select[models.IdentityCase]:
    row = models.IdentityCase
    chosen = select(row).where(row.state.in_(VIEWS.get(wanted.view, VIEWS["open"])))
    if wanted.name:
        chosen = chosen.where(row.names.icontains(wanted.name, autoescape=True))
    if wanted.place:
        stem = wanted.place.removesuffix("00").removesuffix("00")
        chosen = chosen.where(or_(row.places.startswith(stem), row.places.contains(f"\n{stem}")))
    if wanted.doubt:
        chosen = chosen.where(row.doubt == wanted.doubt)
    return chosen


def _cases(home: Home, rows: Sequence[models.IdentityCase]) -> list[Case]:
    pairs = {(row.record_a, row.record_b) for row in rows}
    acts: dict[tuple[str, str], str] = {}
    with home.database().session() as session:
        said = select(models.Decision).where(
            models.Decision.undone_at.is_(None), models.Decision.record_a.in_({one for one, _ in pairs})
        )
        for item in session.scalars(said.order_by(models.Decision.at, models.Decision.id)):
            if (item.record_a, item.record_b) in pairs:
                acts[item.record_a, item.record_b] = item.act
    return [_case(row, acts.get((row.record_a, row.record_b))) for row in rows]


def _case(row: models.IdentityCase, act: str | None) -> Case:
    one, _, other = row.names.partition("\n")
    here, _, there = row.places.partition("\n")
    return Case(
        id=row.id,
        records=(row.record_a, row.record_b),
        names=(one, other),
        places=(here, there),
        score=row.score,
        doubt=row.doubt,
        reason=row.reason,
        agrees=row.agrees,
        differs=row.differs,
        state=row.state,
        turn=row.turn,
        act=act,
    )


def _event(who: str, case_id: str, before: str, after: str) -> models.Event:
    return models.Event(actor=who, subject="identity_case", subject_id=case_id, from_state=before, to_state=after)


def side(home: Home, record: str, limit: int = 8) -> dict[str, Any] | None:
    """The firm of a record as sources describe it, with its newest records and statements; None where it has gone."""
    rows = home.graph().read("review_side", id=record, limit=limit)
    if not rows:
        return None
    return {**rows[0], "statements": home.graph().read("review_facts", id=rows[0]["firm"]["id"], limit=12)}
