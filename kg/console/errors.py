"""Refusals of the console (KG711 to KG724): each says which words of the query, and what to write instead."""

from __future__ import annotations

from kg.errors import KgError


class Refused(KgError):  # noqa: N818 (a refusal is what it is)
    """A query that the gate does not let through (KG711 to KG719, KG723); nothing of it was run."""


class WritesError(Refused):
    """A query that would change something, or does what is not known to be plain reading."""

    code = "KG711"


class PrefixError(Refused):
    """EXPLAIN, PROFILE, options of CYPHER, or USE of a database."""

    code = "KG712"


class SeveralStatementsError(Refused):
    """More than one statement."""

    code = "KG713"


class AdministrationError(Refused):
    """Users, settings, indexes, transactions."""

    code = "KG714"


class ReadsFileError(Refused):
    """LOAD CSV: files and addresses."""

    code = "KG715"


class ProcedureError(Refused):
    """A procedure that is not on the list."""

    code = "KG716"


class FunctionError(Refused):
    """A function that is not on the list."""

    code = "KG717"


class TextError(Refused):
    """A text that cannot be read as a query: empty, too long, unclosed, with escapes, or against the grammar."""

    code = "KG718"


class ParameterError(Refused):
    """A parameter without a value, or a value without its parameter."""

    code = "KG719"


class MemoryLimitError(KgError):
    """A query that needed more memory than one may have."""

    code = "KG720"


class StuckError(KgError):
    """A query that its server could not end."""

    code = "KG721"


class FailedError(KgError):
    """A query that failed while it ran: a division by zero, a text taken for a number."""

    code = "KG722"


class CostError(Refused):
    """A query that is estimated beyond the budget; nothing of it was run."""

    code = "KG723"


class CancelledQueryError(KgError):
    """A query that its asker cancelled."""

    code = "KG724"
