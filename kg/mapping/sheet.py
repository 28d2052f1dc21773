"""Cells of XLS, XLSX, XLSB and ODS books, read in a process of its own that may take so much memory and time.

A sheet of a few bytes can claim a cell in the last row of the last column, and the reader then asks for room for all
cells between: that ends a process, and no handler sees it. So it is the child that ends, and the file is refused.
This file is also the child's program, run by its path so that it starts in hundredths of a second.
"""

from __future__ import annotations

import pickle
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

Grid = list[list[Any]]

MEMORY = 3 << 30
"""Bytes of address space that the reader may take."""
SECONDS = 300
"""Seconds of processor time that it may take."""
CELLS = 50_000_000
"""Cells of a sheet, the empty ones between them included."""


class SheetError(Exception):
    """The book cannot be read: `password`, `large` or `broken` (its first argument), and what was said (second)."""


def grids(path: Path, *, memory: int = MEMORY) -> list[tuple[str, Grid]]:
    """Name and cells of every sheet that is not empty, merged cells filled. Raises SheetError."""
    command = [sys.executable, "-I", __file__, str(path), str(memory)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if done.returncode < 0:
        raise SheetError("large", "its cells need more memory or time than a sheet may take")
    try:
        kind, found = pickle.loads(done.stdout)  # noqa: S301 (written by this file's own child)
    except (pickle.UnpicklingError, EOFError) as error:
        said = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise SheetError("broken", said or "the reader ended without an answer") from error
    if kind != "grids":
        raise SheetError(kind, found)
    result: list[tuple[str, Grid]] = found
    return result


def _read(path: str) -> tuple[str, Any]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        book = CalamineWorkbook.from_path(path)
        found = [(name, _grid(book.get_sheet_by_name(name))) for name in book.sheet_names]
        return "grids", [(name, grid) for name, grid in found if grid]
    except MemoryError:
        return "large", "its cells need more memory than a sheet may take"
    except PasswordError as error:
        return "password", str(error)
    except (CalamineError, OSError, ValueError) as error:
        return "large" if str(error).startswith("the sheet has") else "broken", str(error)
    except BaseException as error:
        # the reader's own panic on a damaged file, which is no Exception
        if type(error).__name__ != "PanicException":
            raise
        return "broken", "the sheet is damaged"


def _grid(sheet: Any) -> Grid:
    if sheet.total_height * sheet.total_width > CELLS:
        raise ValueError(f"the sheet has {sheet.total_height} rows and {sheet.total_width} columns")
    grid: Grid = sheet.to_python(skip_empty_area=False)
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if top < len(grid) and left < len(grid[top]):
            value = grid[top][left]
            for row in grid[top : bottom + 1]:
                row[left : right + 1] = [value] * len(row[left : right + 1])
    while grid and not any(cell != "" for cell in grid[-1]):
        grid.pop()
    return grid


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]), resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    pickle.dump(_read(sys.argv[1]), sys.stdout.buffer, protocol=5)
