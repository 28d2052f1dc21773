from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Barrier, BrokenBarrierError

import numpy as np
import pytest

from matcher import candidates, index, space
from matcher.corpus import Corpus, Firm, Product
from matcher.index import Index
from matcher.query import Query
from matcher.rank import Ranker
from matcher.scorecard import Line, Scorecard
from matcher.space import Space
from matcher.strings import linked
from matcher.towers import Towers

from .conftest import CharacterEmbedder

TRADES = 12
PER_TRADE = 40
CARD = Scorecard("towers", "", (Line("likely_lists", -1.0, 1.0, 10.0), Line("like_likely_makers", -1.0, 1.0, 10.0)))


def names(trade: int) -> list[str]:
    """Names of one trade that have no character in common: only the lists say that they belong together."""
    rng = random.Random(trade)
    return ["".join(chr(0x4E00 + rng.randrange(4000)) for _ in range(3)) for _ in range(PER_TRADE)]


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    rng = random.Random(1)
    firms = []
    for number in range(240):
        listed = rng.sample(names(number % TRADES), 6)
        firms.append(Firm(f"f{number:03}", "", tuple(map(Product, listed))))
    return Corpus.build(firms)


def test_lists_teach_who_makes_a_thing(corpus: Corpus) -> None:
    """A thing of trade 0: firms of that trade that do not list it come before all others."""
    ranker = Ranker(corpus, CharacterEmbedder(), CARD)
    shares = []
    for name in names(0)[:10]:
        ranking = ranker.rank(Query("n", "", (name,)), 0)
        others = [one.firm for one in ranking.entries if name not in {product.name for product in one.firm.products}]
        shares.append(np.mean([int(firm.id[1:]) % TRADES == 0 for firm in others[:10]]))
    assert np.mean(shares) > 0.5, "one in twelve by chance"
    entry = ranking.entries[0]
    assert entry.contributions[0].detail["product"] and all(one.says() for one in entry.contributions)


def test_they_are_kept_with_the_index_and_learnt_alike(corpus: Corpus, tmp_path: Path) -> None:
    embedder = CharacterEmbedder()
    one, other = (Index.of(Corpus.build(corpus.firms), embedder).towers for _ in range(2))
    assert one is not None and other is not None
    one.save(tmp_path)
    kept = Towers.open(tmp_path)
    assert kept is not None
    vectors = embedder.embed(["新品"])
    for towers in (other, kept):
        np.testing.assert_allclose(towers.needs(["新品"], vectors), one.needs(["新品"], vectors), atol=1e-5)


def test_too_little_to_learn_from_is_unknown() -> None:
    firms = [Firm("a", "", (Product("轴承"),)), Firm("b", "", (Product("阀"),))]
    ranking = Ranker(Corpus.build(firms), CharacterEmbedder(), CARD).rank(Query("n", "", ("轴承",)))
    assert [one.value for one in ranking.entries[0].contributions] == [None, None]


def test_one_catalogue_or_one_name_teaches_nothing() -> None:
    catalogue = Firm("a", "", tuple(Product(f"轴承{number}") for number in range(1_100)))
    ranking = Ranker(Corpus.build([catalogue]), CharacterEmbedder(), CARD).rank(Query("n", "", ("轴承",)))
    assert [one.value for one in ranking.entries[0].contributions] == [None, None]
    alike = Corpus.build(Firm(f"f{number}", "", (Product("轴承"),)) for number in range(1_100))
    assert Index.of(alike, CharacterEmbedder()).towers is None


@pytest.fixture(scope="module")
def every(corpus: Corpus) -> Index:
    return Index.of(corpus, CharacterEmbedder())


