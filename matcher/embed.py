"""Texts into vectors: the Embedder protocol, an ONNX model in a folder, and a disk cache of its vectors."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from matcher.errors import BadModelError

if TYPE_CHECKING:
    import onnxruntime
    import tokenizers

Vectors = NDArray[np.float32]
"""Rows of unit length, one for each text."""

BATCH = 48
"""Texts a batch: sorted by length, 32 to 64 were fastest on one core."""

LONGEST = 512
"""Tokens after which a text is cut: the model has no positions beyond."""

FEW = 4096
"""Digests of the cache that are kept apart from the sorted ones until there are so many."""


class Embedder(Protocol):
    """Anything that turns texts into vectors of unit length; equal names mean equal vectors."""

    @property
    def name(self) -> str:
        """Name of the model and its version: vectors of different names never mix."""

    @property
    def size(self) -> int:
        """Dimensions of a vector."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of the texts, float32 [len(texts), size], rows of unit length."""


class OnnxEmbedder:
    """A BERT-like model as ONNX: the vector is token 0 of the last layer, of unit length.

    Texts are lowercased first: the vocabulary is lower case and the tokenizer does not do it, so that PVC, LED
    and FPC would all become the same unknown word. One thread, so that several processes share the cores.
    """

    def __init__(self, folder: Path, threads: int = 1) -> None:
        """`folder` holds model.onnx and tokenizer.json. The model is loaded at the first call of `embed`."""
        self._model = folder / "model.onnx"
        self._tokens = folder / "tokenizer.json"
        for file in (self._model, self._tokens):
            if not file.is_file():
                raise BadModelError(
                    f"no {file.name} in the folder of the model", file=str(folder), hint="run `bulian parts fetch`"
                )
        self._threads = threads
        self._loaded: tuple[onnxruntime.InferenceSession, tokenizers.Tokenizer] | None = None
        self._name = ""
        self.size = 512

    @property
    def name(self) -> str:
        """Digest of the model and its tokenizer."""
        if not self._name:
            digest = hashlib.sha256()
            for file in (self._model, self._tokens):
                with file.open("rb") as stream:
                    while block := stream.read(1 << 20):
                        digest.update(block)
            self._name = f"onnx-{digest.hexdigest()[:16]}"
        return self._name

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of the texts; a text's vector does not depend on what shares the call (fp32 models)."""
        session, tokenizer = self._load()
        vectors = np.zeros((len(texts), self.size), np.float32)
        lowered = [text.lower() for text in texts]
        order = sorted(range(len(texts)), key=lambda i: (len(lowered[i]), lowered[i]))
        for first in range(0, len(order), BATCH):
            rows = order[first : first + BATCH]
            encoded = tokenizer.encode_batch([lowered[i] for i in rows])
            ids = np.array([e.ids for e in encoded], np.int64)
            mask = np.array([e.attention_mask for e in encoded], np.int64)
            inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
            out = session.run(None, inputs)[0][:, 0]
            vectors[rows] = out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-12)
        return vectors

    def _load(self) -> tuple[onnxruntime.InferenceSession, tokenizers.Tokenizer]:
        if self._loaded is None:
            import onnxruntime
            import tokenizers

            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = self._threads
            options.inter_op_num_threads = 1
            try:
                tokenizer = tokenizers.Tokenizer.from_file(str(self._tokens))
                session = onnxruntime.InferenceSession(str(self._model), options, providers=["CPUExecutionProvider"])
            except Exception as error:  # both libraries raise bare Exceptions of their own
                raise BadModelError(
                    f"the model cannot be loaded: {error}", file=str(self._model.parent), hint="fetch it again"
                ) from error
            tokenizer.enable_truncation(LONGEST)
            tokenizer.enable_padding()
            self._loaded = session, tokenizer
        return self._loaded


