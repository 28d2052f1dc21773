"""What a chain lacks in a region: the state of each node, with the counts and the rule that it follows from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Literal

import numpy as np
import yaml
from numpy.typing import NDArray

from kg.yml import read_yaml
from matcher.chain.network import Listed, Network
from matcher.chain.placement import node_id
from matcher.chain.template import Chain
from matcher.errors import BadRulesError

Kind = Literal["建", "补", "延", "强"]
Mask = NDArray[np.bool_]

KINDS: tuple[Kind, ...] = ("建", "补", "延", "强")


@dataclass(frozen=True, slots=True)
class StateRules:
    """The bounds of the states; `state_rules.yml` says what each means and where they come from."""

    name: str
    effective_from: str
    few: int
    source: float
    orders: int
    strong: int
    many: int
    titled: float
    patented: float
    share: float
    concentration: float

    @classmethod
    def load(cls, path: Path | None = None) -> StateRules:
        """The rules of a file, else the packaged ones. Raises BadRulesError (MA041)."""
        own = path is not None and path.exists()
        source: Path | Traversable = (
            path if path is not None and own else files("matcher.chain").joinpath("state_rules.yml")
        )
        try:
            value = read_yaml(source.read_text(encoding="utf-8"))
            kinds = {"int": int, "float": float, "str": str}
            named = {one.name: kinds[str(one.type)] for one in fields(cls)}
            unknown = sorted(set(value) - set(named))
            if unknown:
                raise ValueError(f"unknown: {', '.join(unknown)}")
            rules = cls(**{name: kind(value[name]) for name, kind in named.items()})
        except (OSError, UnicodeError, yaml.YAMLError, LookupError, TypeError, ValueError) as error:
            raise BadRulesError(
                f"no rules of states: {error}", file=str(source), hint="copy matcher/chain/state_rules.yml and edit it"
            ) from error
        for name in ("few", "orders", "strong", "many", "source", "titled", "patented", "share", "concentration"):
            if getattr(rules, name) < 0:
                raise BadRulesError(f"{name} is below zero", file=str(source), hint="counts and shares from 0 up")
        return rules


@dataclass(frozen=True, slots=True)
class Counts:
    """What is known of the makers at a node, in a region or the country.

    `orders` are known supplies of things of the node, `buyers` their buyers, `first` the share of the firm with most
    of them (None: no supply is known). `single` are buyers that have it from one firm alone.
    """

    firms: int
    titled: int
    patented: int
    products: int
    orders: int
    buyers: int
    single: int
    first: float | None


@dataclass(frozen=True, slots=True)
class Dependence:
    """A statement of a firm that it depends on what stands at the node, whether it imports it, and whether it has it
    from a `single` source; the firm's flag of import rests on such alone."""

    firm: str
    name: str
    what: str
    imported: bool
    fact: str | None
    single: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """A node in a region. `kinds` hold, the main one first (none: no gap is seen); `because` are the rules that held.

    A rule is one of: none, few, source, neighbour (with the neighbour's node and its firms), titled, patented, share,
    concentration.
    """

    node: str
    kinds: tuple[Kind, ...]
    because: tuple[str, ...]
    neighbour: str | None
    neighbour_firms: int
    local: Counts
    country: Counts
    dependences: tuple[Dependence, ...] = ()
    listed: tuple[Listed, ...] = ()

    def says(self, lang: str, rules: StateRules, names: Mapping[str, str]) -> str:
        """Why it is so, with the counts, in words. `names` are the names of nodes."""
        stop = "；" if lang == "zh" else "; "
        return stop.join(self._because(lang == "zh", rules, names))

    def _because(self, zh: bool, rules: StateRules, names: Mapping[str, str]) -> Iterator[str]:
        here = self.local
        first = f"{100 * (here.first or 0):.0f}"
        said = {
            "none": (
                f"没有读到企业，全国 {self.country.firms} 家",
                f"no firm was read, {self.country.firms} in the country",
            ),
            "few": (
                f"只有 {here.firms} 家（不多于 {rules.few} 家）",
                f"{here.firms} firms only (at most {rules.few})",
            ),
            "source": (
                f"已知供货 {here.orders} 次，{first}% 来自一家",
                f"{first}% of {here.orders} known supplies are one firm's",
            ),
            "neighbour": (
                f"相邻的“{names.get(self.neighbour or '', '')}”有 {self.neighbour_firms} 家",
                f"{self.neighbour_firms} firms at the neighbouring node {names.get(self.neighbour or '', '')}",
            ),
            "titled": (
                f"{here.firms} 家里有梯度称号的 {here.titled} 家",
                f"{here.titled} of {here.firms} firms hold a tier",
            ),
            "patented": (
                f"{here.firms} 家里读到专利的 {here.patented} 家",
                f"a patent was read of {here.patented} of {here.firms} firms",
            ),
            "share": (
                f"占全国已知企业的 {100 * here.firms / max(self.country.firms, 1):.1f}%",
                f"{100 * here.firms / max(self.country.firms, 1):.1f}% of the country's known makers",
            ),
            "concentration": (
                f"集中：已知供货 {here.orders} 次，{first}% 来自一家",
                f"concentrated: {first}% of {here.orders} known supplies are one firm's",
            ),
        }
        for rule in self.because:
            yield said[rule][not zh]


