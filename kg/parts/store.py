"""The folder of third-party parts: what is there, what is missing, the pack for machines without a network."""

from __future__ import annotations

import errno
import shutil
import tarfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from kg.errors import KgError
from kg.parts.fetch import Download, Progress, Report, WrongHashError, accept, default_repository, sha256_of
from kg.parts.pinned import MEMBERS, Part, group_folder, pinned

SPARE = 64 << 20
"""Bytes that must stay free beyond what is written."""


class MissingPartsError(KgError):
    """Parts are not there (yet)."""

    code = "KG503"


class NoDiskError(KgError):
    """The parts folder cannot be written, or the disk is full."""

    code = "KG504"


class BadPackError(KgError):
    """A file that is not a pack of these parts."""

    code = "KG505"


@dataclass(frozen=True, slots=True)
class PartState:
    """A pinned part, where it lies, and whether it is there with its full size (and hash, if that was asked for)."""

    part: Part
    path: Path
    present: bool


class Parts:
    """Third-party parts in one folder, shared by all homes: fetched once, used by several processes at once."""

    def __init__(self, folder: Path, repository: str | None = None, parts: Sequence[Part] | None = None) -> None:
        """`repository` is the base address of a mirror; by default the one that jgo knows."""
        self.folder = folder
        self.repository = repository
        self._parts = tuple(pinned() if parts is None else parts)

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the groups, in the order of the list."""
        return tuple(dict.fromkeys(part.group for part in self._parts))

    def path_of(self, part: Part) -> Path:
        """Where a part lies."""
        return self._group(part.group) / part.file

    def list(self, verify: bool = False) -> list[PartState]:
        """Each part and whether it is there; `verify` reads the files and compares their hashes."""
        states = []
        for part in self._parts:
            path = self.path_of(part)
            there = path.is_file() and path.stat().st_size == part.size
            states.append(PartState(part, path, there and (not verify or sha256_of(path) == part.sha256)))
        return states

    def fetch(self, progress: Report | None = None, verify: bool = False) -> Progress:
        """Fetch what is missing and take the files out of it.

        Returns what was fetched (all zero where nothing was missing). Several processes may call this at once:
        one fetches, the others wait for it. Raises NoNetworkError (KG501), WrongHashError (KG502),
        NoDiskError (KG504).
        """
        if not verify and self._complete():
            return Progress(0, 0, 0, 0, "")
        with self._writing():
            missing = [state.part for state in self.list(verify) if not state.present]
            size = sum(part.size for part in missing)
            if missing:
                self._need_space(size * 2 + SPARE)
                repository = self.repository or default_repository()
                Download(repository, missing, progress).run(self.folder / "incoming", self.path_of)
            self._take_out_members(fresh={part.group for part in missing})
            return Progress(size, size, len(missing), len(missing), "")

    def pack(self, file: Path) -> Path:
        """Write all parts into one file for machines without a network; raises MissingPartsError, NoDiskError."""
        for group in self.groups:
            self._need(group)
        aside = file.with_name(file.name + ".part")
        with self._disk_errors(file.parent):
            file.parent.mkdir(parents=True, exist_ok=True)
            with tarfile.open(aside, "w") as pack:
                for part in sorted(self._parts, key=lambda part: (part.group, part.file)):
                    info = tarfile.TarInfo(f"{part.group}/{part.file}")
                    info.size, info.mode = part.size, 0o644
                    with self.path_of(part).open("rb") as stream:
                        pack.addfile(info, stream)
            aside.replace(file)
        return file

    def unpack(self, file: Path) -> int:
        """Take the parts out of a pack; returns how many were missing here.

        No name of the pack becomes a path: members are looked up in the pinned list, and each is checked against
        its hash. Raises BadPackError (KG505), WrongHashError (KG502), NoDiskError (KG504).
        """
        wanted = {f"{part.group}/{part.file}": part for part in self._parts}
        with self._writing():
            present = {state.part for state in self.list() if state.present}
            self._need_space(sum(part.size for part in self._parts if part not in present) * 2 + SPARE)
            aside = self.folder / "incoming"
            aside.mkdir(parents=True, exist_ok=True)
            fresh: set[Part] = set()
            with _opened(file) as pack:
                for info in pack:
                    part = wanted.pop(info.name, None)
                    if part is None or not info.isreg():
                        raise BadPackError(
                            f"not a part of this version: {info.name[:120]!r}",
                            hint="make the pack with `bulian parts pack` of the same version",
                            file=str(file),
                        )
                    if part not in present:
                        self._unpack_one(pack, info, part, aside)
                        fresh.add(part)
            if wanted:
                raise BadPackError(
                    f"{len(wanted)} parts are not in the pack, the first is {min(wanted)}",
                    hint="the pack was cut or made by another version; copy or make it again",
                    file=str(file),
                )
            self._take_out_members(fresh={part.group for part in fresh})
        return len(fresh)

    def neo4j_jars(self) -> Path:
        """Folder of the Neo4j jars, flat; raises MissingPartsError (KG503)."""
        return self._need("neo4j")

    def model(self) -> Path:
        """Folder with model.onnx and tokenizer.json of the embedding model; raises MissingPartsError (KG503)."""
        return self._need("model") / "files"

    def browser(self) -> Path:
        """Folder with htmx.min.js and swagger-ui/, served by the pages; raises MissingPartsError (KG503)."""
        return self._need("browser") / "files"

    def _group(self, group: str) -> Path:
        return self.folder / group_folder(group, self._parts)

    def _missing(self, group: str) -> Sequence[str]:
        parts = [state.part.file for state in self.list() if state.part.group == group and not state.present]
        files = self._group(group) / "files"
        return parts + [m.target for m in MEMBERS.get(group, ()) if not (files / m.target).is_file()]

    def _complete(self) -> bool:
        return not any(self._missing(group) for group in self.groups)

    def _need(self, group: str) -> Path:
        missing = self._missing(group)
        if missing:
            raise MissingPartsError(
                f"third-party parts are missing: {len(missing)} of {group}, the first is {missing[0]}",
                hint="run `bulian parts fetch` (or `bulian parts unpack FILE` without a network)",
                file=str(self.folder),
            )
        return self._group(group)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._disk_errors(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self.folder / ".lock"):
                yield

    @contextmanager
    def _disk_errors(self, place: Path) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            full = error.errno in (errno.ENOSPC, errno.EDQUOT)
            raise NoDiskError(
                "the disk is full" if full else f"cannot write: {error.strerror or error}",
                hint="make room or name another folder" if full else "check the rights of the folder or name another",
                file=str(place),
            ) from error

    def _need_space(self, size: int) -> None:
        free = shutil.disk_usage(self.folder).free
        if free < size:
            raise NoDiskError(
                f"the disk has {free >> 20} MB free, the parts need {size >> 20} MB",
                hint="make room or name another folder",
                file=str(self.folder),
            )

    def _unpack_one(self, pack: tarfile.TarFile, info: tarfile.TarInfo, part: Part, aside: Path) -> None:
        stream = pack.extractfile(info)
        received = aside / f"{part.sha256}.part"
        if stream is None or info.size != part.size:
            raise WrongHashError(
                f"{part.coordinate}: the pack holds another file under this name",
                hint="do not use this pack; make it again with `bulian parts pack`",
                file=info.name,
            )
        with stream, received.open("wb") as out:
            shutil.copyfileobj(stream, out, 1 << 20)
        accept(part, received, self.path_of(part))

    def _take_out_members(self, fresh: set[str]) -> None:
        for group, members in MEMBERS.items():
            jars = {part.artifact: part for part in self._parts if part.group == group}
            folder = self._group(group) / "files"
            for member in members:
                target = folder / member.target
                if member.artifact not in jars or (target.is_file() and group not in fresh):
                    continue
                part = jars[member.artifact]
                target.parent.mkdir(parents=True, exist_ok=True)
                aside = target.with_name(target.name + ".part")
                name = member.name.format(version=part.version)
                with (
                    zipfile.ZipFile(self.path_of(part)) as jar,
                    jar.open(name) as stream,
                    aside.open("wb") as out,
                ):
                    shutil.copyfileobj(stream, out, 1 << 20)
                aside.replace(target)


@contextmanager
def _opened(file: Path) -> Iterator[tarfile.TarFile]:
    try:
        stream = file.open("rb")
    except OSError as error:
        raise BadPackError(
            f"cannot be opened: {error.strerror}", hint="check the path and its rights", file=str(file)
        ) from error
    with stream:
        try:
            with tarfile.open(fileobj=stream, mode="r:") as pack:
                yield pack
        except (tarfile.TarError, EOFError) as error:
            raise BadPackError(
                f"not a pack, or one that was cut: {error}",
                hint="copy it again, or make it with `bulian parts pack`",
                file=str(file),
            ) from error
