"""All features by name, in the order in which scorecards and pages list them."""

from __future__ import annotations

from matcher.features import award, chain, peers, record, text
from matcher.features.base import Feature

FEATURES: dict[str, Feature] = {
    feature.name: feature for family in (text, peers, chain, record, award) for feature in family.FEATURES
}
