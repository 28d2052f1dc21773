"""What a person types into a form, as values: sums, numbers, days. None where it is none of these."""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal

MOST_FEN = 10**15
YUAN, WAN = 100, 1_000_000
"""Fen of a yuan, and of 万元."""


def fen_of(text: str, unit: int = YUAN) -> int | None:
    """A sum in `unit` as whole fen; None where it is none, below nothing, too large, or finer than a fen."""
    try:
        value = Decimal(text.strip().replace(",", "")) * unit
    except ArithmeticError:  # what is no number, and what is too large to be one
        return None
    return int(value) if value.is_finite() and 0 <= value <= MOST_FEN and value == int(value) else None


def number_of(text: str) -> float | None:
    """A finite number."""
    try:
        value = float(text.strip())
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def date_of(text: str) -> date | None:
    """A day as a field of days sends it: 2026-05-31."""
    text = text.strip()
    try:
        return date.fromisoformat(text) if len(text) == len("2026-01-01") else None
    except ValueError:
        return None
