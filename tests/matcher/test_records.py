from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher import candidates, index
from matcher.corpus import Corpus
from matcher.features.record import _best_title, patent_values
from matcher.firm import Firm, firm_from_json
from matcher.query import parse_query
from matcher.rank import Ranker
from matcher.records import MOST_HOLDERS, Records
from tests.matcher.conftest import CharacterEmbedder

TEXTS = {
    "patent": {"patents": [{"value": "一种谐波减速器的柔轮", "fact": "x1"}, "12"]},
    "scope": {"business_scope": "谐波减速器的研发、销售"},
    "contract": {"contracts": ["谐波减速器采购项目"]},
    "process": {"process": ["柔轮热处理"]},
    "other": {"patents": ["一种童装"], "staff": 5},
    "nothing": {},
}


def firms(more: int = 40) -> list[Firm]:
    known = [firm_from_json({"id": name, "products": ["服务"], **fields}) for name, fields in TEXTS.items()]
    return known + [firm_from_json({"id": f"z{n:03}", "products": [f"轴承{n}型"]}) for n in range(more)]


def test_firms_are_found_by_what_their_records_say(tmp_path: Path) -> None:
    corpus = Corpus.build(firms())
    records = Records.of(corpus)
    found = {corpus.ids[int(row)] for row in records.nearest(["谐波减速器"], 10)}
    assert found == {"patent", "scope", "contract"}, "a count of patents is no text,童装 has nothing in common"
    assert {corpus.ids[int(row)] for row in records.nearest(["柔轮", "童装"], 10)} == {"patent", "process", "other"}
    allowed = np.arange(len(corpus)) == corpus.row("scope")
    assert records.nearest(["谐波减速器"], 10, allowed).tolist() == [corpus.row("scope")]
    records.save(tmp_path / "records")
    assert Records.open(tmp_path / "records").nearest(["柔轮"], 1).tolist() == records.nearest(["柔轮"], 1).tolist()


def test_what_nobody_has_read_finds_nobody_and_loses_nobody() -> None:
    records = Records.of(Corpus.build([firm_from_json({"id": "a", "products": ["谐波减速器"]})]))
    assert not len(records.nearest(["谐波减速器"], 10)) and not len(records.texts)


def test_a_text_that_all_have_tells_nothing() -> None:
    many = [firm_from_json({"id": f"m{n}", "process": ["焊接"]}) for n in range(MOST_HOLDERS + 1)]
    corpus = Corpus.build([*many, firm_from_json({"id": "one", "process": ["激光焊接"]})])
    assert [corpus.ids[int(row)] for row in Records.of(corpus).nearest(["焊接"], 10)] == ["one"]


def test_changed_records_are_what_would_be_built() -> None:
    corpus = Corpus.build(firms())
    changed = corpus.changed([firm_from_json({"id": "other", "patents": ["一种丝杠"]})], ["scope"])
    made, built = Records.of(changed, Records.of(corpus)), Records.of(changed)
    assert list(made.texts) == list(built.texts) and made.firms.tolist() == built.firms.tolist()
    for term in ("谐波减速器", "丝杠", "童装"):
        assert made.nearest([term], 10).tolist() == built.nearest([term], 10).tolist()


def test_a_large_corpus_has_them_among_its_candidates(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("ALL_FIRMS", "EXACT"):
        monkeypatch.setattr(index, name, 10)
    monkeypatch.setattr(candidates, "NEAREST", 3)
    need = parse_query({"id": "n", "title": "谐波减速器"})
    with_staff = parse_query({**need.to_json(), "conditions": [{"field": "staff", "op": "=", "value": 5}]})
    corpus = Corpus.build(firms()).save(tmp_path / "corpus")
    ranker = Ranker(corpus, CharacterEmbedder())
    for one in (need, with_staff):
        rows = ranker.rank(one, 3).scene.rows.tolist()
        assert {corpus.row(name) for name in ("patent", "scope", "contract")} <= set(rows) and len(rows) < 30
    later = corpus.changed([firm_from_json({"id": "new", "patents": ["谐波减速器装置"]})]).save(tmp_path / "later")
    ranking = Ranker(later, CharacterEmbedder(), before=ranker).rank(need, 3)
    assert later.row("new") in ranking.scene.rows


TITLES = st.lists(st.text(alphabet="谐波减速器 \t\n\\\"'轴Aa。1\u3000", max_size=8), min_size=1, max_size=3)


@given(st.lists(TITLES, min_size=1, max_size=4), TITLES)
def test_a_title_without_a_common_pair_is_known_unread(firms: list[list[str]], names: list[str]) -> None:
    made = [firm_from_json({"id": f"f{n}", "products": ["轴"], "patents": titles}) for n, titles in enumerate(firms)]
    need = parse_query({"id": "n", "title": "轴", "products": names})
    scene = Ranker(Corpus.build(made), CharacterEmbedder()).rank(need).scene
    found = patent_values(scene)
    for place, row in enumerate(scene.rows.tolist()):
        read = scene.corpus.holders.get("patents", {}).get(row)
        assert np.isnan(found[place]) if read is None else found[place] == _best_title(scene, read)[0]
