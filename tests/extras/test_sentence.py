"""The extra `sentence`: the bundled model in the library's form and back, tuning, reranking; nothing is fetched."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("sentence_transformers", reason="the extra sentence is not installed here: make test-extras")

from kg.parts import Parts
from matcher.corpus import Corpus
from matcher.embed import OnnxEmbedder
from matcher.files import read_firms
from matcher.query import parse_query
from matcher.rank import Ranker
from matcher.sentence import tune
from matcher.sentence.convert import onnx_model, sentence_model
from matcher.sentence.embedder import SentenceEmbedder, embedder_of
from matcher.sentence.library import NoSentenceModelError
from matcher.sentence.rerank import FEATURE, Reranker

TEXTS = ["谐波减速器", "PVC管材", "LED显示屏", "FPC", "柔性电路板", "高精度" * 300]
FIRMS = [
    {"id": "a", "name": "甲公司", "industries": ["传动"], "products": ["谐波减速器", "行星减速器", "柔轮"]},
    {"id": "b", "name": "乙公司", "industries": ["传动"], "products": ["滚动轴承", "关节轴承", "轴承保持架"]},
    {"id": "c", "name": "丙公司", "industries": ["管材"], "products": ["塑料管材", "管件", "塑料阀门"]},
]


@pytest.fixture(scope="module")
def bundled(parts: Parts) -> Path:
    return parts.model()


@pytest.fixture(scope="module")
def converted(bundled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sentence_model(bundled, tmp_path_factory.mktemp("sentence") / "model")


@pytest.fixture(scope="module")
def firms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("firms") / "firms.jsonl"
    path.write_text("\n".join(json.dumps(firm, ensure_ascii=False) for firm in FIRMS), encoding="utf-8")
    return path


def test_both_forms_give_the_same_vectors(bundled: Path, converted: Path, tmp_path: Path) -> None:
    wanted = OnnxEmbedder(bundled).embed(TEXTS)
    own = embedder_of(str(converted))
    assert isinstance(own, SentenceEmbedder) and own.size == 512
    assert np.abs(own.embed(TEXTS) - wanted).max() < 1e-5
    assert SentenceEmbedder(str(converted)).name == own.name  # the same numbers, the same cache of vectors
    assert np.array_equal(onnx_model(converted, bundled, tmp_path / "back").embed(TEXTS), wanted)


def test_what_was_tuned_is_served_without_torch(bundled: Path, firms: Path, tmp_path: Path) -> None:
    names = read_firms(firms)[0]
    served = tune.tune(names, bundled, tmp_path / "tuned", epochs=2)
    assert isinstance(embedder_of(str(tmp_path / "tuned")), OnnxEmbedder)
    again = SentenceEmbedder(str(sentence_model(tmp_path / "tuned", tmp_path / "again"))).embed(TEXTS)
    assert np.abs(served.embed(TEXTS) - again).max() < 1e-5
    assert np.abs(again - OnnxEmbedder(bundled).embed(TEXTS)).max() > 1e-4
    batches = list(tune.masked(names, 2))
    assert batches == list(tune.masked(names, 2)) and all(one.product not in one.others for one in batches[0])


def test_the_gain_is_measured_by_the_ranking(bundled: Path, converted: Path, firms: Path, tmp_path: Path) -> None:
    (tmp_path / "g").write_text('{"id": "g", "title": "谐波减速器", "products": ["谐波减速器"]}\n', encoding="utf-8")
    (tmp_path / "q").write_text("g 0 a 1\n", encoding="utf-8")
    back = onnx_model(converted, bundled, tmp_path / "back")
    before, after = tune.gain(firms, tmp_path / "g", tmp_path / "q", "v0", OnnxEmbedder(bundled), back)
    assert before == after and before["nDCG@10"] == 1.0


def test_a_reranker_adds_a_line_and_contributions_add_up(bundled: Path, converted: Path, tmp_path: Path) -> None:
    import torch
    from transformers import AutoTokenizer, BertForSequenceClassification

    torch.manual_seed(1)
    BertForSequenceClassification.from_pretrained(str(converted), num_labels=1).save_pretrained(str(tmp_path / "cross"))
    AutoTokenizer.from_pretrained(str(converted)).save_pretrained(str(tmp_path / "cross"))
    (tmp_path / "f").write_text("\n".join(json.dumps(firm, ensure_ascii=False) for firm in FIRMS), encoding="utf-8")
    ranker = Ranker(Corpus.of_firms(read_firms(tmp_path / "f")[0]), OnnxEmbedder(bundled))
    plain = ranker.rank(parse_query({"id": "g", "products": ["减速器"]}))
    read = Reranker(str(tmp_path / "cross")).rerank(plain, top=2)
    assert {entry.firm.id for entry in read.entries} == {entry.firm.id for entry in plain.entries}
    scores = [entry.score for entry in read.entries]
    assert scores == sorted(scores, reverse=True)
    spoken = 0
    for entry in read.entries:
        assert round(sum(one.points for one in entry.contributions), 4) == entry.score
        line = entry.contributions[-1]
        assert line.feature == FEATURE
        spoken += line.value is not None
    assert spoken == 2


def test_a_model_that_is_not_here_is_not_fetched() -> None:
    with pytest.raises(NoSentenceModelError, match="MA021"):
        SentenceEmbedder("nobody/no-such-model").embed(["轴承"])
