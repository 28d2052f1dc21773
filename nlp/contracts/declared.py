"""Names of features, written as a sentence writes them."""

from __future__ import annotations


def listed(names: str) -> tuple[str, ...]:
    """The names in a text that commas part."""
    return tuple(name.strip() for name in names.split(","))
