"""A backup of all that is true: one ZIP file with the data folder's own files, and the hash of each.

What is made from these (graph, corpus, the analysts' copy) is not in it: a restore makes the graph again and compares
its digest with the one that the backup names. Tables are copied by SQLite's own backup, or out of PostgreSQL as of one
moment, so readers and pages go on; in the file they are SQLite either way, and go back into whichever is set.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import time
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import Any

import psutil

from kg.documents import DocumentError
from kg.errors import BulianError
from kg.rebuild import digest
from web.db.store import Database
from web.db.transfer import transfer
from web.errors import Usage, WebError
from web.home import Home
from web.jobs.graph import settle
from web.jobs.rebuild import rebuild
from web.settings import Settings

FORMAT = 1
MANIFEST = "manifest.json"
TABLES = "bulian.db"

_MADE = ("neo4j*", "corpus", "logs", "lock", "*.lock", "pages.json", "graph.json", "bookmarks.json", "bulian.db*", ".*")
"""Names in a data folder that are made from the rest, or say what runs now."""
_BLOCK = 1 << 20


def backup(home: Home, path: Path, *, graph: bool = True) -> dict[str, Any]:
    """Write a backup to `path` and read it once more. Returns files, bytes, documents, the graph's digest, seconds.

    Everything is checked before: documents by the hash that is their name, the journal line by line, the tables by
    SQLite. Where the graph is to be part of the comparison it is brought up to date first. Raises KG202, KG301
    (damaged data), WE051 (damaged tables), WE052 (`path` exists), WE053 (the copy is not what was
    written).
    """
    began = time.perf_counter()
    if path.exists():
        raise WebError("there is a file of that name", code="WE052", hint="name another one", file=str(path))
    aside = path.with_name(f".{path.name}.part")
    try:
        with home.writing("backup"):
            if graph:
                settle(home)
            _check_documents(home)
            manifest: dict[str, Any] = {
                "format": FORMAT,
                "version": version("bulian"),
                "made": datetime.now(UTC).isoformat(timespec="seconds"),
                **_counted(home),
                "graph": _graph_of(home) if graph else None,
            }
            _write(home, aside, manifest)
        verify(aside)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    return {**_told(manifest), "bytes": path.stat().st_size, "seconds": round(time.perf_counter() - began, 2)}


def restore(settings: Settings, path: Path, *, graph: bool = True) -> dict[str, Any]:
    """Bring a backup into an empty data folder, make the graph and compare it. Returns what `backup` told, and `equal`.

    `equal` says whether the graph has the digest that the backup names; None where it names none, or none was made.
    Tables go where BULIAN_DATABASE_URL says, where it says something. Cut off at any moment, the data folder is still
    empty or has all of the backup; then `bulian rebuild` makes the graph. Cut off between tables elsewhere and folder,
    the next one names the tables as not empty. Raises WE052 (folder or tables are not empty), WE053 (a damaged backup:
    which file), WE054 (no backup, or of a newer program), WE008 (tables of a newer program, or not to be opened).
    """
    began = time.perf_counter()
    target = settings.folder
    if target.exists() and any(target.iterdir()):
        raise WebError(
            "the data folder is not empty", code="WE052", hint="name an empty one by BULIAN_HOME", file=str(target)
        )
    if graph and settings.graph_url:
        _refuse_foreign(settings)
    target.parent.mkdir(parents=True, exist_ok=True)
    for left in target.parent.glob(f".{target.name}.restoring*"):
        shutil.rmtree(left)
    aside = target.with_name(f".{target.name}.restoring")
    aside.mkdir(mode=0o700)
    try:
        manifest = _unpack(path, aside)
        if settings.database_url:
            _fill(settings.database_url, aside / TABLES)
        if target.exists():
            target.rmdir()
        aside.rename(target)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    told = _told(manifest)
    with Home(settings) as home:
        home.database()
        _check_documents(home)
        equal = None
        if graph:
            rebuild(home)
            wanted = manifest["graph"]
            equal = _graph_of(home)["sha256"] == wanted["sha256"] if wanted else None
    return {**told, "equal": equal, "seconds": round(time.perf_counter() - began, 2)}


def drill(settings: Settings, path: Path, *, graph: bool = True) -> dict[str, Any]:
    """Try a backup: restore it into a folder of its own beside the data folder, check it, throw the folder away.

    The data folder, BULIAN_GRAPH_URL and BULIAN_DATABASE_URL are neither read nor written: the graph is made by a local
    Neo4j in that folder. What a drill that was killed left is thrown away first. Returns what `restore` does. Raises
    as `restore`, and WE053 where documents or facts are not as many as the backup says, WE051 where its tables
    are damaged.
    """
    began = time.perf_counter()
    live = settings.folder
    for left in live.parent.glob(f".{live.name}.drill-*"):
        if not psutil.pid_exists(int(left.name.rpartition("-")[2])):
            _throw_away(_apart(settings, left))
    apart = _apart(settings, live.with_name(f".{live.name}.drill-{os.getpid()}"))
    try:
        told = restore(apart, path, graph=graph)
        with Home(apart) as home:
            for what, count in _counted(home).items():
                if count != told[what]:
                    raise _damaged(path, what, f"{count} {what} are in it, and its manifest says {told[what]}")
            with closing(sqlite3.connect(apart.folder / TABLES)) as tables:
                _check_tables(tables, path)
    finally:
        _throw_away(apart)
    return {**told, "seconds": round(time.perf_counter() - began, 2)}


def _apart(settings: Settings, folder: Path) -> Settings:
    return settings.model_copy(update={"home": folder, "graph_url": None, "database_url": None})


def _throw_away(settings: Settings) -> None:
    """A folder that was a drill's, with the Neo4j that runs there after a kill."""
    if settings.folder.exists():
        with Home(settings) as home:
            home.stop_neo4j()
        shutil.rmtree(settings.folder)


