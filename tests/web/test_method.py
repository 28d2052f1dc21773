"""The note on the ranking says what the scorecards in use say, and the file is the page."""

from __future__ import annotations

from pathlib import Path

from starlette.testclient import TestClient

from matcher.scorecard import Scorecard
from web.app import create_app
from web.home import Home
from web.pages.method import CARDS, markdown, method_page
from web.settings import Settings


def test_the_file_is_the_page() -> None:
    path = Path(__file__).resolve().parents[2] / "docs" / "method.md"
    assert path.read_text("utf8") == markdown(), "python -m web.pages.method"


def test_every_line_of_the_cards_in_use_is_named() -> None:
    for lang in ("zh", "en"):
        page = method_page(lang)
        assert [card.name for card in page.cards] == [name for name, _, _ in CARDS]
        for card in page.cards:
            lines = [line for line in Scorecard.load(card.name).lines if line.points]
            assert sorted(line.points for line in card.lines) == sorted(line.points for line in lines)
            assert card.lines[0].rule and card.made == Scorecard.load(card.name).made


def test_the_page_needs_no_graph(tmp_path: Path) -> None:
    with (
        Home(Settings(home=tmp_path, graph_url="bolt://127.0.0.1:1")) as home,
        TestClient(create_app(home), base_url="http://127.0.0.1", raise_server_exceptions=False) as client,
    ):
        page = client.get("/method")
        assert page.status_code == 200 and "名次不能买" in page.text and "bounty-v1" in page.text
        assert client.get("/api/v1/method").json() == method_page("zh").model_dump()
        english = client.get("/method?lang=en").text
        assert "No rank is for sale" in english and "lists the thing" in english.replace("\n", " ")
