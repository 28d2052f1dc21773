"""Speed of identity: names against a register in a batch, and many made descriptions taken together at once.

`BULIAN_RECORDS` says how many descriptions (100,000 unless told); `BULIAN_SPLINK` is the Python of an environment with
Splink 4 (`pip install "splink>=4,<5"`), the anchor on the same descriptions in the same run (`BULIAN_SPLINK_RECORDS`:
on the first of them alone), cut off after `BULIAN_SPLINK_SECONDS` (1,800 unless told).
"""

from __future__ import annotations

import csv
import json
import os
import resource
import subprocess
import time
from collections import Counter
from collections.abc import Hashable, Sequence
from pathlib import Path

import pytest

from kg.identity.bulk import clusters
from kg.identity.firm import Firm
from kg.identity.register import Asked
from kg.identity.resolve import Resolver
from kg.values.name import split_name
from tests.bench.made_records import records

pytestmark = pytest.mark.bench


def quality(truth: Sequence[Hashable], found: Sequence[Hashable]) -> tuple[float, float, float]:
    """Precision, recall and F1 over pairs of descriptions of one firm."""
    both = zip(truth, found, strict=True)
    right, wanted, made = (sum(n * (n - 1) // 2 for n in Counter(keys).values()) for keys in (both, truth, found))
    return right / max(1, made), right / max(1, wanted), 2 * right / max(1, made + wanted)


def test_names_against_ten_thousand_firms() -> None:
    register: dict[int, Firm] = {}
    asked: list[tuple[Asked, int]] = []
    for firm, number in records(45_000):
        if number not in register and len(register) < 10_000:
            register[number] = firm
        else:
            asked.append((Asked(firm.name, None, firm.region), number))
    asked = asked[5_000:15_000]
    resolver = Resolver(register.values())
    start, used = time.perf_counter(), time.process_time()
    answers = list(resolver.resolve_all(one for one, _ in asked))
    seconds, used = time.perf_counter() - start, time.process_time() - used
    made = [
        (found.match, register[number].id if number in register else None)
        for found, (_, number) in zip(answers, asked, strict=True)
        if found.match
    ]
    right = sum(match == truth for match, truth in made)
    print(f"\n{len(asked)} names against {len(register)} firms: {len(asked) / seconds:.0f} names/s, one process;")
    print(
        f"{len(asked) / used:.0f} a second of processor; {right} of {len(made)} matches right,"
        f" load {os.getloadavg()[0]:.1f}"
    )
    assert right / len(made) > 0.97 and len(made) > 2000


def test_many_descriptions(tmp_path: Path) -> None:
    made = list(records(int(os.environ.get("BULIAN_RECORDS", "100000"))))
    truth = [firm for _, firm in made]
    start, used = time.perf_counter(), time.process_time()
    found = clusters(firm for firm, _ in made)
    seconds, used = time.perf_counter() - start, time.process_time() - used
    said = quality(truth, found.tolist())
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\n{len(made)} descriptions, {truth[-1] + 1} firms: {len(set(found.tolist()))} clusters, {seconds:.1f} s,")
    print(f"{memory:.0f} MB, precision {said[0]:.4f}, recall {said[1]:.4f}, F1 {said[2]:.4f},")
    print(f"{used:.1f} s of processor, load {os.getloadavg()[0]:.1f}")
    assert said[0] > 0.97 and said[2] > 0.9
    if python := os.environ.get("BULIAN_SPLINK"):
        anchor(python, made[: int(os.environ.get("BULIAN_SPLINK_RECORDS", str(len(made))))], tmp_path)


def anchor(python: str, made: Sequence[tuple[Firm, int]], folder: Path) -> None:
    """Splink on the same descriptions, by threshold; where it is not done in time, that is its figure."""
    with (folder / "in.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("id", "core", "rest", "brand", "trade", "form", "city", "code"))
        for firm, _ in made:
            name = split_name(firm.name)
            city = firm.region or name.place
            rows.writerow((firm.id, name.core, name.rest, name.brand, name.trade, name.form, city, firm.key or ""))
    limit = float(os.environ.get("BULIAN_SPLINK_SECONDS", "1800"))
    files = (Path(__file__).with_name("splink_anchor.py"), folder / "in.csv", folder / "out.json")
    try:
        subprocess.run([python, *map(str, files)], check=True, timeout=limit)
    except subprocess.TimeoutExpired:
        print(f"Splink on {len(made)}: not done in {limit:.0f} s, cut off; load {os.getloadavg()[0]:.1f}")
        return
    said = json.loads((folder / "out.json").read_text("utf-8"))
    truth = [firm for _, firm in made]
    print(f"Splink on {len(made)}: most memory {said['memory']:.0f} MB; load {os.getloadavg()[0]:.1f}")
    for threshold, found in said["clusters"].items():
        figures = quality(truth, [found[firm.id] for firm, _ in made])
        print(f"at {threshold}, done after {said['seconds'][threshold]:.1f} s:", end=" ")
        print(f"precision {figures[0]:.4f}, recall {figures[1]:.4f}, F1 {figures[2]:.4f}")
