"""Products by rules alone: items of zones and scope, weighed by zone and by how often the document says them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from kg.values.name import name_key
from nlp.products.item import LIST_ZONES, SCOPE_METHOD, Item, items, listed, own_scopes

MOST = 35
"""Products of one firm."""
_MOST_SCOPE = 20
_WEIGHTS = {"main": 3.0, "kinds": 3.0, "business": 3.5}


@dataclass(slots=True)
class _Weighed:
    item: Item
    weight: float


def best_by_rules(text: str, issuer: str) -> list[Item]:
    """At most MOST items, the weightiest first; scope items have at most 20 of the places."""
    ranked = weighed(text, issuer)
    scope = [item for _, item in ranked if item.method == SCOPE_METHOD][:_MOST_SCOPE]
    rest = [item for _, item in ranked if item not in scope][: MOST - len(scope)]
    kept = {id(item) for item in (*scope, *rest)}
    return [item for _, item in ranked if id(item) in kept]


def weighed(text: str, issuer: str) -> list[tuple[float, Item]]:
    """Every item of the zones with its weight, the weightiest first."""
    found: dict[str, _Weighed] = {}
    for weight, item in _candidates(text, issuer):
        known = found.get(name_key(item.text))
        if known is None:
            found[name_key(item.text)] = _Weighed(item, weight)
        else:
            known.weight += 0.5 * weight
    for one in found.values():
        one.weight *= 1.0 + math.log1p(min(200, text.count(one.item.text, 0, 500_000)))
        one.weight *= 1.0 if len(one.item.text) <= 12 else 0.8
    ranked = [(one.weight, one.item) for one in found.values()]
    return sorted(ranked, key=lambda entry: (-entry[0], entry[1].start))


def _candidates(text: str, issuer: str) -> Iterator[tuple[float, Item]]:
    for match in own_scopes(text, issuer)[:3]:
        for item in items(match[1], match.start(1), SCOPE_METHOD, match.span()):
            yield 2.4, item
    for kind, method, pattern in LIST_ZONES:
        for number, match in enumerate(pattern.finditer(text)):
            if number >= 40:
                break
            for item in items(match[1], match.start(1), method, match.span()):
                yield _WEIGHTS[kind] / (1 + 0.15 * number), item
    for zone, start, end in listed(text, 40):
        for item in items(zone, start, "product.list_rule", (start, end)):
            yield 2.0, item