def _refuse_foreign(settings: Settings) -> None:
    """A graph at an address of its own may hold what somebody else still needs."""
    with Home(settings) as home:
        if home.graph().stamp() is not None:
            raise WebError(
                "the graph at BULIAN_GRAPH_URL is not empty",
                code="WE052",
                hint="restore with --without-graph; `bulian rebuild` then replaces that graph",
                file=settings.graph_url,
            )


def verify(path: Path) -> dict[str, Any]:
    """Read a backup through and compare every file with its hash; returns its manifest. Raises WE053, WE054."""
    with _opened(path) as archive:
        manifest = _manifest(archive, path)
        for name, said in manifest["files"].items():
            for _ in _blocks(archive, path, name, said):
                pass
        return manifest


# --- writing -------------------------------------------------------------------------------------------------------


def _check_documents(home: Home) -> None:
    """Raises KG202 where the bytes of a document are not those that were received."""
    for document in home.documents.all():
        original = home.documents.original(document.id)
        with original.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != document.id:
                raise DocumentError(
                    "the document store is damaged: these are not the bytes that were received",
                    code="KG202",
                    hint="add the document again, or restore the store from a backup",
                    file=f"{document.id}/original",
                )


def _counted(home: Home) -> dict[str, int]:
    """Documents of the store and facts of the journal, each line of it read."""
    return {
        "documents": sum(1 for _ in home.documents.all()),
        "facts": sum(1 for item in home.journal.documents() for _ in home.journal.read(item)),
    }


def _graph_of(home: Home) -> dict[str, Any]:
    found = digest(home.graph())
    return {
        "nodes": sum(found.labels.values()),
        "relationships": sum(found.types.values()),
        "sha256": found.sha256,
    }


def _write(home: Home, path: Path, manifest: dict[str, Any]) -> None:
    files: dict[str, dict[str, Any]] = {}
    tables = path.with_name(f"{path.name}.db")
    try:
        _copy_tables(home, tables)
        _for_us_alone(path)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for name, source in [*_own_files(home.folder), (TABLES, tables)]:
                files[name] = _add(archive, name, source)
            archive.writestr(MANIFEST, json.dumps({**manifest, "files": files}, ensure_ascii=False, indent=1))
        manifest["files"] = files
    finally:
        tables.unlink(missing_ok=True)


def _for_us_alone(path: Path) -> None:
    """A new empty file that nobody else may read: it will hold what is private. One left by a killed backup goes."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600, exist_ok=False)


def _own_files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file of the data folder that nothing else could make again, in order."""
    for top in sorted(folder.iterdir()):
        if any(top.match(pattern) for pattern in _MADE):
            continue
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file() and not path.name.startswith(".aside-"):
                yield path.relative_to(folder).as_posix(), path


