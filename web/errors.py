"""Errors of the package web (codes WE001 to WE999), and what any error's code means outside: exit and HTTP status."""

from __future__ import annotations

import errno
import re
from collections.abc import Mapping

from kg.errors import BulianError


class WebError(BulianError):
    """An error of commands, jobs, pages and the relational store."""

    code = "WE000"


class Usage(WebError):  # noqa: N818 (it is the user's, not ours)
    """Wrong use of a command: its exit status is 2."""

    code = "WE003"


class UnusableError(WebError):
    """What was typed into a form cannot be used; `wrong` says why, by field, in a word that its page knows."""

    def __init__(self, wrong: Mapping[str, str], code: str) -> None:
        super().__init__(
            f"these fields cannot be used: {', '.join(wrong)}", code=code, hint="correct them; the rest is kept"
        )
        self.wrong = dict(wrong)


REFUSED, WRONG_USE = 1, 2

# Codes that do not mean "some input was refused" (exit 1, HTTP 422).
_EXIT = {"WE002": WRONG_USE, "WE003": WRONG_USE, "NL031": WRONG_USE}
_HTTP = {
    "WE001": 500,
    "WE002": 500,
    "WE003": 400,
    "WE004": 503,
    "WE005": 404,
    "WE006": 409,
    "WE008": 503,
    "WE009": 503,
    "WE013": 409,
    "WE015": 503,
    "WE016": 503,
    "WE020": 404,
    "WE021": 503,
    "WE022": 410,
    "WE023": 503,
    "WE027": 503,
    "WE028": 503,
    "WE029": 503,
    "WE030": 503,
    "WE231": 409,
    "WE031": 409,
    "WE032": 403,
    "WE048": 503,
    "WE061": 409,
    "WE072": 429,
    "WE075": 410,
    "WE076": 401,
    "WE077": 403,
    "WE078": 503,
    "WE080": 403,
    "WE081": 409,
    "WE082": 409,
    "WE240": 403,
    "WE241": 409,
    "WE242": 409,
    "WE244": 409,
    "WE091": 409,
    "WE092": 404,
    "WE093": 429,
    "WE094": 409,
    "WE095": 403,
    "WE097": 409,
    "WE099": 409,
    "WE101": 409,
    "WE102": 409,
    "WE103": 409,
    "WE104": 409,
    "WE105": 409,
    "WE106": 409,
    "WE120": 409,
    "WE121": 409,
    "WE131": 403,
    "WE133": 409,
    "WE135": 409,
    "WE112": 409,
    "WE171": 409,
    "WE172": 409,
    "WE173": 429,
    "WE174": 409,
    "WE175": 409,
    "WE176": 409,
    "WE177": 409,
    "WE178": 409,
    "WE179": 409,
    "WE113": 429,
    "WE115": 409,
    "WE116": 409,
    "WE151": 409,
    "WE191": 409,
    "WE192": 409,
    "WE193": 409,
    "WE194": 409,
    "WE197": 409,
    "WE211": 409,
    "WE212": 409,
    "WE262": 409,
    "WE202": 409,
    "WE152": 409,
    "WE153": 409,
    "WE157": 409,
    "WE158": 409,
    "WE161": 409,
    "WE162": 409,
    "WE163": 409,
    "WE164": 409,
    "WE165": 409,
    "WE166": 404,
    "WE167": 409,
    "WE168": 409,
    "WE169": 409,
    "KG201": 404,
    "KG202": 500,
    "KG301": 500,
    "KG503": 503,
    "KG602": 503,
    "KG701": 503,
    "KG702": 503,
    "KG703": 503,
    "KG704": 504,
    "KG706": 500,
    "KG707": 503,
}


def refused_by_system(error: OSError | MemoryError) -> BulianError:
    """What the system said, as an error of ours: WE016 for disk and rights, WE027 for memory."""
    if isinstance(error, MemoryError) or error.errno == errno.ENOMEM:
        return WebError(
            "there is too little memory for this",
            code="WE027",
            hint="close other programs, or give it less at once: `--workers 1`, fewer files; then do it again",
        )
    return WebError(
        f"the system refuses: {error.strerror or error}",
        code="WE016",
        hint="check disk and rights",
        file=str(error.filename or ""),
    )


def exit_status(error: BulianError) -> int:
    """The exit status of a command that ended with `error`: 2 for wrong use, else 1."""
    return _EXIT.get(error.code, WRONG_USE if isinstance(error, Usage) else REFUSED)


def http_status(error: BulianError) -> int:
    """The HTTP status of an answer that is `error`; 422 where the input is at fault and no code says otherwise.

    Codes WE400 to WE599 are those of HTTP itself.
    """
    own = re.fullmatch(r"WE([45]\d\d)", error.code)
    return int(own[1]) if own else _HTTP.get(error.code, 422)
