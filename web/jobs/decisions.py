"""Decisions on identity: planned with their effect, written to their journal, brought to the graph, taken back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import select, update

from kg.errors import BulianError
from kg.identity.decide import Effect, Speaker, Standing, undo
from kg.records import Decision, RecordId
from kg.standing import standing
from web.db import models
from web.errors import Usage, WebError
from web.home import Home
from web.jobs.duplicates import follow
from web.jobs.graph import settle

KINDS = ("same", "different", "move", "split", "name", "undo")

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to be done. `records`: two for same and different; for move the record, then one of the firm
    that it goes to, if any; for name one. `parts` are those of a split, `act` is what is taken back.
    """

    kind: str
    records: tuple[str, ...] = ()
    parts: tuple[tuple[str, ...], ...] = ()
    act: str | None = None
    reason: str = ""
    role: str = "operator"
    who: str = "operator"


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be done: decisions to write or to take back, their effect, and how much of the graph that touches.

    `facts` are statements that name the records that move, `edges` those of all firms that are projected again.
    """

    asked: Asked
    said: tuple[Decision, ...]
    undone: tuple[Decision, ...]
    effect: Effect
    facts: int
    edges: int


@dataclass(frozen=True, slots=True)
class Done:
    """What was done: the act's id, by which it can be taken back, and its plan."""

    act: str
    plan: Plan


def effect_of(planned: Plan) -> dict[str, Any]:
    """A plan's effect as JSON: moves as {record: [from, to]}, counts, the token, whether it must be said twice."""
    effect = planned.effect
    return {
        "moves": {key: list(pair) for key, pair in sorted(effect.moves.items())},
        "firms_before": effect.firms_before,
        "firms_after": effect.firms_after,
        "facts": planned.facts,
        "edges": planned.edges,
        "large": effect.large,
        "token": effect.token,
    }


def foreseen(home: Home, asked: Asked) -> dict[str, Any]:
    """The effect that `asked` would have, as JSON; where it cannot be done, `refused` says why."""
    try:
        return effect_of(plan(home, asked))
    except BulianError as error:
        return {"refused": f"{error.code} {error.reason}"}


def plan(home: Home, asked: Asked) -> Plan:
    """What `asked` would do; changes nothing. Raises Usage, WebError WE005 (no such act), KG911 to KG914."""
    return _plan(home, asked, models.now().isoformat())


def decide(home: Home, asked: Asked, token: str | None = None) -> Done:
    """Do it, and bring the graph along. An act with a large effect needs the token of exactly this effect.

    Where a token is given and the effect is another one by now, nothing is done. Raises as `plan`, and WebError WE006
    (another writer), WE031 (the token is missing or no longer true).
    """
    with home.writing("review"):
        moment = models.now()
        planned = _plan(home, asked, moment.isoformat())
        _refuse_unseen(planned.effect, token)
        act = models.new_id()
        with home.database().session() as session:
            if asked.kind == "undo":
                act = str(asked.act)
                session.execute(
                    update(models.Decision)
                    .where(models.Decision.act == act, models.Decision.undone_at.is_(None))
                    .values(undone_at=moment, settled=False)
                )
            else:
                session.add_all(models.Decision.of(item, act, asked.kind, asked.who) for item in planned.said)
            session.add(
                models.Event(
                    actor=asked.who,
                    subject="identity",
                    subject_id=act,
                    from_state="decided" if asked.kind == "undo" else None,
                    to_state="undone" if asked.kind == "undo" else "decided",
                    reason=asked.reason,
                    digest=planned.effect.token,
                )
            )
        settle(home)
        named = {key for item in (*planned.said, *planned.undone) for key in item.records}
        follow(home, {*named, *planned.effect.moves})
    _log.info("decided", kind=asked.kind, act=act, moved=len(planned.effect.moves))
    return Done(act, planned)


def _plan(home: Home, asked: Asked, at: str) -> Plan:
    held = home.decisions()
    by = Speaker(asked.role, at, asked.reason)
    if asked.kind == "undo":
        gone = undo(_of_act(home, held, asked.act), at)
        around = standing(home.graph(), held, {key for item in gone for key in item.records})
        return _weighed(home, Plan(asked, (), tuple(gone), around.effect(undone=[item.id for item in gone]), 0, 0))
    named = [RecordId(key) for key in (*asked.records, *(key for part in asked.parts for key in part))]
    around = standing(home.graph(), held, named)
    said = _said(around, asked, named, by)
    return _weighed(home, Plan(asked, tuple(said), (), around.effect(said), 0, 0))


def _said(around: Standing, asked: Asked, named: Sequence[RecordId], by: Speaker) -> list[Decision]:
    match asked.kind, named:
        case "same", [first, second]:
            return around.same(first, second, by)
        case "different", [first, second]:
            return around.different(first, second, by)
        case "move", [record]:
            return around.move(record, None, by)
        case "move", [record, to]:
            return around.move(record, to, by)
        case "name", [record]:
            return around.promote(record, by)
        case "split", [_, *_]:
            return around.split([[RecordId(key) for key in part] for part in asked.parts], by)
    raise Usage(f"{asked.kind} does not go with {len(named)} records", hint=f"one of {', '.join(KINDS)}")


def _weighed(home: Home, planned: Plan) -> Plan:
    """The plan with the size of its effect in the graph."""
    moved = sorted(planned.effect.moves)
    facts = sum(row["facts"] for row in home.graph().read("records_effect", ids=moved))
    ends = sorted({firm for pair in planned.effect.moves.values() for firm in pair})
    edges = sum(row["edges"] for row in home.graph().read("records_effect", ids=sorted({*moved, *ends})))
    return Plan(planned.asked, planned.said, planned.undone, planned.effect, facts, edges)


def _of_act(home: Home, held: Iterable[Decision], act: str | None) -> list[Decision]:
    with home.database().session() as session:
        ids = set(session.scalars(select(models.Decision.id).where(models.Decision.act == act))) if act else set()
    if not ids:
        raise WebError(f"no act {act}", code="WE005", hint="`bulian review show` lists the acts on a firm")
    return [item for item in held if item.id in ids]


def _refuse_unseen(effect: Effect, token: str | None) -> None:
    if token == effect.token or (token is None and not effect.large):
        return
    if token is None:
        reason = f"{len(effect.moves)} records would change their firm: say it a second time"
    else:
        reason = "the effect is no longer the one that was shown"
    raise WebError(reason, code="WE031", hint=f"look at the effect again; its token is {effect.token}")
