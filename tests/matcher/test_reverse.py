"""Needs ranked for a firm: by the same ranker, in an honest order, with what the firm lacks for each."""

from __future__ import annotations

from datetime import date

import pytest

from matcher.aliases import Aliases
from matcher.conditions import Truth
from matcher.corpus import Corpus, firm_from_json
from matcher.query import Query, parse_query
from matcher.rank import Ranker
from matcher.reverse import Boards

from .conftest import CharacterEmbedder

FIRMS = [firm_from_json({"id": f"m{n:02}", "products": ["谐波减速器"], "staff": 300}) for n in range(12)]
FIRMS += [
    firm_from_json({"id": "z", "products": ["柱塞泵"], "region": "330000", "tier": "innovative"}),
    firm_from_json({"id": "buyer", "products": ["电机"]}),
]
QUERIES = [
    parse_query({"id": "far", "title": "谐波减速器"}),
    parse_query(
        {
            "id": "kept-out",
            "title": "柱塞泵",
            "conditions": {
                "all": [
                    {"field": "region", "op": "within", "value": "330200", "unknown": "drop"},
                    {"field": "tier", "op": ">=", "value": "specialised", "hard": False},
                    {"field": "staff", "op": "<", "value": 500},
                ]
            },
        }
    ),
    parse_query({"id": "near", "title": "轴向柱塞泵"}),
]


def boards() -> Boards:
    return Boards(Ranker(Corpus.build(FIRMS, as_of=date(2026, 11, 25)), CharacterEmbedder()))


def test_the_lists_that_it_is_on_come_first_by_rank_then_those_that_it_is_kept_out_of() -> None:
    made = boards()
    found, count = made.fits("z", QUERIES)
    assert [(one.query.id, one.rank, one.place) for one in found] == [
        ("near", 1, 1),
        ("far", found[1].rank, found[1].rank),
        ("kept-out", 0, 1),
    ]
    assert count == 3 and found[1].rank > 12  # the twelve that list it come first
    for one in found:
        ranking = made.ranker.rank(one.query, 0)
        same = ranking.place_of("z")
        assert same is not None and same.score == one.entry.score and same.rank == one.rank
        assert (one.listed, one.compared) == (len(ranking.entries), len(FIRMS))
    assert [one.query.id for one in made.fits("z", QUERIES, 1)[0]] == ["near"]
    assert made.fits("nobody", QUERIES) == ([], 0)


def test_what_it_lacks_is_said_for_each() -> None:
    near, far, kept_out = boards().fits("z", QUERIES)[0]
    assert [one.label for one in kept_out.failed] == ["region within 330200"]
    assert [one.label for one in kept_out.unmet] == ["tier >= specialised"]
    assert [(one.label, one.truth) for one in kept_out.unknown] == [("staff < 500", Truth.UNKNOWN)]
    assert not (near.failed or near.unmet or near.unknown or near.short)
    # the first firm of a list has nobody to be compared with; beyond the tenth the tenth is the mark
    assert near.mark is None and far.mark is not None
    assert far.short[0].feature == "listed" and far.short[0].points > 0
    assert [one.points for one in far.short] == sorted((one.points for one in far.short), reverse=True)


def test_who_posted_a_need_is_not_compared_for_it() -> None:
    asked = parse_query({"id": "own", "title": "电机"})
    own = type(asked)(asked.id, asked.title, without=frozenset({"buyer"}))
    assert boards().fits("buyer", [own]) == ([], 0)
    assert len(boards().fits("buyer", [asked])[0]) == 1


def test_a_table_of_other_names_shows_at_once() -> None:
    made = boards()
    asked = [Query("n", "Q形泵")]
    before = made.of(asked)[0]
    assert made.of(asked)[0] is before
    made.ranker.aliases = Aliases([("Q形泵", "轴向柱塞泵", "our buyers", True)])
    after = made.of(asked)[0]
    assert after is not before and "轴向柱塞泵" in after.sought.terms


def test_what_was_told_of_a_firm_is_kept_until_its_need_changes() -> None:
    made = boards()
    first, _ = made.fits("z", QUERIES)
    again, _ = made.fits("z", QUERIES[1:])  # other needs come and go
    assert list(again) == [one for one in first if one.query.id != "far"]
    assert all(any(one is other for other in first) for one in again)
    made.ranker.aliases = Aliases([("谐波减速器", "柱塞泵", "our buyers", True)])
    assert made.fits("z", QUERIES)[0] != first


def test_who_asks_for_some_needs_leaves_the_boards_of_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matcher.reverse.KEPT", 2)
    monkeypatch.setattr("matcher.reverse.ASKED", 1)
    made, board = boards(), lambda at: made.of(QUERIES[at : at + 1])[0]
    all_of_them = made.of(QUERIES)
    assert board(2) is all_of_them[2]
    assert board(1) is all_of_them[1]  # asked for alone before, and still there
    assert board(0) is not all_of_them[0]  # two are kept, the last that were asked for
    assert board(1) is all_of_them[1] and board(0) is made.of(QUERIES)[0]
