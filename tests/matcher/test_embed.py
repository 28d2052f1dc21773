from __future__ import annotations

import multiprocessing
from pathlib import Path

import numpy as np
import pytest

from matcher.embed import CachedEmbedder, OnnxEmbedder, Vectors
from matcher.errors import BadModelError

from .conftest import CharacterEmbedder


class Counting(CharacterEmbedder):
    def __init__(self) -> None:
        self.seen: list[str] = []

    def embed(self, texts):  # type: ignore[no-untyped-def]
        self.seen += texts
        return super().embed(texts)


def test_the_cache_asks_for_each_text_once(tmp_path: Path) -> None:
    inner = Counting()
    first = CachedEmbedder(inner, tmp_path).embed(["泵", "柔轮", "泵"])
    again = CachedEmbedder(inner, tmp_path).embed(["柔轮", "泵", "轴承"])
    assert inner.seen == ["泵", "柔轮", "轴承"]
    assert np.array_equal(first[0], first[2]) and np.array_equal(first[[1, 0]], again[:2])
    assert CachedEmbedder(inner, tmp_path).embed([]).shape == (0, 512)


def test_texts_that_come_one_by_one_are_found_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matcher.embed.FEW", 5)
    inner, texts = Counting(), [f"轴承{number}" for number in range(23)]
    cached = CachedEmbedder(inner, tmp_path)
    one_by_one = np.concatenate([cached.embed([text]) for text in texts])
    assert np.array_equal(cached.embed(texts), one_by_one)
    assert np.array_equal(CachedEmbedder(inner, tmp_path).embed(texts[::-1]), one_by_one[::-1])
    assert inner.seen == texts


def test_a_torn_write_is_written_over(tmp_path: Path) -> None:
    inner = CharacterEmbedder()
    kept = CachedEmbedder(inner, tmp_path).embed(["泵"])
    with (tmp_path / inner.name / "vectors").open("ab") as stream:
        stream.write(b"x" * 777)
    with (tmp_path / inner.name / "keys").open("ab") as stream:
        stream.write(b"y" * 5)
    found = CachedEmbedder(inner, tmp_path).embed(["柔轮", "泵"])
    assert np.array_equal(found[1], kept[0])
    assert np.array_equal(CachedEmbedder(inner, tmp_path).embed(["柔轮"])[0], found[0])


def _embed(folder: str, first: int) -> Vectors:
    cache = CachedEmbedder(CharacterEmbedder(), Path(folder))
    return np.concatenate([cache.embed([f"品{n}", f"品{n + 1}"]) for n in range(first, first + 40)])


def test_two_processes_share_a_cache(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        found = pool.starmap(_embed, [(str(tmp_path), 0), (str(tmp_path), 20)])
    assert np.array_equal(found[0][40:], found[1][:40])
    expected = np.asarray(np.asarray(CharacterEmbedder().embed(["品7"]), np.float16), np.float32)
    assert np.array_equal(CachedEmbedder(CharacterEmbedder(), tmp_path).embed(["品7"]), expected)


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadModelError):
        OnnxEmbedder(tmp_path)
    (tmp_path / "model.onnx").write_bytes(b"x")
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(BadModelError):
        OnnxEmbedder(tmp_path).embed(["泵"])


def test_the_model(model: OnnxEmbedder) -> None:
    texts = ["PVC手套", "pvc手套", "LED", "FPC", "减速器", "减速机", "轻卡", "x" * 3000, ""]
    vectors = model.embed(texts)
    assert vectors.shape == (9, 512) and vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.array_equal(vectors[0], vectors[1]), "upper and lower case are one"
    assert vectors[2] @ vectors[3] < 0.95, "Latin words are not one unknown word"
    assert vectors[4] @ vectors[5] > vectors[4] @ vectors[6]
    alone = model.embed(["减速器"])
    assert np.allclose(alone[0], vectors[4], atol=1e-6), "a vector does not depend on its neighbours"
