"""Errors of the matcher (codes MA001 to MA999)."""

from __future__ import annotations

from kg.errors import BulianError


class MatcherError(BulianError):
    """An error of the package matcher."""

    code = "MA000"


class BadQueryError(MatcherError):
    """A need or a condition that cannot be read."""

    code = "MA001"


class BadCorpusError(MatcherError):
    """A file of firms, a chain archive or a stored corpus that cannot be read."""

    code = "MA002"


class BadModelError(MatcherError):
    """A folder that holds no embedding model, or vectors that do not belong to it."""

    code = "MA003"


class BadScorecardError(MatcherError):
    """A scorecard that does not exist, names unknown features or breaks a rule of its form."""

    code = "MA004"


class BadRunError(MatcherError):
    """A run or a file of judgements that cannot be read."""

    code = "MA005"


class BadAliasError(MatcherError):
    """A table of aliases that cannot be read."""

    code = "MA006"


class BadChainError(MatcherError):
    """A template of a chain that cannot be read, or that contradicts itself."""

    code = "MA007"


class BadStageError(MatcherError):
    """A table of the stages that teams are to cover that cannot be read."""

    code = "MA031"


class BadRulesError(MatcherError):
    """Rules of the states of chain nodes that cannot be read."""

    code = "MA041"


class BadOfferError(MatcherError):
    """A file of policies and offers, or one of its rows, that cannot be used."""

    code = "MA042"


class BadMeetingError(MatcherError):
    """A workbook of meetings, one of its rows, or the points of wishes, that cannot be used."""

    code = "MA051"
