"""The encoder at work: a text in, what it says of every sign out."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nlp.contracts.encoded import Encoded
from nlp.encoder.merged import TOKENIZER, WEIGHTS, NoEncoderError, merged
from nlp.encoder.windows import Tokens, Window, said_of_signs

if TYPE_CHECKING:
    import onnxruntime


@dataclass(frozen=True, slots=True)
class Encoder:
    """Reads one window at a time: rounded activations depend on what shares a batch, and answers must not."""

    session: onnxruntime.InferenceSession
    tokens: Tokens

    @classmethod
    def load(cls, folder: Path, cache: Path, weights: Traversable = WEIGHTS) -> Encoder:
        """The encoder over the fetched model in `folder`, merged once into the folder `cache`.

        Raises:
            NoEncoderError: NL044, the model is missing or damaged.
            BadWeightsError: NL042, the shipped numbers are missing or damaged.
        """
        import onnxruntime  # native code: only where a text is read

        file = merged(folder, cache, weights)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1  # several processes share the cores
        options.log_severity_level = 3
        try:
            session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
            return cls(session, Tokens.load(folder / TOKENIZER))
        except Exception as error:  # both libraries raise bare Exceptions of their own
            raise NoEncoderError(
                f"the encoder cannot be loaded: {error}", file=str(file), hint="delete the file, it is made anew"
            ) from error

    def read(self, title: str, text: str, places: NDArray[np.int64]) -> Encoded:
        """What is said of every sign, float32 [signs + 1, 15]; windows without one of the
        `places` (in order, as `worth_reading` gives them) stay unread."""
        windows = [window for window in self.tokens.windows(title, text) if window.holds(places)]
        return said_of_signs(len(text), windows, map(self._odds, windows))

    def _odds(self, window: Window) -> NDArray[np.float32]:
        tokens = window.tokens[None]
        inputs = {
            "input_ids": tokens,
            "attention_mask": np.ones_like(tokens),
            "token_type_ids": np.zeros_like(tokens),
        }
        odds: NDArray[np.float32] = self.session.run(["logits"], inputs)[0][0]
        return odds[window.first : window.first + len(window.signs)]
