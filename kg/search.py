"""Search boxes: what is typed, found in the names of enterprises, products and needs.

The full-text indexes hold single signs and bigrams (`kg.projection.words.grams`), so any part of a name is found,
from one sign on. What is typed is looked for as a phrase first, then with all of its bigrams, then with any; each
hit says how it was found. Letters are tried as pinyin too (`jiansuqi`, `jsq`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kg.store import Graph
from kg.values.credit_code import normalise

KINDS = ("Enterprise", "Product", "Need")
"""What can be searched; Need stands for needs and bounties."""

HOWS = ("code", "phrase", "pinyin", "all", "any")
"""How a hit was found, the surest first: by credit code, as a phrase, by pinyin, with all bigrams, with any."""

LONGEST = 60
"""Signs of a search that are looked at; a longer text is cut."""

_LONE = 0.05
"""Weight of a single sign beside the bigrams, where any of them may match."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found: its label, key and name, the index's score, and how it was found (one of HOWS)."""

    label: str
    id: str
    name: str
    score: float
    how: str


def search(graph: Graph, text: str, kinds: Sequence[str] = KINDS, limit: int = 20) -> list[Hit]:
    """Find what is typed; at most `limit` hits of each kind, kinds in the order given, surest hits first.

    An empty text, or one of blanks alone, finds nothing. No sign has a meaning to the search: everything is
    looked for as it is typed, in NFKC form and without regard to case or blanks.
    """
    hits: list[Hit] = []
    for kind in kinds:
        if kind not in KINDS:
            raise ValueError(f"cannot be searched: {kind}")
        hits += _of_kind(graph, text, kind, limit)
    return hits


def lucene_queries(text: str, pinyin: bool = True) -> Iterator[tuple[str, str]]:
    """How and query, the surest first, in the syntax of Lucene with every sign escaped."""
    words = [word[:LONGEST] for word in unicodedata.normalize("NFKC", text).lower().split()]
    signs = "".join(words)[:LONGEST]
    if not signs:
        return
    singles = [_escaped(sign) for sign in signs]
    yield "phrase", f'grams:"{" ".join(singles)}"' if len(signs) > 1 else f"grams:{singles[0]}"
    if pinyin and signs.isascii() and signs.isalpha():
        yield "pinyin", f"pinyin:{signs}*"
    if len(signs) == 1:
        return
    terms = [
        _escaped(term)
        for word in words
        for term in (map("".join, pairwise(word)) if len(word) > 1 else [word])  # a word of one sign has no bigram
    ][:LONGEST]
    yield "all", "grams:(" + " ".join(f"+{term}" for term in terms) + ")"
    yield "any", "grams:(" + " ".join([*terms, *(f"{sign}^{_LONE}" for sign in singles)]) + ")"


def _of_kind(graph: Graph, text: str, kind: str, limit: int) -> list[Hit]:
    found: dict[tuple[str, str], Hit] = {}
    code = normalise(text) if kind == "Enterprise" else None
    if code:
        for row in graph.read("enterprise_by_code", code=code):
            found["Enterprise", row["id"]] = Hit("Enterprise", row["id"], row["name"], 1.0, "code")
    for how, lucene in lucene_queries(text, pinyin=kind != "Need"):
        if len(found) >= limit:
            break
        for row in graph.read("search_grams", index=f"grams_{kind.lower()}", query=lucene, limit=limit):
            found.setdefault((row["label"], row["id"]), Hit(**row, how=how))
    return list(found.values())[:limit]


def _escaped(term: str) -> str:
    return "".join(sign if sign.isalnum() else "\\" + sign for sign in term)
