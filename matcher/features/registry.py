"""All features by name, in the order in which scorecards and pages list them."""

from __future__ import annotations

from matcher.features import award, chain, peers, record, requirement, reranked, text, towers
from matcher.features.base import Feature

_FAMILIES = (text, requirement, peers, towers, chain, record, award, reranked)

FEATURES: dict[str, Feature] = {feature.name: feature for family in _FAMILIES for feature in family.FEATURES}
