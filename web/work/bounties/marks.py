"""Words of a bounty that somebody should look at before it goes out: hints at what is secret, and in a bounty without
its poster's name that very name.

A hint is a word of `marked_words.yml`, a name one of the poster's names or what it is called for short. Nothing is
refused for them: they are shown with their sentence to poster, host and county office until the first notice, and who
hands it in says that they were looked at.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from kg.yml import read_yaml
from web.db.bounties import Bounty
from web.work.needs.names import named_in

AROUND = 16
"""Signs of the text that are shown on each side of a word."""
MOST = 50
TEXTS = ("title", "field", "text", "benefit", "solver_terms", "ip_terms", "secrecy")
NAME = "name"
"""Why a name of the poster is marked."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A marked word: in which part of the bounty, why (level, internal, military, name), with what stands around it."""

    part: str
    why: str
    before: str
    word: str
    after: str


def marks(row: Bounty, names: Sequence[str], files: Sequence[str] = ()) -> list[Mark]:
    """The marked words of what everybody will see of a bounty, at most `MOST`, in the order of its parts.

    `names` are those of its poster; they count where it is posted without a name. `files` are names of attachments.
    """
    found: list[Mark] = []
    for part, said in _parts(row, files):
        text = unicodedata.normalize("NFKC", said)
        shown = said if len(said) == len(text) else text  # as it was written, where the places are the same
        words = [(word, why) for word, why in _hints().items() if word in text]
        if row.anonymous:
            words += [(unicodedata.normalize("NFKC", name), NAME) for name in named_in([text], names)]
        found += [_mark(part, text, shown, word, why) for word, why in words]
    return found[:MOST]


def _parts(row: Bounty, files: Sequence[str]) -> Iterator[tuple[str, str]]:
    targets = "；".join(f"{one.get('name', '')} {one.get('method') or ''}" for one in row.targets)
    more = {"products": "；".join(row.products), "targets": targets, "file": "；".join(files)}
    for part, text in ({name: str(getattr(row, name) or "") for name in TEXTS} | more).items():
        if text:
            yield part, text


def _mark(part: str, text: str, shown: str, word: str, why: str) -> Mark:
    """The word where it stands first; a name that is written otherwise there stands without its sentence."""
    at = text.find(word)
    if at < 0:
        return Mark(part, why, "", word, "")
    end = at + len(word)
    return Mark(part, why, shown[max(0, at - AROUND) : at], shown[at:end], shown[end : end + AROUND])


@cache
def _hints() -> Mapping[str, str]:
    """Words by why they are marked, the longest first."""
    read = read_yaml((resources.files(__package__) / "marked_words.yml").read_text("utf-8"))
    found = {unicodedata.normalize("NFKC", word): why for why, words in read.items() for word in words}
    return dict(sorted(found.items(), key=lambda one: -len(one[0])))
