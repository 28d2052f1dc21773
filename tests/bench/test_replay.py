"""Bytes of an exported list of 100 firms, and seconds to rank it again, on a made corpus. JSON in .bench/replay.json.

500 made firms with ten products each, patents, contracts and certificates; the list holds 100 of them, twenty kept,
and for each fact that a reason rests on a sentence of 120 signs with its document. `replay_s` is processor time.
"""

from __future__ import annotations

import gzip
import json
import random
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from matcher.corpus import Corpus, Item, Product
from matcher.firm import Firm
from matcher.query import parse_query
from matcher.rank import Ranker
from tests.bench.made import firm_name, product_name
from tests.matcher.conftest import CharacterEmbedder
from web.db.lists import ShortlistItem
from web.jobs.list_content import ranked
from web.jobs.replay import replay
from web.work.lists.frozen import exported

pytestmark = pytest.mark.bench

OUT = Path(__file__).resolve().parents[2] / ".bench" / "replay.json"
FIRMS, EACH, LISTED, KEPT = 500, 10, 100, 20


def made() -> Corpus:
    chance = random.Random(3)

    def firm(number: int) -> Firm:
        ident = f"{number:024x}"
        products = tuple(
            Product(name, "disclosed", f"{ident}{at:02}")
            for at, name in enumerate(
                {product_name(number): None for number in chance.sample(range(EACH * FIRMS), EACH)}
            )
        )
        fields = {
            "region": (Item("330200", f"{ident}r"),),
            "as_of": (Item("2026-03-01", f"{ident}d"),),
            "patents": tuple(Item(f"一种{product_name(number + at)}", f"{ident}p{at}") for at in range(8)),
            "contracts": tuple(Item(f"{product_name(number + at)}采购项目", f"{ident}c{at}") for at in range(4)),
            "certificate": (Item("质量管理体系认证", f"{ident}q"),),
        }
        return Firm(ident, firm_name(number), products, (f"行业{number % 40}",), fields)

    return Corpus.build(map(firm, range(FIRMS)), as_of=date(2026, 11, 26))


def test_bytes_of_a_list_of_a_hundred_firms(tmp_path: Path) -> None:
    ranker = Ranker(made(), CharacterEmbedder())
    query = parse_query({"id": "n1", "title": product_name(7), "conditions": [
        {"field": "certificate", "op": "contains", "value": "质量管理"}]})  # fmt: skip
    ranking = ranker.rank(query, LISTED)
    firms = [one.firm for one in ranking.entries]
    kept = {one.id: ShortlistItem(list_id="l", firm_id=one.id, firm_name="", state="kept") for one in firms[:KEPT]}
    content = ranked(ranking, kept, model=CharacterEmbedder.name)
    facts = {fact for item in content["items"] for part in item["contributions"] for fact in part["evidence"]}
    facts |= {product.fact or "" for one in firms[:KEPT] for product in one.products}
    facts |= {item.fact or "" for one in firms[:KEPT] for items in one.fields.values() for item in items}
    content["evidence"] = {fact: sentence(fact) for fact in facts}
    content |= {"list": "l", "title": query.title, "version": 1, "frozen": "2026-11-26", "by": "b"}
    path = tmp_path / "list.json"
    path.write_bytes(exported(content))
    begun = time.process_time()
    found = replay(path, CharacterEmbedder())
    figures = {
        "firms": len(content["items"]),
        "sentences": len(facts),
        "bytes": path.stat().st_size,
        "bytes_gzip": len(gzip.compress(path.read_bytes())),
        "replay_s": round(time.process_time() - begun, 3),
        "computed_again": len(found.again),
        "read": len(found.read),
    }
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(figures, indent=1))
    print(json.dumps(figures))


def sentence(fact: str) -> dict[str, Any]:
    """A sentence with its document."""
    return {
        "quote": (f"本公司主要产品包括{fact}，" + "报告期内实现销售收入并通过客户验收，" * 8)[:120],
        "level": "disclosed",
        "page": 12,
        "document": f"{fact:0<64}"[:64],
        "title": "二〇二五年年度报告",
        "publisher": "某某信息披露网站",
        "date": "2026-04-20",
    }
