"""An error that nobody foresaw: kept whole in a file for the makers, one line for the user."""

from __future__ import annotations

import sys
import tempfile
import traceback
from pathlib import Path

from web.errors import WebError


def crashed(error: Exception) -> WebError:
    """WE001 for `error`; its traceback and the command line go to a file that the hint names."""
    with tempfile.NamedTemporaryFile(
        "w", prefix="bulian-error-", suffix=".txt", delete=False, encoding="utf-8"
    ) as file:
        file.write(f"{sys.argv}\n\n" + "".join(traceback.format_exception(error)))
    return WebError(
        f"something went wrong that the program did not foresee: {type(error).__name__}: {str(error)[:200]}",
        code="WE001",
        hint=f"please report it with the file {Path(file.name)}",
    )
