"""Every file of tests/bad read under limits and watched: what it is answered, how long that took, what it tried.

`python -m tests.hostile.check FILE...` reads files in this process, which may take so much memory, and prints one
JSON line for each. An audit hook (PEP 578) notes every program started but the readers of sheets and PDFs, every
connection, and every file opened for writing, linked, moved or removed outside of the folder that the process began
in. `answers` starts such processes: where one dies at a file, that file is answered `died`, and the next goes on.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from kg.errors import BulianError
from kg.mapping import Manifest, facts, rows
from kg.parts import Parts
from kg.records import Document, DocumentId
from nlp.readers import read
from tests import fuzz
from tests.hostile.make import BAD, SECRET
from web.jobs.backup import restore
from web.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 20
"""Seconds of processor time that one file may take; most take hundredths. A busy machine makes nothing slow."""
_WAITS = 300
"""Seconds after which a file is taken for one that waits for ever."""
WORDS = "甬川密令七号"
"""What stands in the file that hostile documents ask for."""
SHEETS, READERS = [sys.executable, "-I"], ([sys.executable, "-P", "-m", "nlp.readers.apart"],)
"""How the readers of sheets and of PDFs are started, in processes of their own."""
_STARTS = ("os.system", "os.exec", "os.posix_spawn", "os.fork", "pty.spawn", "ctypes.dlopen")
_REACHES = ("socket.connect", "socket.getaddrinfo", "socket.sendto", "urllib.Request")
_CHANGES = ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.symlink", "os.link", "os.truncate", "os.chmod")
_MANIFEST = {
    "id": "hostile",
    "title": "敌意名单",
    "tables": [
        {
            "columns": {
                "name": {"heads": ["企业名称"], "type": "firm", "required": True},
                "city": {"heads": ["所在市"]},
                "sum": {"heads": ["金额"], "type": "money"},
            },
            "facts": [
                {
                    "relation": "PROFILE",
                    "source": {"type": "Enterprise", "name": "name"},
                    "properties": {"registered_capital": "sum"},
                    "when": "sum",
                }
            ],
        }
    ],
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a file is answered: `read` with what was found in it, or the code of its refusal; and what it tried."""

    answer: str
    seconds: float = 0.0
    megabytes: int = 0
    harm: tuple[str, ...] = ()


def answers(files: Iterable[Path] | None = None) -> dict[str, str]:
    """The answer to each file of tests/bad, by its path there."""
    return {name: found.answer for name, found in watched(files).items()}


def watched(files: Iterable[Path] | None = None) -> dict[str, Answer]:
    """The same with seconds, memory and what was tried."""
    waiting = sorted(kept()) if files is None else list(files)
    found: dict[str, Answer] = {}
    Path(SECRET).write_text(WORDS, "utf-8")
    try:
        while waiting:
            came = list(_read_apart(waiting))
            found |= came
            waiting = waiting[len(came) :]
            if waiting:
                found[_name(waiting.pop(0))] = Answer("died")
    finally:
        Path(SECRET).unlink()
    return found


def kept() -> Iterator[Path]:
    """The files of tests/bad."""
    return (path for path in BAD.rglob("*") if path.is_file() and path.parent != BAD)


def _name(path: Path) -> str:
    return path.relative_to(BAD).as_posix() if path.is_relative_to(BAD) else path.name


