from __future__ import annotations

import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher import index
from matcher.corpus import Corpus, Firm, Item, Product, Relation, firm_from_json
from matcher.embed import Embedder
from matcher.errors import BadCorpusError
from matcher.files import read_chain
from matcher.query import Query
from matcher.rank import Ranker
from matcher.strings import Strings

DAY = date(2026, 11, 25)
FIRMS = [
    Firm(
        "f2",
        "乙公司",
        (Product("柔轮", "inferred"), Product("轴承 套圈", fact="x1", quote="d#1:2-6", share=12.5)),
        ("齿轮", "轴承"),
        {"region": (Item("330211", "x2"),), "patents": (Item("一种柔轮"), Item("一种套圈"))},
    ),
    Firm("f1"),
    Firm("f3", "丙公司", (Product("柔轮"),)),
]
CHAIN = [Relation("特种钢", "input_of", "柔轮"), Relation("杯形柔轮", "kind_of", "柔轮")]


def test_a_corpus_does_not_depend_on_the_order_of_its_input() -> None:
    one, other = Corpus.build(FIRMS, CHAIN, DAY), Corpus.build(FIRMS[::-1], CHAIN[::-1], DAY)
    assert one.stamp == other.stamp and list(one.ids) == ["f1", "f2", "f3"]
    assert Corpus.build(FIRMS[1:], CHAIN, DAY).stamp != one.stamp
    assert Corpus.build(FIRMS, CHAIN, date(2027, 1, 1)).stamp != one.stamp


def test_saved_and_opened_it_is_the_same(tmp_path: Path) -> None:
    made = Corpus.build(FIRMS, CHAIN, DAY)
    for _ in range(2):  # the second replaces the first
        opened = made.save(tmp_path / "corpus")
    assert opened.stamp == made.stamp and opened.as_of == DAY and opened.folder == tmp_path / "corpus"
    assert list(opened.firms) == list(made.firms)
    assert list(opened.product_names) == ["柔轮", "轴承 套圈"]
    assert opened.neighbours["柔轮"] == (("input", "特种钢"), ("kind", "杯形柔轮"))
    assert opened.row("f3") == 2 and opened.row("f9") is None
    assert [opened.product_at(1, slot).name for slot in opened.slots(1)] == ["柔轮", "轴承 套圈"]
    assert opened.values(1, "patents") == (2,) and opened.values(1, "region") == ("330211",)
    assert opened.knows("region") and opened.knows("patents") and not opened.knows("colour")
    assert [path.name for path in tmp_path.iterdir()] == ["corpus"]


def test_a_product_that_a_firm_lists_twice_is_one_by_its_best_statement(tmp_path: Path) -> None:
    twice = Firm("f1", "甲", (Product("柔轮", "inferred"), Product("柔轮", "disclosed"), Product("轴承")))
    made = Corpus.build([twice], [], DAY)
    opened = made.save(tmp_path / "corpus")
    for corpus in (made, opened):
        found = [corpus.product_at(0, slot) for slot in corpus.slots(0)]
        assert [(one.name, one.level) for one in found] == [("柔轮", "disclosed"), ("轴承", "disclosed")]


def test_an_empty_corpus_can_be_kept(tmp_path: Path) -> None:
    assert len(Corpus.build([], [], DAY).save(tmp_path / "corpus")) == 0


def test_what_is_no_corpus_is_refused(tmp_path: Path) -> None:
    for text in (None, "{", '{"format": 99}'):
        if text is not None:
            (tmp_path / "meta.json").write_text(text)
        with pytest.raises(BadCorpusError):
            Corpus.open(tmp_path)
    with pytest.raises(BadCorpusError):
        Corpus.build([Firm("a"), Firm("a")])


def test_a_firm_is_read_from_any_of_its_forms() -> None:
    firm = firm_from_json(
        {
            "id": 1,
            "products": ["a b", {"name": "c", "level": "inferred", "fact": "f"}, {"name": "c", "fact": "g"}],
            "certificates": {"value": "ISO9001", "fact": "h"},
            "employees": 30,
            "note": None,
        }
    )
    assert firm.products == (Product("a b"), Product("c", "disclosed", "g"))
    assert firm.items("certificate") == (Item("ISO9001", "h"),) and firm.values("staff", DAY) == (30,)
    assert firm_from_json(firm.to_json()) == firm


def test_honours_prove_tiers_and_notices_do_not() -> None:
    held = [
        {"tier": "champion", "status": "notice"},
        {"tier": "little_giant", "status": "recheck_notice", "fact": "h1"},
        {"tier": "specialised", "status": "revoked"},
    ]
    firm = firm_from_json({"id": "f", "honours": held})
    assert firm.items("tier") == (Item("little_giant", "h1"),)
    assert [item.value for item in firm.items("honour")] == ["champion", "little_giant", "specialised"]
    assert firm_from_json(firm.to_json()) == firm


@pytest.mark.parametrize(
    "bad",
    [
        {},
        {"id": ""},
        {"id": "a b"},
        {"id": "a", "name": 3},
        {"id": "a", "products": [3]},
        {"id": "a", "products": [{"name": "x", "level": "sure"}]},
    ],
)
def test_bad_firms_are_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(BadCorpusError):
        firm_from_json(bad)


@given(st.lists(st.text()))
def test_strings_keep_any_text(texts: list[str]) -> None:
    texts = [text.encode("utf-8", "ignore").decode() for text in texts]
    assert list(Strings.of(texts)) == texts


