"""Which home is the live one: a small file in the data folder names it, so that a switch is one rename.

A second home is filled beside the live one while that one is read and written. Whatever was cut off on the way leaves
a home that is not named, which the next one to write throws away.
"""

from __future__ import annotations

import re
import secrets
import shutil
from contextlib import suppress
from pathlib import Path

import psutil

from kg.files import write_whole
from kg.neo4j.home import ends
from kg.neo4j.process import LocalNeo4j

_FIRST = "neo4j"
_LATER = re.compile(r"neo4j-[0-9a-f]{8}")
_END_SECONDS = 10.0


class LiveHome:
    """The homes of a data folder: the first one, and those that took its place."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._name = folder / "neo4j.now"

    @property
    def path(self) -> Path:
        """The folder of the live home, made or not."""
        try:
            name = self._name.read_text("utf8").strip()
        except OSError:
            name = _FIRST
        return self._folder / (name if _LATER.fullmatch(name) else _FIRST)

    def aside(self) -> Path:
        """A name for a home that is to be filled beside the live one."""
        return self._folder / f"neo4j-{secrets.token_hex(4)}"

    def switch(self, home: Path) -> None:
        """From now on `home` is the live one."""
        write_whole(self._name, f"{home.name}\n".encode())

    def leftovers(self) -> list[Path]:
        """Homes that are not live: of what was cut off, or not yet thrown away."""
        live = self.path
        homes = [self._folder / _FIRST, *self._folder.glob("neo4j-*")]
        return sorted(
            home
            for home in homes
            if home != live and home.is_dir() and (home.name == _FIRST or _LATER.fullmatch(home.name))
        )


def discard(server: LocalNeo4j) -> None:
    """End whatever works in a home that is not live, and throw it away."""
    server.stop()
    folder = server.home.folder
    _end_importer(folder)
    shutil.rmtree(folder, ignore_errors=True)


def _end_importer(folder: Path) -> None:
    """An importer goes on when the program that started it is killed."""
    mark = f"@{folder / 'conf' / 'import.args'}"
    for process in psutil.process_iter():
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied):  # it ended meanwhile, or it is somebody else's
            if mark in process.cmdline():
                process.kill()
                ends(process, _END_SECONDS)
