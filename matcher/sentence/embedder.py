"""Any local model of sentence-transformers as an embedder, and the choice between it and an ONNX folder."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from matcher.embed import BATCH, Embedder, OnnxEmbedder, Vectors
from matcher.sentence.library import local


class SentenceEmbedder:
    """A model of sentence-transformers, from a folder or fetched before; loaded at the first use."""

    def __init__(self, model: str) -> None:
        """`model` is the path of a folder, or a name under which the library's cache holds it."""
        self._model = model

    @cached_property
    def _loaded(self) -> Any:
        return local(self._model, "SentenceTransformer")

    @cached_property
    def name(self) -> str:
        """The model's name, and a digest of all its numbers."""
        digest = hashlib.sha256()
        for key, values in sorted(self._loaded.state_dict().items()):
            if "pooler" in key:
                continue  # not part of a vector, and drawn anew at each load where a model lacks it
            digest.update(key.encode() + np.ascontiguousarray(values.numpy()).tobytes())
        return f"st-{re.sub(r'[^0-9A-Za-z.-]+', '-', Path(self._model).name)}-{digest.hexdigest()[:16]}"

    @cached_property
    def size(self) -> int:
        """Dimensions of a vector."""
        return int(self._loaded.get_embedding_dimension())

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of the texts, float32 [len(texts), size], rows of unit length."""
        if not texts:
            return np.zeros((0, self.size), np.float32)
        made = self._loaded.encode(list(texts), batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(made, np.float32)


def embedder_of(model: str) -> Embedder:
    """An embedder by a folder with model.onnx and tokenizer.json, which needs no extra, or by a local model's name."""
    folder = Path(model).expanduser()
    return OnnxEmbedder(folder) if (folder / "model.onnx").is_file() else SentenceEmbedder(model)
