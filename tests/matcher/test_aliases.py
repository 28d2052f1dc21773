from __future__ import annotations

from pathlib import Path

import pytest

from matcher.aliases import Aliases
from matcher.corpus import Corpus, Firm, Product
from matcher.errors import BadAliasError
from matcher.features.registry import FEATURES
from matcher.query import Query
from matcher.rank import Ranker
from tests.matcher.conftest import CharacterEmbedder

HEAD = "name,alias,source,use\n"


def names(table: Aliases, name: str) -> set[str]:
    return {alias.name for alias in table.of(name)}


def test_the_packaged_table() -> None:
    table = Aliases.load()
    assert len(table) > 90
    assert {"柔性电路板", "挠性印制电路板", "软板"} <= names(table, "FPC")
    assert {"RV减速机", "摆线针轮减速器"} <= names(table, "RV减速器")
    assert names(table, "fpc") == names(table, "FPC") and "PCB" in names(table, "印刷电路板")
    assert "车载柔性电路板" in names(table, "车载FPC"), "the name may be the end of a longer one"
    assert not names(table, "FPC连接器") and not names(table, "轴承") and not names(table, "")


def test_the_operators_own_table_comes_last(tmp_path: Path) -> None:
    own = tmp_path / "aliases.csv"
    assert "软板" in names(Aliases.load(own), "FPC")
    own.write_text(HEAD + "柔性电路板,软板,our buyers,no\n等静压机,CIP,our buyers,\n", encoding="utf-8-sig")
    table = Aliases.load(own)
    assert "软板" not in names(table, "FPC") and [one.source for one in table.of("CIP")] == ["our buyers"]
    own.write_text(HEAD, encoding="utf-8")
    assert "软板" in names(Aliases.load(own), "FPC"), "a change shows at the next need"


@pytest.mark.parametrize("text", ["name,alias\na,b\n", HEAD + "a,,c\n", HEAD + "a,b,\n", ""])
def test_a_table_that_cannot_be_read_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "aliases.csv").write_text(text)
    with pytest.raises(BadAliasError):
        Aliases.load(tmp_path / "aliases.csv")
    for bad in (b"\xff\xfe\xff", HEAD.encode() + b"a" * 140_000):
        (tmp_path / "aliases.csv").write_bytes(bad)
        with pytest.raises(BadAliasError):
            Aliases.load(tmp_path / "aliases.csv")


def test_a_need_is_sought_under_its_other_names_and_says_so() -> None:
    corpus = Corpus.build([Firm("a", products=(Product("柔性电路板"),)), Firm("b", products=(Product("FFC排线"),))])
    ranking = Ranker(corpus, CharacterEmbedder()).rank(Query("n", "FPC"))
    first = ranking.entries[0]
    assert first.firm.id == "a" and ranking.query.products == ()
    assert "柔性电路板" in {alias.name for alias in ranking.aliases}
    listed = next(one for one in first.contributions if one.feature == "listed")
    assert listed.points > 0 and listed.detail["said"] == "FPC"
    assert listed.says() == "列有“柔性电路板”（“FPC”又称“柔性电路板”，据 general knowledge）"
    assert "also called" in listed.says("en")
    again = Ranker(corpus, CharacterEmbedder()).rank(Query("n", "柔性电路板")).entries[0]
    assert "alias" not in next(one for one in again.contributions if one.feature == "listed").detail
    assert FEATURES["listed"].says({}) == ""


def test_a_need_without_a_name_stays_as_it_is() -> None:
    query = Query("n", text="需要FPC")
    assert Aliases.load().expand(query) == (query, ())
