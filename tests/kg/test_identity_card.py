"""The card of the names' weights: what they do on firms they have not seen goes up, never down."""

from __future__ import annotations

from kg.identity.crowd import WEIGHTS
from kg.identity.score import name_score
from kg.learned.weights import read_card


def test_floors_of_the_cross_validation() -> None:
    card = read_card(WEIGHTS)
    among = card["measure"]["among_a_register"]
    assert among["precision"] >= 0.97 and among["f1"] >= 0.944 and among["recall_at_5"] >= 0.99
    assert card["measure"]["pairs_alone_cut_0.7"]["precision"] >= 0.98
    assert name_score().cuts.full == card["cuts"]["full"]
