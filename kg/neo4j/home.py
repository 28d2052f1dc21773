"""The folder of a local Neo4j: its configuration, port, password and the note of the running process."""

from __future__ import annotations

import json
import os
import re
import secrets
import socket
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

HOST = "127.0.0.1"

CONF = """\
# Written by Bulian at each start; changes here are lost.
server.bolt.listen_address={host}:{port}
server.http.enabled=false
server.https.enabled=false
dbms.usage_report.enabled=false
server.memory.heap.max_size={heap}
server.memory.pagecache.size={pagecache}
dbms.security.allow_csv_import_from_file_urls=false
internal.dbms.cypher_ip_blocklist=0.0.0.0/0,::/0
internal.dbms.bolt.netty_server_shutdown_quiet_period=0
db.logs.query.enabled=OFF
db.tx_log.rotation.retention_policy=1 files
db.tx_log.rotation.size=32M
db.tx_log.preallocate=false
db.transaction.timeout={timeout}
"""


@dataclass(frozen=True, slots=True)
class RunningNote:
    """Who runs on this home: process id and when that process began (seconds), so that a reused id is seen."""

    pid: int
    began: float


class ServerHome:
    """Paths and small files of one local Neo4j."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()  # one name for one home, or a second start would not find the first
        self.conf = self.folder / "conf"
        self.log = self.folder / "logs" / "console.log"
        self.lock = self.folder / "start.lock"
        self._note = self.folder / "running.json"
        self._port = self.folder / "port"
        self._password = self.folder / "password"

    @property
    def fresh(self) -> bool:
        """Whether no server ever made its databases here."""
        return not (self.folder / "data" / "databases" / "system").exists()

    def prepare(self) -> None:
        """Make the folders; only their owner may enter."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        for folder in (self.conf, self.log.parent):
            folder.mkdir(exist_ok=True)

    def write_conf(self, port: int, heap: str, pagecache: str, timeout: str, further: Mapping[str, str]) -> None:
        """Write neo4j.conf, `further` settings at its end, and remember the port."""
        text = CONF.format(host=HOST, port=port, heap=heap, pagecache=pagecache, timeout=timeout)
        text += "".join(f"{name}={value}\n" for name, value in further.items())
        (self.conf / "neo4j.conf").write_text(text, "utf8")
        self._port.write_text(f"{port}\n", "utf8")

    def port(self) -> int | None:
        """The port kept from the last start."""
        text = self._port.read_text("utf8").strip() if self._port.is_file() else ""
        return int(text) if re.fullmatch(r"\d{2,5}", text) else None

    def password(self) -> str:
        """The generated password, made at the first call, readable by the owner alone."""
        if not self._password.is_file() or not self._password.read_text("utf8").strip():
            aside = self._password.with_suffix(".part")
            aside.unlink(missing_ok=True)
            handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as out:
                out.write(secrets.token_urlsafe(24) + "\n")
                out.flush()
                os.fsync(out.fileno())
            aside.replace(self._password)
        return self._password.read_text("utf8").strip()

    def note(self, process: psutil.Process) -> None:
        """Remember the running process."""
        aside = self._note.with_suffix(".part")
        aside.write_text(json.dumps(asdict(RunningNote(process.pid, process.create_time()))), "utf8")
        aside.replace(self._note)

    @property
    def noted(self) -> bool:
        """Whether a server was noted and not forgotten: it runs, or it ended without being stopped."""
        return self._note.is_file()

    def forget(self) -> None:
        """Nobody runs here any more."""
        self._note.unlink(missing_ok=True)

    def running(self) -> psutil.Process | None:
        """The process that runs on this home; None where there is none, whatever an old note says."""
        noted = self._noted_process()
        if noted is not None:
            return noted
        mark = f"--home-dir={self.folder}"
        for process in psutil.process_iter():
            try:
                if mark in process.cmdline() and alive(process):
                    return process
            except psutil.Error:  # it ended while it was looked at, or is somebody else's: not ours either way
                continue
        return None

    def _noted_process(self) -> psutil.Process | None:
        """The process of the note, where that is whole and still true; its id may be another's by now."""
        try:
            note = RunningNote(**json.loads(self._note.read_text("utf8")))
            process = psutil.Process(note.pid)
            return process if abs(process.create_time() - note.began) < 1 and alive(process) else None
        except (OSError, ValueError, TypeError, psutil.Error):
            return None

    def announced(self, port: int) -> bool:
        """Whether the server of the last start has said that it listens on the port."""
        return f"Bolt enabled on localhost:{port}." in self.log_tail()

    def log_tail(self, size: int = 20_000) -> str:
        """The end of the server's console log."""
        if not self.log.is_file():
            return ""
        with self.log.open("rb") as stream:
            stream.seek(max(0, self.log.stat().st_size - size))
            return stream.read().decode("utf8", "replace")


def alive(process: psutil.Process) -> bool:
    """Whether the process still works: not gone, not merely unburied."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def ends(process: psutil.Process, seconds: float) -> bool:
    """Wait until the process works no longer; returns whether it came to that.

    One that another process of ours started stays unburied until that one looks, so its mere existence says nothing.
    """
    until = time.monotonic() + seconds
    while alive(process) and time.monotonic() < until:
        time.sleep(0.05)
    return not alive(process)


def port_is_free(port: int) -> bool:
    """Whether a server could listen on the loopback port now."""
    with socket.socket() as probe:
        # As the server does: a port whose last connections still linger is free for a listener.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def free_port() -> int:
    """A loopback port that is free now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
