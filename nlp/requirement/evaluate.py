"""Which target reads a labelled figure, and which of its fields are as labelled."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from nlp.requirement.read import Target

_SIGNS = re.compile(r"[\s,，:：;；、()（）]")


def align(labels: Sequence[Mapping[str, Any]], targets: Sequence[Target]) -> list[tuple[Mapping[str, Any], Target]]:
    """Pairs of a label and the target that reads its figure, each used once."""
    pairs, free = [], list(targets)
    for label in labels:
        # a quote may reach from a name over other figures: of those at this place the one of the same value goes first
        here = [target for target in free if target.start < label["end"] and label["start"] < target.end]
        here.sort(key=lambda target: (target.value != label["value"], abs(target.end - label["end"])))
        if here:
            pairs.append((label, here[0]))
            free.remove(here[0])
    return pairs


def compare(label: Mapping[str, Any], target: Target, text: str) -> dict[str, bool]:
    """Which fields of a target are as labelled; a name is right where one of the two contains the other."""
    name, own = _SIGNS.sub("", text[slice(*label["name"])]), _SIGNS.sub("", target.name)
    return {
        "name": name in own or own in name,
        "operator": label["operator"] == target.operator,
        "value": label["value"] == target.value and label["value_max"] == target.value_max,
        "unit": label["unit"] == target.unit,
    }