class CachedEmbedder:
    """An embedder that keeps its vectors on disk, by model and text.

    Two files that only grow: `keys` (16 bytes a text: its digest) and `vectors` (float16). Vectors are written
    before their keys, both under a lock of the folder, so a process that dies leaves at most vectors without a
    key, which the next writer overwrites. Readers map the file into memory. Vectors are rounded to float16
    whether they come from the cache or not, so that a result does not depend on what was cached.
    """

    def __init__(self, inner: Embedder, folder: Path) -> None:
        """Vectors of `inner` go to a folder of its name below `folder`."""
        self._inner = inner
        self._root = folder
        self._known = _Known()

    @property
    def name(self) -> str:
        """The model's name."""
        return self._inner.name

    @property
    def size(self) -> int:
        """Dimensions of a vector."""
        return self._inner.size

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of the texts; only texts that were never seen before reach the model."""
        digests = _digests(texts)
        self._refresh()
        rows = self._known.rows(digests)
        missing = np.flatnonzero(rows < 0).tolist()
        if missing:
            fresh = {digests[i].tobytes(): i for i in missing}
            chosen = list(fresh.values())
            made = np.asarray(self._inner.embed([texts[i] for i in chosen]), np.float16)
            self._append(digests[chosen], made)
            self._refresh()
            rows = self._known.rows(digests)
        return self._read(rows)

    @property
    def _folder(self) -> Path:
        return self._root / self.name

    def _count(self) -> int:
        keys = self._folder / "keys"
        return keys.stat().st_size // 16 if keys.is_file() else 0

    def _refresh(self) -> None:
        count = self._count()
        if count < len(self._known):  # somebody threw the cache away
            self._known = _Known()
        if count > len(self._known):
            have = len(self._known)
            fresh = np.fromfile(self._folder / "keys", np.uint64, (count - have) * 2, offset=have * 16)
            self._known = self._known.grown(fresh.reshape(-1, 2))

    def _read(self, rows: NDArray[np.int64]) -> Vectors:
        if not len(rows):
            return np.zeros((0, self.size), np.float32)
        shape = (len(self._known), self.size)
        stored = np.memmap(self._folder / "vectors", np.float16, "r", shape=shape)
        return np.asarray(stored[rows], np.float32)

    def _append(self, digests: NDArray[np.uint64], vectors: NDArray[np.float16]) -> None:
        with self._writing():
            count = self._count()
            with (
                _grown(self._folder / "vectors", count * self.size * 2) as stream,
                _grown(self._folder / "keys", count * 16) as keys,
            ):
                stream.write(vectors.tobytes())
                stream.flush()
                os.fsync(stream.fileno())
                keys.write(digests.tobytes())

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        with FileLock(self._folder / ".lock"):
            yield


@contextmanager
def _grown(path: Path, size: int) -> Iterator[BinaryIO]:
    path.touch()
    with path.open("r+b") as stream:
        stream.truncate(size)
        stream.seek(size)
        yield stream


def _digests(texts: Sequence[str]) -> NDArray[np.uint64]:
    joined = b"".join(hashlib.blake2b(text.lower().encode(), digest_size=16).digest() for text in texts)
    return np.frombuffer(joined, np.uint64).reshape(-1, 2)


class _Known:
    """The digests of the cache: sorted, so that many are looked up at once; the last few apart, as each new need adds
    some, and sorting a million takes longer than ranking."""

    def __init__(self, old: _Sorted | None = None, new: _Sorted | None = None) -> None:
        none = np.zeros((0, 2), np.uint64)
        self._old, self._new = old or _Sorted(none), new or _Sorted(none)

    def __len__(self) -> int:
        return len(self._old) + len(self._new)

    def grown(self, fresh: NDArray[np.uint64]) -> _Known:
        """The same with further digests at its end."""
        new = np.concatenate([self._new.digests, fresh])
        if len(new) < FEW:
            return _Known(self._old, _Sorted(new))
        return _Known(_Sorted(np.concatenate([self._old.digests, new])))

    def rows(self, digests: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Row of each digest in the cache, -1 where it is not there."""
        old, new = self._old.rows(digests), self._new.rows(digests)
        return np.where((old < 0) & (new >= 0), new + len(self._old), old)


class _Sorted:
    """Digests in the order of their first half."""

    def __init__(self, digests: NDArray[np.uint64]) -> None:
        self.digests = digests
        self._order = np.argsort(digests[:, 0], kind="stable")
        self._sorted = digests[self._order, 0]

    def __len__(self) -> int:
        return len(self.digests)

    def rows(self, digests: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Row of each digest, -1 where it is not there."""
        if not len(self):
            return np.full(len(digests), -1, np.int64)
        place = np.minimum(np.searchsorted(self._sorted, digests[:, 0]), len(self) - 1)
        found = self._order[place]
        same = (self.digests[found] == digests).all(axis=1)
        return np.where(same, found, -1).astype(np.int64)
