"""The learned choice of a filing's products: candidates in, the best ones out, each with the place that says so.

Weights come from `python -m nlp.products.train`; their card (`weights/card.json`) says on what and how well.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from kg.learned.trees import Trees
from nlp.filing import Filing
from nlp.products.likeness import Likeness
from nlp.products.pool import Candidate, Place, Who, candidates
from nlp.products.rules import MOST
from nlp.products.table import KINDS, table

SHORTEST = 20_000
"""Shorter texts are left to the rules: the shortest prospectus that the weights have seen has 88,000 signs."""
CUT = 0.25
"""Least probability of what is printed at all."""
SURE = 0.65
"""From here on a product is `disclosed`: four of five are right by own labels; below it `inferred`, three of five."""
WEIGHTS = files("nlp.products").joinpath("weights")
_TREES, _LIKENESS = "trees.npz", "likeness.npz"
_TELLING = ("main", "kinds", "business", "list", "revenue", "made", "deed", "named", "volume", "project")
_ORDER = {kind: rank for rank, kind in enumerate((*_TELLING, *(kind for kind in KINDS if kind not in _TELLING)))}


@dataclass(frozen=True, slots=True)
class Chosen:
    """A product of the filing's firm: its name, the place to quote, and how sure the score is (0 to 1)."""

    text: str
    place: Place
    probability: float


@dataclass(frozen=True, slots=True)
class ProductScore:
    """Likeness of names and the forest over `nlp.products.table.COLUMNS`."""

    likeness: Likeness
    trees: Trees

    def products(self, filing: Filing, issuer: str, most: int = MOST) -> list[Chosen]:
        """At most `most` products, the surest first."""
        pool = candidates(filing, issuer)
        if not pool:
            return []
        alike = self.likeness([candidate.text for candidate in pool.values()])
        scores = self.trees.score(table(filing, issuer, pool, alike))
        ranked = sorted(zip(scores.tolist(), pool.values(), strict=True), key=lambda entry: (-entry[0], entry[1].text))
        return [Chosen(one.text, best_place(one), score) for score, one in ranked[:most] if score >= CUT]

    def save(self, folder: Path) -> None:
        """Write both parts into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        self.likeness.save(folder / _LIKENESS)
        self.trees.save(folder / _TREES)

    @classmethod
    def load(cls, folder: Traversable = WEIGHTS) -> ProductScore:
        """The weights of a folder, the packaged ones by default.

        Raises:
            BadWeightsError: NL042, they are missing or damaged.
        """
        return cls(Likeness.load(folder.joinpath(_LIKENESS)), Trees.load(folder.joinpath(_TREES)))


def best_place(candidate: Candidate) -> Place:
    """The place that says most plainly that the firm makes it: about the firm itself, in a statement or list."""
    return min(
        candidate.places,
        key=lambda place: (place.who is Who.OTHER, _ORDER.get(place.kind, len(_ORDER)), place.item.start),
    )
