"""The form of a bounty: every field of the notices of cities, read as columns. Sums are typed in 万元."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, get_args

from pydantic import ValidationError

from web.db.bounties import Bounty
from web.errors import UnusableError
from web.forms import whole
from web.jobs.bounties import Operator, Target
from web.work.typed import WAN, date_of, fen_of, number_of

CODE = "WE155"
LONGEST = {
    "title": 200, "products": 6000, "text": 200_000, "field": 200, "own_effort": 4000, "benefit": 4000,
    "solver_terms": 4000, "ip_terms": 2000, "contact": 300, "secrecy": 20_000,
}  # fmt: skip
SUMS = ("amount", "city_grant", "solver_cash", "own_funds")
DAYS = ("deadline", "due")
CATEGORIES = ("research", "transfer", "agency", "agriculture")
FORMS = ("prize", "scouting")
IP = ("none", "non_exclusive", "exclusive")
CONFIDENTIALITY = ("open", "internal", "commercial")
"""Levels of the notices' 保密级别 that may be here: nothing of a bounty is a state secret."""
CHOICES = (
    ("category", CATEGORIES, ""), ("form", FORMS, "prize"), ("ip", IP, ""), ("confidentiality", CONFIDENTIALITY, ""),
)  # fmt: skip
"""Fields with one of several values, and what stands where none is chosen."""
PARTICIPATION = ("individual", "organisation", "team", "broker")
OPERATORS = get_args(Operator)
MOST_TARGETS = 200


def read(typed: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The form as columns of a bounty (`cleared`: nothing of it is a state secret). Raises UnusableError WE155 with
    what is wrong by field: missing, long, sum, day, choose, number, or the number of the target.
    """
    first = {name: values[0].strip() for name, values in typed.items() if values}
    wrong = {name: "long" for name, most in LONGEST.items() if len(first.get(name, "")) > most}
    if not first.get("title"):
        wrong["title"] = "missing"
    columns: dict[str, Any] = {name: first.get(name, "") for name in LONGEST if name != "products"}
    columns["products"] = first.get("products", "").splitlines()
    for name in SUMS:
        columns[name] = fen_of(first[name], WAN) if first.get(name) else None
        if first.get(name) and columns[name] is None:
            wrong[name] = "sum"
    for name in DAYS:
        day = date_of(first.get(name, ""))
        columns[name] = day.isoformat() if day is not None else None
        if first.get(name) and columns[name] is None:
            wrong[name] = "day"
    for name, choices, other in CHOICES:
        columns[name] = first.get(name) or other
        if columns[name] not in (*choices, other):
            wrong[name] = "choose"
    columns["participation"] = [one for one in PARTICIPATION if one in typed.get("participation", ())]
    columns["trl"] = _number(first.get("trl", ""), 1, 9, "trl", wrong)
    columns["solvers_most"] = _number(first.get("solvers_most", ""), 1, 3, "solvers_most", wrong) or 1
    columns["broker_share"] = _share(first.get("broker_share", ""), wrong)
    columns |= {name: first.get(name) == "yes" for name in ("audit_right", "anonymous", "cleared")}
    columns["targets"] = _targets(typed, wrong)
    if wrong:
        raise UnusableError(wrong, CODE)
    return columns


def _number(typed: str, least: int, most: int, name: str, wrong: dict[str, str]) -> int | None:
    if not typed:
        return None
    found = whole(typed, 3)
    if found is None or not least <= found <= most:
        wrong[name] = "number"
        return None
    return found


def _share(typed: str, wrong: dict[str, str]) -> float | None:
    if not typed:
        return None
    value = _number_of(typed)
    if value is None or not 0 <= value <= 100:
        wrong["broker_share"] = "number"
    return value


def _number_of(text: str) -> float | None:
    return number_of(text.replace(",", ""))


def _targets(typed: Mapping[str, Sequence[str]], wrong: dict[str, str]) -> list[dict[str, Any]]:
    """Rows of the table of targets; a row without a name is left out, one without a figure is in words alone."""
    names = typed.get("t_name", ())
    cells = {part: typed.get(f"t_{part}", ()) for part in ("operator", "value", "value_max", "unit", "method")}
    found: list[dict[str, Any]] = []
    for place, name in enumerate(list(names)[:MOST_TARGETS]):
        row = {part: (values[place].strip() if place < len(values) else "") for part, values in cells.items()}
        if not name.strip():
            if row["value"]:
                wrong.setdefault("targets", f"{place + 1}")
            continue
        said: dict[str, Any] = {"name": name.strip()[:200], "unit": row["unit"][:60], "method": row["method"][:500]}
        if row["value"]:
            value_max = _number_of(row["value_max"]) if row["value_max"] else None
            if row["value_max"] and value_max is None:
                wrong.setdefault("targets", f"{place + 1}")
            said |= {"operator": row["operator"], "value": _number_of(row["value"]), "value_max": value_max}
        try:
            found.append(Target.model_validate(said).model_dump())
        except ValidationError:
            wrong.setdefault("targets", f"{place + 1}")
    return found


def typed_of(row: Bounty) -> dict[str, list[str]]:
    """A bounty as its form would send it."""
    typed = {name: [str(getattr(row, name) or "")] for name in LONGEST if name != "products"}
    typed["products"] = ["\n".join(row.products)]
    typed |= {name: [_wan(getattr(row, name))] for name in SUMS}
    typed |= {name: [getattr(row, name) or ""] for name in (*DAYS, *(one[0] for one in CHOICES))}
    typed["participation"] = list(row.participation)
    typed["trl"], typed["solvers_most"] = [str(row.trl or "")], [str(row.solvers_most)]
    typed["broker_share"] = ["" if row.broker_share is None else f"{row.broker_share:g}"]
    flags = (("audit_right", row.audit_right), ("anonymous", row.anonymous), ("cleared", row.cleared is not None))
    typed |= {name: ["yes"] for name, held in flags if held}
    return typed | typed_targets(row.targets)


def typed_targets(targets: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Targets as the rows of the form."""
    parts = ("name", "operator", "value", "value_max", "unit", "method")
    return {f"t_{part}": [_cell(target.get(part)) for target in targets] for part in parts}


def _cell(value: object) -> str:
    return f"{value:.12g}" if isinstance(value, float) else "" if value is None else str(value)


def _wan(fen: int | None) -> str:
    return "" if fen is None else f"{Decimal(fen) / WAN:f}"
