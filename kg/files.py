"""Files that are whole or absent: written aside, flushed to the disk, then renamed."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Put `data` at `path` in one step; a crash leaves the old file or the new one, never a part.

    Raises OSError (no room, no right); what was written aside is then gone.
    """
    write_together(path.parent, {path.name: data})


def write_together(folder: Path, files: Mapping[str, bytes]) -> None:
    """Put files into one folder, each whole or absent, and in their order: where the last one is, all are.

    Raises OSError (no room, no right) before any of them has taken its place.
    """
    folder.mkdir(parents=True, exist_ok=True)
    aside: list[tuple[Path, str]] = []
    try:
        for name, data in files.items():
            handle, temporary = tempfile.mkstemp(dir=folder, prefix=".aside-")
            aside.append((Path(temporary), name))
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        for path, name in aside:
            path.replace(folder / name)
    except BaseException:
        for path, _ in aside:
            path.unlink(missing_ok=True)
        raise
    _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    """Make a rename in the folder durable; Windows has no such call and needs none."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
