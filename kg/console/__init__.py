"""Cypher of people: what may be asked, and the answer as a table. The gate, its limits, and the words of a refusal."""

from kg.console.console import Console, Limits, prepare
from kg.console.cost import BUDGET, Cost
from kg.console.gate import admit, check_plan
from kg.console.result import Column, Table
from kg.console.text import Statement, parameters_of

__all__ = [
    "BUDGET",
    "Column",
    "Console",
    "Cost",
    "Limits",
    "Statement",
    "Table",
    "admit",
    "check_plan",
    "parameters_of",
    "prepare",
]
