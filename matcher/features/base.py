"""What a ranking feature is: a documented function from a scene to a value for each candidate, and its detail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.candidates import Scene
from matcher.corpus import Product

Values = NDArray[np.float64]
"""One value for each candidate; NaN where nothing is known (which is worth no points, and is said)."""


ALIAS_ZH, ALIAS_EN = "（“{said}”又称“{alias}”，据 {source}）", " (“{said}” is also called “{alias}”, says {source})"


@dataclass(frozen=True, slots=True)
class Detail:
    """Why a firm has its value: what to say, and the ids of the facts that it rests on."""

    says: Mapping[str, Any] = field(default_factory=dict)
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature: its name, its labels, sentences with places for the detail, and the two functions.

    `values` is monotone: more is better for the firm. `detail` explains one candidate (its place in the scene). What
    is `own` reads the need and the firm's own fields alone: another firm, or another product, changes nothing in it.
    """

    name: str
    zh: str
    en: str
    says_zh: str
    says_en: str
    values: Callable[[Scene], Values]
    detail: Callable[[Scene, int], Detail]
    own: bool = False

    @property
    def doc(self) -> str:
        """The documentation of the feature: the text that users read."""
        return self.values.__doc__ or ""

    def says(self, says: Mapping[str, Any], lang: str = "zh") -> str:
        """The detail as a sentence; empty where there is nothing to say. What rests on another name says which."""
        if not says:
            return ""
        sentence = (self.says_zh if lang == "zh" else self.says_en).format(**says)
        return sentence + (ALIAS_ZH if lang == "zh" else ALIAS_EN).format(**says) if "alias" in says else sentence


def about(product: Product | None, **more: Any) -> Detail:
    """The detail of a feature that rests on one product of the firm."""
    if product is None:
        return Detail()
    return Detail(
        {"product": product.name, "level": product.level, **more}, (product.fact,) if product.fact is not None else ()
    )
