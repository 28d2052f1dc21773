"""Targets of technical requirements: name, operator, value and unit, read off 131 labelled requirements.

`target` and the fields below it are the 51 texts of the second draw (`tests/gold/draw_requirements_fresh.py`), labelled
before the reader was run on them; its rules had been written with these texts in sight. `first draw: target` are 80
texts on whose errors the rules were mended. A target is right where operator, values and unit are equal and one of the
two names contains the other. The other fields are judged where a target stands at the figure's place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from nlp.evaluate.gold import Half, Passage, load
from nlp.evaluate.report import Outcome, Report
from nlp.requirement.read import Target, read_targets

DATA = Path("bounties", "requirements.dev.jsonl")
_SIGNS = re.compile(r"[\s,，:：;；、()（）]")
FIELDS = ("name", "operator", "value", "unit")


def evaluate(data: Path, only: Half | None = None) -> Report:
    """Read the requirements under `data` and compare them with both draws."""
    texts = {str(row["id"]): row["text"] for row in map(json.loads, (data / DATA).read_text("utf-8").splitlines())}
    outcomes = []
    for gold, prefix in (("requirements", ""), ("requirements_first", "first draw: ")):
        for passage in load(gold, only):
            outcomes += list(_outcomes(passage, texts[passage.document], prefix))
    return Report.of("requirements", outcomes)


def _outcomes(passage: Passage, text: str, prefix: str) -> Iterator[Outcome]:
    labels = [{"start": each.start, "end": each.end, **each.values} for each in passage.labels]
    targets = read_targets(text)
    pairs = align(labels, targets)
    for label, target in pairs:
        same = compare(label, target, text)
        wanted, found = text[label["start"] : label["end"]], _said(target)
        right = all(same[name] for name in FIELDS)
        yield Outcome(passage.document, f"{prefix}target", wanted, found, right, label["start"])
        if not prefix:
            for name in FIELDS:
                yield Outcome(passage.document, name, wanted, found, same[name], label["start"])
    for label in labels:
        if all(label is not one for one, _ in pairs):
            wanted = text[label["start"] : label["end"]]
            yield Outcome(passage.document, f"{prefix}target", wanted, None, at=label["start"])
    for target in targets:
        if all(target is not one for _, one in pairs):
            yield Outcome(passage.document, f"{prefix}target", None, _said(target), at=target.start)


def _said(target: Target) -> str:
    high = "" if target.value_max is None else f"..{target.value_max:g}"
    return f"{target.name} {target.operator} {target.value:g}{high} {target.unit or ''}".strip()


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