@pytest.fixture
def large(corpus: Corpus, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Corpus:
    """The corpus as one that is searched, in a folder."""
    monkeypatch.setattr(index, "ALL_FIRMS", 10)
    monkeypatch.setattr(candidates, "NEAREST", 3)
    monkeypatch.setattr(candidates, "LIKELY", 15)
    return corpus.save(tmp_path / "corpus")


def test_a_large_corpus_is_searched_by_them(every: Index, large: Corpus) -> None:
    """Firms of the trade are candidates that list nothing like the need, with the values of a small corpus."""
    need = Query("n", "", (names(3)[5],))
    found = Ranker(large, CharacterEmbedder(), CARD).rank(need, 1)
    rows = found.scene.rows.tolist()
    assert not found.scene.index.exact and len(rows) < 40
    assert np.mean([int(large.ids[row][1:]) % TRADES == 3 for row in rows]) > 1 / 3, "one in twelve by chance"
    assert every.towers is not None
    exact = every.tower_firms(found.scene.rows) @ every.towers.needs(need.terms, found.scene.vectors)[0]
    np.testing.assert_allclose(found.values[:, 0], exact, atol=0.02)


def test_a_change_costs_what_it_adds(large: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(space, "TAIL_SHARE", 0.5)
    before = Ranker(large, CharacterEmbedder(), CARD)
    changed = large.changed([Firm("g1", "", tuple(map(Product, names(3)[:6])))], ["f000"]).save(tmp_path / "changed")
    after = Ranker(changed, CharacterEmbedder(), CARD, before)
    found = after.rank(Query("n", "", (names(3)[7],)), 0)
    assert "g1" in {firm for firm, _ in found.pairs()} and "f000" not in {firm for firm, _ in found.pairs()}
    one, other = before.index.sides, after.index.sides
    assert one is not None and other is not None
    kept = np.arange(1, 240)
    np.testing.assert_array_equal(one.of(kept), other.of(kept - 1))


def test_two_changes_at_a_time_do_not_mix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each appends to the one file of vectors: neither may count the other's rows as its own."""
    meet = Barrier(2)

    def linked_together(source: Path, target: Path) -> None:
        with suppress(BrokenBarrierError):
            meet.wait(0.3)  # where both can be here, both are
        linked(source, target)

    drawn = np.random.default_rng(0).normal(size=(60, 8)).astype(np.float32)
    before = Space.build(len(drawn), 8, lambda first, last: index.unit(drawn[first:last]), tmp_path)
    monkeypatch.setattr(space, "linked", linked_together)
    rows = np.append(np.arange(len(before.places), dtype=np.int32), np.int32(-1))
    own = np.eye(2, before.cells.d, dtype=np.float32)
    folders = [tmp_path / name for name in ("one", "other")]
    for folder in folders:
        folder.mkdir()
    with ThreadPoolExecutor(2) as both:
        made = list(both.map(lambda at: before.changed(rows, own[at : at + 1], folders[at]), (0, 1)))
    for at, found in enumerate(made):
        assert found is not None
        np.testing.assert_allclose(found.of(np.array([len(rows) - 1]))[0], own[at], atol=0.01)
        np.testing.assert_array_equal(found.of(rows[:-1]), before.of(rows[:-1]))


def test_a_disk_without_links_has_a_copy(large: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(space, "TAIL_SHARE", 0.5)
    monkeypatch.setattr(index, "TAIL_SHARE", 0.5)
    monkeypatch.setattr("os.link", refused)
    before = Index.of(large, CharacterEmbedder())
    changed = large.changed([Firm("g1", "", tuple(map(Product, names(3)[:6])))], ["f000"]).save(tmp_path / "changed")
    after = Index.of(changed, CharacterEmbedder(), before)
    assert before.towers is not None and after.towers is not None
    np.testing.assert_array_equal(before.towers.need, after.towers.need)
    with (after.space.folder / "codes").open("ab") as file:
        file.write(b"x")
    (tmp_path / "none").mkdir()
    same = np.arange(len(changed.product_names), dtype=np.int32)
    nothing = np.zeros((0, after.space.cells.d), np.float32)
    assert after.space.changed(same, nothing, tmp_path / "none") is None, "a part of a row of a change that was cut off"
