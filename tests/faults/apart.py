"""Work in a forked process whose machine is short of something: a full disk, one that may not be written, no memory, no
network.

    found = apart(lambda: work(folder), small_disk(folder, 2 << 20))     # what it returns, or its failure, comes here
    done = command("ingest", file, BULIAN_HOME=folder)                   # within it: the program, as a process

Disks and networks are those of a namespace of its own, so nothing of this machine is changed, and all of it goes with
the process. Where the system allows no namespaces a test is skipped, and the summary says so.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import pickle
import resource
import socket
import struct
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import psutil
import pytest

import web.cli.main
import web.jobs.backup
import web.jobs.ingest
import web.jobs.lists

Found = TypeVar("Found")
Setup = Callable[[], None]

_NEW_MOUNTS, _NEW_USER, _NEW_NETWORK = 0x00020000, 0x10000000, 0x40000000
_LIBC = ctypes.CDLL(None, use_errno=True)
_FLAGS, _UP = 0x8913, 0x1
_SET_FLAGS = 0x8914


class _NoNamespaceError(Exception):
    """The system allows none."""


def apart(work: Callable[[], Found], *setup: Setup) -> Found:
    """Run work in a process of its own after `setup`; returns what it returns, fails as it fails."""
    with tempfile.TemporaryFile() as told:
        child = os.fork()
        if child == 0:
            try:
                for step in setup:
                    step()
                said: tuple[str, object] = ("found", work())
            except _NoNamespaceError as error:
                said = ("skip", str(error))
            except BaseException:
                said = ("failed", traceback.format_exc())
            told.write(pickle.dumps(said))
            told.flush()
            os._exit(0)  # never back into the tests
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        told.seek(0)
        kind, value = pickle.load(told) if status == 0 else ("failed", f"the process ended with {status}")
    if kind == "skip":
        pytest.skip(f"no namespaces here: {value}")
    assert kind == "found", value
    found: Found = value
    return found


def _unshare(what: int) -> None:
    """Namespaces of this process alone; without being root in one where it is root."""
    ids = os.geteuid(), os.getegid()
    if _LIBC.unshare(what | (0 if ids[0] == 0 else _NEW_USER)):
        raise _NoNamespaceError(os.strerror(ctypes.get_errno()))
    if ids[0]:
        for file, text in (("setgroups", "deny"), ("uid_map", f"0 {ids[0]} 1"), ("gid_map", f"0 {ids[1]} 1")):
            Path(f"/proc/self/{file}").write_text(text)


def _mount(*words: str) -> None:
    done = subprocess.run(["mount", *words], capture_output=True, text=True)
    if done.returncode:
        raise _NoNamespaceError(done.stderr.strip())


def small_disk(folder: Path, size: int) -> Setup:
    """A disk of so many bytes at `folder`, empty."""

    def make() -> None:
        _unshare(_NEW_MOUNTS)
        _mount("--make-rprivate", "/")
        _mount("-t", "tmpfs", "-o", f"size={size}", "bulian-test", str(folder))

    return make


def readonly(folder: Path) -> Setup:
    """What lies at `folder` may not be changed, by root neither."""

    def make() -> None:
        _unshare(_NEW_MOUNTS)
        _mount("--make-rprivate", "/")
        _mount("--bind", str(folder), str(folder))
        _mount("-o", "remount,bind,ro", str(folder))

    return make


def no_network() -> None:
    """Nothing but the loopback."""
    _unshare(_NEW_NETWORK)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        asked = struct.pack("16sh", b"lo", 0)
        (flags,) = struct.unpack("16xh", fcntl.ioctl(control, _FLAGS, asked)[:18])
        fcntl.ioctl(control, _SET_FLAGS, struct.pack("16sh", b"lo", flags | _UP))


def little_memory(more: int) -> Setup:
    """Address space of what this process has, and so many bytes more."""

    def make() -> None:
        _LIBC.malloc_trim(0)  # else it has what earlier tests of this worker had and gave back
        most = psutil.Process().memory_info().vms + more
        resource.setrlimit(resource.RLIMIT_AS, (most, most))

    return make


def command(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """The program with these words, as a process of this one's machine. Its stderr is fit for people, whatever befell
    it.
    """
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as said:
        child = os.fork()
        if child == 0:
            os.environ.update({name: str(value) for name, value in environment.items()})
            os.dup2(out.fileno(), 1)
            os.dup2(said.fileno(), 2)
            sys.stdout, sys.stderr = open(1, "w"), open(2, "w", buffering=1)  # noqa: SIM115
            sys.argv = ["bulian", *map(str, arguments)]
            try:
                web.cli.main.run()
                status = 0
            except SystemExit as error:
                status = error.code if isinstance(error.code, int) else 1
            except BaseException:
                traceback.print_exc()
                status = 99
            sys.stdout.flush()
            os._exit(status)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        for file in (out, said):
            file.seek(0)
        done = subprocess.CompletedProcess([*map(str, arguments)], status, out.read(), said.read())
    assert "Traceback" not in done.stderr and "WE001" not in done.stderr, done.stderr
    return done
