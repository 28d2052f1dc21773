"""A frozen list computed again from its own file: without network, graph or data folder.

What is computed again and what is only read is said: see `matcher.slice`. The points are always computed again, from
the values by the scorecard, and so are the score, the order, what came of each condition, and the risks.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.errors import BulianError
from matcher.conditions import outcomes
from matcher.corpus import Corpus
from matcher.embed import Embedder
from matcher.risk import risks
from matcher.scorecard import DIGITS, Scorecard
from matcher.slice import Slice, same
from web.errors import WebError
from web.work.lists.frozen import FORMAT, canonical, digest_of
from web.work.lists.shortlists import query_of

_PARTS = ("need", "sought", "corpus", "scorecard", "items", "near", "slice", "evidence", "version", "list", "frozen")


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of a replay: the content, and by feature how many values were computed again or only read."""

    content: Mapping[str, Any]
    digest: str
    again: Mapping[str, int]
    read: Mapping[str, int]

    def to_json(self) -> dict[str, Any]:
        """As `bulian replay --json` prints it."""
        items = self.content["items"]
        return {
            "list": self.content["list"],
            "version": self.content["version"],
            "frozen": self.content["frozen"],
            "digest": self.digest,
            "scorecard": self.content["scorecard"]["name"],
            "corpus": self.content["corpus"]["stamp"],
            "firms": [{name: item[name] for name in ("rank", "firm", "name", "score")} for item in items],
            "computed_again": dict(self.again),
            "read_from_the_file": dict(self.read),
        }


