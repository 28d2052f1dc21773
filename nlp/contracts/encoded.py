"""What an encoder says of an announcement: for each role how likely a sign begins it, a place ends it, a sign is in it.

`Encoded` is float32 [signs + 1, 15], log odds, three columns for each of `ROLES`: begins at this sign, ends before
this sign, inside. `nlp.encoder` makes it; where nothing was read all are `UNREAD`.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from kg.values.money import find_money
from nlp.contracts.contexts import ROLES, Logits
from nlp.relations.party import Party

Encoded = NDArray[np.float32]
COLUMNS = 3
UNREAD = -12.0
_LEAST = -8.0
"""Log odds below say no more than this."""


def unread(signs: int) -> Encoded:
    """What is said of a text that was not read."""
    return np.full((signs + 1, COLUMNS * len(ROLES)), UNREAD, np.float32)


def worth_reading(text: str, people: Mapping[str, Party]) -> NDArray[np.int64]:
    """Where organisations and sums stand, in order: what lies far from all of them need not be read."""
    starts = [start for party in people.values() for start, _ in party.mentions]
    return np.array(sorted([*starts, *(money.start for money in find_money(text))]), np.int64)


def mixed(places: Logits, encoded: Encoded | None) -> Logits:
    """The context model's scores of beginnings and ends, [length + 1, 10], with the encoder's: the mean of both."""
    if encoded is None:
        return places
    columns = [COLUMNS * role + side for role in range(len(ROLES)) for side in (0, 1)]
    return ((places + encoded[:, columns]) / 2).astype(np.float32)


def said(encoded: Encoded, starts: NDArray[np.int64], ends: NDArray[np.int64], role: int) -> NDArray[np.float32]:
    """What is said of spans in a role, float32 [spans, 3]: it begins there, it ends there, the mean inside."""
    begins, closes, inside = (encoded[:, COLUMNS * role + column] for column in range(COLUMNS))
    summed = np.concatenate([[0.0], np.cumsum(np.maximum(inside, _LEAST), dtype=np.float64)])
    mean = (summed[ends] - summed[starts]) / np.maximum(1, ends - starts)
    return np.stack([begins[starts], closes[ends], mean], 1).astype(np.float32)


def whole(encoded: Encoded, starts: NDArray[np.int64], ends: NDArray[np.int64], role: int) -> NDArray[np.float32]:
    """One score for each span in a role: the three that `said` gives together, float32 [spans]."""
    return together(said(encoded, starts, ends, role))


def together(parts: NDArray[np.float32]) -> NDArray[np.float32]:
    """One score, float32 [spans], of the three of each span that `said` gives."""
    return parts.clip(_LEAST, -_LEAST).mean(axis=1)  # type: ignore[no-any-return]
