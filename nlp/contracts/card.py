"""The card of the learned reader: set, split, date, measure, figures, command, columns."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from nlp.errors import BadWeightsError

WEIGHTS = files("nlp.contracts").joinpath("weights")
CARD = "card.json"


def read_card() -> dict[str, Any]:
    """The card beside the weights; raises BadWeightsError (NL042) where there is none."""
    file = WEIGHTS.joinpath(CARD)
    try:
        card: dict[str, Any] = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BadWeightsError(
            f"the card cannot be read: {error}", file=str(file), hint="install the package again"
        ) from error
    return card


def write_card(folder: Path, card: Mapping[str, Any]) -> None:
    """Write a card into a folder of weights."""
    with (folder / CARD).open("w", encoding="utf-8") as file:
        json.dump(card, file, ensure_ascii=False, indent=1)
        file.write("\n")
