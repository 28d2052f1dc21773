"""Errors of the graph layer: one root, a stable code, the input that failed and what to do."""

from __future__ import annotations


class BulianError(Exception):
    """Root of every error that a user may see.

    `code` is stable and documented in `docs/errors.md`; `reason` says what is wrong with which input,
    `hint` what to do, `file` and `place` where (a page, a sheet and row, a line), if that is known.
    """

    code = "BL000"

    def __init__(
        self, reason: str, *, hint: str = "", code: str | None = None, file: str | None = None, place: str | None = None
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint
        self.code = code or type(self).code
        self.file = file
        self.place = place

    def __str__(self) -> str:
        where = ":".join(part for part in (self.file, self.place) if part)
        text = f"{self.code} {where + ': ' if where else ''}{self.reason}"
        return f"{text} ({self.hint})" if self.hint else text

    def as_row(self) -> dict[str, str | None]:
        """The error as a line of `--report`: file, place, code, reason, hint."""
        return {"file": self.file, "place": self.place, "code": self.code, "reason": self.reason, "hint": self.hint}


class KgError(BulianError):
    """An error of the package kg (codes KG001 to KG999)."""

    code = "KG000"
