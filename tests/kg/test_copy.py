"""The analysts' copy where nothing runs: none there, a making that fails, one made by somebody else."""

from __future__ import annotations

import subprocess
from pathlib import Path

import psutil
import pytest
from filelock import FileLock

from kg.neo4j.copy import AnalystsCopy, CopyBusyError, NoCopyError
from kg.neo4j.home import ends
from kg.neo4j.process import LocalNeo4j


@pytest.fixture
def copy(tmp_path: Path) -> AnalystsCopy:
    return AnalystsCopy(tmp_path / "copy", lambda: tmp_path / "jars", heap="512m")


def test_there_is_none_until_it_is_made(copy: AnalystsCopy) -> None:
    assert copy.note() is None and not copy.status().running and not copy.drop() and not copy.stop()
    with pytest.raises(NoCopyError) as missing:
        copy.start()
    assert missing.value.code == "KG731"


def test_a_making_that_fails_leaves_what_was_there(copy: AnalystsCopy, tmp_path: Path) -> None:
    copy.folder.mkdir()
    (copy.folder / "copy.json").write_text(
        '{"stamp": "s", "written": "w", "made": "m", "nodes": 1, "edges": 2}', "utf-8"
    )

    def fill(server: LocalNeo4j) -> None:
        server.home.prepare()
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        copy.make(fill)  # type: ignore[arg-type]
    note = copy.note()
    assert note is not None and note.edges == 2
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == ["copy"]


def test_two_do_not_make_it_at_once(copy: AnalystsCopy, tmp_path: Path) -> None:
    with FileLock(tmp_path / "copy.make"), pytest.raises(CopyBusyError) as busy:
        copy.make(lambda server: pytest.fail("made twice"))
    assert busy.value.code == "KG732"


def test_a_process_that_nobody_buried_has_ended() -> None:
    child = subprocess.Popen(["sleep", "60"])
    process = psutil.Process(child.pid)
    assert not ends(process, 0.1)
    process.kill()
    assert ends(process, 10)
    assert psutil.pid_exists(child.pid)  # still unburied
    child.wait()
    assert ends(process, 0)
