"""What a command says of refused input: a line on stderr for people, a line of JSON in `--report` for programs."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import TracebackType
from typing import IO, Annotated

import typer

from kg.errors import BulianError
from web.errors import REFUSED, Usage

ReportFile = Annotated[
    Path | None,
    typer.Option("--report", metavar="FILE", help="Write refusals as JSON lines: file, place, code, reason, hint."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


class Report:
    """Collects refusals of one command. A context manager; `status` is its exit status: 0, or 1 if any were refused."""

    def __init__(self, path: Path | None) -> None:
        self.refused = 0
        self._path = path
        self._file: IO[str] | None = None

    def __enter__(self) -> Report:
        if self._path is not None:
            self._file = open_output(self._path)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, BulianError):
            self._write(error)
        if self._file is not None:
            self._file.close()

    def refuse(self, error: BulianError) -> None:
        """Name one refused input; the rest of the command goes on."""
        self.refused += 1
        print(f"refused: {error}", file=sys.stderr, flush=True)
        self._write(error)

    def _write(self, error: BulianError) -> None:
        if self._file is not None:
            self._file.write(json.dumps(error.as_row(), ensure_ascii=False) + "\n")

    @property
    def status(self) -> int:
        """Exit status of the command so far."""
        return REFUSED if self.refused else 0


def open_output(path: Path) -> IO[str]:
    """Open a file that a command writes. Raises Usage where that cannot be done."""
    try:
        return path.open("w", encoding="utf-8", newline="\n")
    except OSError as error:
        raise Usage(
            f"cannot be written: {error.strerror}", hint="check the path and its rights", file=str(path)
        ) from error


def print_json(value: object) -> None:
    """One JSON value on stdout, in UTF-8 whatever the terminal says."""
    write_out(json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def write_out(text: str) -> None:
    """Text on stdout as it is: no newline added, UTF-8, no change of line ends."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", errors="surrogatepass"))
    sys.stdout.buffer.flush()
