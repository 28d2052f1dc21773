"""Search boxes: what is typed, found in the names of enterprises, products and needs.

The full-text indexes hold single signs and bigrams (`kg.projection.words.grams`), so any part of a name is found,
from one sign on; an enterprise is found by its other and former names too. What is typed is looked for as a phrase
first, then by its sound, then with all of its bigrams, then with any; each hit says how it was found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kg.projection.words import folded
from kg.sound import phrases
from kg.store import Graph
from kg.values.credit_code import normalise

KINDS = ("Enterprise", "Product", "Need")
"""What can be searched; Need stands for needs and bounties."""

HOWS = ("code", "phrase", "pinyin", "all", "any")
"""How a hit was found, the surest first: by credit code, as a phrase, by its sound (pinyin typed, or other signs of
the same sound where nothing holds the phrase), with all bigrams, with any.
"""

LONGEST = 60
"""Signs of a search that are looked at; a longer text is cut."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found: its label, key and name, the index's score, and how it was found (one of HOWS).

    `known_as` is the other or former name that holds what was typed, where the name itself does not.
    """

    label: str
    id: str
    name: str
    score: float
    how: str
    known_as: str | None = None


def search(graph: Graph, text: str, kinds: Sequence[str] = KINDS, limit: int = 20) -> list[Hit]:
    """Find what is typed; at most `limit` hits of each kind, kinds in the order given, surest hits first.

    An empty text, or one of blanks alone, finds nothing. No sign has a meaning to the search: everything is looked
    for as it is typed, in NFKC form, traditional signs as simplified ones, without regard to case or blanks.
    """
    hits: list[Hit] = []
    for kind in kinds:
        if kind not in KINDS:
            raise ValueError(f"cannot be searched: {kind}")
        hits += _of_kind(graph, text, kind, limit)
        if hits and hits[-1].how == "code":
            break  # a code means its firm and nothing else
    return hits


def lucene_queries(text: str, pinyin: bool = True) -> Iterator[tuple[str, str]]:
    """How and query, the surest first, in the syntax of Lucene with every sign escaped."""
    words = [word[:LONGEST] for word in folded(text).split()]
    signs = "".join(words)[:LONGEST]
    if not signs:
        return
    singles = [_escaped(sign) for sign in signs]
    yield "phrase", f'grams:"{" ".join(singles)}"' if len(signs) > 1 else f"grams:{singles[0]}"
    if len(signs) == 1:
        return
    sounds = phrases(signs) if pinyin else []
    if sounds:
        # what comes out even is meant before what is only begun
        weighed = (f'"{" ".join(map(_escaped, sound))}"^{1 / (1 + at):.3f}' for at, sound in enumerate(sounds))
        yield "pinyin", "pinyin:(" + " ".join(weighed) + ")"
    terms = [
        _escaped(term)
        for word in words
        for term in (map("".join, pairwise(word)) if len(word) > 1 else [word])  # a word of one sign has no bigram
    ][:LONGEST]
    yield "all", "grams:(" + " ".join(f"+{term}" for term in terms) + ")"
    yield "any", "grams:(" + " ".join(terms) + ")"


def _of_kind(graph: Graph, text: str, kind: str, limit: int) -> list[Hit]:
    found: dict[tuple[str, str], Hit] = {}
    code = normalise(text) if kind == "Enterprise" else None
    if code:
        for row in graph.read("enterprise_by_code", code=code):
            found["Enterprise", row["id"]] = Hit("Enterprise", row["id"], row["name"], 1.0, "code")
        if found:
            return list(found.values())
    words = folded(text).split()
    typed = "".join(words)
    # The one bigram of a word of two is its phrase; pairs of letters say nothing beside what all of them find.
    whole = len(words) == 1 and (len(typed) == 2 or (typed.isascii() and typed.isalpha()))
    for how, lucene in lucene_queries(text, pinyin=kind != "Need"):
        if len(found) >= limit or (how == "all" and whole and (found or len(typed) == 2)):
            break
        if how == "pinyin" and found and not typed.isascii():
            continue  # signs of the same sound are for those who meant other ones
        for row in graph.read("search_grams", index=f"grams_{kind.lower()}", query=lucene, limit=limit):
            others = row.pop("others")
            known_as = _known_as(typed, others, row["name"]) if how == "phrase" else None
            found.setdefault((row["label"], row["id"]), Hit(**row, how=how, known_as=known_as))
    return list(found.values())[:limit]


def _known_as(typed: str, others: Sequence[str], name: str) -> str | None:
    if typed in "".join(folded(name).split()):
        return None
    return next((other for other in others if typed in "".join(folded(other).split())), None)


def _escaped(term: str) -> str:
    return "".join(sign if sign.isalnum() else "\\" + sign for sign in term)
