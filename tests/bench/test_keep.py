"""What one writer keeps up with: documents a second into store, journal and tables, whoever read them.

However many machines read, one process of the data folder keeps what comes back; this is its share alone.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from nlp.extract import extract_files
from tests.bench.test_extract import announcements, save
from web.home import Home
from web.jobs.files import Found
from web.jobs.ingest import Ingested, _keep
from web.settings import Settings

pytestmark = pytest.mark.bench
COUNT = 1_000


def test_documents_kept_a_second(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    read = list(extract_files(announcements(tmp_path / "documents", COUNT)))
    kept = Ingested()
    with Home(Settings(home=tmp_path / "home")) as home:
        home.database()
        load, begun, used = os.getloadavg()[0], time.monotonic(), time.process_time()
        for one in read:
            _keep(home, Found(Path(one.path)), one, "bench", kept, pytest.fail)
        clock, processor = time.monotonic() - begun, time.process_time() - used
    assert kept.loaded == COUNT
    figures = {"documents": COUNT, "load_before": load, "per_s": round(COUNT / clock, 1)}
    save("keep", {**figures, "per_s_of_processor": round(COUNT / processor, 1)})
