"""Names of enterprises and products: cleaning and the key under which equal names meet."""

from __future__ import annotations

import re
import unicodedata

_DROPPED = re.compile(r"[\s\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060\ufeff]+")


def clean_name(name: str) -> str:
    """The name as a person would write it: control and zero-width characters gone, blanks at the ends gone."""
    text = re.sub(r"[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060\ufeff]", "", name)
    return re.sub(r"\s+", " ", text).strip()


def name_key(name: str) -> str:
    """The normalised name: NFKC, lower case, no blanks, round brackets alike; the legal form is kept.

    Two names with one key are the same string to a reader; they are not yet the same firm.
    """
    text = unicodedata.normalize("NFKC", name).lower()
    return _DROPPED.sub("", text).replace("〔", "(").replace("〕", ")").replace("[", "(").replace("]", ")")
