"""A text as windows of tokens, and what is said of tokens as what is said of signs.

Every window begins with the document's title and holds at most `SIZE` tokens; neighbours share `OVERLAP` tokens, and
of a token in two windows the one counts in which it stands further inside.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nlp.contracts.encoded import COLUMNS, Encoded, unread

if TYPE_CHECKING:
    import tokenizers

SIZE, OVERLAP = 256, 40
_TITLE_SIGNS, _TITLE_TOKENS = 40, 24
_EDGE = 32
"""Tokens from a window's edge after which standing further inside counts no more."""


@dataclass(frozen=True, slots=True)
class Window:
    """`tokens` int64 [size]; those of the text begin at `first`, the last one closes. `signs` int64 [tokens, 2] has
    the start and the end of each token of the text.
    """

    tokens: NDArray[np.int64]
    first: int
    signs: NDArray[np.int64]

    def holds(self, starts: NDArray[np.int64]) -> bool:
        """Whether one of some places, in order, lies in the window."""
        if not len(self.signs):
            return False
        low, high = self.signs[0, 0], self.signs[-1, 1]
        return bool(np.searchsorted(starts, high) > np.searchsorted(starts, low))


class Tokens:
    """The fetched tokenizer: small letters, no padding, windows."""

    def __init__(self, tokenizer: tokenizers.Tokenizer) -> None:
        self._tokenizer = tokenizer
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self._opens, self._closes = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")

    @classmethod
    def load(cls, file: Path) -> Tokens:
        """The tokenizer of a file."""
        import tokenizers  # native code: only where a text is read

        return cls(tokenizers.Tokenizer.from_file(str(file)))

    def windows(self, title: str, text: str) -> list[Window]:
        """The windows of a text, at least one."""
        small = text.lower()
        told = self._tokenizer.encode(
            small if len(small) == len(text) else text,  # offsets count signs of the text as it is
            add_special_tokens=False,
        )
        tokens, signs = np.array(told.ids, np.int64), np.array(told.offsets, np.int64).reshape(-1, 2)
        name = self._tokenizer.encode(title.lower()[:_TITLE_SIGNS], add_special_tokens=False).ids[:_TITLE_TOKENS]
        head = np.array([self._opens, *name, self._closes], np.int64)
        room = SIZE - len(head) - 1
        result = []
        for at in range(0, max(1, len(tokens) - OVERLAP), room - OVERLAP):
            own = tokens[at : at + room]
            result.append(Window(np.concatenate([head, own, [self._closes]]), len(head), signs[at : at + room]))
        return result


def said_of_signs(signs: int, windows: Sequence[Window], said: Iterable[NDArray[np.float32]]) -> Encoded:
    """What is said of the tokens of windows, each float32 [tokens of the text, 15], as what is said of the signs."""
    result = unread(signs)
    depth = np.zeros(signs + 1, np.int64)
    for window, odds in zip(windows, said, strict=True):
        size = len(window.signs)
        inside = 1 + np.minimum(np.minimum(np.arange(size), np.arange(size)[::-1]), _EDGE)
        for (start, end), own, place in zip(window.signs.tolist(), odds, inside.tolist(), strict=True):
            if place > depth[start]:
                depth[start] = place
                result[start, 0::COLUMNS], result[end, 1::COLUMNS] = own[0::COLUMNS], own[1::COLUMNS]
                result[start:end, 2::COLUMNS] = own[2::COLUMNS]
    return result
