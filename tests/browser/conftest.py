"""A real browser on the demo's pages, served by a real server. An error in the console fails the test."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from web.app import create_app
from web.home import Home

CHROMIUM = "/usr/bin/chromium"
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # of what passes it need not describe every node
}

Open = Callable[..., Page]

expect.set_options(timeout=60_000)  # cores may be shared by others: five seconds are little then


@pytest.fixture(scope="module")
def address(demo_home: Home) -> Iterator[str]:
    """Where the demo's pages are served."""
    config = uvicorn.Config(create_app(demo_home), host="127.0.0.1", port=0, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 60
    while not server.started and time.monotonic() < until:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=20)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Debian's chromium, with a home of its own."""
    home = tmp_path_factory.mktemp("chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"], env={"HOME": str(home)}
        )
        yield opened
        opened.close()
    # Playwright leaves suspended greenlets behind; collected during a compile() they break it (CPython 3.11:
    # "AST constructor recursion depth mismatch"), so they go now.
    gc.collect()


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[Open]:
    """Opens a page in a context of its own; at the end no context may have had an error."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_(path: str = "/", *, lang: str = "zh", script: bool = True, size: dict[str, int] = DESK) -> Page:
        context = browser.new_context(
            base_url=address,
            viewport=size,  # type: ignore[arg-type]
            java_script_enabled=script,
            locale="zh-CN" if lang == "zh" else "en-GB",
        )
        context.add_cookies([{"name": "lang", "value": lang, "url": address}])
        context.set_default_timeout(60_000)  # cores may be shared by others
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("requestfailed", lambda request: errors.append(f"{request.url}: {request.failure}"))
        page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()
    # A chosen condition replaces the request before it; that one is cut off on purpose.
    assert [error for error in errors if "ERR_ABORTED" not in error] == []


def violations(page: Page) -> list[str]:
    """What axe has against a page."""
    found = Axe().run(page, options=RULES)
    return [
        f"{rule['id']}: {node['html'][:120]}" for rule in found.response["violations"] for node in rule["nodes"][:3]
    ]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All browser tests are marked."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.graph)