def _read_apart(files: list[Path]) -> Iterator[tuple[str, Answer]]:
    with tempfile.TemporaryDirectory(prefix="bulian-hostile-") as folder:
        done = subprocess.run(
            [sys.executable, "-B", "-m", "tests.hostile.check", *map(str, files)],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": folder, "HOME": folder},
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
    for line in done.stdout.splitlines():
        said = json.loads(line)
        yield said.pop("file"), Answer(**{**said, "harm": tuple(said["harm"])})


# --- in the process that reads ---------------------------------------------------------------------------------------


class Watch:
    """Notes what is done outside of a folder, from `begin` on."""

    def __init__(self, folder: Path) -> None:
        self._inside, self._on = str(folder.resolve()), False
        self.harm: list[str] = []
        sys.addaudithook(self._heard)

    def begin(self) -> None:
        """Forget what was, note what comes."""
        self.harm, self._on = [], True

    def end(self) -> list[str]:
        """What was noted."""
        self._on = False
        return self.harm

    def _heard(self, event: str, given: tuple[Any, ...]) -> None:
        if not self._on:
            return
        if event == "subprocess.Popen":
            program = [str(part) for part in given[1]]
            if program[:4] not in READERS and not (
                program[:2] == SHEETS and program[2].endswith("kg/mapping/sheet.py")
            ):
                self.harm.append(f"started {program}"[:200])
        elif event in _STARTS or event in _REACHES:
            self.harm.append(f"{event} {given}"[:200])
        elif event in _CHANGES:
            self._looked(event, *given[:2])
        elif event == "open" and given[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC):
            self._looked("wrote", given[0])
        elif event == "open" and str(given[0]) in (SECRET, "/etc/passwd"):
            self.harm.append(f"read {given[0]}")

    def _looked(self, what: str, *paths: Any) -> None:
        for path in paths:
            if isinstance(path, str | bytes | os.PathLike):
                there = os.path.realpath(os.fsdecode(path))
                if not there.startswith((self._inside, "/dev/null")):
                    self.harm.append(f"{what} {there}"[:200])


def _answer(path: Path, folder: Path) -> str:
    kind = path.parent.name
    try:
        if kind in ("documents", "found"):
            return _document(path)
        if kind == "lists":
            return _list(path, folder)
        if kind == "backups":
            return _backup(path, folder)
        return _pack(path, folder)
    except BulianError as error:
        return error.code


def _document(path: Path) -> str:
    text = read(path.read_bytes(), path.name)
    fuzz.looked(text, path.name)
    assert WORDS not in text.text + text.title
    return "read, with a warning" if text.warnings else "read"


def _list(path: Path, folder: Path) -> str:
    own = folder / "hostile-manifest"
    own.mkdir(exist_ok=True)
    (own / "manifest.yml").write_text(yaml.safe_dump(_MANIFEST, allow_unicode=True), "utf-8")
    manifest = Manifest.load(own)
    found = list(rows(manifest, path))
    assert not any(WORDS in row.text for row in found)
    made, refused = facts(manifest, path, Document(DocumentId("0" * 64), path.name, path.stem, "list", "sheet"))
    count = sum(1 for _ in made)
    codes = ", ".join(sorted({item.code for item in refused}))
    return f"read: {len(found)} rows, {count} facts" + (f"; {codes}" if codes else "")


def _backup(path: Path, folder: Path) -> str:
    home = folder / "restored" / path.stem
    restore(Settings(home=home), path, graph=False)
    return "restored"


def _pack(path: Path, folder: Path) -> str:
    return f"unpacked {Parts(folder / 'parts').unpack(path)}"


def _spent() -> float:
    """Processor time of this process and of those that it waited for."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def _main(files: list[str]) -> None:
    # mapped, not used, by libraries; what is used is told for each file
    resource.setrlimit(resource.RLIMIT_AS, (fuzz.MEMORY + 2_000_000_000, resource.RLIM_INFINITY))
    folder = Path.cwd()
    _document(BAD / "documents" / "run-zero.txt")  # rules and numbers are loaded before anything is watched
    watch = Watch(folder)
    for file in map(Path, files):
        began = _spent()
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        signal.alarm(_WAITS)
        watch.begin()
        try:
            answer = _answer(file, folder)
        except Exception as error:
            answer = f"broken: {type(error).__name__}: {error}"[:200]
        harm = watch.end()
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.alarm(0)
        said = {"file": _name(file), "answer": answer, "seconds": round(_spent() - began, 2)}
        print(json.dumps({**said, "megabytes": fuzz.most_memory() >> 20, "harm": harm}), flush=True)


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        _main(sys.argv[1:])
