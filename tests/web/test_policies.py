"""Policies that are new, that changed or that end, over the demo: what differs, whom it touches, who is told."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import delete, select
from starlette.testclient import TestClient

from matcher.assess.criteria import criteria
from matcher.assess.engine import assess
from matcher.conditions import Truth
from tests.web.people import far_client, sign_in
from web.accounts.demo import demo_logins
from web.beijing import today
from web.db.models import now
from web.db.watches import Notice
from web.home import Home
from web.jobs import offers as offer_job
from web.jobs import policy_told
from web.jobs.assessed import known_of, values_of
from web.jobs.due import policies_look

pytestmark = [pytest.mark.graph, pytest.mark.xdist_group("pages")]
WIDE = (today() - dt.date(2026, 4, 1)).days + 1
"""Days back to the first of the measures of 2026."""
ENDS = today() + dt.timedelta(20)
ROW = """  - id: test-{name}
    kind: subsidy
    zh: {title}
    provider: 甬川市示例局（虚构）
    amount: {amount}
    since: 2020-01-01
    until: {until}
    scope: {{regions: ["{region}"]}}
    conditions: [{conditions}]
    source: {{name: 虚构示例文件九, date: 2020-01-01}}
    demo: true
"""


def row(
    name: str, title: str, conditions: str, *, amount: str = "10万元", until: str = "", region: str = "990100"
) -> str:
    return ROW.format(
        name=name, title=title, conditions=conditions, amount=amount, until=until or ENDS.isoformat(), region=region
    )


@pytest.fixture(scope="module")
def ending(demo_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Two offers that end soon, of which the one changed today, and a third that was taken out."""
    path = tmp_path_factory.mktemp("offers") / "ending.yml"
    far = "2099-12-31"
    for rows in (
        [row("ends", "截止的奖补", '"revenue >= 1亿"'), row("gone", "撤下的奖补", "clean_record", until=far)],
        [row("ends", "截止的奖补", '"revenue >= 1万"', amount="20万元"), row("far", "外地的奖补", "", region="310000")],
    ):
        path.write_text("offers:\n" + "".join(rows), "utf-8")
        offer_job.load(demo_home, path, lambda error: pytest.fail(str(error)))
    yield path
    offer_job.drop(demo_home, path.name)
    for kept in (demo_home.folder / offer_job.FOLDER / offer_job.FORMER).iterdir():
        kept.unlink()
    with demo_home.database().session() as session:
        session.execute(delete(Notice).where(Notice.kind == "policy"))


def listed(client: TestClient, query: str) -> dict[str, dict[str, Any]]:
    return {one["key"]: one for one in client.get(f"/api/v1/policies?{query}").json()["rows"]}


def test_what_changed_and_whom_it_touches_by_the_same_engine(client: TestClient, demo_home: Home) -> None:
    found = listed(client, f"days={WIDE}&region=990100")["rules-little-giant-2026"]
    assert "changed" in found["statuses"] and found["before"] and found["source"] and found["changed"] > 3
    corpus, sets, day = demo_home.corpus(), criteria(), today()
    ids = [one.id for one in corpus.firms]
    stands = Counter[str]()
    for known in known_of(demo_home.graph(), ids, day).values():
        if not (known.region or "").startswith("9901"):
            continue
        truths = [
            {one.indicator.id: one.found.truth for one in assess(sets[name], values_of(known, day)).judged}["debt"]
            for name in ("little-giant-2022", "little-giant-2026")
        ]
        stands["all"] += 1
        stands[truths[1].name] += 1
        stands["moved"] += truths[0] is not truths[1]
    page = client.get(f"/api/v1/policies/rules-little-giant-2026?region=990100&days={WIDE}").json()
    debt = next(one for one in page["differences"] if one["id"] == "debt")
    counted = debt["touched"]
    assert debt["kind"] == "changed" and "70%" in debt["before"] and "75%" in debt["after"]
    assert (counted["firms"], counted["passes"], counted["misses"], counted["unknown"]) == (
        stands["all"],
        *(stands[truth.name] for truth in (Truth.TRUE, Truth.FALSE, Truth.UNKNOWN)),
    )
    assert counted["newly_pass"] + counted["newly_miss"] + counted["newly_unknown"] == stands["moved"]
    asked = f"indicator=debt&region=990100&days={WIDE}"
    for verdict, count in (("pass", counted["passes"]), ("unknown", counted["unknown"])):
        of = client.get(f"/policies/rules-little-giant-2026/firms?verdict={verdict}&{asked}")
        assert f"{count} 家企业" in LexborHTMLParser(of.text).css_first("h2").text()
    html = client.get(f"/policies/rules-little-giant-2026?days={WIDE}&lang=zh").text
    assert "指标按编号对应" in html and "取消" in html and "2022年办法附件3" in html
    assert "little_giant" not in LexborHTMLParser(html).css_first("main").text()


