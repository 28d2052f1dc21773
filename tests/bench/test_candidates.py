"""Which relevant firms a large corpus would make candidates: `pytest -m bench -s tests/bench/test_candidates.py`.

The development data is small, so that its firms would all be compared; here they are searched as a million would be.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kg.parts import Parts
from matcher import index
from matcher.corpus import Corpus
from matcher.embed import CachedEmbedder, Embedder, OnnxEmbedder
from matcher.files import read_firms, read_queries
from matcher.firm import Firm, firm_from_json
from matcher.query import Query, parse_query
from matcher.rank import Ranker

pytestmark = [pytest.mark.bench, pytest.mark.shared]

LISTED = 50
"""Firms that a need lists."""


@pytest.fixture(scope="module")
def embedder(parts: Parts, pytestconfig: pytest.Config) -> Embedder:
    assert pytestconfig.cache is not None
    return CachedEmbedder(OnnxEmbedder(parts.model()), Path(pytestconfig.cache.mkdir("vectors")))


def candidates(firms: Iterable[Firm], needs: dict[str, Query], embedder: Embedder, folder: Path) -> dict[str, set[str]]:
    """Ids of the candidates of each need, where all firms are a large corpus."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index, "ALL_FIRMS", 0)
        ranker = Ranker(Corpus.build(firms).save(folder), embedder)
        rows = {name: ranker.rank(need, LISTED).scene.rows.tolist() for name, need in needs.items()}
    return {name: {ranker.corpus.ids[row] for row in found} for name, found in rows.items()}


def said(name: str, found: dict[str, set[str]], right: dict[str, set[str]]) -> float:
    recall = float(np.mean([len(right[need] & ids) / len(right[need]) for need, ids in found.items()]))
    size = float(np.mean([len(ids) for ids in found.values()]))
    print(f"{name}: {len(found)} needs, candidate recall {recall:.3f}, {size:.0f} candidates")
    return recall


def test_masked_gaps(shared: Path, embedder: Embedder, tmp_path: Path) -> None:
    data = shared / "data" / "ranking"
    right: dict[str, set[str]] = defaultdict(set)
    for line in (data / "qrels.dev.txt").read_text().splitlines():
        need, _, firm, grade = line.split()
        if int(grade):
            right[need].add(firm)
    needs = {need.id: need for need in read_queries(data / "gaps.dev.jsonl")[0]}
    found = candidates(read_firms(data / "enterprises.jsonl")[0], needs, embedder, tmp_path / "corpus")
    assert said("masked gaps", found, right) > 0.6


def test_firms_known_by_patents_alone(shared: Path, embedder: Embedder, tmp_path: Path) -> None:
    """Assignees of two patents and more: the last title is the need, the others are all that is known of the firm."""
    titles: dict[str, list[str]] = defaultdict(list)
    for line in (shared / "data" / "patents" / "patents.dev.jsonl").read_text("utf-8").splitlines():
        patent: dict[str, Any] = json.loads(line)
        owner = patent["assignee"] if isinstance(patent["assignee"], str) else patent["assignee"][0]
        titles[owner].append(patent["title"])
    asked = {f"p{n}": of[-1] for n, of in enumerate(titles.values()) if len(set(of)) > 1}
    known = [
        firm_from_json({"id": f"p{n}", "patents": [one for one in of if one != asked.get(f"p{n}")]})
        for n, of in enumerate(titles.values())
    ]
    listed = read_firms(shared / "data" / "ranking" / "enterprises.jsonl")[0]
    needs = {firm: parse_query({"id": firm, "title": title}) for firm, title in asked.items()}
    found = candidates([*listed, *known], needs, embedder, tmp_path / "corpus")
    assert said("firms known by patents alone", found, {firm: {firm} for firm in needs}) > 0.3
