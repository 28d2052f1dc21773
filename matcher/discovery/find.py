"""Firms that hold no tier and look like those that do, ranked, with what is known of each and what is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matcher.corpus import Corpus
from matcher.discovery.card import Card, Condition, Rules, Truth, rules_of
from matcher.discovery.likeness import likeness
from matcher.discovery.table import LISTED, NOTICE, PAST, Kept, Table
from matcher.discovery.trait import BY_NAME, LARGE, LIKENESS, NAMES, TRAITS, Seen
from matcher.errors import BadQueryError
from matcher.fields import TIERS, number, plain, region_code, region_prefix
from matcher.firm import Firm, Product
from matcher.index import Index
from matcher.lexical import flat_places
from matcher.risk import Risk, risks
from matcher.scorecard import DIGITS

MAKES = ("patents", "contracts", "process")
"""Fields beside products that say what a firm does; without any of them it is no candidate."""

NAMED_FIRST = 5
"""Firms that are named for a reason to leave out; their number is said in full."""

LEFT_OUT = {
    "listed": ("已在册", "holds the tier or a higher one"),
    "notice": ("已公示", "on public notice for it"),
    "past": ("曾在册，有效期已过，没有读到复核", "was listed; past its term, no review was read"),
    "kind": ("分支机构、院所、高校、机关", "a branch, institute, university or agency"),
    "large": ("按已知规模是大型企业", "large by what is known of its size"),
    "silent": ("没有读到它做什么", "nothing was read of what it makes"),
}
"""Why a firm is no candidate, in the order in which it is asked."""


CLOSE = 0.7
"""Cosine of two product names from which they are said to be near; below, only the firms as wholes are."""

COMMON = 0.02
"""What a product loses as the reason for each doubling of its makers: parts and services that all sell tell little."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked for: a tier, and where and in which field to look. Empty: everywhere."""

    tier: str = "little_giant"
    region: str = ""
    field: str = ""
    node: str = ""
    top: int = 20


