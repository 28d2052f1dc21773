"""Ranking from files to files: what `bulian rank` does."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from kg.errors import BulianError
from matcher.conditions import Outcome
from matcher.corpus import Corpus
from matcher.embed import Embedder
from matcher.errors import BadQueryError, BadRunError
from matcher.files import read_firms, read_queries
from matcher.query import Query
from matcher.rank import Ranker, Ranking
from matcher.risk import risks
from matcher.scorecard import Scorecard

TAG = "bulian"
"""Last column of a run."""


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run did: how many needs were ranked over how many firms, by what, and what was refused."""

    needs: int
    firms: int
    scorecard: str
    stamp: str
    refused: tuple[BulianError, ...]


def rank_files(
    enterprises: Path,
    gaps: Path,
    out: Path,
    embedder: Embedder,
    top: int = 1000,
    chain: Path | None = None,
    scorecard: str | None = None,
    explain: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
    reranker: Callable[[Ranking], Ranking] | None = None,
) -> RunReport:
    """Rank the firms of a file for every need of another, as a TREC run (`gap Q0 enterprise rank score bulian`).

    `top` 0 ranks all. `chain` is the archive of ChainKnowledgeGraph. `explain` gets a line for each ranked pair.
    A line that cannot be read is refused and named, the rest is done. Raises MatcherError where a file as a whole
    cannot be read or written.
    """
    if top < 0:
        raise BadQueryError(f"--top is {top}", hint="0 ranks all firms")
    card = Scorecard.load(scorecard) if scorecard else None
    firms, bad_firms = read_firms(enterprises)
    queries, bad_queries = read_queries(gaps)
    refused: list[BulianError] = [*bad_firms, *bad_queries]
    corpus = Corpus.of_firms(firms, chain, [name for query in queries for name in query.terms])
    ranker = Ranker(corpus, embedder, card)
    embedder.embed([text for query in queries for text in (*query.terms, query.whole) if text])
    done = 0
    used: dict[str, None] = {}
    try:
        with _opened(out) as run, _opened(explain) as lines:
            for query in queries:
                try:
                    ranking = ranker.rank(query, top)
                    if reranker is not None:
                        ranking = reranker(ranking)
                except BadQueryError as error:
                    error.file, error.place = str(gaps), query.id
                    refused.append(error)
                    continue
                used[ranking.scorecard.name] = None
                write_run(run, query, ranking)
                if explain is not None:
                    write_explanations(lines, query, ranking)
                done += 1
                if progress is not None:
                    progress(done, len(queries))
    except OSError as error:
        raise BadRunError(f"the run cannot be written: {error}", file=str(out)) from error
    return RunReport(done, len(corpus), ", ".join(used), corpus.stamp, tuple(refused))


def write_run(run: IO[str], query: Query, ranking: Ranking) -> None:
    """The lines of one need."""
    for place, (firm, score) in enumerate(ranking.pairs(), 1):
        run.write(f"{query.id} Q0 {firm} {place} {score:.4f} {TAG}\n")


def write_explanations(lines: IO[str], query: Query, ranking: Ranking) -> None:
    """One line for each ranked pair: the contributions add up to the score."""
    for entry in ranking.entries:
        line = {
            "need": query.id,
            "firm": entry.firm.id,
            "rank": entry.rank,
            "score": entry.score,
            "tied": entry.tied,
            "features": [one.to_json() for one in entry.contributions],
            "conditions": [_condition(one) for one in entry.conditions],
            "risks": [one.to_json() for one in risks(entry.firm, ranking.scene.corpus.as_of)],
        }
        lines.write(json.dumps(line, ensure_ascii=False) + "\n")


def _condition(outcome: Outcome) -> dict[str, Any]:
    """What came of a condition; why it is asked for, where that is said."""
    found = {"condition": outcome.label, "result": outcome.truth.name.lower(), "passes": outcome.passes}
    return found | {"hard": outcome.hard} | ({"reason": outcome.reason} if outcome.reason else {})


def _opened(path: Path | None) -> IO[str]:
    """The file for writing; nothing is kept where there is no path."""
    return Path(os.devnull if path is None else path).open("w", encoding="utf-8")
