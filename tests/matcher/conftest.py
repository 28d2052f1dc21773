"""What tests of the matcher share: the real embedding model, and a small one of characters that needs no file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from kg.parts import Parts
from matcher.embed import CachedEmbedder, Embedder, OnnxEmbedder, Vectors
from matcher.lexical import grams


class CharacterEmbedder:
    """Counts of characters and bigrams, folded into 512 dimensions: an embedder without a model."""

    name = "characters"
    size = 512

    def embed(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.size), np.float32)
        for row, text in enumerate(texts):
            for code in grams(text):
                vectors[row, (code * 2654435761) % self.size] += 1
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


@pytest.fixture
def characters() -> CharacterEmbedder:
    return CharacterEmbedder()


@pytest.fixture(scope="session")
def model(parts: Parts) -> OnnxEmbedder:
    return OnnxEmbedder(parts.model())


@pytest.fixture(scope="session")
def embedder(model: OnnxEmbedder, pytestconfig: pytest.Config) -> Embedder:
    """The real model; its vectors are kept between runs of the tests, by the digest of the model."""
    assert pytestconfig.cache is not None
    return CachedEmbedder(model, Path(pytestconfig.cache.mkdir("vectors")))
