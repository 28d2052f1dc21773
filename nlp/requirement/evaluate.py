"""Score targets against labels: F1 over (name, operator, value, unit), and how often each field is right."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nlp.requirement.read import Target, read_targets

_SIGNS = re.compile(r"[\s,，:：;；、()（）]")


@dataclass(frozen=True, slots=True)
class Scores:
    """Counts over one labelled set. `fields`: of the figures found at their place, how many have the field right.

    A name is right where it is the labelled one or one of the two contains the other; `exact` counts equal names.
    """

    labelled: int
    printed: int
    right: int
    exact: int
    found: int
    fields: Mapping[str, int]
    on_empty: int

    def f1(self, right: int | None = None) -> float:
        """F1 of the targets that are right in all fields."""
        return 2 * (self.right if right is None else right) / max(1, self.labelled + self.printed)


def score(labels: Iterable[Mapping[str, Any]], texts: Mapping[str, str]) -> Scores:
    """Read each labelled text and compare. Labels: {"id", "targets": [{"start", "end", "name": [start, end], …}]}."""
    counts = dict.fromkeys(("labelled", "printed", "right", "exact", "found", "on_empty"), 0)
    fields = dict.fromkeys(("name", "operator", "value", "unit"), 0)
    for label in labels:
        text = texts[label["id"]]
        targets = read_targets(text)
        counts["labelled"] += len(label["targets"])
        counts["printed"] += len(targets)
        counts["on_empty"] += 0 if label["targets"] else len(targets)
        for wanted, target in align(label["targets"], targets):
            same = compare(wanted, target, text)
            counts["found"] += 1
            for name in fields:
                fields[name] += same[name]
            whole = all(same[name] for name in fields)
            counts["right"] += whole
            counts["exact"] += whole and same["exact"]
    return Scores(fields=fields, **counts)


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
    """Which fields of a target are as labelled."""
    name, own = _SIGNS.sub("", text[slice(*label["name"])]), _SIGNS.sub("", target.name)
    return {
        "name": name in own or own in name,
        "exact": name == own,
        "operator": label["operator"] == target.operator,
        "value": label["value"] == target.value and label["value_max"] == target.value_max,
        "unit": label["unit"] == target.unit,
    }