def _add(archive: zipfile.ZipFile, name: str, source: Path) -> dict[str, Any]:
    hashed, size = hashlib.sha256(), 0
    with source.open("rb") as file, archive.open(name, "w", force_zip64=True) as out:
        while block := file.read(_BLOCK):
            hashed.update(block)
            size += len(block)
            out.write(block)
    return {"sha256": hashed.hexdigest(), "bytes": size}


def _copy_tables(home: Home, path: Path) -> None:
    database = home.database()
    engine = database.engine
    _for_us_alone(path)
    if engine.dialect.name != "sqlite":
        with closing(Database(f"sqlite:///{path}")) as taken:
            transfer(database, taken)
        return
    source = Path(engine.url.database or "")
    try:
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(path)) as copy:
            live.backup(copy)
            _check_tables(copy, source)
    except sqlite3.DatabaseError as error:  # no room for the copy, or pages of the tables that cannot be read
        raise WebError(
            f"the tables cannot be copied: {error}",
            code="WE051",
            hint="make room, then do it again; where they are damaged, restore an earlier backup",
            file=str(source),
        ) from error


def _fill(url: str, tables: Path) -> None:
    """Bring the tables of a backup to another store; what is private does not stay in the folder as well."""
    with closing(Database(f"sqlite:///{tables}")) as kept, closing(Database(url)) as store:
        transfer(kept, store)
    for left in tables.parent.glob(f"{tables.name}*"):
        left.unlink()


def _check_tables(tables: sqlite3.Connection, source: Path) -> None:
    (state,) = tables.execute("PRAGMA integrity_check").fetchone()
    if state != "ok":
        raise WebError(f"the tables are damaged: {state}", code="WE051", hint="restore a backup", file=str(source))


# --- reading -------------------------------------------------------------------------------------------------------


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except FileNotFoundError as error:
        raise Usage("there is no such file", hint="name a backup", file=str(path)) from error
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise WebError(
            f"not a backup, or one that was cut: {error}", code="WE054", hint="copy it again", file=str(path)
        ) from error


def _manifest(archive: zipfile.ZipFile, path: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
        known, names = int(manifest["format"]), [PurePosixPath(name) for name in manifest["files"]]
        _told(manifest)
    except (KeyError, ValueError, TypeError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:  # also too deep
        raise WebError(
            f"not a backup: its manifest cannot be read ({error})", code="WE054", hint="copy it again", file=str(path)
        ) from error
    if known > FORMAT:
        raise WebError(
            f"a backup of version {manifest['version']}, which this program cannot read",
            code="WE054",
            hint="install that version",
            file=str(path),
        )
    for name in names:
        if name.is_absolute() or ".." in name.parts:
            raise _damaged(path, str(name), "it would be written outside of the folder")
    return manifest


def _unpack(path: Path, folder: Path) -> dict[str, Any]:
    """Every file of a backup, each compared with its hash while it is written."""
    with _opened(path) as archive:
        manifest = _manifest(archive, path)
        for name, said in manifest["files"].items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as out:
                for block in _blocks(archive, path, name, said):
                    out.write(block)
        return manifest


def _blocks(archive: zipfile.ZipFile, path: Path, name: str, said: dict[str, Any]) -> Iterator[bytes]:
    """The bytes of a file in a backup; raises WE053 where they are not those that were put in."""
    hashed, size = hashlib.sha256(), 0
    try:
        with archive.open(name) as file:
            while block := file.read(_BLOCK):
                hashed.update(block)
                size += len(block)
                yield block
    except (KeyError, RuntimeError, zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:  # also encrypted
        raise _damaged(path, name, f"it cannot be read after {size} bytes ({error})") from error
    if hashed.hexdigest() != said["sha256"] or size != said["bytes"]:
        raise _damaged(path, name, f"its {size} bytes are not the {said['bytes']} that were put in")


def _damaged(path: Path, name: str, reason: str) -> BulianError:
    return WebError(
        f"the backup is damaged: {reason}", code="WE053", hint="take another copy of it", file=str(path), place=name
    )


def _told(manifest: dict[str, Any]) -> dict[str, Any]:
    return {
        "version": manifest["version"],
        "made": manifest["made"],
        "files": len(manifest["files"]),
        "documents": manifest["documents"],
        "facts": manifest["facts"],
        "graph": manifest["graph"],
    }
