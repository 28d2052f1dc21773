"""The labelled sets by name. A set is a module with `evaluate(data, only)`; its docstring says what is labelled."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from nlp.errors import NlpError
from nlp.evaluate.gold import Half
from nlp.evaluate.report import Report

SETS = (
    "contracts",
    "organisations",
    "products",
    "market_share",
    "dependence",
    "firm_facts",
    "patent_numbers",
    "about",
    "parameters",
    "recognitions",
    "demo",
    "requirements",
)
"""Names of the modules of this folder, in the order in which they are printed."""

Evaluate = Callable[[Path, Half | None], Report]


class UnknownSetError(NlpError):
    """No labelled set bears that name."""

    code = "NL041"


def evaluator(name: str) -> Evaluate:
    """The evaluation of a set; raises UnknownSetError (NL041)."""
    if name not in SETS:
        raise UnknownSetError(f"there is no set {name!r}", hint=f"one of: {', '.join(SETS)}")
    evaluate: Evaluate = import_module(f"{__package__}.{name}").evaluate
    return evaluate


def about(name: str) -> str:
    """The first line of what a set says of itself."""
    return (import_module(f"{__package__}.{name}").__doc__ or "").partition("\n")[0]
