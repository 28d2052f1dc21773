"""Links of supply: evidence adds up, each step has its path, a hidden pair is sought again."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from matcher.award import Award
from matcher.corpus import Corpus, Firm, Item, Product
from matcher.embed import Embedder
from matcher.errors import BadRunError
from matcher.evaluate.links import evaluate, shortest
from matcher.links import POINTS, Links

from .conftest import CharacterEmbedder

AWARDS = [
    Award("电能表采购", "甬川电力公司", "a", "2015-03-01", fact="1"),
    Award("电能表采购第二批", "北山电力公司", "b", "2016-05-01", fact="2"),
    Award("水库大坝工程", "北山水利局", "c", "2016-08-09", fact="3"),
    Award("桥梁检修", "南屏公路局", "a", "2016-08-09", fact="4"),
    Award("桥梁检修", "南屏公路局", "b", "2016-08-09", fact="5"),
]
FIRMS = [Firm("a", "甲有限公司"), Firm("b", "乙有限公司", (Product("电能表"),)), Firm("c", "丙有限公司")]

TITLES = ["电能表采购", "电能表", "水库大坝工程", "桥梁检修"]


def links(embedder: Embedder) -> Links:
    return Links(Corpus.build(FIRMS, as_of=date(2017, 1, 1)), AWARDS, embedder)


def test_steps_add_up_and_have_their_path(characters: Embedder) -> None:
    (link,) = [one for one in links(characters).of_firm("b") if one.buyer == "甬川电力公司"]
    assert link.level == "inferred" and link.score == pytest.approx(sum(step.points for step in link.steps))
    steps = {step.kind: step for step in link.steps}
    assert steps["like"].path == ("乙有限公司", "电能表采购第二批", "电能表采购", "甬川电力公司")
    assert steps["like"].facts == ("2", "1")
    assert steps["kin"].path[1:3] == ("电能表采购第二批", "北山电力公司")
    assert steps["shared"].path == ("乙有限公司", "南屏公路局", "甲有限公司", "甬川电力公司")
    assert steps["shared"].facts == ("5", "4", "1")
    assert steps["makes"].path[1:3] == ("电能表", "电能表采购")
    assert all(step.path[0] == "乙有限公司" and step.path[-1] == "甬川电力公司" for step in link.steps)


def test_known_supplies_are_not_predicted(characters: Embedder) -> None:
    known = links(characters)
    assert "南屏公路局" not in {one.buyer for one in known.of_firm("a")}
    assert known.of_firm("nobody") == []
    evidence = known.evidence("甬川电力公司")
    assert set(evidence) == set(POINTS) and all(
        values.min() >= 0 and values.max() <= 1.0001 for values in evidence.values()
    )


@settings(max_examples=25, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 4), st.sampled_from(TITLES)), min_size=1, max_size=14),
    st.lists(st.lists(st.sampled_from(TITLES), max_size=2), min_size=6, max_size=6),
    st.lists(st.integers(0, 5), min_size=1, max_size=4, unique=True),
)
def test_what_is_reckoned_of_some_is_what_is_reckoned_of_all(
    won: list[tuple[int, int, str]], made: list[list[str]], some: list[int]
) -> None:
    buyers = ["甬川电力公司", "甬川供电公司", "北山水利局", "南屏公路局", "南屏桥隧公司"]
    firms = [
        Firm(str(n), f"甬川{n}有限公司", tuple(Product(name) for name in dict.fromkeys(names)), (f"{n % 2}",))
        for n, names in enumerate(made)
    ]
    known = Links(
        Corpus.build(firms, as_of=date(2017, 1, 1)),
        [Award(title, buyers[buyer], str(firm)) for firm, buyer, title in won],
        CharacterEmbedder(),
    )
    rows = np.array(sorted(some))
    for buyer in (*buyers, "西原机场"):
        whole, part = known.evidence(buyer), known.evidence(buyer, rows)
        for kind, values in whole.items():
            assert np.allclose(part[kind], values[rows]), kind
        best = known.of_buyer(buyer, 6)
        scores, supplied = known.scores(buyer), {known.corpus.row(known.awards[at].firm) for at in known.let_by(buyer)}
        assert [link.score for link in best] == sorted((link.score for link in best), reverse=True)
        for link in best:
            row = known.corpus.row(link.firm)
            assert row is not None and row not in supplied and link.level == "inferred"
            assert link.score == pytest.approx(scores[row], abs=1e-3)
            assert link.score == pytest.approx(sum(step.points for step in link.steps))


def test_suppliers_of_a_buyer_and_customers_of_a_firm_are_one_thing(characters: Embedder) -> None:
    known = links(characters)
    (link,) = [one for one in known.of_firm("b") if one.buyer == "甬川电力公司"]
    assert known.of_buyer("甬川电力公司")[0] == link
    # what is stated elsewhere is no inference, under whichever name
    assert known.of_buyer("甬川电力公司", known=["b"]) == []
    assert "甬川电力公司" not in {one.buyer for one in known.of_firm("b", known=["甬川电力公司"])}
    assert known.of_buyer("没有人知道的单位") == []


def test_a_buyer_is_one_under_its_former_names(characters: Embedder) -> None:
    buyer = Firm("z", "甬川新能集团有限公司", fields={"aliases": (Item("甬川电力公司"), Item("甬川电"))})
    twins = [Firm(n, f"{n}有限公司", fields={"aliases": (Item("北山水利局"),)}) for n in "xy"]
    later = Award("电能表采购第三批", buyer.name, "c", "2017-05-01", fact="6")
    corpus = Corpus.build([*FIRMS, buyer, *twins], as_of=date(2018, 1, 1))
    known = Links(corpus, [*AWARDS, later], characters)
    assert len(known.let_by(buyer.name)) == len(known.let_by("甬川电力公司")) == 2
    assert len(known.let_by("北山水利局")) == 1 and known.key("北山水利局") != known.key("x有限公司"), (
        "a name of two firms"
    )
    assert known.key("甬川电力公司") == known.key(buyer.name)
    assert not {"甬川电力公司", buyer.name} & {one.buyer for one in known.of_firm("a")}, "it supplied it before"
    (link,) = [one for one in known.of_firm("b") if known.key(one.buyer) == known.key(buyer.name)]
    assert link.score == pytest.approx(sum(step.points for step in link.steps))
    assert {"a", "c"}.isdisjoint(one.firm for one in known.of_buyer(buyer.name))


def test_nobody_supplies_itself(characters: Embedder) -> None:
    own = Firm("d", "甬川电力股份公司", fields={"aliases": (Item("甬川电力公司"),)})
    awards = [*AWARDS, Award("电能表采购", "北山供电所", "d", "2016-01-01")]
    known = Links(Corpus.build([*FIRMS, own], as_of=date(2017, 1, 1)), awards, characters)
    assert "甬川电力公司" not in {one.buyer for one in known.of_firm("d")}
    assert "d" not in {one.firm for one in known.of_buyer("甬川电力公司")}


def test_where_many_make_something_like_it_the_nearest_are_looked_at(
    characters: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matcher.links.MAKERS", 3)
    like = [Firm(f"b{n}", f"乙{n}有限公司", (Product(f"电能表外壳组件{n}"),)) for n in range(9)]
    last = Firm("z", "己有限公司", (Product("电能表采购"),))
    known = Links(Corpus.build([FIRMS[0], *like, last], as_of=date(2017, 1, 1)), AWARDS[:1], characters)
    assert known.of_buyer("甬川电力公司")[0].firm == "z", "not the first three of the corpus"


def test_the_shortest_path(characters: Embedder) -> None:
    assert shortest(links(characters), "甬川电力公司").tolist() == [-1.0, -3.0, -np.inf]


def test_hidden_pairs_are_sought_among_all_firms(characters: Embedder) -> None:
    found = evaluate(AWARDS, FIRMS, characters, samples=10)
    assert (found.pairs, found.hidden, found.firms) == (5, 1, 3)
    assert {"popularity", "shortest path", "additive evidence"} < set(found.figures)
    with pytest.raises(BadRunError, match="MA005"):
        evaluate(AWARDS[:2], FIRMS, characters)
