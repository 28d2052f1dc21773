"""The temporal kinds at work: states close one another, figures are restated, events and open relations stay."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from kg.identity.cluster import places_exclude
from kg.projection.shape import Row
from kg.records import Mention
from kg.validity import AsOf
from tests.kg.test_projection import ONTOLOGY, edges, frozen, of
from tests.kg.worlds import World, document, firm, product

CODE = "1" * 18
PLACES = ("330206", "330211", "330200", "110000")
DAYS = [f"{year}-0{month}-01" for year in range(2015, 2023) for month in (1, 6)]


def moved(*stays: tuple[str, str]) -> World:
    """A firm that documents of these days place somewhere, from that day on."""
    world = World()
    for day, place in stays:
        where = Mention("Region", place, place)
        world.say(document(day, day), firm("甲公司", CODE), "LOCATED_IN", where, valid_from=day, start=0)
    return world


def held(rows: list[Row], relation: str, day: str) -> list[str]:
    at = AsOf.of(ONTOLOGY, day)
    return sorted(row["end"] for row in rows if at.held(relation, row))


def test_who_moved_away_and_came_back_was_away_in_between():
    rows = edges(of(moved(("2015-01-01", "330206"), ("2017-01-01", "330211"), ("2019-01-01", "330206"))), "LOCATED_IN")
    assert len(rows) == 3
    assert len({row["key"] for row in rows}) == 3
    assert sorted((row["valid_from"], row["valid_to"], row["end"]) for row in rows if row["valid_to"]) == [
        ("2015-01-01", "2017-01-01", "330206"),
        ("2017-01-01", "2019-01-01", "330211"),
    ]
    assert [held(rows, "LOCATED_IN", day) for day in ("2014-12-31", "2016-12-31", "2017-01-01", "2020-01-01")] == [
        [],
        ["330206"],
        ["330211"],
        ["330206"],
    ]


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(DAYS), st.sampled_from(PLACES)), min_size=1, max_size=8, unique_by=lambda s: s[0]
    ),
    st.randoms(),
)
def test_on_any_day_a_firm_is_in_places_that_do_not_exclude_one_another(stays, random):
    found = of(moved(*stays))
    rows = edges(found, "LOCATED_IN")
    for day in DAYS:
        for one, other in combinations(held(rows, "LOCATED_IN", day), 2):
            assert not places_exclude(one, other)
        known = [stay for stay in stays if stay[0] <= day]
        if known:
            assert max(known)[1] in held(rows, "LOCATED_IN", day), "where the newest document until then puts it"
        else:
            assert held(rows, "LOCATED_IN", day) == []
    assert max(stays)[1] in {row["end"] for row in rows if row["valid_to"] is None}
    assert frozen(of(moved(*random.sample(stays, len(stays))))) == frozen(found)


figures = st.tuples(
    st.sampled_from(DAYS),
    st.sampled_from(["2014", "2015"]),
    st.integers(1, 3),
    st.sampled_from(["disclosed", "inferred"]),
)


@settings(max_examples=80, deadline=None)
@given(st.lists(figures, min_size=1, max_size=8, unique_by=lambda f: (f[0], f[1])))
def test_a_period_has_one_figure_and_a_restatement_supersedes(said):
    world = World()
    for day, period, value, level in said:
        revenue = Mention("Metric", "营业收入")
        more = {"metric": "revenue", "value": value, "period": period, "level": level}
        world.say(document(day, day), firm("甲公司", CODE), "REPORTS_METRIC", revenue, **more)
    found = of(world)
    rows = {row["period"]: row for row in edges(found, "REPORTS_METRIC")}
    assert rows.keys() == {period for _, period, _, _ in said}
    for period, row in rows.items():
        best = min(
            ((level != "disclosed"), -int(day.replace("-", "")), value) for day, p, value, level in said if p == period
        )
        assert row["value"] == best[2]
        assert AsOf.of(ONTOLOGY, f"{period}-12-30").held("REPORTS_METRIC", row) is False
        assert AsOf.of(ONTOLOGY, f"{period}-12-31").held("REPORTS_METRIC", row) is True
    states = [fact["state"] for fact in found.nodes["Fact"]]
    assert states.count("active") >= len(rows)
    assert ("superseded" in states) == any(value != rows[period]["value"] for _, period, value, _ in said)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(DAYS), st.sampled_from([None, "2019-03-31"])),
        min_size=1,
        max_size=5,
        unique_by=lambda s: s[0],
    )
)
def test_what_is_open_ends_only_by_a_statement_and_ages_by_its_newest_source(said):
    world = World()
    for day, end in said:
        world.say(document(day, day), firm("甲公司", CODE), "PRODUCES", product("轴承"), valid_to=end)
    [row] = edges(of(world), "PRODUCES")
    assert row["as_of"] == max(day for day, _ in said)
    assert row["valid_to"] == max(said)[1], "as the newest statement says"


def test_an_event_stays_and_an_unknown_beginning_is_unknown():
    at = AsOf.of(ONTOLOGY, "2020-06-30")
    assert at.held("WON_CONTRACT", {"valid_from": "2019-01-01", "as_of": "2019-01-01"}) is True
    assert at.held("WON_CONTRACT", {"valid_from": "2021-01-01", "as_of": "2021-01-01"}) is False
    assert at.held("PRODUCES", {"as_of": "2020-06-30"}) is True
    assert at.held("PRODUCES", {"as_of": "2020-07-01"}) is None
    assert at.held("PRODUCES", {"as_of": "2020-01-01", "valid_to": "2020-06-30"}) is True
    assert at.held("LOCATED_IN", {"as_of": "2020-01-01", "valid_to": "2020-06-30"}) is False
    assert AsOf().held("PRODUCES", {"valid_to": "1999-01-01"}) is True


def test_a_newer_address_closes_the_older_one_and_what_does_not_change_stays():
    world = World()
    for day, address, founded in (
        ("2015-01-01", "旧路1号", None),
        ("2018-01-01", "新路2号", None),
        ("2016-01-01", "旧路1号", "2001"),
    ):
        profile = {"address": address} | ({"founded": founded} if founded else {})
        world.say(document(day, day), firm("甲公司", CODE), "PROFILE", None, **profile)
    guess = {"address": "猜路3号", "level": "inferred"}
    world.say(document("2020-01-01", "2020-01-01"), firm("甲公司", CODE), "PROFILE", None, **guess)
    found = of(world)
    assert {fact["observed"]: fact["state"] for fact in found.nodes["Fact"]} == {
        "2015-01-01": "superseded",
        "2016-01-01": "active",
        "2018-01-01": "active",
        "2020-01-01": "active",
    }
    [row] = found.nodes["Enterprise"]
    assert (row["address"], row["founded"]) == ("新路2号", "2001-01-01")