def replay(path: Path, embedder: Embedder | None = None) -> Replayed:
    """Read an exported list, check its digests, and rank its firms again; `embedder` is the model, if it is at hand.

    Raises WebError WE083 for a file that is none or whose bytes have changed, WE084 where what is computed differs.
    """
    content, digest = opened(path)
    try:
        return _ranked(content, digest, embedder)
    except WebError as error:
        error.file = str(path)
        raise
    except (BulianError, KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        reason = error.reason if isinstance(error, BulianError) else f"{type(error).__name__}: {error}"
        raise _differs(f"the list cannot be computed again: {reason}", file=str(path)) from error


def opened(path: Path) -> tuple[dict[str, Any], str]:
    """The content of an exported list and its digest, after its bytes were checked. Raises WebError WE083."""
    try:
        data = path.read_bytes()
        value = json.loads(data)
    except OSError as error:
        raise WebError(f"the file cannot be opened: {error.strerror}", code="WE014", file=str(path)) from error
    except (ValueError, RecursionError) as error:
        raise _changed(f"no JSON: {error}", path) from error
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise _changed(f"not a frozen list ({FORMAT})", path)
    content, digest, parts = value.get("content"), value.get("digest"), value.get("parts")
    if not isinstance(content, dict) or not isinstance(parts, dict):
        raise _changed("content or digests are missing", path)
    for name in sorted({*content, *parts, *_PARTS}):
        if name not in content or name not in parts or digest_of(content[name]) != parts[name]:
            raise _changed(f"{name} differs from its digest", path)
    if digest_of(content) != digest:
        raise _changed("the digest of the whole differs", path)
    form = canonical(value)
    if form != data:
        at = next((n for n, (one, other) in enumerate(zip(form, data, strict=False)) if one != other), len(form))
        raise _changed(f"byte {at} is not as it was exported", path)
    return content, str(digest)


def _ranked(content: Mapping[str, Any], digest: str, embedder: Embedder | None) -> Replayed:
    card = Scorecard.from_json(content["scorecard"])
    part, sought = Slice.from_json(content["slice"]), query_of(content["sought"])
    corpus = Corpus.build(part.firms, as_of=part.as_of)
    items = [*content["items"], *content["near"]]
    rows = {item["firm"]: _row(corpus, item) for item in items}
    computed = part.values(sought, embedder)
    again, read = dict.fromkeys(computed, 0), dict.fromkeys((line.feature for line in card.lines), 0)
    values = np.full((len(items), len(card.lines)), np.nan)
    for at, item in enumerate(items):
        for place, (line, found) in enumerate(zip(card.lines, item["contributions"], strict=True)):
            if found["feature"] != line.feature:
                raise _differs(f"{item['name']}: {found['feature']} stands where the scorecard has {line.feature}")
            value = found["value"]
            if line.feature in computed:
                own = float(computed[line.feature][rows[item["firm"]]])
                if not same(value, None if np.isnan(own) else own):
                    raise _differs(f"{item['name']}: {line.feature} is {own:.6g}, the file says {value}")
                again[line.feature] += 1
            else:
                read[line.feature] += 1
            values[at, place] = np.nan if value is None else float(value)
    _check_scores(items, card, values)
    _check_order(content["items"])
    for item in items:
        _check_firm(item, corpus, rows[item["firm"]], content)
    return Replayed(content, digest, _some(again), _some(read))


def _row(corpus: Corpus, item: Mapping[str, Any]) -> int:
    row = corpus.row(item["firm"])
    if row is None:
        raise _differs(f"{item['name']} is not in the slice")
    return row


def _check_scores(items: Sequence[Mapping[str, Any]], card: Scorecard, values: NDArray[np.float64]) -> None:
    points = card.points(values) if len(items) else np.zeros((0, len(card.lines)))
    for item, row in zip(items, points, strict=True):
        for found, own in zip(item["contributions"], row.tolist(), strict=True):
            if found["points"] != own:
                raise _differs(f"{item['name']}: {found['feature']} gives {own}, the file says {found['points']}")
        score = float(np.round(row.sum(), DIGITS))
        if item["score"] != score:
            raise _differs(f"{item['name']}: the score is {score}, the file says {item['score']}")


def _check_order(items: Sequence[Mapping[str, Any]]) -> None:
    """Listed firms stand by score, then by id; the file's ranks count them; ties are said."""
    listed = [item for item in items if item["rank"]]
    order = sorted(listed, key=lambda item: (-item["score"], item["firm"]))
    places = sorted(listed, key=lambda item: int(item["rank"]))
    for place, (own, said) in enumerate(zip(order, places, strict=True), 1):
        if own is not said or said["rank"] != place:
            raise _differs(f"place {place} is {own['name']}'s, the file says {said['name']}")


def _check_firm(item: Mapping[str, Any], corpus: Corpus, row: int, content: Mapping[str, Any]) -> None:
    """What came of the conditions, the risks, and that each sentence that is named is in the file."""
    query = query_of(content["need"])
    found = [
        {"condition": one.label, "truth": one.truth.name.lower(), "passes": one.passes, "hard": one.hard}
        for one in outcomes(query.conditions, lambda name: corpus.values(row, name))
    ]
    said = [{name: one[name] for name in ("condition", "truth", "passes", "hard")} for one in item["conditions"]]
    if found != said:
        raise _differs(f"{item['name']}: the conditions come out otherwise")
    if item["rank"] and not all(one["passes"] for one in found if one["hard"]):
        raise _differs(f"{item['name']} is listed and fails a hard condition")
    own = [(risk.kind, risk.grade, list(risk.facts)) for risk in risks(corpus.firms[row], corpus.as_of)]
    if own != [(risk["kind"], risk["grade"], risk["evidence"]) for risk in item["risks"]]:
        raise _differs(f"{item['name']}: the risks come out otherwise")


def _some(counts: Mapping[str, int]) -> dict[str, int]:
    return {name: count for name, count in counts.items() if count}


def lines(found: Replayed) -> Iterator[str]:
    """What a person is told of a replay that came out the same, line by line."""
    content = found.content
    listed = [item for item in content["items"] if item["rank"]]
    yield f"list {content['list']} version {content['version']}, frozen {content['frozen']}"
    yield f"digest {found.digest}"
    for item in listed:
        yield f"{item['rank']:>3}  {item['score']:9.4f}  {item['name']}{'  tied' if item['tied'] else ''}"
    yield f"same order, points and scores: {len(listed)} firms, scorecard {content['scorecard']['name']}"
    yield f"computed again from the slice: points, scores, order, conditions, risks; {', '.join(found.again)}"
    yield f"read from the file (they rest on the whole corpus): {', '.join(found.read) or 'nothing'}"


def _changed(reason: str, path: Path) -> WebError:
    return WebError(reason, code="WE083", hint="take the file as it was exported", file=str(path))


def _differs(reason: str, file: str | None = None) -> WebError:
    return WebError(
        reason, code="WE084", hint="the file was changed, or another version of the rules reads it", file=file
    )