@dataclass(frozen=True, slots=True)
class Known:
    """A trait of a firm that is known: its value, points (None: it has no line), and the facts."""

    trait: str
    seen: Seen
    points: float | None

    def says(self, lang: str = "zh") -> str:
        """The value in words."""
        return BY_NAME[self.trait].shown(self.seen.value, lang)


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of a condition of the tier, and the trait that decided it."""

    condition: Condition
    truth: Truth
    trait: str | None


@dataclass(frozen=True, slots=True)
class Alike:
    """A listed firm whose products are near: the nearest pair of products, and how the firm stands on its list."""

    firm: Firm
    cosine: float
    own: Product
    theirs: Product
    close: bool

    @property
    def facts(self) -> tuple[str, ...]:
        """What says that both make these things, and that the firm is listed."""
        title = next((item.fact for name in ("titles", "tier") for item in self.firm.items(name) if item.fact), None)
        return tuple(fact for fact in (self.own.fact, self.theirs.fact, title) if fact)

    def says(self, lang: str = "zh") -> str:
        """Why it looks like that firm."""
        if plain(self.own.name) == plain(self.theirs.name):
            return f"都做“{self.own.name}”" if lang == "zh" else f"both make “{self.own.name}”"
        if lang == "zh":
            pair = f"它做“{self.own.name}”，对方做“{self.theirs.name}”"
            return pair if self.close else f"产品整体相近，没有相近的单个产品（最近的一对：{pair}）"
        pair = f"it makes “{self.own.name}”, the other “{self.theirs.name}”"
        return pair if self.close else f"near as a whole, no single product is (the nearest two: {pair})"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A firm of the answer. `place` is a GB/T 2260 code; `by_name`: only its name says so."""

    firm: Firm
    rank: int
    score: float
    tied: bool
    place: str | None
    by_name: bool
    known: tuple[Known, ...]
    unknown: tuple[str, ...]
    conditions: tuple[Judged, ...]
    alike: tuple[Alike, ...]
    risks: tuple[Risk, ...]

    @property
    def stock_code(self) -> str | None:
        """The code of a listed company: a sign, not a proof, that it is no small firm."""
        return next((str(item.value) for item in self.firm.items("stock_code")), None)

    @property
    def may_be_large(self) -> bool:
        """Whether a known figure alone reaches the bound of a large firm while the other is unknown."""
        known = {one.trait for one in self.known}
        figures = {name: [number(item.value) for item in self.firm.items(name)] for name in LARGE}
        return "sme" not in known and any(
            value is not None and value >= LARGE[name] for name, values in figures.items() for value in values
        )

    def count(self, truth: Truth) -> int:
        """Conditions of which this came."""
        return sum(one.truth == truth for one in self.conditions)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Firms that were looked at and are no candidates, by reason; the first of them by id."""

    reason: str
    count: int
    firms: tuple[Firm, ...]


@dataclass(frozen=True)
class Found:
    """The answer: candidates best first, who was left out, and against how many listed firms it was compared."""

    ask: Ask
    candidates: tuple[Candidate, ...]
    count: int
    left_out: tuple[LeftOut, ...]
    listed: int
    unplaced: int
    rules: Rules
    card: Card
    corpus: Corpus = field(repr=False)


class Discovery:
    """Discovery over an index; what it reckons of the corpus is kept beside it."""

    def __init__(self, index: Index, card: Card | None = None) -> None:
        self.index = index
        self.corpus = index.corpus
        self.card = card or Card.load()
        self._kept = Kept(index)

    @property
    def table(self) -> Table:
        """Traits, standing and places of all firms."""
        return self._kept.table

    def prepare(self, tier: str = "little_giant") -> Discovery:
        """Reckon what a question about the tier needs, so that nobody waits for it."""
        self._kept.near(tier)
        return self

    def find(self, ask: Ask) -> Found:
        """The firms nearest to the tier that do not hold it. Raises BadQueryError (MA001): no such tier or place."""
        if ask.tier not in TIERS:
            raise BadQueryError(f"no tier {ask.tier!r}", hint=", ".join(TIERS))
        inside, unplaced = self._inside(ask)
        reasons = self._reasons(ask.tier)
        rows = np.flatnonzero(inside & (reasons < 0))
        scores = self.card.score(self._kept.values(ask.tier)[rows])
        order = np.lexsort((rows, -scores))[: ask.top]
        named = self.table.named(ask.tier)
        return Found(
            ask=ask,
            candidates=tuple(
                self._candidate(int(rows[at]), place + 1, float(scores[at]), int((scores == scores[at]).sum()) > 1, ask)
                for place, at in enumerate(order.tolist())
            ),
            count=len(rows),
            left_out=tuple(self._left_out(inside, reasons)),
            listed=int(named.sum()),
            unplaced=unplaced,
            rules=rules_of(ask.tier),
            card=self.card,
            corpus=self.corpus,
        )

    # --- who is looked at ------------------------------------------------------------------------------------------

    def _inside(self, ask: Ask) -> tuple[NDArray[np.bool_], int]:
        """Firms of the place, field and node, and how many are left out because their place is unknown."""
        inside = np.ones(len(self.corpus), bool)
        if ask.field:
            inside &= self._of_field(ask.field)
        if ask.node:
            inside &= self._says("chain_node", ask.node)
        if not ask.region:
            return inside, 0
        code = region_code(ask.region)
        if code is None:
            raise BadQueryError(f"no place {ask.region[:40]!r}", hint="a GB/T 2260 code such as 330200, or a name")
        stem = region_prefix(code)
        places = self.table.places
        unplaced = int((inside & (places == 0)).sum())
        return inside & (places // 10 ** (6 - len(stem)) == int(stem)), unplaced

    def _of_field(self, text: str) -> NDArray[np.bool_]:
        """Firms of which a product, an industry or a foundation field holds the text."""
        corpus, found = self.corpus, self._says("foundation", text)
        names = sorted({text, text.upper(), text.lower()})
        products = np.unique(np.concatenate([corpus.product_names.containing(name) for name in names]))
        found[corpus.maker[flat_places(corpus.maker_start, products)]] = True
        industries = np.array([plain(text) in plain(name) for name in corpus.industry_names], bool)
        if industries.any():
            slots = np.flatnonzero(industries[corpus.slot_industry])
            found[np.searchsorted(corpus.industry_start, slots, side="right") - 1] = True
        return found

    def _says(self, name: str, text: str) -> NDArray[np.bool_]:
        """Firms of which a value of the field holds the text."""
        codes, distinct = self.corpus.column(name)
        wanted = plain(text)
        holds = np.array([any(wanted in plain(value) for value in values) for values in distinct], bool)
        return np.array(holds[codes])

    def _reasons(self, tier: str) -> NDArray[np.int8]:
        """For each firm why it is no candidate, by its place in LEFT_OUT; -1 for a candidate."""
        kept = self._fixed
        reasons = np.array(kept)
        standing = self.table.standing[:, TIERS.index(tier) :]
        for how, name in ((PAST, "past"), (NOTICE, "notice"), (LISTED, "listed")):
            reasons[(standing == how).any(axis=1)] = list(LEFT_OUT).index(name)
        return reasons

    @cached_property
    def _fixed(self) -> NDArray[np.int8]:
        """The reasons that are the same for every tier."""
        corpus, names = self.corpus, list(LEFT_OUT)
        reasons = np.full(len(corpus), names.index("silent"), np.int8)
        reasons[np.diff(corpus.firm_start) > 0] = -1
        for name in MAKES:
            if (held := corpus.held(name)) is not None:
                reasons[held.rows] = -1
        reasons[self.table.trait("sme") == 0] = names.index("large")
        codes, distinct = corpus.column("kind")
        other = np.array([any(value != "company" for value in values) for values in distinct], bool)
        reasons[other[codes]] = names.index("kind")
        return reasons

    def _left_out(self, inside: NDArray[np.bool_], reasons: NDArray[np.int8]) -> Iterator[LeftOut]:
        for place, name in enumerate(LEFT_OUT):
            rows = np.flatnonzero(inside & (reasons == place))
            if len(rows):
                yield LeftOut(name, len(rows), tuple(self.corpus.firms[row] for row in rows[:NAMED_FIRST].tolist()))

    # --- what is said of a candidate -------------------------------------------------------------------------------

    def _candidate(self, row: int, rank: int, score: float, tied: bool, ask: Ask) -> Candidate:
        firm = self.corpus.firms[row]
        alike = tuple(self._alike(row, ask.tier))
        known = tuple(self._known(row, firm, alike, ask.tier))
        values = {one.trait: one.seen.value for one in known}
        rules = rules_of(ask.tier)
        place = int(self.table.places[row])
        return Candidate(
            firm=firm,
            rank=rank,
            score=round(score, DIGITS),
            tied=tied,
            place=f"{place:06}" if place else None,
            by_name=bool(self.table.by_name[row]),
            known=known,
            unknown=tuple(name for name in NAMES if name not in values),
            conditions=tuple(Judged(one, *one.truth(values)) for one in rules.conditions),
            alike=alike,
            risks=tuple(risks(firm, self.corpus.as_of)),
        )

    def _known(self, row: int, firm: Firm, alike: tuple[Alike, ...], tier: str) -> Iterator[Known]:
        lines = {line.trait: line for line in self.card.lines}
        for trait in TRAITS:
            exact = None
            if trait is LIKENESS:
                exact = value = float(likeness(self._kept.near(tier)[1][row : row + 1])[0])
                names, facts = tuple(one.firm.name for one in alike), tuple(f for one in alike for f in one.facts)
                seen = None if np.isnan(value) else Seen(round(value, DIGITS), names, tuple(dict.fromkeys(facts)))
            else:
                seen = trait.read(firm.fields, self.corpus.as_of)
            if seen is not None:
                line = lines.get(trait.name)
                exact = seen.value if exact is None else exact  # points of what is shown rounded add up all the same
                yield Known(trait.name, seen, float(line.of(np.array([exact]))[0]) if line else None)

    def _alike(self, row: int, tier: str) -> Iterator[Alike]:
        rows, cosines = self._kept.near(tier)
        for other, cosine in zip(rows[row].tolist(), cosines[row].tolist(), strict=True):
            if other >= 0:
                yield self._pair(row, other, round(cosine, DIGITS))

    def _pair(self, row: int, other: int, cosine: float) -> Alike:
        """Two firms by the products of theirs that are nearest, such as few firms make before those of many."""
        corpus = self.corpus
        mine, theirs = corpus.slots(row), corpus.slots(other)
        products = [np.asarray(corpus.slot_product[slots.start : slots.stop]) for slots in (mine, theirs)]
        own, listed = (self.index.vectors_of(rows) for rows in products)
        makers = [np.log2(np.diff(corpus.maker_start)[rows]) for rows in products]
        cosines = own @ listed.T
        telling = cosines - COMMON * (makers[0][:, None] + makers[1][None, :])
        at, there = np.unravel_index(int(telling.argmax()), telling.shape)
        return Alike(
            corpus.firms[other],
            cosine,
            corpus.product_at(row, mine.start + int(at)),
            corpus.product_at(other, theirs.start + int(there)),
            bool(cosines[at, there] >= CLOSE),
        )
