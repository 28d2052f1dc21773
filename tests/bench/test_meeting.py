"""Speed of a day of meetings: 20 needs, 120 firms, 16 slots, enough and too few tables, few and many wishes.

All is written to .bench/meeting.json: the slowest, how many are proved, and what the greedy plan falls behind by.
"""

from __future__ import annotations

import json
import random
import time
from pathlib import Path

import pytest

from matcher.meeting.assign import plan
from matcher.meeting.problem import APART, EXCLUDED, ONE, Conflict, Firm, Need, Problem, Slot, Wish, greedy

pytestmark = pytest.mark.bench


def made(seed: int, wishes: int, tables: int, officers: int = 20) -> Problem:
    """A made day: each need wishes for so many firms; absences, limits and conflicts of all kinds are drawn."""
    rng = random.Random(seed)
    slots = [Slot(f"s{n}", "", "", tables) for n in range(16)]
    away = [frozenset(rng.sample([one.id for one in slots], rng.choice((0, 0, 0, 2, 6)))) for _ in range(140)]
    needs = [Need(f"n{n}", f"需求{n}", f"o{n % officers}", away[n]) for n in range(20)]
    firms = [Firm(f"f{n}", f"第{n}公司", rng.choice((1, 2, 3, 4, None)), away[20 + n]) for n in range(120)]
    rows = []
    for need in needs:
        for place, firm in enumerate(rng.sample(firms, wishes), 1):
            back = rng.choice((None, None, 1, 2, 3))
            rows.append(Wish(need.id, firm.id, place if place <= 12 else None, back, round(30 * 0.97**place, 2)))
    conflicts = [Conflict(kind, *(one.id for one in rng.sample(firms, 2))) for kind in (ONE, APART) for _ in range(15)]
    conflicts += [Conflict(EXCLUDED, row.firm, need=row.need) for row in rng.sample(rows, 10)]
    return Problem(needs, firms, slots, rows, conflicts)


def test_20_needs_120_firms_16_slots() -> None:
    found, times = [], []
    for wishes in (8, 20, 60):
        for tables, officers in ((20, 20), (8, 20), (8, 8)):
            problem = made(wishes, wishes, tables, officers)
            start = time.perf_counter()
            done = plan(problem)
            seconds = time.perf_counter() - start
            times.append(seconds)
            first = problem.value(greedy(problem))
            assert (done.firms, done.points) >= first
            found.append(
                {
                    "wishes": wishes,
                    "tables": tables,
                    "officers": officers,
                    "seconds": round(seconds, 2),
                    "meetings": len(done.meetings),
                    "proved": done.proved,
                    "reached": [done.firms, done.points],
                    "bound": [done.firms_bound, done.points_bound],
                    "greedy": first,
                    "waits": [done.waits, done.waits_bound],
                }
            )
    Path(".bench").mkdir(exist_ok=True)
    Path(".bench/meeting.json").write_text(json.dumps(found, indent=1), "utf8")
    for row in found:
        print(row)
    assert max(times) <= 5
