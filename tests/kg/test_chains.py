"""Clusters as plans name them: what the shipped rows say, and which chain is in which of them."""

from __future__ import annotations

import csv
import re

import pytest

from kg.mapping import Manifest
from matcher.chain.template import packaged
from web.jobs.lists import sources

FOLDER = sources()["clusters"]
COUNTS = {
    "ningbo_246_2019.csv": {"万亿级": 2, "五千亿级": 4, "千亿级": 6},
    "ningbo_361_2023.csv": {"万亿级": 3, "千亿级": 6, "一批": 1},
    "ningbo_361_2025.csv": {"标志性": 3, "战略性": 6},
}


@pytest.mark.parametrize("name", COUNTS)
def test_plans_have_their_clusters_and_chains_are_in_them_for_a_reason(name: str) -> None:
    chains = {chain.id: chain.name for chain in packaged()}
    with (FOLDER / name).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    clusters = {row["集群"]: row["等级"] for row in rows}
    assert {grade: list(clusters.values()).count(grade) for grade in COUNTS[name]} == COUNTS[name]
    for row in rows:
        chain, cluster, reason = row["产业链"], row["集群"], row["归入理由"]
        assert bool(chain) == bool(reason) == bool(row["产业链编号"])
        if chain:
            assert chains[row["产业链编号"]] == chain
            plain = re.sub("（.*）", "", cluster)
            assert (chain == plain) == (reason == "名称相同"), row
            assert (chain != plain and (chain in plain or plain in chain)) == (reason == "名称包含"), row


def test_the_manifest_of_clusters_names_each_file_with_its_source() -> None:
    from web.jobs.files import register

    assert Manifest.load(FOLDER).kind == "cluster"
    found = register(FOLDER)
    assert {path.name for path in found} == set(COUNTS)
    assert all(item.meta["url"] and item.meta["published"] for item in found.values())
