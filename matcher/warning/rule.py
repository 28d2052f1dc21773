"""The rules of early warnings: the operator's file where there is one, else the packaged one, checked with places."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Literal

import yaml

from kg.ontology import is_date
from kg.values.region import Regions
from kg.yml import read_yaml
from matcher.errors import BadRulesError
from matcher.fields import TIERS, region_code

Kind = Literal["customer_share", "title_expires", "revenue_falls", "last_maker_lost", "cut_off", "single_source"]

MOST = 60
"""Rules of a file."""

HINT = "matcher/warning/rules.yml has the form and says what each bound means"


@dataclass(frozen=True, slots=True)
class WarningRule:
    """A rule: its id, what kind of look it takes, its words, and its bounds."""

    id: str
    kind: Kind
    zh: str
    en: str
    bounds: Mapping[str, Any]
    on: bool = True

    def says(self, lang: str = "zh") -> str:
        """Its words with its bounds."""
        text = self.zh if lang == "zh" else self.en
        for name, value in self.bounds.items():
            text = text.replace(f"{{{name}}}", f"{value:g}" if isinstance(value, int | float) else _listed(value))
        return text


@dataclass(frozen=True, slots=True)
class WarningRules:
    """A set of rules; `digest` tells one from an edited one, `source` is the file that it was read from."""

    name: str
    effective_from: str
    rules: tuple[WarningRule, ...]
    digest: str
    source: str
    own: bool

    @classmethod
    def load(cls, path: Path | None = None) -> WarningRules:
        """The rules of a file, else the packaged ones. Raises BadRulesError (MA041) with file and place."""
        own = path is not None and path.exists()
        source: Path | Traversable = path if path is not None and own else files(__package__).joinpath("rules.yml")
        try:
            text = source.read_text(encoding="utf-8")
            value = read_yaml(text)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = f"line {mark.line + 1}" if mark else None
            raise BadRulesError(f"no YAML: {error}", file=str(source), place=line, hint=HINT) from error
        except (OSError, UnicodeError) as error:
            raise BadRulesError(f"cannot be read: {error}", file=str(source), hint=HINT) from error
        checked = _Checked(str(source))
        head = checked.mapping(value, "", {"name", "effective_from", "rules"})
        rows = head.get("rules")
        if not isinstance(rows, list) or not 0 < len(rows) <= MOST:
            raise checked.wrong("rules", f"a list of 1 to {MOST} rules is wanted")
        rules = tuple(checked.rule(row, f"rules[{at}]") for at, row in enumerate(rows, start=1))
        twice = [one.id for at, one in enumerate(rules) if one.id in {other.id for other in rules[:at]}]
        if twice:
            raise checked.wrong("rules", f"the id {twice[0]} stands twice")
        since = str(head.get("effective_from") or "")
        if not is_date(since):
            raise checked.wrong("effective_from", f"{since[:40]!r} is no date")
        digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        return cls(checked.words(head, "name", ""), since, rules, digest, str(source), own)

    def by_id(self, ident: str) -> WarningRule | None:
        """The rule with this id."""
        return next((one for one in self.rules if one.id == ident), None)


Check = Callable[[Any], Any]


def _whole(low: int, high: int) -> Check:
    def check(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ValueError(f"a whole number from {low} to {high} is wanted, not {str(value)[:40]!r}")
        return value

    return check


def _percent(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 100:
        raise ValueError(f"a percent above 0 up to 100 is wanted, not {str(value)[:40]!r}")
    return float(value)


def _tiers(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not set(map(str, value)) <= set(TIERS):
        raise ValueError(f"a list of {', '.join(TIERS)} is wanted")
    return tuple(map(str, value))


def _places(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError("a list of codes or names of places is wanted")
    found = []
    for one in value:
        code = region_code(str(one))
        if code is None or Regions.load().by_code(code) is None:
            raise ValueError(f"no place {str(one)[:40]!r}")
        found.append(code)
    return tuple(found)


BOUNDS: dict[str, dict[str, Check]] = {
    "customer_share": {"above": _percent},
    "title_expires": {"within": _whole(1, 1100), "tiers": _tiers},
    "revenue_falls": {"years": _whole(1, 9)},
    "last_maker_lost": {},
    "cut_off": {"places": _places},
    "single_source": {"orders": _whole(1, 1000)},
}
"""The bounds of each kind, and how each is checked."""


class _Checked:
    """Reads what a file says, and names the place where it cannot be used."""

    def __init__(self, file: str) -> None:
        self._file = file

    def wrong(self, place: str, reason: str) -> BadRulesError:
        return BadRulesError(reason, file=self._file, place=place or None, hint=HINT)

    def mapping(self, value: Any, place: str, known: set[str]) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.wrong(place, "names with their values are wanted")
        unknown = sorted(set(map(str, value)) - known)
        if unknown:
            raise self.wrong(place, f"unknown: {', '.join(unknown)}; known are {', '.join(sorted(known))}")
        return {str(name): one for name, one in value.items()}

    def words(self, value: Mapping[str, Any], name: str, place: str) -> str:
        said = value.get(name)
        if not isinstance(said, str) or not said.strip() or len(said) > 400:
            raise self.wrong(f"{place} {name}".strip(), "words are wanted, at most 400 signs")
        return said.strip()

    def rule(self, value: Any, place: str) -> WarningRule:
        kind = value.get("kind") if isinstance(value, dict) else None
        if kind not in BOUNDS:
            raise self.wrong(f"{place} kind", f"one of {', '.join(BOUNDS)} is wanted, not {str(kind)[:40]!r}")
        bounds = BOUNDS[kind]
        row = self.mapping(value, place, {"id", "kind", "zh", "en", "on", *bounds})
        if not isinstance(row.get("on", True), bool):
            raise self.wrong(f"{place} on", "true or false is wanted")
        read: dict[str, Any] = {}
        for name, check in bounds.items():
            try:
                read[name] = check(row.get(name))
            except ValueError as error:
                raise self.wrong(f"{place} {name}", str(error)) from error
        ident = self.words(row, "id", place)
        if len(ident) > 48:
            raise self.wrong(f"{place} id", "at most 48 signs")
        return WarningRule(
            ident, kind, self.words(row, "zh", place), self.words(row, "en", place), read, row.get("on", True)
        )


def _listed(value: object) -> str:
    return "、".join(map(str, value)) if isinstance(value, tuple | list) else str(value)
