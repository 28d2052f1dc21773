"""Shortlists: what an organisation decides on firms, versions that never change, and a file that is computed again."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matcher.corpus import Corpus, Item, Product, Relation
from matcher.firm import Firm
from matcher.query import Query, parse_query
from matcher.rank import Ranker
from tests.matcher.conftest import CharacterEmbedder
from web.accounts.actor import AT_THE_MACHINE, Actor
from web.db import models
from web.db.lists import ShortlistItem
from web.db.store import Database
from web.errors import WebError, http_status
from web.jobs.list_content import ranked
from web.jobs.replay import lines, replay
from web.work import shortlists
from web.work.frozen import canonical, difference, digest_of, exported
from web.work.shortlists import Asked, Decided, Stale

EDITOR = Actor("u1", "甲", "org-1", "buyer", roles=frozenset({"buyer_editor"}))
APPROVER = Actor("u2", "乙", "org-1", "buyer", roles=frozenset({"buyer_approver"}))
OTHER = Actor("u3", "丙", "org-2", "buyer", roles=frozenset({"buyer_approver"}))
THINGS = ("谐波减速器", "精密减速器", "柱塞泵", "齿轮泵", "机械密封", "碳化硅外延片", "伺服电机", "轴承钢", "冷柜电机", "电机外壳")


def corpus(firms: int = 40) -> Corpus:
    chance = random.Random(7)
    made = []
    for number in range(firms):
        names = chance.sample(THINGS, 3)
        levels = ("disclosed", "strongly_inferred", "inferred")
        fields: dict[str, tuple[Item, ...]] = {
            "region": (Item(chance.choice(("330200", "330100", "310000")), f"r{number}"),),
            "as_of": (Item(f"202{number % 6}-03-01", f"d{number}"),),
        }
        if number % 3 == 0:
            fields["patents"] = (Item(f"一种{chance.choice(THINGS)}", f"p{number}"),)
            fields["certificate"] = (Item("质量管理体系认证", f"c{number}"),)
        products = tuple(Product(f"{name}{chance.choice(('', '组件', '总成'))}", levels[number % 3], f"f{number}-{at}")
                         for at, name in enumerate(names))
        made.append(Firm(f"e{number:02}", f"试{number}号有限公司", products, (f"行业{number % 4}",), fields))
    return Corpus.build(made, [Relation("谐波减速器", "kind_of", "减速器")] if False else (), as_of=date(2026, 11, 26))


CONDITIONS = [
    {"field": "region", "op": "within", "value": "330000", "unknown": "drop"},
    {"field": "certificate", "op": "contains", "value": "质量管理", "hard": False},
]
NEED = parse_query({"id": "n1", "title": "谐波减速器", "conditions": CONDITIONS})
BOUNTY = replace(NEED, id="n2", text="研制用于机器人关节的谐波减速器总成。传动误差不大于1角分，配套伺服电机。")


@pytest.fixture(scope="module")
def ranker() -> Ranker:
    return Ranker(corpus(), CharacterEmbedder())


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'work.db'}")
    yield opened
    opened.close()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.session() as opened:
        yield opened


def said(ranker: Ranker, query: Query = NEED, decided: dict[str, ShortlistItem] | None = None) -> dict[str, Any]:
    return ranked(ranker.rank(query, 8), decided or {}, model=CharacterEmbedder.name)


def frozen(ranker: Ranker, query: Query = NEED) -> dict[str, Any]:
    return said(ranker, query) | {"list": "l1", "title": query.title, "version": 1, "frozen": "2026-11-26", "by": "乙"}


def written(folder: Path, content: dict[str, Any]) -> Path:
    path = folder / "list.json"
    path.write_bytes(exported(content))
    return path


def code(caught: pytest.ExceptionInfo[WebError]) -> str:
    return caught.value.code


@pytest.mark.parametrize("query", [NEED, BOUNTY])
def test_an_exported_list_is_ranked_again_from_its_own_slice(ranker: Ranker, tmp_path: Path, query: Query) -> None:
    ranking = ranker.rank(query, 8)
    path = written(tmp_path, frozen(ranker, query))
    for model in (None, CharacterEmbedder()):
        found = replay(path, model)
        firms = found.to_json()["firms"]
        assert [(one["firm"], one["score"]) for one in firms if one["rank"]] == list(ranking.pairs())
        assert {"listed", "characters", "patents", "freshness", "wishes"} - {"wishes" if query is BOUNTY else ""} <= {
            *found.again
        } | {*found.read}
        assert ("nearest_product" in found.again) == (model is not None)
        assert "industry_peers" in found.read
        assert not set(found.again) & set(found.read)
    assert any("read from the file" in line for line in lines(found))
