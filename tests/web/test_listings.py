"""Lists of dishonest debtors and abnormal operation on a real Neo4j: risks with their rows, persons nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from kg.errors import BulianError
from kg.rebuild import digest
from kg.values.credit_code import check_sign
from tests.web.test_lists import everything_public, fail
from web.db.imports import PrivateFile, PrivateRow
from web.db.models import ImportBatch
from web.home import Home
from web.jobs import lists
from web.pages.firms.why import why_page
from web.pages.needs.conditions import Wanted
from web.pages.needs.shortlist import match_page

pytestmark = pytest.mark.graph
CODE = "91330200MA2000001" + check_sign("91330200MA2000001")
PUMPS = "宁波岚川泵业有限公司"
MADE = f"企业名称,统一社会信用代码,产品名称\n{PUMPS},{CODE},屏蔽泵\n宁波恒越轴承有限公司,,薄壁轴承\n"
HEAD = "被执行人姓名/名称,性别,身份证号码/组织机构代码,法定代表人,案号,发布时间,移出日期\n"
CASES = (
    f"{PUMPS},,{CODE},章小秘,（2026）浙0206执123号,2026-03-05,\n"
    f"{PUMPS},,{CODE},章小秘,（2026）浙0206执456号,2026-04-06,\n"
)
PERSON = "王小川,男,330204198301011234,,（2026）浙0206执789号,2026-05-07,\n"
SECRETS = ("王小川", "330204198301011234", "执789", "2026-05-07", "章小秘")


def told(home: Home, lang: str = "zh") -> list[tuple[str, str, list[str]]]:
    """The risks of the maker of pumps for a need, the same on the shortlist and on its page: kind, grade, quotes."""
    want = Wanted({})
    (entry,) = (one for one in match_page(home, home.graph(), "屏蔽泵", want, lang).entries if one.name == PUMPS)
    assert why_page(home, home.graph(), "", "屏蔽泵", PUMPS, want, lang).risks == entry.risks
    return [(risk.kind, risk.grade, [source.quote or "" for source in risk.evidence]) for risk in entry.risks]


def test_a_list_of_debtors_makes_a_risk_until_its_cases_end(home: Home, tmp_path: Path) -> None:
    made, path, later = tmp_path / "made.csv", tmp_path / "debtors.csv", tmp_path / "later.csv"
    made.write_text(MADE, "utf-8")
    lists.import_list(home, "product-catalogue", made, fail, published="2026-10-01")
    assert told(home) == []
    path.write_text(HEAD + CASES + PERSON, "utf-8")
    refused: list[BulianError] = []
    batch = lists.import_list(home, "dishonest", path, refused.append, published="2026-11-01")
    assert (batch.state, batch.rows, batch.facts, batch.refused) == ("loaded", 2, 2, 1)
    assert [error.code for error in refused] == ["KG814"]
    ((kind, grade, quotes),) = told(home)
    assert (kind, grade, len(quotes)) == ("dishonest", "high", 2)
    assert all(PUMPS in quote and "浙0206执" in quote and "2026-0" in quote for quote in quotes)
    nowhere(home, repr([error.as_row() for error in refused]) + repr(batch))

    loaded = digest(home.graph())
    assert lists.import_list(home, "dishonest", path, fail, published="2026-11-01").state == "already"
    assert digest(home.graph()) == loaded

    later.write_text(HEAD + CASES.replace("03-05,", "03-05,2026-09-01") + PERSON, "utf-8")
    lists.import_list(home, "dishonest", later, refused.append, published="2026-11-15")
    ((_, _, quotes),) = told(home)
    assert len(quotes) == 1 and "执456" in quotes[0]
    later.write_text(HEAD + CASES.replace("-05,", "-05,2026-09-01").replace("-06,", "-06,2026-10-02"), "utf-8")
    ended = lists.import_list(home, "dishonest", later, fail, published="2026-11-16")
    assert told(home) == []
    nowhere(home, "")

    assert ended.id and lists.undo(home, ended.id).state == "rolled_back"
    assert [risk[0] for risk in told(home)] == ["dishonest"]
    with home.database().session() as session:
        left = [one.id for one in session.scalars(select(ImportBatch).where(ImportBatch.source == "dishonest"))]
    for one in left:
        if one != ended.id:
            lists.undo(home, one)
    assert told(home) == [] and len(home.journal.documents()) == 1


def nowhere(home: Home, said: str) -> None:
    """No secret is public, in what was said, or in the relational store."""
    with home.database().session() as session:
        kept = [(row.values, row.cells) for row in session.scalars(select(PrivateRow))]
        files = [file.data for file in session.scalars(select(PrivateFile))]
        batches = [(one.file, one.refusals) for one in session.scalars(select(ImportBatch))]
    everything = everything_public(home) + said + repr(kept) + repr(batches)
    assert kept == [] and set(files) == {b""}
    raw = b"".join(file.read_bytes() for file in sorted(home.folder.rglob("*")) if file.is_file())
    for secret in SECRETS:
        assert secret not in everything and secret.encode() not in raw


def test_abnormal_operation_is_a_risk_with_its_reason(home: Home, tmp_path: Path) -> None:
    made, path = tmp_path / "made.csv", tmp_path / "abnormal.csv"
    made.write_text(MADE, "utf-8")
    lists.import_list(home, "product-catalogue", made, fail, published="2026-10-01")
    head = "企业名称,统一社会信用代码,法定代表人,列入原因,列入日期,列入决定机关,移出日期\n"
    line = f"{PUMPS},{CODE},章小秘,未按规定公示年度报告,2025-07-08,示例市场监督管理局,"
    path.write_text(f"{head}{line}\n", "utf-8")
    lists.import_list(home, "abnormal", path, fail, published="2026-11-01")
    ((kind, grade, (quote,)),) = told(home, "en")
    assert (kind, grade) == ("abnormal", "medium") and "2025-07-08" in quote
    nowhere(home, "")
    path.write_text(f"{head}{line}2026-10-01\n", "utf-8")
    lists.import_list(home, "abnormal", path, fail, published="2026-11-02")
    assert told(home) == []
