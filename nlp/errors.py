"""Errors of the language part (codes NL001 to NL999)."""

from __future__ import annotations

from kg.errors import BulianError


class NlpError(BulianError):
    """An error of the package nlp."""

    code = "NL000"


class RefusedFile(NlpError):  # noqa: N818 (the word that the reports use)
    """A file that cannot be read as a document; `code` says why, `hint` what to do."""

    code = "NL001"
