"""What came of the firms of a list: logged with the list's version, and exported for `bulian rank-train`.

Nothing is learnt by itself: a scorecard changes only where somebody trains one from an export and chooses it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from matcher.query import Query
from web.db.models import Feedback
from web.errors import WebError
from web.home import Home
from web.jobs.match import query_of

ACTS = ("kept", "contacted", "awarded", "rejected", "withdrawn")

REASONS = ("not_maker", "conditions", "quality", "capacity", "price", "conflict", "wrong_record", "other")
"""Why a firm was rejected: it does not make this, misses a condition, its quality or record, capacity or delivery,
price, a conflict of interest, its record here is wrong, another reason (said in the note)."""

GRADES = {"awarded": 3, "contacted": 2, "kept": 1}

NO_ANSWER = frozenset({"not_maker", "wrong_record"})
"""Reasons that say that the firm is no answer to the need (grade 0). A firm that was too dear, too small or in
conflict may well make the thing: such a rejection judges nothing and is left out of the judgements."""

NOTE = 2000
"""Signs of a note."""


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says of a firm on a need's list; `corpus` is the stamp of the list that was looked at."""

    firm: str
    act: str
    reason: str = ""
    note: str = ""
    corpus: str = ""


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote; `gone` are judged firms that the corpus no longer has."""

    needs: int
    judgements: int
    awards: int
    log: int
    firms: int
    gone: int


def published(home: Home, need: str) -> Query:
    """A published need as it stands. Raises WebError WE404 for another: of free text nothing is kept."""
    if not home.graph().read("need_cards", ids=[need]):
        raise WebError(f"no need {need[:80]}", code="WE404", hint="see the list of needs")
    return query_of(home, need)


def log(home: Home, query: Query, said: Said) -> Feedback:
    """Write one row for a need as it was asked. Raises as `row_of`."""
    row = row_of(home, query, said)
    with home.database().session() as session:
        session.add(row)
    return row


def row_of(home: Home, query: Query, said: Said, who: str = "operator", organisation: str | None = None) -> Feedback:
    """The row of the log for a need as it was asked, not written yet.

    The rank is reckoned here, on the corpus that the reader saw. Raises WebError WE062 for an act or reason that is
    none, WE061 where the list has changed since it was shown, WE404 for a firm that was not compared.
    """
    check(said)
    ranker = home.ranker()
    if said.corpus and said.corpus != ranker.corpus.stamp:
        raise WebError("the list has changed since it was shown", code="WE061", hint="look at it again, then say it")
    ranking = ranker.rank(query, 0)
    ranked = ranking.place_of(said.firm)
    if ranked is None:
        raise WebError(f"no firm {said.firm[:80]} on this list", code="WE404", hint="choose one of the list")
    return Feedback(
        organisation_id=organisation,
        who=who,
        need_id=query.id,
        firm_id=ranked.firm.id,
        firm_name=ranked.firm.name,
        act=said.act,
        reason=said.reason if said.act == "rejected" else "",
        note=said.note.strip()[:NOTE],
        rank=ranked.rank,
        score=ranked.score,
        scorecard=ranking.scorecard.name,
        corpus=ranker.corpus.stamp,
        query=query.to_json(),
    )


def check(said: Said) -> None:
    """Raise WebError WE062 for an act or a reason that is none, and for another reason without words."""
    if said.act not in ACTS:
        raise WebError(f"no such answer: {said.act[:20]!r}", code="WE062", hint=", ".join(ACTS))
    if said.act == "rejected" and said.reason not in REASONS:
        raise WebError("a rejection needs its reason", code="WE062", hint=", ".join(REASONS))
    if said.reason == "other" and said.act == "rejected" and not said.note.strip():
        raise WebError("another reason needs words", code="WE062", hint="say it in the note")


def rows(
    home: Home, need: str | None = None, limit: int | None = None, organisation: str | None = None
) -> list[Feedback]:
    """The log of an organisation (None: the operator's own), newest first; of one need or of all."""
    own = select(Feedback).where(Feedback.organisation_id == organisation)
    wanted = own.order_by(Feedback.number.desc()).limit(limit)
    if need is not None:
        wanted = wanted.where(Feedback.need_id == need)
    with home.database().session() as session:
        return list(session.scalars(wanted))


def standing(log_rows: Iterable[Feedback]) -> dict[tuple[str, str], Feedback]:
    """What counts now by need and firm: the newest row, unless it was withdrawn. Rows come newest first."""
    newest: dict[tuple[str, str], Feedback] = {}
    for row in log_rows:
        newest.setdefault((row.need_id, row.firm_id), row)
    return {pair: row for pair, row in newest.items() if row.act != "withdrawn"}


def export(home: Home, folder: Path) -> Exported:
    """Write the log and what `rank-train` takes: enterprises.jsonl, gaps.jsonl, qrels.txt (TREC), feedback.jsonl.

    A need stands in gaps.jsonl as it was last asked. Grades: awarded 3, contacted 2, kept 1, rejected as no answer 0.
    Raises WebError WE016 where the folder cannot be written.
    """
    newest_first = rows(home)
    corpus = home.corpus()
    present = _present(home, {row.firm_id for row in newest_first})
    queries: dict[str, dict[str, Any]] = {}
    for row in newest_first:
        queries.setdefault(row.need_id, row.query)
    grades: dict[tuple[str, str], int] = {}
    gone = set()
    for (need, firm), row in standing(newest_first).items():
        grade = 0 if row.reason in NO_ANSWER else GRADES.get(row.act)
        ident = present.get(firm, firm)
        if corpus.row(ident) is None:
            gone.add(firm)
        elif grade is not None:
            grades[need, ident] = max(grade, grades.get((need, ident), 0))
    judged = sorted({need for need, _ in grades})
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / "enterprises.jsonl", (firm.to_json() for firm in corpus.firms))
        _write(folder / "gaps.jsonl", (queries[need] for need in judged))
        _write(folder / "feedback.jsonl", (line(row) for row in reversed(newest_first)))
        lines = (f"{need} 0 {firm} {grade}\n" for (need, firm), grade in sorted(grades.items()))
        (folder / "qrels.txt").write_text("".join(lines), encoding="utf-8")
    except OSError as error:
        raise WebError(
            f"the export cannot be written: {error.strerror}", code="WE016", hint="name a folder", file=str(folder)
        ) from error
    awards = sum(grade == GRADES["awarded"] for grade in grades.values())
    return Exported(len(judged), len(grades), awards, len(newest_first), len(corpus), len(gone))


def _present(home: Home, firms: set[str]) -> dict[str, str]:
    """Under which id a firm is found now, where its records have been joined or moved since."""
    graph = home.graph()
    found = {}
    for firm in sorted(firms):
        now = graph.read("firm", id=firm)
        if now:
            found[firm] = str(now[0]["firm"]["id"])
    return found


def line(row: Feedback) -> dict[str, Any]:
    """A row as it is exported."""
    names = ("need_id", "firm_id", "firm_name", "act", "reason", "note", "rank", "score", "scorecard", "corpus", "who")
    return {"at": row.at.isoformat(), **{name: getattr(row, name) for name in names}, "query": row.query}


def _write(path: Path, lines: Iterable[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for line in lines:
            file.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")
