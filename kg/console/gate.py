"""The gate before a query of people: words first, then the plan; only what is known to be plain reading goes on.

The server's READ sessions refuse writes, and nothing else: LOAD CSV, SHOW SETTINGS, TERMINATE TRANSACTIONS and the
procedures of `dbms` all run in them. So a query is planned (EXPLAIN, in a READ session), and goes on only where the
plan's type is `r`, every operator is on a list, and so is every procedure and every function of a namespace.
Measured on Neo4j Community 5.26.30; operators are those of `LogicalPlan2PlanDescription` of its planner.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

from kg.console.errors import AdministrationError, FunctionError, ProcedureError, ReadsFileError, WritesError
from kg.console.text import Statement, read_statement
from kg.yml import read_yaml


def _names(tree: Mapping[str, list[str]], group: str) -> frozenset[str]:
    return frozenset(name for line in tree[group] for name in line.split())


_ALLOWED = read_yaml(files("kg.console").joinpath("allowed.yml").read_text("utf8"))
PROCEDURES = _names(_ALLOWED, "procedures")
FUNCTIONS = _names(_ALLOWED, "functions")
OPERATORS = _names(_ALLOWED, "operators")

_DOTTED_CALL = re.compile(r"(?<![\w.`$])([^\W\d]\w*(?:\.[^\W\d]\w*)+)\(")
# What a plan shows of names in backticks and of texts that stayed in it, which only look like calls.
_SHOWN_NAME = re.compile(r"`(?:[^`]|``)*`|\"(?:[^\"\\]|\\.)*\"")


def admit(text: str) -> Statement:
    """What the words of a query allow; raises a Refused (KG711 to KG718). Its plan is to be looked at next."""
    statement = read_statement(text)
    for name, start in statement.calls:
        if name not in PROCEDURES and name not in FUNCTIONS:
            raise _unknown_call(name, statement.place(start))
    return statement


def check_plan(kind: str | None, plan: Mapping[str, Any] | None) -> None:
    """Whether a plan (as the driver gives it) is plain reading; raises a Refused (KG711, KG714 to KG717)."""
    if plan is None:
        raise _writes("has no plan")
    for operator, details in _operators(plan):
        if operator not in OPERATORS:
            raise _unknown_operator(operator, kind)
        if operator == "ProcedureCall":
            name = details.partition("(")[0].strip()
            if name not in PROCEDURES:
                raise _unknown_call(name, None)
        for name in _DOTTED_CALL.findall(_SHOWN_NAME.sub("", details)):
            if name not in FUNCTIONS and name not in PROCEDURES:
                raise _unknown_call(name, None)
    if kind != "r":
        raise _writes("would change something")


def _operators(plan: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every operator of a plan without the database's name, and what the plan says of it."""
    waiting = [plan]
    while waiting:
        one = waiting.pop()
        yield str(one["operatorType"]).partition("@")[0], str(one.get("args", {}).get("Details", ""))
        waiting.extend(one.get("children", ()))


def _unknown_operator(operator: str, kind: str | None) -> ReadsFileError | AdministrationError | WritesError:
    if operator == "LoadCSV":
        return ReadsFileError("LOAD CSV reads files and addresses", hint="load lists by `bulian import`")
    if operator.startswith(("Show", "Terminate", "Administration")):
        return AdministrationError(f"{operator} is administration", hint="ask the operator")
    if kind in ("w", "rw"):
        return _writes(f"would change something ({operator})")
    return _writes(f"does what is not known as plain reading ({operator})")


def _writes(what: str) -> WritesError:
    return WritesError(
        f"the query {what}; here one reads alone", hint="leave out CREATE, MERGE, SET, DELETE and the like"
    )


def _unknown_call(name: str, place: str | None) -> ProcedureError | FunctionError:
    if name.split(".")[0] in ("db", "dbms", "tx"):
        allowed = ", ".join(sorted(PROCEDURES)[:5])
        return ProcedureError(
            f"the procedure {name} is not allowed", hint=f"allowed are {allowed} and others", place=place
        )
    return FunctionError(
        f"{name} is no function or procedure that is allowed here", hint="see docs/operations.md", place=place
    )
