"""Anonymous needs: what would name the buyer, under which name the need is shown, and places at city level."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kg.records import stable_hash
from kg.values.name import name_key, split_name
from kg.values.region import Regions

FEW = 5
"""With fewer firms that fit the public description, the preview warns: the buyer could be guessed."""

MUNICIPALITIES = ("11", "12", "31", "50")
"""Provinces that are one city (GB/T 2260)."""


def city_of(code: str) -> str:
    """The code of the city in which a division lies (330203 → 330200); "" for none, a province stays one.

    A county that no city governs stays itself.
    """
    regions = Regions.load()
    found = regions.by_code(code)
    if found is None:
        return ""
    city = found.code[: 2 if found.code.startswith(MUNICIPALITIES) else 4].ljust(6, "0")
    return city if regions.by_code(city) else found.code


def pseudonym(need_id: str, region: str) -> str:
    """The name under which an anonymous need is shown: the city, where one is known, and a sign of this need alone.

    It is the same for one need for good, and says nothing of another need of the same buyer.
    """
    city = Regions.load().by_code(city_of(region))
    sign = stable_hash("pseudonym", need_id)[:6].upper()
    return f"{city.name if city else ''}匿名采购方 {sign}"


def coarsened(conditions: Mapping[str, Any]) -> dict[str, Any]:
    """Conditions with every place at city level, and its reason left out: reasons say why just there."""
    return {name: [_coarse(member) for member in members or ()] for name, members in conditions.items()}


def _coarse(member: Mapping[str, Any]) -> dict[str, Any]:
    if "field" not in member:
        return coarsened(member)
    plain = dict(member)
    if plain["field"] == "region":
        plain.pop("reason", None)
        value = plain.get("value")
        if isinstance(value, str):
            plain["value"] = city_of(value) or value
        elif isinstance(value, list):
            plain["value"] = list(dict.fromkeys(city_of(str(one)) or one for one in value))
    return plain


def firms_in(conditions: Mapping[str, Any]) -> list[str]:
    """The firms that conditions name: who is not wanted is nobody else's business."""
    found: list[str] = []
    for members in conditions.values():
        for member in members or ():
            if "field" not in member:
                found += firms_in(member)
            elif member["field"] in ("firm", "name"):
                value = member.get("value")
                found += [str(one) for one in value] if isinstance(value, list) else [str(value)]
    return found


def short_names(names: Iterable[str]) -> list[str]:
    """Names of a buyer and what each is called for short, longest first; single signs name nobody."""
    every = {part for name in names if name.strip() for part in (name.strip(), split_name(name).brand)}
    return sorted((name for name in every if len(name_key(name)) > 1), key=lambda name: (-len(name), name))


def named_in(texts: Iterable[str], names: Iterable[str]) -> list[str]:
    """Those of the names that stand in one of the texts, however they are written there."""
    said = [name_key(text) for text in texts]
    return [name for name in short_names(names) if any(name_key(name) in text for text in said)]
