"""Where a firm stands in the chains, and why: the products and patents that place it, with the facts they rest on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from matcher.chain.patents import patent_places
from matcher.chain.placement import Place, Placement, Placer
from matcher.corpus import Corpus


@dataclass(frozen=True, slots=True)
class Ground:
    """What places a firm at a node: a product or the title of a patent, and the fact that says it is the firm's."""

    kind: Literal["product", "patent"]
    name: str
    place: Place
    fact: str | None
    quote: str | None = None


def why(placement: Placement, firm: int, node: str) -> tuple[Ground, ...]:
    """All that places a firm (row) at a node (`chain:node`), products first, the surest first.

    The firm's score at the node is that of its first ground.
    """
    corpus, placer = placement.corpus, placement.placer
    at = placement.nodes.index(node)
    found = []
    for slot in corpus.slots(firm):
        row = int(corpus.slot_product[slot])
        if at in placement.node[placement.start[row] : placement.start[row + 1]]:
            product = corpus.product_at(firm, slot)
            found += [
                Ground("product", product.name, place, product.fact, product.quote)
                for place in placer.places(product.name)
                if place.node == node
            ]
    for item in corpus.firms[firm].items("patents"):
        if isinstance(item.value, str):  # else a firm's number of patents
            places = patent_places(placer, item.value)
            found += [Ground("patent", item.value, place, item.fact) for place in places if place.node == node]
    return tuple(sorted(found, key=lambda one: (one.kind == "patent", -one.place.score, one.name)))


def by_patents(corpus: Corpus, placer: Placer) -> dict[str, Counter[int]]:
    """For each node the firms (rows) whose patents' titles stand there, and how many of them do.

    A firm of whose patents only the number is known is not among them.
    """
    found: dict[str, Counter[int]] = {}
    for firm, items in corpus.holders.get("patents", {}).items():
        for title in {item.value for item in items if isinstance(item.value, str)}:
            for place in patent_places(placer, title):
                found.setdefault(place.node, Counter())[firm] += 1
    return found
