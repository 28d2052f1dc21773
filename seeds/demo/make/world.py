"""The invented world: firms with credit codes that can belong to nobody, contracts, honours, patents, needs."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

HOME = Path(__file__).resolve().parent.parent
_CODE_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_PATENT_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)


def credit_code(serial: int) -> str:
    """The credit code number `serial`: right check digits (GB 32100, GB 11714), region 000000, which no office has."""
    body = f"MADEM{serial:03d}"
    total = sum(w * int(sign, 36) for w, sign in zip(_ORGANISATION_WEIGHTS, body, strict=True))
    check = 11 - total % 11
    body += {10: "X", 11: "0"}.get(check, str(check))
    code = "91000000" + body
    rest = sum(_CODE_SIGNS.index(sign) * pow(3, i, 31) for i, sign in enumerate(code)) % 31
    return code + _CODE_SIGNS[(31 - rest) % 31]


def patent_number(year: int, kind: int, serial: int) -> str:
    """A patent number with the right check digit and a serial (99…) that no year has reached."""
    digits = f"{year}{kind}{9_900_000 + serial}"
    check = sum(w * int(sign) for w, sign in zip(_PATENT_WEIGHTS, digits, strict=True)) % 11
    return f"ZL{digits}.{'X' if check == 10 else check}"


def pick(key: str, count: int) -> int:
    """A number below `count` that depends on `key` alone: the generator's only source of variety."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=6).digest(), "big") % count


@dataclass(frozen=True, slots=True)
class Firm:
    """A firm, buyer or other organisation of the world. Money in 万元."""

    id: str
    name: str
    short: str
    code: str | None = None
    region: str | None = None
    place: str = ""
    county: str = ""
    address: str = ""
    founded: str = ""
    capital: int = 0
    industry: tuple[str, str] = ("", "")
    products: tuple[str, ...] = ()
    scope: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class World:
    """All that the documents say, before it is written down."""

    notice: str
    firms: Mapping[str, Firm]
    raw: Mapping[str, Any]

    def firm(self, key: str) -> Firm:
        """The firm, buyer or organisation with this id."""
        return self.firms[key]

    def small(self) -> list[Firm]:
        """The forty firms that may be found."""
        return [firm for key, firm in self.firms.items() if key.startswith("F")]

    def buyers(self) -> list[Firm]:
        """The firms that ask."""
        return [firm for key, firm in self.firms.items() if key.startswith("B")]

    def place(self, code: str) -> str:
        """A region's full name, from the province down."""
        parts = [r["name"] for r in self.raw["regions"] if code == r["code"] or _inside(code, r["code"])]
        return "".join(parts)

    def patents(self) -> list[dict[str, Any]]:
        """Patents with their numbers: number, filed, granted, title, owners (ids), ipc, kind, kind_code."""
        lines = []
        for serial, (kind, filed, granted, title, owners, ipc) in enumerate(self.raw["patents"], start=1):
            number = patent_number(int(filed[:4]), kind, serial * 37)
            kind_name, kind_code = ("发明", "invention") if kind == 1 else ("实用新型", "utility_model")
            lines.append(
                {"number": number, "kind": kind_name, "kind_code": kind_code, "filed": filed, "granted": granted,
                 "title": title, "owners": owners, "ipc": ipc}
            )  # fmt: skip
        return lines


def load(folder: Path = HOME) -> World:
    """Read world.yml."""
    raw = _iso(yaml.safe_load((folder / "world.yml").read_text(encoding="utf-8")))
    places = {r["code"]: r for r in raw["regions"]}
    firms: dict[str, Firm] = {}
    entries: Sequence[Mapping[str, Any]] = [*raw["firms"], *raw["buyers"], *raw["organisations"]]
    for serial, entry in enumerate(entries, start=1):
        region = entry.get("region")
        place = "".join(r["name"] for c, r in places.items() if region and (c == region or _inside(region, c)))
        known = {name: entry[name] for name in ("id", "name", "short", "region", "founded", "capital") if name in entry}
        firms[entry["id"]] = Firm(
            **known,
            code=credit_code(serial) if region or entry.get("kind") == "branch" else None,
            place=place,
            county=places[region]["name"] if region else "",
            address=place + entry.get("street", ""),
            industry=tuple(entry.get("industry", ("", ""))),
            products=tuple(entry.get("products", ())),
            scope=entry.get("scope", ""),
            more=entry,
        )
    return World(raw["notice"], firms, raw)


def _inside(code: str, outer: str) -> bool:
    return code != outer and code.startswith(outer.rstrip("0").ljust(2, "0"))


def _iso(value: Any) -> Any:
    """YAML reads dates as dates; every date here is an ISO text."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _iso(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_iso(item) for item in value]
    return value