class Observer:
    """A network seen from a region (code; None: the country), ready for the states of all chains.

    `without` (bool by row) are firms that count nowhere, as if they were gone. What was counted once is kept.
    """

    def __init__(self, network: Network, region: str | None, rules: StateRules, without: Mask | None = None) -> None:
        self.network, self.region, self.rules = network, region, rules
        corpus = network.corpus
        everywhere = np.ones(len(corpus), bool) if without is None else ~without
        self.local: Mask = network.within(region) & everywhere if region else everywhere
        self.placed: Mask = everywhere if region is None else self.local | (network.outside(region) & everywhere)
        self._everywhere = everywhere
        self._here: dict[str, Counts] = {}
        self._country: dict[str, Counts] = {}
        self._titled = _holders(network, "tier")
        self._patented = _holders(network, "patents")
        self._orders = _orders(network, everywhere)
        self._depends = _depends(network)

    def firms(self, node: str) -> NDArray[np.int32]:
        """Rows of the makers at the node in the region."""
        rows = self.network.placement.firms(node)
        return np.asarray(rows[self.local[rows]], np.int32)

    def counts(self, node: str, mask: Mask) -> Counts:
        """What is known of the makers at the node that the mask leaves."""
        placement, corpus = self.network.placement, self.network.corpus
        names = placement.products(node)
        rows = placement.firms(node)
        rows = rows[mask[rows]]
        orders = [(supplier, buyer) for supplier, buyer in self._orders.get(node, ()) if mask[supplier]]
        suppliers = Counter(supplier for supplier, _ in orders)
        of_buyer: dict[int, set[int]] = {}
        for supplier, buyer in self._orders.get(node, ()):
            of_buyer.setdefault(buyer, set()).add(supplier)
        buyers = {buyer for _, buyer in orders}
        made = int(np.isin(names, corpus.slot_product[_slots(corpus, rows)]).sum()) if len(rows) else 0
        return Counts(
            firms=len(rows),
            titled=int(self._titled[rows].sum()),
            patented=int(self._patented[rows].sum()),
            products=made,
            orders=len(orders),
            buyers=len(buyers),
            single=sum(len(of_buyer[buyer]) == 1 for buyer in buyers),
            first=suppliers.most_common(1)[0][1] / len(orders) if orders else None,
        )

    def here(self, node: str) -> Counts:
        """What is known of the makers at the node in the region."""
        if node not in self._here:
            self._here[node] = self.counts(node, self.local)
        return self._here[node]

    def country(self, node: str) -> Counts:
        """The same for the country."""
        if self.region is None:
            return self.here(node)
        if node not in self._country:
            self._country[node] = self.counts(node, self._everywhere)
        return self._country[node]

    def states(self, chain: Chain) -> list[State]:
        """The states of a chain's nodes, in its order."""
        return [self.state(node_id(chain, node)) for node in chain.nodes]

    def state(self, ident: str) -> State:
        """The state of a node (`chain:node`)."""
        here, country = self.here(ident), self.country(ident)
        flow, rules = self.network.flow, self.rules
        around = [*flow.before[ident], *flow.after[ident]]
        near = max(around, key=lambda other: self.here(other).firms, default=None)
        strength = self.here(near).firms if near else 0
        kinds: dict[Kind, None] = {}
        because: list[str] = []
        if here.firms == 0:
            kinds["建"] = None
            because.append("none")
        elif here.firms <= rules.few:
            kinds["补"] = None
            because.append("few")
        elif here.orders >= rules.orders and (here.first or 0) >= rules.source:
            kinds["补"] = None
            because.append("source")
        if here.firms <= rules.few and strength >= rules.strong:
            kinds["延"] = None
            because.append("neighbour")
        if here.firms >= rules.many and (weak := list(self._weak(here, country))):
            kinds["强"] = None
            because += weak
        return State(
            node=ident,
            kinds=tuple(kinds),
            because=tuple(because),
            neighbour=near if "neighbour" in because else None,
            neighbour_firms=strength if "neighbour" in because else 0,
            local=here,
            country=country,
            dependences=self._depends.get(ident, ()),
            listed=self.network.listed.get(ident, ()),
        )

    def _weak(self, here: Counts, country: Counts) -> Iterator[str]:
        rules = self.rules
        if country.titled and here.titled < rules.titled * here.firms:
            yield "titled"
        if country.patented and here.patented < rules.patented * here.firms:
            yield "patented"
        if self.region and here.firms < rules.share * country.firms:
            yield "share"
        if here.orders >= rules.orders and (here.first or 0) >= rules.concentration:
            yield "concentration"


def states(network: Network, chain: Chain, region: str | None, rules: StateRules) -> list[State]:
    """The state of each node of a chain in a region (code; None: the country), in the chain's order."""
    return Observer(network, region, rules).states(chain)


def _holders(network: Network, field: str) -> Mask:
    mask = np.zeros(len(network.corpus), bool)
    mask[list(network.corpus.holders.get(field, ()))] = True
    return mask


def _slots(corpus: Any, rows: NDArray[np.int32]) -> NDArray[np.int64]:
    return np.concatenate([np.arange(corpus.firm_start[row], corpus.firm_start[row + 1]) for row in rows.tolist()])


def _orders(network: Network, counting: Mask) -> dict[str, list[tuple[int, int]]]:
    """For each node the known supplies of what stands there: supplier (a firm of the corpus that counts) and buyer, as
    members."""
    supplies = network.supplies
    return {
        node: [
            (supplier, buyer)
            for supplier, buyer in zip(supplies.supplier[at].tolist(), supplies.buyer[at].tolist(), strict=True)
            if supplier < len(counting) and counting[supplier]
        ]
        for node, at in network.sold_at.items()
    }


def _depends(network: Network) -> dict[str, tuple[Dependence, ...]]:
    found: dict[str, list[Dependence]] = {}
    for row, what, imported, item in network.depends:
        firm = network.firm(row)
        single = isinstance(item.value, Mapping) and bool(item.value.get("single_source"))
        for node in network.places(what):
            found.setdefault(node, []).append(Dependence(firm.id, firm.name, what, imported, item.fact, single))
    return {node: tuple(said) for node, said in found.items()}
