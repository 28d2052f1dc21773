"""The learned reader's parts: declared features, layout, hashes, alignment with labels."""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pytest

from kg.learned.weights import BadWeightsError
from nlp.contracts.anchors import ANCHOR_FEATURES, anchor_table, anchors, likeness
from nlp.contracts.candidates import KINDS, Announcement, announcement, kind_of
from nlp.contracts.contexts import PLACE_OUTPUTS, ContextModel, load_contexts, save_contexts
from nlp.contracts.decision import kept
from nlp.contracts.distinct import DISTINCT_FEATURES, distinct_table, drafted
from nlp.contracts.features import FEATURES, OUTPUTS, SORT_OF, SORTS, span_rows, table
from nlp.contracts.fitting import out_of_fold
from nlp.contracts.labels import aligned, place_labels, standing, target
from nlp.contracts.layout import Layout
from nlp.contracts.records import CHOICE_FEATURES, CHOSEN, choice_table, span_scores
from nlp.contracts.signs import BITS, PLACE_FEATURES, SPAN_FEATURES, Signs
from nlp.contracts.train import main
from nlp.evaluate.sets.contracts import Record
from nlp.names import aliases, names
from nlp.reading import read_for_rules
from nlp.relations.party import parties
from nlp.text import Text

TEXT = """甬川煊芒激光装备股份有限公司关于中标若干项目的公告
甬川煊芒激光装备股份有限公司(以下简称“公司”)近日收到中标通知书,具体如下:
1、港机结构件自动焊接线项目,招标人:石浦港务集团有限公司,中标价:1,015万元。
2、船用厚板激光切割设备采购项目,招标人:甬川沐岑港口机械集团有限公司,中标价:860.5万元。
公司与石浦港务集团有限公司不存在关联关系。
"""
WANTED = [
    Record("甬川煊芒激光装备股份有限公司", "石浦港务集团有限公司", "港机结构件自动焊接线项目", "", 10_150_000.0),
    Record(
        "甬川煊芒激光装备股份有限公司", "甬川沐岑港口机械集团有限公司", "船用厚板激光切割设备采购项目", "", 8_605_000.0
    ),
]


def gathered(text: str = TEXT) -> Announcement:
    reading = read_for_rules(Text(text, title=text.split("\n")[0]))
    found = names(reading.text, offices=True)
    shorts = aliases(reading.text, found)
    places = np.full((len(reading.text) + 1, len(PLACE_OUTPUTS)), -9.0, np.float32)
    return announcement(reading, parties(reading, found, shorts), shorts, places)


def test_candidates_hold_what_the_table_wants() -> None:
    made = gathered()
    for record in WANTED:
        for role, sort in SORT_OF.items():
            if role != "contract":
                assert any(target(candidate, role, [record]) == 1.0 for candidate in made.of(sort)), role
    assert KINDS[made.kind] == "award" and kind_of("关于签订合同的公告", "") == KINDS.index("signed")


def test_every_table_has_the_columns_that_are_declared() -> None:
    made = gathered()
    signs = Signs(made.reading.text, made.kind)
    places = np.zeros((len(made.reading.text) + 1, len(PLACE_OUTPUTS)), np.float32)
    scores, spans = {}, {}
    rows = span_rows(made, signs)
    for sort in SORTS:
        numbers, owners = rows[sort]
        assert numbers.shape[1] == len(SPAN_FEATURES) and len(owners) == len(numbers)
        spans[sort] = np.zeros((len(numbers), len(OUTPUTS[sort])), np.float32)
        features = table(made, sort, spans[sort], places)
        assert features.shape == (len(made.of(sort)), len(FEATURES[sort])) and features.dtype == np.float32
        scores |= {role: np.full(len(features), 0.5, np.float32) for role in OUTPUTS[sort]}
        read = replace(made, encoded=np.full((len(made.reading.text) + 1, 15), -3.0, np.float32))
        assert np.isfinite(table(read, sort, spans[sort], places)).all()
        assert len(set(FEATURES[sort])) == len(FEATURES[sort])
    layout = Layout.of(made.reading.text)
    found = anchors(made, scores)
    assert anchor_table(made, found, scores, layout).shape == (len(found), len(ANCHOR_FEATURES))
    for role in CHOSEN:
        eligible, choice = choice_table(made, found[:2], role, scores, span_scores(made, spans), layout)
        assert choice.shape == (2, len(eligible), len(CHOICE_FEATURES)) and eligible


def test_anchors_are_paired_with_the_records_of_the_table() -> None:
    made = gathered()
    scores = {
        role: np.array([target(candidate, role, WANTED) for candidate in made.of(sort)], np.float32)
        for role, sort in SORT_OF.items()
    }
    found = anchors(made, scores)
    paired = aligned(made, found, WANTED, Layout.of(made.reading.text))
    assert sorted(paired.values()) == [0, 1]
    assert [found[at].candidate.text for at in sorted(paired)] == [record.project for record in WANTED]


