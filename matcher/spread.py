"""An embedder whose many texts are shared out among workers (`kg.workers`), and whose few stay in this process."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from functools import lru_cache, partial

import numpy as np

from kg.workers import Workers
from matcher.embed import BATCH, Embedder, Vectors
from matcher.errors import BadModelError
from matcher.sentence.embedder import embedder_of

PART = 20 * BATCH
"""Texts that go to a worker at once: some seconds of one core, one or two megabytes of vectors."""


class SpreadEmbedder:
    """The vectors of a model, made by workers that have the same model under the same path or name.

    Equal to those of the model in this process, since a text's vector does not depend on what shares the call.
    """

    def __init__(self, model: str, workers: Workers) -> None:
        """`model` as `embedder_of` takes it. Raises BadModelError (MA003), or MA020, MA021."""
        self._model = model
        self._here = embedder_of(model)
        self._workers = workers

    @property
    def name(self) -> str:
        """That of the model."""
        return self._here.name

    @property
    def size(self) -> int:
        """Dimensions of a vector."""
        return self._here.size

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of the texts. Raises BadModelError (MA003) where a worker has another model under the same path."""
        if len(texts) <= PART:
            return self._here.embed(texts)
        parts = [tuple(texts[first : first + PART]) for first in range(0, len(texts), PART)]
        return np.concatenate(list(self._workers.map(partial(_vectors, self._model, self.name), parts)))


def _vectors(model: str, name: str, texts: Sequence[str]) -> Vectors:
    here = _model(model)
    if here.name != name:
        raise BadModelError(
            f"{platform.node()} has another embedding model than this machine",
            file=model,
            hint="fetch the parts of one version everywhere: bulian parts fetch",
        )
    return here.embed(texts)


@lru_cache(maxsize=1)
def _model(model: str) -> Embedder:
    return embedder_of(model)
