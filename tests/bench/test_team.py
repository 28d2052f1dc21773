"""Speed of a team: 200 made candidates with 12 targets and five stages, the reasons and three other teams included.

All is written to .bench/team.json: the slowest, how many are proved, how often the greedy choice reaches less, and the
time of reading what speaks for the stages of 200 firms with 40 products, 20 patents and 5 contracts each.
"""

from __future__ import annotations

import json
import random
import time
from pathlib import Path

import pytest

from matcher.chain.placement import Placer
from matcher.chain.template import packaged
from matcher.firm import Firm, Item, Product
from matcher.target import Figure, compare
from matcher.team.choose import Problem, choose
from matcher.team.stage import STAGES, Reading, Stages
from matcher.team.team import CANDIDATES, Option, Teams, teams

from .test_rank import HEADS, SIGNS, quantiles

pytestmark = pytest.mark.bench

TARGETS = tuple(Figure(f"指标{n}", ">=", 100, unit="MPa") for n in range(12))
SIZES = (3, 5, 8, 12)
SHARES = (0.01, 0.03, 0.08, 0.2)
"""How large a share of the targets a firm meets; half as many it nearly meets."""


def options(seed: int, share: float) -> list[Option]:
    """Candidates whose points fall as on a list; some are of one group."""
    rng = random.Random(seed)
    speaks = Reading(Stages.load(), ["齿轮"]).of(Firm("x", products=(Product("齿轮"),)))["process"]
    found = []
    for n in range(CANDIDATES):
        drawn = [(target, rng.random() / share) for target in TARGETS]
        shown = [
            Figure(target.name, "=", 120 if at < 1 else 95, unit="MPa", fact=f"x{n}")
            for target, at in drawn
            if at < 1.5
        ]
        spoken = {stage: speaks for stage in STAGES if rng.random() < 2 * share}
        groups = frozenset({f"f{n}", f"g{rng.randrange(80)}"})
        score = round(30 * 0.97**n + rng.random() / 10, 4)
        found.append(Option(f"f{n}", f"第{n}公司", n + 1, score, tuple(compare(TARGETS, shown)), spoken, groups))
    return found


def test_a_team_of_200_candidates_and_12_targets() -> None:
    next(choose(Problem((one.candidate() for one in options(9, 0.1)), 3)))  # the solver is loaded
    times, proved, behind = [], 0, 0
    slowest: dict[str, float] = {}
    for seed in range(5):
        for share in SHARES:
            made = options(seed, share)
            for size in SIZES:
                begun = time.monotonic()
                found: Teams = teams(TARGETS, made, size=size)
                times.append(time.monotonic() - begun)
                assert found.best is not None and found.best.worth >= found.greedy
                proved += found.best.proved and all(other.proved for other in found.others)
                behind += found.best.worth[:2] > found.greedy[:2]
                if times[-1] == max(times):
                    slowest = {"seconds": round(times[-1], 3), "share": share, "size": size}
    figures = {"teams": len(times), **quantiles("team", times), "slowest": slowest, "proved": proved}
    figures |= {"greedy_reaches_less": behind, **_reading()}
    out = Path(__file__).resolve().parents[2] / ".bench"
    out.mkdir(exist_ok=True)
    (out / "team.json").write_text(json.dumps(figures, indent=1))
    print(json.dumps(figures))


def _reading() -> dict[str, float]:
    """Milliseconds of reading the stages of 200 firms."""
    rng = random.Random(1)

    def names(count: int, end: str) -> list[str]:
        return ["".join(rng.sample(SIGNS, 3)) + rng.choice(HEADS) + end for _ in range(count)]

    firms = [
        Firm(
            f"f{n}",
            products=tuple(map(Product, names(40, ""))),
            fields={
                "patents": tuple(map(Item, names(20, "的加工方法"))),
                "contracts": tuple(map(Item, names(5, "采购"))),
            },
        )
        for n in range(CANDIDATES)
    ]
    placer = Placer(packaged())
    begun = time.monotonic()
    reading = Reading(
        Stages.load(), ["谐波减速器"], ["长寿命谐波减速器"], "柔轮的材料、齿轮的加工与轴承。" * 20, placer
    )
    spoken = sum(len(reading.of(firm)) for firm in firms)
    return {"reading_ms": round((time.monotonic() - begun) * 1000, 1), "stages_found": spoken}