def test_a_label_stands_wherever_a_name_stands() -> None:
    labels = place_labels("与甲有限公司签订《泵站合同》。", [], [Record("", "甲有限公司", "", "泵站合同")])
    begins, ends = (np.flatnonzero(labels[:, at]).tolist() for at in (0, 1))
    assert (begins, ends) == ([1], [6])
    assert np.flatnonzero(labels[:, PLACE_OUTPUTS.index("contract begins")]).tolist() == [9]


def test_hashes_depend_on_the_signs_around_alone() -> None:
    one, two = Signs("收到清溪县水利局发来的通知。"), Signs("收到清溪县水利局发来的通知。")
    at = np.arange(5)
    assert np.array_equal(one.around_places(at), two.around_places(at))
    numbers = one.around_places(at)
    assert numbers.shape == (5, len(PLACE_FEATURES)) and numbers.min() >= 0 and numbers.max() < 1 << BITS


def test_layout_tells_sentences_items_and_rows() -> None:
    layout = Layout.of("甲。\n1、乙;丙\n2、丁\n戊\t己")
    text = layout.text
    assert layout.sentence(text.index("乙")) != layout.sentence(text.index("丙"))
    assert layout.item(text.index("乙")) == layout.item(text.index("丙")) != layout.item(text.index("丁"))
    assert layout.row(text.index("己")) and not layout.row(text.index("丁")) and layout.column(text.index("己")) == 1


def test_context_models_go_through_a_file(tmp_path) -> None:
    chance = np.random.default_rng(1)
    model = ContextModel(chance.normal(size=(1 << BITS, 2)).astype(np.float32), np.array([0.5, -1], np.float32))
    save_contexts(tmp_path / "made.npz", {"places": model})
    read = load_contexts(tmp_path / "made.npz")["places"]
    rows = Signs("收到清溪县水利局发来的通知。").around_places(np.arange(9))
    assert np.abs(read.logits(rows) - model.logits(rows)).max() < 0.5
    with pytest.raises(BadWeightsError, match="NL042"):
        load_contexts(tmp_path / "nothing.npz")


def test_scores_out_of_fold_never_see_their_own_fold() -> None:
    folds = np.array([0, 1, 0, 2])
    _, scores = out_of_fold(
        folds,
        lambda inside: set(folds[inside].tolist()),
        lambda seen, inside: np.array([f in seen for f in folds[inside]], np.float32),
    )
    assert not scores.any()


def test_likeness_of_titles() -> None:
    assert likeness("一号泵站工程", "一号泵站工程") == 1 and likeness("甲乙", "丙丁") == 0
    assert 0 < likeness("一号泵站工程", "二号泵站工程") < 1


def test_the_likelier_of_two_like_records_stands() -> None:
    found = [WANTED[0], WANTED[0], WANTED[1]]
    assert standing(found, np.array([0.2, 0.9, 0.1], np.float32), WANTED).tolist() == [0, 1, 1]
    assert not standing(found, np.zeros(3, np.float32), []).any()


def test_drafts_are_described_beside_the_better_ones() -> None:
    made = gathered()
    scores = {
        role: np.array([target(candidate, role, WANTED) for candidate in made.of(sort)], np.float32)
        for role, sort in SORT_OF.items()
    }
    layout = Layout.of(made.reading.text)
    found = anchors(made, scores)
    choice = {role: (list(range(len(scores[role]))), scores[role]) for role in CHOSEN}
    drafts = [drafted(anchor, 0.9 - 0.1 * place, choice) for place, anchor in enumerate(found)]
    features = distinct_table(made, drafts, scores, layout)
    assert features.shape == (len(found), len(DISTINCT_FEATURES)) and len(set(DISTINCT_FEATURES)) == features.shape[1]
    with_all_three = features[:, DISTINCT_FEATURES.index("better with all three")]
    assert with_all_three[0] == 0 and with_all_three[1:].all()
    assert all(draft.supplier != draft.buyer for draft in drafts)


def test_training_without_its_library_says_what_to_install(monkeypatch, capsys, tmp_path) -> None:
    monkeypatch.setitem(sys.modules, "lightgbm", None)
    assert main([str(tmp_path)]) == 1
    assert capsys.readouterr().err == 'NL043 LightGBM is not installed (pip install "bulian[train]")\n'


def test_the_best_stands_where_none_is_likely() -> None:
    assert kept(np.array([0.1, 0.3, 0.2], np.float32), 0.5) == [1]
    assert kept(np.array([0.6, 0.3, 0.7], np.float32), 0.5) == [0, 2]
    assert kept(np.zeros(0, np.float32), 0.5) == []
