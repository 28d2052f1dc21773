"""A firm on the criteria of tiers, over the demo: page, JSON, command, and figures of the reader's own."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from selectolax.lexbor import LexborHTMLParser
from starlette.testclient import TestClient

from kg.store import Graph
from tests.web.people import far_client, sends, sign_in
from web.accounts.demo import demo_logins
from web.beijing import today
from web.home import Home
from web.jobs.assessed import known_of, values_of

pytestmark = [pytest.mark.graph, pytest.mark.xdist_group("pages")]


@pytest.fixture(scope="module")
def firm(client: TestClient) -> str:
    """A demo firm of which figures of years are known."""
    found: list[dict[str, Any]] = client.get("/api/v1/search?q=甬川").json()["firms"]
    for one in found:
        if any(used["unit"] == "CNY" for used in _used(client, one["id"])):
            return str(one["id"])
    raise AssertionError("no firm of the demo has figures")


def _used(client: TestClient, firm: str) -> list[dict[str, Any]]:
    page = client.get(f"/api/v1/firms/{firm}/criteria").json()
    return [used for tier in page["tiers"] for one in tier["sets"] for row in one["indicators"] for used in row["used"]]


def test_both_regimes_each_value_at_its_sentence(client: TestClient, firm: str) -> None:
    page = client.get(f"/api/v1/firms/{firm}/criteria").json()
    sets = {one["id"]: one for tier in page["tiers"] for one in tier["sets"]}
    assert {"specialised-2022", "specialised-2026", "little-giant-2022", "little-giant-2026"} <= set(sets)
    assert sets["little-giant-2026"]["holds"] and not sets["little-giant-2022"]["holds"]
    for one in sets.values():
        assert one["passed"] + one["missed"] + one["unknown"] == len(one["indicators"]) and one["source"]
        for row in one["indicators"]:
            assert row["verdict"] != "unknown" or row["missing"], row["id"]
    stated = [used for used in _used(client, firm) if used["said"] == "stated"]
    assert stated and all(used["sources"] and used["sources"][0]["quote"] for used in stated)
    assert client.get(f"/evidence/{stated[0]['sources'][0]['fact']}").status_code == 200


def test_rules_that_were_not_there_yet_are_not_shown(client: TestClient, firm: str) -> None:
    then = client.get(f"/api/v1/firms/{firm}/criteria?as_of=2025-06-30").json()
    sets = {one["id"]: one for tier in then["tiers"] for one in tier["sets"]}
    assert "little-giant-2026" not in sets and sets["little-giant-2022"]["holds"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_says_what_the_api_gives(client: TestClient, firm: str, lang: str) -> None:
    api = client.get(f"/api/v1/firms/{firm}/criteria?lang={lang}").json()
    page = LexborHTMLParser(client.get(f"/firms/{firm}/criteria?lang={lang}").text)
    for tier in api["tiers"]:
        for one in tier["sets"]:
            rows = page.css(f"#{one['id']} > table tbody tr")
            assert len(rows) == len(one["indicators"])
            assert rows[0].css_first("td").text(strip=True).startswith(one["indicators"][0]["words"])


def test_own_figures_serve_one_answer(client: TestClient, firm: str) -> None:
    figures = {
        "revenue@2025": "6,000",
        "main_business_ratio@2025": "95",
        "tier_specialised": "yes",
        "segment_years": "x",
    }
    headers = {"origin": str(client.base_url)}
    wrong = client.post(f"/firms/{firm}/criteria?lang=zh", data=figures, headers=headers)
    assert "从事特定细分市场年限" in wrong.text and 'value="6,000"' in wrong.text
    answer = client.post(f"/firms/{firm}/criteria?lang=zh", data=figures | {"segment_years": "5"}, headers=headers)
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store"
    page = LexborHTMLParser(answer.text)
    verdicts = [row.css("td")[1].text(strip=True) for row in page.css("#little-giant-2026 > table tbody tr")]
    assert verdicts[5:9] == ["符合"] * 4  # the tier below, years, revenue, main business
    assert "6,000 万元" in answer.text
    english = client.post(f"/firms/{firm}/criteria?lang=en", data=figures | {"segment_years": "5"}, headers=headers)
    assert "60 CNY million" in english.text, "the same sum in the unit that is named"
    assert "6,000 万元" not in client.get(f"/firms/{firm}/criteria?lang=zh").text


def test_a_field_of_the_old_catalogue_is_shown_and_settles_nothing(client: TestClient, demo_home: Home) -> None:
    ids = [str(one.id) for one in demo_home.corpus().firms]
    known = known_of(demo_home.graph(), ids, today())
    fields = {firm: given for firm, one in known.items() for given in one.given if given.input == "key_field"}
    assert fields and {(given.said, given.settles) for given in fields.values()} == {("other_scheme", False)}
    firm, given = next(iter(fields.items()))
    page = client.get(f"/api/v1/firms/{firm}/criteria").json()
    rows = [row for tier in page["tiers"] for one in tier["sets"] for row in one["indicators"] if row["id"] == "field"]
    for row in rows:
        used = [used for used in row["used"] if used["said"] == "other_scheme"]
        assert row["verdict"] == "unknown" and row["missing"] and not used[0]["settles"], row
        assert used[0]["sources"][0]["fact"] == given.fact
    assert len(rows) == 2
    assert "没有可查的对照" in client.get(f"/firms/{firm}/criteria?lang=zh").text


def test_a_firm_keeps_its_figures_for_itself_alone(client: TestClient, demo_home: Home) -> None:
    app: Any = client.app
    told = demo_logins(demo_home)
    assert told is not None
    owner, editor, buyer = (sign_in(app, f"demo-{who}", told.password) for who in ("owner", "editor", "buyer"))
    name = "甬川砺岚精密传动股份有限公司"
    own = next(one.id for one in demo_home.corpus().firms if one.name == name)
    other = next(one.id for one in demo_home.corpus().firms if one.name != name)
    last = today().year - 1
    address = f"/firms/{own}/criteria"
    figures = {f"revenue@{last}": "6,543", f"revenue@{last - 1}": "6000", "segment_years": "7", "ip_used": "no"}
    assert far_client(app).post(address, data=figures | {"do": "keep"}).status_code == 401
    for who, page in ((client, address), (buyer, address), (owner, f"/firms/{other}/criteria")):
        headers = {"origin": str(client.base_url)}
        assert who.post(page, data=figures | {"do": "keep"}, headers=headers).status_code == 403, page
    assert owner.post(address, data=figures | {"do": "keep"}).status_code == 303
    form = sends(editor.get(address).text, f"{address}#summary")
    assert [form[name] for name in figures] == [["6543"], ["6000"], ["7"], ["no"]]
    shown = editor.get(f"{address}?lang=zh")
    assert (
        "6,543 万元" in shown.text and "演示企业负责人" in shown.text and shown.headers["cache-control"] == "no-store"
    )
    # nobody else sees them: not in the page as others see it, the API, another firm's page, or the log
    for who in (client, buyer):
        assert "6,543" not in who.get(address).text and "6543" not in who.get(f"/api/v1/firms/{own}/criteria").text
    as_others = LexborHTMLParser(editor.get(f"{address}?own=no&lang=zh").text).css("section.section > table")
    assert as_others and all("6,543" not in table.text() for table in as_others)
    assert "6,543" not in editor.get(f"/firms/{other}/criteria").text and "6543" not in owner.get("/audit").text
    # what stays the same keeps its day, an emptied field is deleted, all are on demand
    sent = {**{name: "".join(values) for name, values in form.items()}, "segment_years": "", "do": "keep"}
    assert editor.post(address, data=sent).status_code == 303
    left = owner.get(address).text
    assert "演示企业负责人" in left and "演示企业经办" not in LexborHTMLParser(left).css_first("#own details").text()
    assert not sends(left, f"{address}#summary")["segment_years"][0]
    assert owner.post(address, data={"do": "drop"}).status_code == 303
    assert "6543" not in owner.get(address).text


def test_many_firms_are_known_as_one_is(demo_home: Home) -> None:
    graph: Graph = demo_home.graph()
    ids = [str(one.id) for one in demo_home.corpus().firms][:6]
    together = known_of(graph, ids, today())
    assert set(together) == set(ids) and all(known_of(graph, [one], today())[one] == together[one] for one in ids)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_offers_are_listed_filtered_and_marked(client: TestClient, lang: str) -> None:
    everything = client.get("/api/v1/offers").json()
    assert len(everything["rows"]) == everything["all"] == 6
    opened = client.get("/api/v1/offers?open=1&region=990200").json()["rows"]
    assert {one["state"] for one in opened} == {"open"} and "demo-tech-upgrade" not in {one["id"] for one in opened}
    page = LexborHTMLParser(client.get(f"/offers?lang={lang}").text)
    rows = page.css("main table tbody tr")
    assert len(rows) == 6 and "demo-spring-fair" in (rows[-1].html or "")
    assert rows[-1].css_first(".badge-red") is not None and len(page.css("main .badge-plain")) >= 6
    assert all(one["source"] and one["source_date"] and one["demo"] for one in everything["rows"])
    one = client.get(f"/offers/demo-tech-loan?lang={lang}").text
    assert "年利率3.45%" in one and "2026-02-15" in one
    assert client.get("/offers/no-such").status_code == client.get("/api/v1/offers/no-such").status_code == 404
    assert client.get("/offers?region=99").status_code == 422
    book = CalamineWorkbook.from_filelike(BytesIO(client.get(f"/offers.xlsx?open=1&lang={lang}").content))
    assert len(book.get_sheet_by_index(0).to_python()) == 1 + len(client.get("/api/v1/offers?open=1").json()["rows"])


def test_a_firm_sees_what_fits_what_is_missing_and_until_when(client: TestClient, demo_home: Home) -> None:
    told = demo_logins(demo_home)
    assert told is not None
    owner = sign_in(client.app, "demo-owner", told.password)  # type: ignore[arg-type]
    own = next(str(one.id) for one in demo_home.corpus().firms if one.name == "甬川砺岚精密传动股份有限公司")
    page = client.get(f"/api/v1/firms/{own}/offers").json()
    by_id = {row["offer"]["id"]: row for row in page["rows"]}
    assert len(by_id) == 6 and page["rows"][-1]["offer"]["state"] == "over"
    assert by_id["demo-tech-upgrade"]["reach"] != "miss"  # it stands in the city
    for row in page["rows"]:
        verdicts = [row["reach"], *(one["verdict"] for one in row["indicators"])]
        wanted = "miss" if "miss" in verdicts else "unknown" if "unknown" in verdicts else "pass"
        assert row["verdict"] == wanted, row["offer"]["id"]
        assert all(one["missing"] for one in row["indicators"] if one["verdict"] == "unknown")
    assert page["papers"]
    # with what it keeps for itself less is unknown, and nobody else sees that
    address, last = f"/firms/{own}/offers", today().year - 1
    figures = {f"revenue@{last}": "15000", f"revenue@{last - 1}": "10000", "new_product": "yes", "patents_class1": "3"}
    assert owner.post(f"/firms/{own}/criteria", data=figures | {"do": "keep"}).status_code == 303
    mine, others = owner.get(f"{address}?lang=zh").text, client.get(f"{address}?lang=zh").text
    assert "15,000 万元" in mine and "15,000 万元" not in others
    assert "15,000 万元" not in owner.get(f"{address}?own=no&lang=zh").text
    training = [
        row for row in LexborHTMLParser(mine).css("main tbody tr") if "demo-growth-training" in (row.html or "")
    ]
    assert training[0].css_first("strong").text() == "符合"
    assert owner.post(f"/firms/{own}/criteria", data={"do": "drop"}).status_code == 303


def test_a_threshold_is_previewed_confirmed_and_kept_with_its_history(client: TestClient, demo_home: Home) -> None:
    told = demo_logins(demo_home)
    assert told is not None
    operator = sign_in(client.app, "demo-operator", told.password)  # type: ignore[arg-type]
    day = today()
    known = known_of(demo_home.graph(), [str(one.id) for one in demo_home.corpus().firms], day)
    revenues = {firm: of.value for firm, one in known.items() if (of := values_of(one, day).of("revenue")) is not None}
    moving = sorted(firm for firm, value in revenues.items() if value >= 5e7)
    assert moving, "no firm of the demo has so much revenue"
    row = {
        "place.0": "little-giant-2026:revenue:revenue:at_least", "value.0": f"{max(revenues.values()) / 1e4 + 1}",
        "since.0": day.isoformat(), "source.0": "示例决定", "rows": "1", "number": "0",
    }  # fmt: skip
    preview = operator.post("/thresholds?lang=zh", data=row | {"do": "preview"})
    assert preview.status_code == 200
    page = LexborHTMLParser(preview.text)
    assert {link.attributes["href"] for link in page.css("#effect a")} == {f"/firms/{firm}/criteria" for firm in moving}
    counts = [cell.text(strip=True) for cell in page.css("#effect table tbody tr")[1].css("td")[2:]]
    before, after = ([int(cell.split(" → ")[side]) for cell in counts] for side in (0, 1))
    assert before[0] - after[0] == after[1] - before[1] == len(moving) and before[2] == after[2]
    firm = moving[0]
    assert not [one for one in _sets(client, firm) if one["local"]], "a preview saves nothing"
    seen = sends(preview.text, "/thresholds")["seen"][0]
    other = operator.post("/thresholds", data=row | {"value.0": "1", "seen": seen, "do": "save", "reason": "试"})
    assert other.status_code == 409 and "WE202" in other.text
    assert operator.post("/thresholds", data=row | {"seen": seen, "do": "save", "reason": ""}).status_code == 422
    assert (
        operator.post("/thresholds", data=row | {"seen": seen, "do": "save", "reason": "分类施策"}).status_code == 303
    )
    measures, local = (one for one in _sets(client, firm) if one["id"].startswith("little-giant-2026"))
    assert [_verdict(one, "revenue") for one in (measures, local)] == ["pass", "miss"] and local["local"]
    assert "示例决定" in client.get(f"/firms/{firm}/criteria?lang=zh").text
    # a wrong row is said where it stands; the next version takes it back, the history keeps both
    wrong = operator.post("/thresholds", data=row | {"regions.0": "12", "do": "preview"})
    assert wrong.status_code == 422 and 'aria-invalid="true"' in wrong.text
    nothing = {"rows": "0", "number": "1", "do": "preview"}
    seen = sends(operator.post("/thresholds", data=nothing).text, "/thresholds")["seen"][0]
    end = nothing | {"seen": seen, "do": "save", "reason": "到期"}
    assert operator.post("/thresholds", data=end).status_code == 303
    assert not [one for one in _sets(client, firm) if one["local"]]
    history = [row.text() for row in LexborHTMLParser(operator.get("/thresholds").text).css("#history tbody tr")]
    assert len(history) == 2 and "到期" in history[0] and "分类施策" in history[1] and "示例决定" in history[1]
    former = sends(operator.get("/thresholds?version=1").text, "/thresholds")
    assert former["place.0"] == [row["place.0"]] and former["source.0"] == ["示例决定"]
    analyst = sign_in(client.app, "demo-analyst", told.password)  # type: ignore[arg-type]
    assert analyst.get("/thresholds").status_code == 200
    assert analyst.post("/thresholds", data=row | {"do": "preview"}).status_code == 403


def _sets(client: TestClient, firm: str) -> list[dict[str, Any]]:
    return [one for tier in client.get(f"/api/v1/firms/{firm}/criteria").json()["tiers"] for one in tier["sets"]]


def _verdict(rules: dict[str, Any], indicator: str) -> str:
    return next(str(row["verdict"]) for row in rules["indicators"] if row["id"] == indicator)
