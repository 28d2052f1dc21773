"""A frozen list as bytes and as a difference: its canonical form, its digests, and what two versions do not share."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FORMAT = "bulian-list/1"


def canonical(value: object) -> bytes:
    """The one form in which a value is hashed and exported: UTF-8, keys in order, no blanks, no number but finite."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode()


def digest_of(value: object) -> str:
    """SHA-256 of the canonical form."""
    return hashlib.sha256(canonical(value)).hexdigest()


def exported(content: Mapping[str, Any]) -> bytes:
    """The file of a frozen list: its content, the digest of all of it and that of each part."""
    return canonical(
        {
            "format": FORMAT,
            "digest": digest_of(content),
            "parts": {name: digest_of(part) for name, part in content.items()},
            "content": content,
        }
    )


@dataclass(frozen=True, slots=True)
class Moved:
    """A firm whose place or score is another one. A rank of 0: a hard condition keeps it out."""

    firm: str
    name: str
    before: int
    after: int
    score_before: float
    score_after: float


@dataclass(frozen=True, slots=True)
class Changed:
    """What a firm's place rests on that was not there before, and what is there no longer: ids of facts."""

    firm: str
    name: str
    new: tuple[str, ...]
    gone: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What two versions of a list do not share. `rests` names what the ranking rests on that differs: the need, the
    corpus, the scorecard."""

    came: tuple[tuple[str, str], ...]
    left: tuple[tuple[str, str], ...]
    moved: tuple[Moved, ...]
    evidence: tuple[Changed, ...]
    decisions: tuple[tuple[str, str, str], ...]
    rests: tuple[tuple[str, str, str], ...]

    @property
    def nothing(self) -> bool:
        """Whether both say the same."""
        parts = (self.came, self.left, self.moved, self.evidence, self.decisions, self.rests)
        return not any(parts)


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> Difference:
    """What came, left, moved, rests on other sentences, or was decided otherwise, between two contents."""
    old = {item["firm"]: item for item in before["items"]}
    new = {item["firm"]: item for item in after["items"]}
    both = [firm for firm in new if firm in old]
    moved = [
        Moved(firm, new[firm]["name"], old[firm]["rank"], new[firm]["rank"], old[firm]["score"], new[firm]["score"])
        for firm in both
        if (old[firm]["rank"], old[firm]["score"]) != (new[firm]["rank"], new[firm]["score"])
    ]
    evidence = []
    for firm in both:
        was, now = _facts(old[firm]), _facts(new[firm])
        if was != now:
            evidence.append(Changed(firm, new[firm]["name"], tuple(sorted(now - was)), tuple(sorted(was - now))))
    decisions = [
        (new.get(firm, old.get(firm, {}))["name"], _decision(old.get(firm)), _decision(new.get(firm)))
        for firm in dict.fromkeys((*old, *new))
        if _decision(old.get(firm)) != _decision(new.get(firm))
    ]
    rests = [
        (name, str(one), str(other))
        for name, one, other in (
            ("need", digest_of(before["need"])[:12], digest_of(after["need"])[:12]),
            ("corpus", before["corpus"]["stamp"][:12], after["corpus"]["stamp"][:12]),
            ("scorecard", before["scorecard"]["name"], after["scorecard"]["name"]),
        )
        if one != other
    ]
    return Difference(
        tuple((firm, new[firm]["name"]) for firm in new if firm not in old),
        tuple((firm, old[firm]["name"]) for firm in old if firm not in new),
        tuple(moved),
        tuple(evidence),
        tuple(decisions),
        tuple(rests),
    )


def _facts(item: Mapping[str, Any]) -> set[str]:
    return {fact for part in item["contributions"] for fact in part["evidence"]}


def _decision(item: Mapping[str, Any] | None) -> str:
    if item is None or not item["state"]:
        return ""
    return f"{item['state']}: {item['reason']}" if item["reason"] else str(item["state"])
