"""What learned parts rest on, in files: numbers as .npz, and the card that says what they were made from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import numpy as np

from kg.errors import KgError

CARD = "card.json"


class BadWeightsError(KgError):
    """Numbers that a learned part rests on are missing or are not what it wrote."""

    code = "NL042"  # older than the place of this class, and codes stay


@contextmanager
def numbers(file: Traversable) -> Iterator[Mapping[str, Any]]:
    """The arrays of a .npz by name (a path is a Traversable too).

    Raises:
        BadWeightsError: NL042, the file is missing or damaged, or lacks what the block asks for.
    """
    try:
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as held:
            yield held
    except (OSError, KeyError, ValueError) as error:
        raise _unreadable("weights", file, error) from error


def read_card(folder: Traversable) -> dict[str, Any]:
    """The card in a folder of weights; raises BadWeightsError (NL042) where there is none."""
    file = folder.joinpath(CARD)
    try:
        card: dict[str, Any] = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise _unreadable("card", file, error) from error
    return card


def write_card(folder: Path, card: Mapping[str, Any]) -> None:
    """Write a card into a folder of weights."""
    with (folder / CARD).open("w", encoding="utf-8") as file:
        json.dump(card, file, ensure_ascii=False, indent=1)
        file.write("\n")


def _unreadable(what: str, file: Traversable, error: Exception) -> BadWeightsError:
    return BadWeightsError(f"the {what} cannot be read: {error}", file=str(file), hint="install the package again")
