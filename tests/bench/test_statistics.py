"""How long figures of 100,000 made firms take: the table of all, made once a state of the graph, and sets of it."""

from __future__ import annotations

import random
import time
from datetime import date

import numpy as np
import pytest

from matcher.corpus import Corpus
from matcher.firm import Firm, Item
from matcher.statistics.measure import FOUNDATION, INDUSTRY
from matcher.statistics.table import Table
from web.charts import Bar, bars

pytestmark = pytest.mark.bench

FIRMS = 100_000
CITIES = ("330200", "330100", "310100", "440300", "510100", "320500", "120000", "420100")


def firm(place: int, draw: random.Random) -> Firm:
    """A firm of which as much is known as of a listed one in a city that reads its lists and filings."""
    fields = {"region": (Item(draw.choice(CITIES), "f1"),)}
    if draw.random() < 0.6:
        fields["founded"] = (Item(f"{draw.randint(1985, 2024)}-0{draw.randint(1, 9)}-11", "f2"),)
    if draw.random() < 0.2:
        fields["rd_ratio"] = (Item(draw.random() * 12, "f3"),)
    if draw.random() < 0.3:
        fields["tier"] = (Item(draw.choice(["specialised", "little_giant"]), "f4"),)
    if draw.random() < 0.3:
        fields["staff"] = (Item(draw.randint(5, 2000), "f5"),)
        fields["revenue"] = (Item(draw.random() * 1e9, "f6"),)
    if draw.random() < 0.2:
        fields["honour"] = (Item("省级企业技术中心", "f7"),)
    return Firm(f"e{place:06}", f"第{place}企业", (), (), fields)


def test_figures_of_many_firms() -> None:
    draw = random.Random(5)
    firms = [firm(place, draw) for place in range(FIRMS)]
    coded = {one.id: (Item(f"GB/T 4754:{draw.randint(13, 45)}{draw.randint(10, 99)}", "f8"),) for one in firms[::2]}
    classed = {one.id: (Item("关键基础材料", "f9"),) for one in firms[::3]}
    corpus = Corpus.build(firms, as_of=date(2026, 6, 1))
    begin = time.perf_counter()
    table = Table(corpus, {INDUSTRY: coded, FOUNDATION: classed})
    made = time.perf_counter()
    counts = table.counts(np.arange(len(corpus)) % 10 == 0)
    counted = time.perf_counter()
    assert len(counts) > 10
    for one in range(8):
        bars(tuple(Bar(f"第{at}类", at + one, f"/statistics?in={one}:{at}") for at in range(9)), "zh")
    drawn = time.perf_counter()
    print(
        f"\ntable of {FIRMS:,} firms {made - begin:.1f} s, a set {1000 * (counted - made):.0f} ms, "
        f"eight charts drawn anew {drawn - counted:.2f} s"
    )
