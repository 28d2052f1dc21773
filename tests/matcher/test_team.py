"""Teams: the best of all, never behind greedy, one of a group, with reasons for members and for what is uncovered."""

from __future__ import annotations

import random
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from matcher.chain.placement import Placer
from matcher.chain.template import packaged
from matcher.corpus import firm_from_json
from matcher.errors import BadStageError
from matcher.target import Figure, compare
from matcher.team.choose import Candidate, Problem, choose, greedy
from matcher.team.stage import STAGES, Reading, Stages, Words
from matcher.team.team import Option, teams

TARGETS = (
    Figure("压力", ">=", 35, unit="MPa"),
    Figure("寿命", ">=", 5000, unit="h"),
    Figure("噪声", "<=", 70, unit="dB"),
)


def made(seed: int, firms: int = 9, targets: int = 4, size: int = 3) -> Problem:
    rng = random.Random(seed)
    return Problem(
        [
            Candidate(
                f"f{n}",
                n + 1,
                round(20 - n - rng.random(), 4),
                tuple(rng.choices(("met", "near", "missed", "unknown"), (2, 1, 1, 5), k=targets)),
                frozenset(stage for stage in STAGES if rng.random() < 0.25),
                frozenset({f"f{n}", f"g{rng.randrange(5)}"}),
            )
            for n in range(firms)
        ],
        size,
    )


def by_force(problem: Problem) -> Any:
    """The worth of the best team, by looking at all."""
    places = range(len(problem.candidates))
    sizes = range(problem.size + 1)
    return max(problem.worth(team) for size in sizes for team in combinations(places, size) if problem.together(team))


@pytest.mark.parametrize("seed", range(12))
def test_the_best_team_is_the_best_of_all_and_never_behind_greedy(seed: int) -> None:
    problem = made(seed)
    best, *others = choose(problem, 4)
    assert best.proved and best.worth == by_force(problem) >= problem.worth(greedy(problem))
    assert problem.together(best.members)
    worths = [best.worth, *(one.worth for one in others)]
    assert worths == sorted(worths, reverse=True)
    sets = [set(one.members) for one in (best, *others)]
    assert not any(one <= other or other <= one for one, other in combinations(sets, 2))


def test_the_second_team_is_the_best_of_those_that_do_not_hold_the_first() -> None:
    problem = made(3)
    best, second = choose(problem, 2)
    places = range(len(problem.candidates))
    rest = [
        team
        for size in range(1, problem.size + 1)
        for team in combinations(places, size)
        if problem.together(team) and not set(best.members) <= set(team) and not set(team) < set(best.members)
    ]
    assert second.worth == max(map(problem.worth, rest))


def test_where_greedy_takes_the_widest_first_two_narrower_ones_cover_all() -> None:
    halves = [("met",) * 4 + ("unknown",) * 2, ("met", "met", "unknown", "unknown", "met", "unknown")]
    halves.append(("unknown", "unknown", "met", "met", "unknown", "met"))
    problem = Problem([Candidate(f"f{n}", n + 1, 9 - n, one) for n, one in enumerate(halves)], 2)
    (best,) = choose(problem)
    assert problem.worth(greedy(problem)).halves == 10 < best.worth.halves == 12 and best.members == (1, 2)


def test_targets_come_before_stages_then_points_then_fewer_members() -> None:
    wide = frozenset(STAGES)
    one = Problem([Candidate("a", 1, 9, ("unknown",), wide), Candidate("b", 2, 1, ("met",))], 1)
    assert [one.candidates[place].id for place in next(choose(one)).members] == ["b"]
    near = Problem([Candidate("a", 1, 9, ("near",)), Candidate("b", 2, 8, ("met",)), Candidate("c", 3, 7, ("met",))], 3)
    assert [near.candidates[place].id for place in next(choose(near)).members] == ["b"]
    split = frozenset(STAGES[:2])
    head = [Candidate("a", 1, 9, (), split), Candidate("b", 2, 9, (), wide - split)]
    assert len(next(choose(Problem([*head, Candidate("c", 3, 2, (), wide)], 3))).members) == 2
    assert len(next(choose(Problem([*head, Candidate("c", 3, 9, (), wide)], 3))).members) == 1


def test_equal_input_gives_an_equal_team_in_any_order() -> None:
    problem = made(5, 40, 8, 4)
    shuffled = Problem(random.Random(1).sample(problem.candidates, len(problem.candidates)), 4)
    assert list(choose(problem, 3)) == list(choose(shuffled, 3))


def test_without_the_time_for_a_proof_the_bound_is_said() -> None:
    problem = made(0, 60, 12, 4)
    proved, hasty = next(choose(problem)), next(choose(problem, effort=0))
    assert proved.proved and not hasty.proved
    assert hasty.worth >= problem.worth(greedy(problem))
    assert hasty.most_halves >= proved.worth.halves and hasty.most_stages == 5
    assert len(list(choose(problem, 3, effort=0))) == 1
    assert not list(choose(Problem([], 3))) and not list(choose(Problem([Candidate("a", 1, 1)], 3)))


def option(ident: str, rank: int, said: list[tuple[str, str, float, str]], **more: Any) -> Option:
    shown = compare(
        TARGETS, [Figure(name, sign, value, unit=unit, fact=f"x-{ident}") for name, sign, value, unit in said]
    )
    return Option(ident, f"{ident}公司", rank, 10.0 - rank, tuple(shown) if said else (), **more)