def test_ends_changed_and_taken_out_of_the_place_alone(client: TestClient, ending: Path) -> None:
    found = listed(client, "days=30&region=990100")
    one, gone = found["offer-test-ends"], found["offer-test-gone"]
    assert one["statuses"] == ["ends", "changed"] and one["day"] == ENDS.isoformat() and one["changed"] == 1
    assert gone["statuses"] == ["gone"] and "offer-test-far" not in found and gone["touched"] is not None
    assert "offer-test-far" in listed(client, "days=30")
    assert one["touched"]["newly_pass"] > 0 and one["touched"]["newly_miss"] == 0, "its bound was lowered"
    page = client.get("/api/v1/policies/offer-test-ends?days=30").json()
    assert [(term["before"], term["after"]) for term in page["terms"]] == [("10万元", "20万元")]
    assert sorted(each["kind"] for each in page["differences"]) == ["added", "dropped"]
    for lang in ("zh", "en"):
        for address in ("/policies?days=30&region=990100", "/policies/offer-test-ends", "/policies/offer-test-gone"):
            assert client.get(f"{address}{'&' if '?' in address else '?'}lang={lang}").status_code == 200
    city = LexborHTMLParser(client.get("/city?region=990100&lang=zh").text).text()
    assert "政策变化" in city and client.get("/policies/offer-none").status_code == 404
    book = CalamineWorkbook.from_filelike(BytesIO(client.get("/policies.xlsx?days=30&region=990100&lang=zh").content))
    sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    assert set(sheets) == {"政策", "差异", "企业", "口径"}
    touched = [line for line in sheets["企业"][1:] if line[0] == "截止的奖补"]
    assert len(touched) == one["touched"]["newly_pass"] and {line[4] for line in touched} == {"符合"}
    assert any(line[2] == "取消" for line in sheets["差异"][1:])


def test_nobody_else_sees_whom_a_policy_touches(client: TestClient, demo_home: Home, ending: Path) -> None:
    far = far_client(client.app)  # type: ignore[arg-type]
    page = far.get("/policies?days=30&region=990100&lang=zh").text
    assert "截止的奖补" in page and "登录后显示" in page and "新变为" not in page
    assert all(one["touched"] is None for one in far.get("/api/v1/policies?days=30").json()["rows"])
    assert far.get("/policies/offer-test-ends/firms").status_code == 303
    assert far.get("/api/v1/policies/offer-test-ends/firms").status_code == 401
    told = demo_logins(demo_home)
    assert told is not None
    owner = sign_in(client.app, "demo-owner", told.password)  # type: ignore[arg-type]
    assert owner.get("/policies/offer-test-ends/firms").status_code == 403


def test_bureaus_are_told_of_their_place_and_firms_of_themselves(
    client: TestClient, demo_home: Home, ending: Path
) -> None:
    policy_told._done.pop(demo_home, None)
    assert policies_look(demo_home, now()) > 0
    assert policies_look(demo_home, now()) == 0
    policy_told._done.pop(demo_home, None)
    assert policies_look(demo_home, now()) == 0, "each is told once, whoever asks again"
    with demo_home.database().session() as session:
        rows = session.scalars(select(Notice).where(Notice.kind == "policy")).all()
    by: dict[str, dict[str, Notice]] = {}
    for one in rows:
        by.setdefault(one.organisation_id or "", {})[one.told["zh"]] = one
    county, firm = by["demo-county"]["截止的奖补"], by["demo-firm"]["截止的奖补"]
    assert county.told["what"] == "ends" and "region=990101" in county.address and int(county.told["pass"]) > 0
    assert "外地的奖补" not in by["demo-county"] and "B1" not in by
    assert firm.told["verdict"] == "pass" and "firms" not in firm.told and firm.address.endswith("/offers")
    told = demo_logins(demo_home)
    assert told is not None
    for login, words in (("demo-county", "本地"), ("demo-owner", "贵企业符合")):
        shown = sign_in(client.app, login, told.password).get("/inbox?kind=policy&lang=zh").text  # type: ignore[arg-type]
        assert "截止的奖补" in shown and words in shown
