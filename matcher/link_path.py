"""The strongest path of each kind of evidence for a link of supply: words and facts from the firm to the buyer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kg.values.name import split_name
from matcher.award import Award, alike
from matcher.firm import Firm

if TYPE_CHECKING:
    from matcher.links import Links

Path = tuple[tuple[str, ...], tuple[str, ...]]
"""Words between firm and buyer, and facts."""

Rows = NDArray[np.int64]


def called(firm: Firm) -> str:
    """What a firm is called: its name, else its id."""
    return firm.name or firm.id


def _facts(*awards: Award) -> tuple[str, ...]:
    return tuple(one.fact for one in awards if one.fact is not None)


def _like(links: Links, row: int, buyer: str, mine: Rows, own: Rows) -> Path:
    others = mine[~np.isin(mine, own)]
    cosine = links.titles_of(others) @ links.titles_of(own).T
    one, other = np.unravel_index(int(np.argmax(cosine)), cosine.shape)
    won, bought = links.awards[others[int(one)]], links.awards[own[int(other)]]
    return (won.title, bought.title), _facts(won, bought)


def _kin(links: Links, row: int, buyer: str, mine: Rows, own: Rows) -> Path:
    key = links.key(buyer)
    others = [links.awards[at] for at in mine.tolist() if links.key(links.awards[at].buyer) != key]
    best = max(others, key=lambda one: alike(key, links.key(one.buyer)))
    return (best.title, best.buyer), _facts(best)


def _shared(links: Links, row: int, buyer: str, mine: Rows, own: Rows) -> Path:
    peers = {links.awards[at].firm: links.awards[at] for at in own.tolist()}
    for at in mine.tolist():
        here = links.awards[at]
        if links.key(here.buyer) == links.key(buyer):
            continue
        for place in links.let_by(here.buyer).tolist():
            other = links.awards[place]
            if other.firm != here.firm and other.firm in peers:
                name = links.corpus.row(other.firm)
                firm = called(links.corpus.firms[name]) if name is not None else other.firm
                return (here.buyer, firm), _facts(here, other, peers[other.firm])
    return (), ()


def _made(links: Links, row: int, buyer: str, mine: Rows, own: Rows) -> Path:
    slots = links.corpus.slots(row)
    products = np.array([links.corpus.slot_product[slot] for slot in slots], np.int64)
    nearness = links.products_of(products) @ links.titles_of(own).T
    one, other = np.unravel_index(int(np.argmax(nearness)), nearness.shape)
    product, bought = links.corpus.firms[row].products[int(one)], links.awards[own[int(other)]]
    return (product.name, bought.title), (*((product.fact,) if product.fact else ()), *_facts(bought))


def _industry(links: Links, row: int, buyer: str, mine: Rows, own: Rows) -> Path:
    industries = set(links.corpus.firms[row].industries)
    for at in own.tolist():
        other = links.corpus.row(links.awards[at].firm)
        firm = links.corpus.firms[other] if other is not None else None
        if firm is not None and (common := industries.intersection(firm.industries)):
            return (min(common), called(firm)), _facts(links.awards[at])
    return (), ()


def _place(links: Links, row: int, buyer: str, mine: Rows, own: Rows) -> Path:
    return (split_name(buyer).place or "",), ()


PATHS: Mapping[str, Callable[[Links, int, str, Rows, Rows], Path]] = {
    "like": _like,
    "kin": _kin,
    "shared": _shared,
    "makes": _made,
    "peers": _industry,
    "place": _place,
}
"""By kind of evidence: from links, a firm (row), a buyer, and the places of what the firm won and the buyer let."""
