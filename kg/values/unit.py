"""Units of measure in Chinese technical text: 毫米, KW, mg/Nm3, 立方米/小时, W/(m·K), 次/分钟.

A unit is written in one form, whatever the text wrote (公斤 → kg, Mpa → MPa, 吨/小时 → t/h); the number beside it is
not converted. Conversion is pint's: `units.yml` has the spellings of each unit and its name in the words of pint, which
is loaded when a conversion is first asked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from kg.yml import read_yaml

if TYPE_CHECKING:
    from pint import Quantity, UnitRegistry

_TABLE: dict[str, dict[str, list[str | None]]] = read_yaml(
    files("kg.values").joinpath("units.yml").read_text(encoding="utf-8")
)
_PINT = {symbol: entry[0] for units in _TABLE.values() for symbol, entry in units.items()}
_APART = {
    symbol: "angle" if dimension == "rotation" else dimension
    for dimension in ("angle", "rotation", "ratio", "torque", "apparent power", "data")
    for symbol in _TABLE[dimension]
}
"""Units that pint takes for those of another kind: N·m for joules, % for radians, VA for watts."""
_DIFFERENCES = {"degC": "delta_degC", "degF": "delta_degF"}
"""Scales with a zero of their own, and pint's words for their differences."""
_SPELLINGS = {
    spelling: symbol
    for units in _TABLE.values()
    for symbol, entry in units.items()
    for spelling in (symbol, *filter(None, entry[1:]))
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
_JOINED = "|".join(re.escape(symbol) for symbol in _PINT if re.search(r"[/·()]", symbol))
_PIECE = re.compile(rf"{_JOINED}|[/·()]|[^/·()]+")


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


def comparable(first: str, second: str) -> bool:
    """Whether a value in one unit can be said in the other: kW and W, MPa and bar, but not N·m and J."""
    if first == second:
        return True
    one, other = _known(first), _known(second)
    return one is not None and other is not None and _kinds(first) == _kinds(second) and one.is_compatible_with(other)


def converted(value: float, unit: str, to: str) -> float:
    """A value in another unit: 0.5 MPa → 5 bar, 25 ℃ → 298.15 K. Raises ValueError where they are not comparable."""
    if unit == to:
        return value
    if not comparable(unit, to):
        raise ValueError(f"{unit} cannot be said in {to}")
    one, other = _offset(unit), _offset(to)
    if one or other:
        # of these pint has a zero of its own, so the value goes in with its unit; all others are factors
        return float(_registry().Quantity(value, one or "kelvin").to(other or "kelvin").magnitude)
    return value * _factor(unit, to)


def converted_difference(value: float, unit: str, to: str) -> float:
    """A difference in another unit: ±2 K → ±2 ℃. Raises ValueError where the two are not comparable."""
    if not comparable(unit, to):
        raise ValueError(f"{unit} cannot be said in {to}")
    return value if unit == to else value * _factor(unit, to)


def _factor(unit: str, to: str) -> float:
    one, other = _known(unit), _known(to)
    if one is None or other is None:
        raise ValueError(f"{unit} cannot be said in {to}")
    return float((one / other).to("dimensionless").magnitude)


def _offset(symbol: str) -> str | None:
    """The name of a scale whose zero is not nothing."""
    name = _PINT.get(symbol)
    return name if name in _DIFFERENCES else None


@cache
def _registry() -> UnitRegistry[float]:
    from pint import UnitRegistry

    registry: UnitRegistry[float] = UnitRegistry()
    registry.define("CNY = [money]")
    return registry


@lru_cache(maxsize=2048)
def _known(symbol: str) -> Quantity[float] | None:
    """One of a unit, as pint's quantity (degrees of heat as differences); None where pint cannot compare it.

    All that stands behind a stroke divides: W/m·K is W/(m·K).
    """
    if symbol in _PINT:
        return _atom_of_pint(symbol, 1)
    product, sign = _registry().Quantity(1.0), 1
    for piece in _PIECE.findall(symbol):
        if piece == "/":
            sign = -1
        elif piece not in ("·", "(", ")"):
            factor = _atom_of_pint(piece, sign)
            if factor is None:
                return None
            product = product * factor
    return product


def _atom_of_pint(piece: str, sign: int) -> Quantity[float] | None:
    name, power = piece, 1
    if piece not in _PINT and (hit := re.fullmatch(r"(?P<name>.+?)(?P<power>[-−]?\d)", piece)):
        name, power = hit["name"], int(hit["power"].replace("−", "-"))
    words = _PINT.get(name)
    if words is None:
        return None
    one: Quantity[float] = 1.0 * _registry().parse_expression(_DIFFERENCES.get(words, words))
    power_of_one: Quantity[float] = one ** (sign * power)
    return power_of_one


def _kinds(symbol: str) -> frozenset[str]:
    return frozenset(_APART[piece] for piece in _PIECE.findall(symbol) if piece in _APART)


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
