"""Commands in processes that are forked from one which has imported the program: each is a process of its own with its
own folder, environment and pipes, as `bulian` is, without the seconds that its imports take.

    python -m tests.contract.forked SOCKET      # what `run` starts for a test session

A request is one message with the three files of the command; the answers are its process id and its exit status.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

_LONGEST = 1 << 17


@cache
def _address() -> str:
    """Where the program that forks listens; it is started with the first command, and ends with these tests."""
    address = str(Path(tempfile.mkdtemp(prefix="bulian-forked")) / "socket")
    server = subprocess.Popen([sys.executable, "-m", "tests.contract.forked", address], stdin=subprocess.DEVNULL)
    atexit.register(server.kill)
    end = time.monotonic() + 120
    while not Path(address).exists() and server.poll() is None and time.monotonic() < end:
        time.sleep(0.05)
    return address


def run(
    words: Sequence[str], folder: Path, environment: Mapping[str, str], timeout: float
) -> subprocess.CompletedProcess[bytes]:
    """Run a command to its end. Raises TimeoutExpired, and kills it, where it takes longer than `timeout` seconds."""
    with (
        socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as connection,
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as said,
        Path(os.devnull).open("rb") as nothing,
    ):
        connection.connect(_address())
        request = json.dumps({"words": [*words], "folder": str(folder), "environment": {**environment}}).encode()
        socket.send_fds(connection, [request], [nothing.fileno(), out.fileno(), said.fileno()])
        process = int(connection.recv(_LONGEST))
        connection.settimeout(timeout)
        try:
            status = int(connection.recv(_LONGEST))
        except TimeoutError:
            os.kill(process, signal.SIGKILL)
            raise subprocess.TimeoutExpired([*words], timeout) from None
        out.seek(0)
        said.seek(0)
        return subprocess.CompletedProcess([*words], status, out.read(), said.read())


def _command(address: str) -> dict[str, object]:
    """Wait for commands, and fork; returns the command in its own process alone."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind(address)
    listener.listen(8)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who waits for a command is no child that we wait for
    while True:
        connection, _ = listener.accept()
        message, files, _, _ = socket.recv_fds(connection, _LONGEST, 3)
        if os.fork():
            connection.close()
            for file in files:
                os.close(file)
            continue
        listener.close()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        process = os.fork()
        if process:
            connection.send(str(process).encode())
            status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
            connection.send(str(status).encode())
            os._exit(0)
        connection.close()
        for number, file in enumerate(files):
            os.dup2(file, number)
            os.close(file)
        request: dict[str, object] = json.loads(message)
        return request


def main(address: str) -> None:
    """Import the program, fork for each command, and be that command."""
    import web.app
    import web.cli.main

    gc.collect()
    gc.freeze()  # what is imported stays, and needs no look at by each command
    request = _command(address)
    os.chdir(str(request["folder"]))
    os.environ.clear()
    os.environ.update(request["environment"])  # type: ignore[call-overload]
    sys.argv = ["bulian", *request["words"]]  # type: ignore[misc]
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w", buffering=1)  # noqa: SIM115
    web.cli.main.run()


if __name__ == "__main__":
    main(sys.argv[1])
