"""Units of measure in Chinese technical text: 毫米, KW, mg/Nm3, 立方米/小时, W/(m·K), 次/分钟.

A unit is written in one form, whatever the text wrote (公斤 → kg, Mpa → MPa, 吨/小时 → t/h); the number beside it is
not converted. `size_of` tells how two units of one dimension compare. Spellings are in `units.yml`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import yaml

_TABLE: dict[str, dict[str, list[Any]]] = yaml.safe_load(
    files("kg.values").joinpath("units.yml").read_text(encoding="utf-8")
)
_SIZES = {symbol: (dimension, entry[0]) for dimension, units in _TABLE.items() for symbol, entry in units.items()}
_SPELLINGS = {
    spelling: symbol
    for units in _TABLE.values()
    for symbol, entry in units.items()
    for spelling in (symbol, *entry[1:])
}
COUNTS = frozenset(_TABLE["count"])
"""Words of counting: a number of things, not a measure."""
MONEY = frozenset(_TABLE["money"])

# MPA, Kw, mpa: of spellings that differ in case alone the one that technical texts mean by it
_LOOSE: dict[str, str] = {}
for _symbol in ("MW", "MPa", "MHz", "MJ", "MΩ", *sorted(_SPELLINGS, key=str.swapcase)):
    _LOOSE.setdefault(_symbol.lower(), _SPELLINGS[_symbol])
# one letter is a unit in its own case only, apart from these
_LETTERS = {"v": "V", "w": "W", "M": "m", "l": "L", "Kg": "kg"}
for _symbol in [name for name in _LOOSE if len(name) == 1]:
    del _LOOSE[_symbol]

_CHINESE = "|".join(sorted((re.escape(s) for s in _SPELLINGS if not s[0].isascii()), key=len, reverse=True))
_LATIN = "|".join(sorted((re.escape(s) for s in _SPELLINGS if s[0].isascii()), key=len, reverse=True))
_POWER = r"(?:\^?[-−]?[23](?!\d|\.\d)|[-−]1(?!\d))?"
_ATOM = rf"(?:(?:{_CHINESE})|(?:(?i:{_LATIN}))(?![A-Za-zμΩ])){_POWER}"
# after a stroke 分 and 时 are units of time: 次/分, 吨/时
_FACTOR = rf"(?:{_ATOM}|[分时]|\({_ATOM}(?:[·*.]{_ATOM})*\))"
_UNIT = re.compile(rf"(?P<first>{_ATOM})(?P<rest>(?:(?:\s?/\s?|每|[·*])(?:{_FACTOR}))*)")
_PART = re.compile(rf"(?P<sign>\s?/\s?|每|[·*.()]|)(?P<atom>{_ATOM})(?P<close>\)?)")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit at start:end of a text, in its one form."""

    symbol: str
    start: int
    end: int


def find_unit(text: str, at: int) -> Unit | None:
    """The longest unit that begins at an offset of a text (in NFKC form); None where there is none."""
    hit = _UNIT.match(text, at)
    if hit is None or (first := _atom(hit["first"])) is None:
        return None
    end, symbol = hit.end("first"), first
    for part in re.finditer(rf"(\s?/\s?|每|[·*])({_FACTOR})", hit["rest"]):
        atoms = [_atom(piece) for piece in re.findall(rf"{_ATOM}|[分时]", part[2])]
        if None in atoms:
            break
        inner = "·".join(str(atom) for atom in atoms)
        symbol += ("·" if part[1] in "·*" else "/") + (f"({inner})" if len(atoms) > 1 else inner)
        end = hit.start("rest") + part.end()
    return Unit(symbol, at, end)


def size_of(symbol: str) -> tuple[str, float] | None:
    """Dimension of a unit and its size in that dimension's first unit; None where units are not comparable so.

    Composed units have the composed dimension: kg/h → ("mass/time", 1/3600).
    """
    names, size, power = [], 1.0, 1
    for piece in re.split(r"([/·()])", symbol):
        if piece == "/":
            power = -1
        elif piece not in ("", "·", "(", ")"):
            dimension, own = _SIZES.get(piece, (piece, None))
            if own is None:
                return None
            names.append(("/" if power < 0 else "") + dimension)
            size *= own**power
    return "".join(names), size


def _atom(text: str) -> str | None:
    if text in ("分", "时"):
        return "min" if text == "分" else "h"
    if text in _SPELLINGS:
        return _SPELLINGS[text]
    hit = re.fullmatch(rf"(?P<name>.*?)(?P<power>{_POWER})", text)
    name, power = (hit["name"], hit["power"]) if hit else (text, "")
    symbol = _SPELLINGS.get(name) or _LETTERS.get(name) or _LOOSE.get(name.lower())
    if symbol is None:
        return None
    power = power.replace("^", "").replace("−", "-")
    return _SPELLINGS.get(symbol + power, symbol + power)