def archive(path: Path, **members: list[dict[str, str]]) -> Path:
    with zipfile.ZipFile(path, "w") as file:
        for name, rows in members.items():
            file.writestr(f"{name}.json", "\n".join(json.dumps(row, ensure_ascii=False) for row in rows))
    return path


def test_the_chain_archive_never_gives_an_answer_away(tmp_path: Path) -> None:
    file = archive(
        tmp_path / "chain.zip",
        product_product=[
            {"from_entity": "减速器", "rel": "产品小类", "to_entity": "谐波减速器"},
            {"from_entity": "柔轮", "rel": "上游材料", "to_entity": "特种钢"},
            {"from_entity": "柔轮", "rel": "下游产品", "to_entity": "减速器"},
        ],
        company_product=[
            {"company_code": "600001.SH", "company_name": "甲", "product_name": "电机"},
            {"company_code": "600001.SH", "company_name": "甲", "product_name": "谐波减速器"},
        ],
    )
    (tmp_path / "E.jsonl").write_text('{"id": "600001SH", "name": "甲", "industries": [], "products": ["轴承"]}\n')
    corpus = Corpus.from_jsonl(tmp_path / "E.jsonl", file, ["谐波减速器"])
    assert list(corpus.product_names) == ["电机", "轴承"]
    assert corpus.neighbours["减速器"] == (("input", "柔轮"), ("kind", "谐波减速器"))
    assert ("input", "特种钢") in corpus.neighbours["柔轮"]


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"PK")
    with pytest.raises(BadCorpusError):
        read_chain(tmp_path / "x.zip")
    with pytest.raises(BadCorpusError):
        read_chain(archive(tmp_path / "y.zip", product_product=[{"from_entity": "a"}], company_product=[]))


def test_a_bad_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "E.jsonl"
    path.write_text('{"id": "a"}\n\n{"id": "b", "products": 3}\n')
    with pytest.raises(BadCorpusError) as caught:
        Corpus.from_jsonl(path)
    assert caught.value.place == "line 3" and caught.value.file == str(path)


def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every corpus counts as a large one: searched in a space, not scanned."""
    monkeypatch.setattr(index, "EXACT", 0)


CHANGES = st.lists(
    st.tuples(st.integers(0, 12), st.sets(st.sampled_from(["柔轮", "轴承", "电机", "阀", "丝杠 A"])), st.booleans()),
    max_size=6,
    unique_by=lambda change: change[0],
)


@given(CHANGES, CHANGES)
def test_a_changed_corpus_is_what_would_be_built(before: list[Any], after: list[Any]) -> None:
    def firm(number: int, products: set[str], more: bool) -> Firm:
        fields = {"staff": (Item(number),), "founded": (Item("2001-05-01", "x"),)} if more else {}
        return Firm(f"f{number:02}", "", tuple(map(Product, products)), ("齿轮",) if more else ("电机", "阀"), fields)

    old = Corpus.build([firm(*one) for one in before], CHAIN, DAY)
    gone = [f"f{number:02}" for number, products, _ in after if not products]
    fresh = [firm(*one) for one in after if one[1]]
    changed = old.changed(fresh, gone)
    stay = [one for one in old.firms if one.id not in {*gone, *(one.id for one in fresh)}]
    built = Corpus.build([*stay, *fresh], CHAIN, DAY)
    assert changed.stamp == built.stamp and list(changed.firms) == list(built.firms)
    for name in ("ids", "product_names", "industry_names", "firm_start", "slot_product", "slot_level"):
        assert list(getattr(changed, name)) == list(getattr(built, name)), name
    for name in ("industry_start", "slot_industry", "maker_start", "maker"):
        assert list(getattr(changed, name)) == list(getattr(built, name)), name
    for name in ("staff", "age", "founded", "status"):
        assert list(changed.holders.get(name, {}).items()) == list(built.holders.get(name, {}).items())
        for row in range(len(built)):
            codes, values = changed.column(name)
            assert values[codes[row]] == built.values(row, name)


def test_a_changed_large_corpus_is_searched_at_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, characters: Embedder
) -> None:
    large(monkeypatch)
    signs = "谐波减速器柔轮柱塞泵轴承套圈特种钢带电机外壳冷柜手套"
    firms = [Firm(f"f{n:03}", products=(Product(signs[n % 20 : n % 20 + 4] + str(n)),)) for n in range(300)]
    first = Corpus.build(firms, (), DAY).save(tmp_path / "first")
    before = Ranker(first, characters)
    corpus = first.changed(
        [Firm("f007", products=(Product("等静压机"),)), Firm("x", products=(Product("滚珠丝杠"),))], ["f009"]
    )
    ranker = Ranker(corpus.save(tmp_path / "second"), characters, before=before)
    assert (tmp_path / "second/index-characters/codes").stat().st_nlink == 2, "the vectors are shared"
    for name, maker in (("等静压机", "f007"), ("滚珠丝杠", "x"), (firms[11].products[0].name, "f011")):
        assert next(firm for firm, _ in ranker.rank(Query("n", name), 3).pairs()) == maker
    assert "f009" not in dict(ranker.rank(Query("n", firms[9].products[0].name), 300).pairs())
    assert "f007" in dict(before.rank(Query("n", firms[7].products[0].name), 3).pairs()), "the former stays as it was"
    anew = Ranker(Corpus.build(corpus.firms, (), DAY), characters)
    for name in ("等静压机", "轴承", "套圈特种1"):
        found, wanted = (sorted(dict(one.rank(Query("n", name), 5).pairs()).values()) for one in (ranker, anew))
        assert found == pytest.approx(wanted, abs=0.1)
