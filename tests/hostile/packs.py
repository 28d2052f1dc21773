"""Backups and packs of parts that would write where they should not, or that lie about what they hold."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator

from tests.hostile.packed import Member, claiming, flagged, link, tarred, zipped

BOMB = 60_000_000


def backups() -> Iterator[tuple[str, bytes]]:
    """ZIP files that say they are backups."""

    def backup(*members: Member, **changes: object) -> bytes:
        files = {str(name): {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)} for name, data in members}
        said = {"format": 1, "version": "0", "made": "", "documents": 0, "facts": 0, "graph": None, "files": files}
        return zipped([*members, ("manifest.json", json.dumps({**said, **changes}).encode())])

    one = {"sha256": "", "bytes": 1}
    for name in ("../pwned", "/tmp/bulian-pwned", "a/../../pwned", "a/./../../pwned", "documents/../../pwned"):
        yield f"name-{name.count('/')}-{len(name)}", backup((name, b"pwned"))
    yield "hash", backup(("a", b"x"), files={"a": {"sha256": "0" * 64, "bytes": 1}})
    yield "bytes", backup(("a", b"x"), files={"a": {"sha256": hashlib.sha256(b"x").hexdigest(), "bytes": 9**9}})
    yield "lost", backup(files={"a": one})
    yield "bomb", backup(("a", bytes(BOMB)), files={"a": one})
    yield "files-odd", backup(files=[1, 2])
    yield "files-number", backup(files={"a": 5})
    yield "format-odd", backup(format="1e9")
    yield "format-new", backup(format=99)
    yield "nothing", zipped([("a", b"x")])
    yield "manifest-deep", zipped([("manifest.json", b"[" * 90_000)])
    yield "manifest-noise", zipped([("manifest.json", b"\xff" * 900)])
    yield "manifest-list", zipped([("manifest.json", b"[]")])
    yield (
        "link",
        zipped([link("documents", "/etc"), ("manifest.json", json.dumps({"format": 1, "files": {}}).encode())]),
    )
    yield "encrypted", flagged(backup(("a", b"x")))
    yield "claims", claiming(backup(("a", b"x")), 0xFFFFFFF0)
    yield "cut", backup(("a", b"x" * 900))[:200]
    yield "none", b"no archive at all"
    yield "empty", b""


def packs() -> Iterator[tuple[str, bytes]]:
    """Archives that say they are packs of parts."""
    for name in ("../../pwned", "/tmp/bulian-pwned", "neo4j/../../pwned", "neo4j\\..\\pwned", "neo4j/none.jar"):
        yield f"name-{name.count('.')}-{len(name)}", tarred([(name, b"pwned", "file")])
    yield "link", tarred([("neo4j", b"/etc", "link"), ("neo4j/passwd", b"x", "file")])
    yield "device", tarred([("neo4j/null", b"", "device")])
    yield "cut", tarred([("neo4j/a.jar", b"x" * 9000, "file")])[:3000]
    yield "zip", zipped([("../../pwned", b"x")])
    yield "bomb", gzip.compress(bytes(BOMB), mtime=0)
    yield "noise", bytes((n * n * 7) % 256 for n in range(5000))
    yield "empty", b""