def test_members_and_what_is_uncovered_have_their_reasons() -> None:
    firms = [
        option("a", 1, [("压力", "=", 36, "MPa"), ("噪声", "=", 90, "dB")], groups=frozenset({"a", "top"})),
        option("b", 2, [("寿命", "=", 4800, "h")], groups=frozenset({"b", "top"})),
        option("c", 3, [("寿命", "=", 6000, "h"), ("噪声", "=", 80, "dB")]),
        option("d", 4, [("压力", "=", 40, "MPa")]),
        option("e", 5, []),
    ]
    found = teams(TARGETS, firms, ["外观"], {"d": "named"})
    assert found.best is not None and found.best.proved and found.options == 4
    assert [member.option.id for member in found.best.members] == ["a", "c"]
    pressure, life = (member.covers[0] for member in found.best.members)
    assert (pressure.target, pressure.verdict, pressure.alone) == (0, "met", True)
    assert pressure.figure is not None and pressure.figure.fact == "x-a"
    assert (life.target, life.verdict) == (1, "met")
    told = {(one.target, one.stage): one for one in found.best.uncovered}
    noise = told[2, None]
    assert noise.why == "missed" and noise.who[0].id == "c" and noise.figure is not None and noise.figure.value == 80
    assert told[3, None].why == "words" and {told[None, stage].why for stage in STAGES} == {"nobody"}
    assert [(one.id, why) for one, why in found.left_out] == [("d", "named")]
    kept = teams(TARGETS, firms)
    assert kept.best is not None
    first = kept.best.members[0]
    assert [(one.option.id, one.targets, one.points) for one in first.instead] == [("d", 0.0, 3.0)]
    alone = teams(TARGETS, [firms[0], firms[1]])
    assert alone.best is not None and {one.target: one.why for one in alone.best.uncovered if one.target == 1} == {
        1: "together"
    }
    small = teams(TARGETS, [firms[0], firms[2]], size=1)
    assert small.best is not None and {one.target: one.why for one in small.best.uncovered if one.target == 1} == {
        1: "full"
    }
    away = teams(TARGETS, firms, barred={"a": "poster_group", "d": "named_group"})
    assert away.best is not None and away.best.uncovered[0].why == "left_out"
    nothing = teams(TARGETS, [firms[4]])
    assert nothing.best is None and len(nothing.uncovered) == 8


def reading(terms: list[str], text: str = "") -> Reading:
    return Reading(Stages.load(), terms, text=text, placer=Placer(packaged()))


def test_facts_speak_for_stages_by_their_words_and_their_place_in_the_chain() -> None:
    need = reading(["谐波减速器"], "柔轮渗氮变形控制问题，旋转弯曲疲劳极限不低于700兆帕")
    firm = firm_from_json(
        {
            "id": "f",
            "products": [{"name": "马氏体时效钢", "fact": "p"}, "工业机器人", "金属材料检测服务"],
            "process": [{"value": "精密磨削", "fact": "g"}, {"value": "旋转弯曲疲劳试验", "fact": "t"}],
            "patents": ["一种谐波减速器的柔轮结构", "一种煤矿支架", "谐波减速器柔轮的渗氮变形控制方法"],
            "contracts": ["谐波减速器采购"],
        }
    )
    said = need.of(firm)
    assert list(said) == ["materials", "design", "process", "testing", "application"]
    assert (said["materials"].rule.id, said["materials"].fact) == ("material_above", "p")
    assert "谐波减速器" in said["materials"].says() and "harmonic" not in said["materials"].says("en").lower()
    assert said["design"].name == "一种谐波减速器的柔轮结构" and said["design"].word == "谐波减速器"
    assert said["process"].rule.id == "process_patent" and said["testing"].fact == "t"
    assert said["application"].name == "谐波减速器采购"
    unlike = firm_from_json({"id": "u", "products": ["煤矿支架"], "process": ["精密磨削"], "patents": ["一种煤矿支架"]})
    assert need.of(unlike) == {}
    maker = need.of(firm_from_json({"id": "m", "products": ["短筒谐波减速器"], "process": ["精密磨削"]}))
    assert maker["process"].maker and "它做所需之物" in maker["process"].says()
    assert need.of(firm_from_json({"id": "t", "products": ["谐波减速器检测设备贸易"]})) == {}
    below = reading(["谐波减速器"]).of(firm_from_json({"id": "b", "products": ["关节模组"]}))
    assert below["application"].rule.id == "application_below"


def test_a_word_of_the_text_takes_three_signs_and_common_words_none() -> None:
    words = Words("柔轮材料", "旋转接头的泄漏率", ["材料"])
    assert (
        words.shared("新型柔轮") == "柔轮" and words.shared("旋转台") == "" and words.shared("泄漏率检测") == "泄漏率"
    )
    assert words.shared("复合材料") == "" and Words("PEEK轴承").shared("peek粒子") == "peek"


@pytest.mark.parametrize(
    "text",
    [
        "stages: []",
        "{",
        "version: 1\norigin: x\ncommon: []\nstages: [{id: a, zh: a, en: b, rules: [{id: r, read: tea, zh: a, en: b}]}]",
    ],
)
def test_a_table_that_breaks_its_form_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "stages.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadStageError, match="MA031"):
        Stages.load(path)
    assert Stages.load(tmp_path / "none.yml").version
