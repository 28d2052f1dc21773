"""Archives that no honest program writes: names that climb, sizes that lie, members that unpack without end."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
from collections.abc import Iterable

Member = tuple[str | zipfile.ZipInfo, bytes]


def zipped(members: Iterable[Member], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP file of these members, with the same bytes whenever it is made."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members:
            info = name if isinstance(name, zipfile.ZipInfo) else zipfile.ZipInfo(name)
            info.compress_type = method
            archive.writestr(info, data)
    return out.getvalue()


def link(name: str, target: str) -> Member:
    """A member that is a symbolic link."""
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = 0o120777 << 16
    return info, target.encode()


def claiming(data: bytes, size: int) -> bytes:
    """The same archive, whose directory and heads say of every member that it unpacks to `size` bytes."""
    changed = bytearray(data)
    for signature, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = changed.find(signature)
        while at >= 0:
            changed[at + offset : at + offset + 4] = struct.pack("<I", size)
            at = changed.find(signature, at + 4)
    return bytes(changed)


def flagged(data: bytes, flag: int = 1, method: int | None = None) -> bytes:
    """The same archive with a flag set on every member (1: encrypted), or another way of compression claimed."""
    changed = bytearray(data)
    for signature, at_flag, at_method in ((b"PK\x01\x02", 8, 10), (b"PK\x03\x04", 6, 8)):
        at = changed.find(signature)
        while at >= 0:
            changed[at + at_flag] |= flag
            if method is not None:
                changed[at + at_method : at + at_method + 2] = struct.pack("<H", method)
            at = changed.find(signature, at + 4)
    return bytes(changed)


def nested(depth: int, name: str, data: bytes) -> bytes:
    """An archive in an archive in an archive."""
    for level in range(depth):
        data = zipped([(name if level == depth - 1 else f"{level}.zip", data)])
    return data


def tarred(members: Iterable[tuple[str, bytes, str]]) -> bytes:
    """A tar of (name, content, kind): file, link (content is where it leads), device."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data, kind in members:
            info = tarfile.TarInfo(name)
            if kind == "link":
                info.type, info.linkname = tarfile.SYMTYPE, data.decode()
            elif kind == "device":
                info.type, info.devmajor, info.devminor = tarfile.CHRTYPE, 1, 3
            else:
                info.size = len(data)
            archive.addfile(info, io.BytesIO(data) if info.size else None)
    return out.getvalue()
