"""Fields of an entry of the pool, as they are typed and as they are kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from kg.values.region import Regions
from web.errors import UnusableError
from web.work.typed import date_of


def typed_fields(
    values: Mapping[str, Any], names: Iterable[str], tiers: Collection[str], soonest: str, wrong: Mapping[str, str]
) -> dict[str, Any]:
    """The named fields as they are kept: a tier of `tiers`, a district as its code, days; no day but that of a ban is
    before `soonest` ("": any may be). Raises UnusableError WE190 with all that cannot be used, and with `wrong`.
    """
    found: dict[str, Any] = {}
    bad = dict(wrong)
    for name in names:
        text = str(values.get(name) or "").strip()
        if name == "tier":
            found[name], usable = text, text in tiers
        elif name == "district":
            region = Regions.load().named(text)
            found[name], usable = region.code if region else "", region is not None or not text
        else:
            found[name], usable = text or None, date_of(text) is not None or not text
            if text and usable and name != "ban" and text < soonest:
                bad[name] = "past"
        if not usable:
            bad[name] = "unknown"
    if bad:
        raise UnusableError(bad, "WE190")
    return found
