"""Conditions on firms, and the three-valued logic in which they are true, false or unknown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import reduce
from typing import Any, Literal, TypeAlias

from matcher.errors import BadQueryError
from matcher.fields import FIELDS, NEGATIONS, OPERATORS, SYNONYMS, comparable, field_of, holds, number, plain

Unknown = Literal["keep", "drop"]

DEEPEST = 8
"""Levels of all/any inside one another that are read."""

Part: TypeAlias = "Condition | Conditions | AnyOf"
"""What counts as one condition."""

Values = Callable[[str], Sequence[Any]]
"""The values that a firm has in a field; none means that nothing is known."""


class Truth(IntEnum):
    """True, false or unknown (Kleene's strong logic): `&`, `|` and `~` as there, so false < unknown < true."""

    FALSE = 0
    UNKNOWN = 1
    TRUE = 2

    @classmethod
    def of(cls, value: bool | None) -> Truth:
        """None is unknown."""
        return cls.UNKNOWN if value is None else cls.TRUE if value else cls.FALSE

    def __and__(self, other: int) -> Truth:
        return Truth(min(int(self), int(other)))

    def __or__(self, other: int) -> Truth:
        return Truth(max(int(self), int(other)))

    def __invert__(self) -> Truth:
        return Truth(2 - int(self))


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: `hard` ones exclude, others are wishes that add points.

    `unknown` says what becomes of a firm of which nothing decides it: kept or dropped. A positive operator is
    true if any value of the firm satisfies it; its negation is true if none does. A firm without any value in
    the field is unknown; lists are taken as complete once they have an entry. `reason` says why it is asked for.
    """

    field: str
    op: str
    value: Any = None
    hard: bool = True
    unknown: Unknown = "keep"
    reason: str = ""

    @property
    def unreasoned(self) -> bool:
        """Whether it shuts firms out by their place and does not say why: the reason must stand on the list."""
        return self.hard and self.field == "region" and not self.reason

    def truth(self, values: Values) -> Truth:
        """The condition's truth for a firm."""
        return self.truth_of(values(self.field))

    def truth_of(self, have: Sequence[Any]) -> Truth:
        """The condition's truth for the values that a firm has in its field."""
        return self.truths([have])[0]

    def truths(self, held: Iterable[Sequence[Any]]) -> list[Truth]:
        """The condition's truth for each firm, given the values that each has in the field."""
        if self.op == "known":
            return [Truth.of(bool(have) is (self.value is not False)) for have in held]
        test = self._test()
        found = [reduce(Truth.__or__, map(test, have), Truth.FALSE) if have else Truth.UNKNOWN for have in held]
        return [~truth for truth in found] if self.op in NEGATIONS else found

    def _test(self) -> Callable[[Any], Truth]:
        """What a value says, by the positive form of the operator."""
        kind, op = field_of(self.field), NEGATIONS.get(self.op, self.op)
        if op == "in" and kind.kind == "text" and kind.name in FIELDS:
            names = {plain(one) for one in self.value}  # a list to exclude may have thousands of firms
            return lambda one: Truth.of(plain(one) in names)
        return lambda one: Truth.of(holds(kind, op, one, self.value))

    def passes(self, values: Values) -> bool:
        """Whether the firm is kept by this condition alone (always, if it is a wish)."""
        return not self.hard or self.kept(self.truth(values))

    def kept(self, truth: Truth) -> bool:
        """What the outcome means: unknown is decided by `unknown`."""
        return truth is Truth.TRUE or (truth is Truth.UNKNOWN and self.unknown == "keep")

    @property
    def label(self) -> str:
        """The condition as a short text: `region within 330200`."""
        value = ",".join(map(str, self.value)) if isinstance(self.value, list | tuple) else self.value
        return " ".join(str(part) for part in (self.field, self.op, value) if part is not None)

    def to_json(self) -> dict[str, Any]:
        """As it is written in files."""
        line = {
            "field": self.field,
            "op": self.op,
            "value": self.value,
            "hard": self.hard,
            "unknown": self.unknown,
        }
        return line | ({"reason": self.reason} if self.reason else {})


@dataclass(frozen=True, slots=True)
class Conditions:
    """All of `all`, and one of `any` if there is one; either may hold further groups.

    A group inside `all`, and the whole of `any`, count as one condition. Wishes in `all` decide nothing here; an
    `any` excludes only if all its members are hard, for a wish among them can be met by every firm.
    """

    all: tuple[Condition | Conditions, ...] = ()
    any: tuple[Condition | Conditions, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.all or self.any)

    @property
    def hard(self) -> bool:
        """Whether the group can exclude a firm."""
        return any(part.hard for part in self.parts())

    @property
    def label(self) -> str:
        """The group as a short text."""
        texts = [part.label for part in self.all]
        if self.any:
            texts.append("(" + " | ".join(part.label for part in self.any) + ")")
        return " & ".join(texts)

    def parts(self) -> tuple[Part, ...]:
        """What counts as one condition each: the members of `all`, and `any` as a whole."""
        return (*self.all, *((AnyOf(self.any),) if self.any else ()))

    def truth(self, values: Values) -> Truth:
        """Kleene's conjunction of the parts."""
        result = Truth.TRUE
        for part in self.parts():
            result = result & part.truth(values)
        return result

    def passes(self, values: Values) -> bool:
        """Whether a firm passes every hard part, unknowns decided as each condition says."""
        return all(part.passes(values) for part in self.parts())

    def leaves(self) -> Iterable[Condition]:
        """Every single condition, at any depth."""
        for part in (*self.all, *self.any):
            if isinstance(part, Condition):
                yield part
            else:
                yield from part.leaves()

    def wishes(self) -> list[Condition]:
        """The conditions that are not hard."""
        return [leaf for leaf in self.leaves() if not leaf.hard]

    def to_json(self) -> dict[str, Any]:
        """As it is written in files."""
        return {"all": [part.to_json() for part in self.all], "any": [part.to_json() for part in self.any]}


@dataclass(frozen=True, slots=True)
class AnyOf:
    """A disjunction: one of its members must pass."""

    members: tuple[Condition | Conditions, ...]

    @property
    def hard(self) -> bool:
        """Whether it can exclude a firm: all its members can."""
        return all(member.hard for member in self.members)

    @property
    def label(self) -> str:
        """The members, with a bar between."""
        return " | ".join(member.label for member in self.members)

    def truth(self, values: Values) -> Truth:
        """Kleene's disjunction of the members."""
        result = Truth.FALSE
        for member in self.members:
            result = result | member.truth(values)
        return result

    def passes(self, values: Values) -> bool:
        """Whether one member passes."""
        return any(member.passes(values) for member in self.members)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one part of a need's conditions for one firm: its label, its truth, and whether it is met."""

    label: str
    truth: Truth
    passes: bool
    hard: bool
    known: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    reason: str = ""


def outcomes(conditions: Conditions, values: Values) -> list[Outcome]:
    """The outcome of each part, with the firm's values in the fields that the part asks for."""
    found = []
    for part in conditions.parts():
        names = fields_of(part)
        known = {name: values(name) for name in names}
        found.append(Outcome(part.label, part.truth(values), part.passes(values), part.hard, known, reason_of(part)))
    return found


def reason_of(part: Part) -> str:
    """Why a part is asked for, in the words of whoever asks."""
    if isinstance(part, Condition):
        return part.reason
    members = part.members if isinstance(part, AnyOf) else (*part.all, *part.any)
    return "；".join(dict.fromkeys(reason for member in members if (reason := reason_of(member))))


def fields_of(part: Part) -> list[str]:
    """The fields that a part asks for, each once."""
    if isinstance(part, Condition):
        return [part.field]
    members = part.members if isinstance(part, AnyOf) else (*part.all, *part.any)
    return list(dict.fromkeys(name for member in members for name in fields_of(member)))


def parse_conditions(value: object, depth: int = 0) -> Conditions:
    """Read `{"all": [...], "any": [...]}` or a list, which means all; None and {} are no conditions.

    Raises BadQueryError (MA001) that says which condition is wrong and how.
    """
    if value is None:
        return Conditions()
    if isinstance(value, list):
        value = {"all": value}
    if not isinstance(value, Mapping):
        raise _bad(f"conditions are an object with all and any, not {value!r}")
    if depth > DEEPEST:
        raise _bad(f"conditions inside one another deeper than {DEEPEST}")
    if "field" in value:
        return Conditions(all=(parse_condition(value),))
    extra = set(value) - {"all", "any"}
    if extra:
        raise _bad(f"conditions have all and any, not {sorted(map(str, extra))}")
    groups = {}
    for name in ("all", "any"):
        members = value.get(name) or []
        if not isinstance(members, list):
            raise _bad(f"{name} is a list of conditions, not {members!r}")
        groups[name] = tuple(_member(member, depth) for member in members)
    return Conditions(**groups)


def _member(value: object, depth: int) -> Condition | Conditions:
    if isinstance(value, Mapping) and ("all" in value or "any" in value):
        return parse_conditions(value, depth + 1)
    return parse_condition(value)


def parse_condition(value: object) -> Condition:
    """Read one condition; raises BadQueryError (MA001) with what is wrong."""
    if not isinstance(value, Mapping):
        raise _bad(f"a condition is an object with field, op and value, not {value!r}")
    extra = set(value) - {"field", "op", "value", "hard", "unknown", "reason"}
    if extra:
        raise _bad(f"a condition has field, op, value, hard, unknown, reason, not {sorted(map(str, extra))}")
    name, op, hard, unknown = value.get("field"), value.get("op"), value.get("hard", True), value.get("unknown", "keep")
    if not isinstance(name, str) or not name.strip():
        raise _bad("a condition names its field")
    if not isinstance(op, str) or op.strip().lower() not in OPERATORS:
        raise _bad(f"no operator {op!r} in the condition on {name}", f"one of {', '.join(sorted(OPERATORS))}")
    if not isinstance(hard, bool):
        raise _bad(f"hard is true or false in the condition on {name}, not {hard!r}")
    if unknown not in ("keep", "drop"):
        raise _bad(f"unknown is keep or drop in the condition on {name}, not {unknown!r}")
    reason = value.get("reason") or ""
    if not isinstance(reason, str):
        raise _bad(f"the reason of the condition on {name} is a text, not {reason!r}")
    name = SYNONYMS.get(name.strip(), name.strip())
    op = OPERATORS[op.strip().lower()]
    _check_value(name, op, value.get("value"))
    return Condition(name, op, value.get("value"), hard, unknown, reason.strip())


def _check_value(name: str, op: str, value: object) -> None:
    if op == "known":
        if value not in (None, True, False):
            raise _bad(f"known takes true or false on {name}, not {value!r}")
        return
    single = op in ("in", "not_in") and field_of(name).kind == "region"
    if op in ("in", "not_in", "between") and not isinstance(value, list) and not single:
        raise _bad(f"{op} takes a list on {name}, not {value!r}")
    if op == "between" and len(list(value if isinstance(value, list) else [])) != 2:
        raise _bad(f"between takes two values on {name}, not {value!r}")
    if op in ("within", "not_within") and field_of(name).kind != "region":
        raise _bad(f"{op} is for regions, not for {name}")
    each = value if isinstance(value, list) else [value]
    if not each or any(one is None or isinstance(one, Mapping | list) or one == "" for one in each):
        raise _bad(f"the condition on {name} has no value that can be compared: {value!r}")
    if isinstance(value, list) and op in ("=", "!=", "<", "<=", ">", ">=", "contains", "not_contains", "prefix"):
        raise _bad(f"{op} takes one value on {name}, not a list", "use in, not_in, or an any of several conditions")
    kind = field_of(name)
    compared = kind.kind not in ("text", "region")
    if compared and op not in ("contains", "not_contains", "prefix"):
        wrong = [one for one in each if comparable(kind, one) is None]
        if wrong:
            known = f"one of {', '.join(kind.order)}" if kind.order else f"a {kind.kind}"
            raise _bad(f"{wrong[0]!r} is no value of {name}", known)
    if kind.kind == "text" and op in ("<", "<=", ">", ">=", "between") and any(number(one) is None for one in each):
        raise _bad(f"{op} on {name} needs a number, not {value!r}")


def _bad(reason: str, hint: str = "") -> BadQueryError:
    return BadQueryError(reason, hint=hint or 'a condition: {"field": "region", "op": "within", "value": "330200"}')
