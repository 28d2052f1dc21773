"""Pictures of the pages for README and docs: `make pictures` writes them to docs/pictures, of the invented demo alone.

Each is what a reader at a desk or with a phone sees, in Debian's chromium, with its band that says that the data is
invented. The data folder is made anew and thrown away.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
BULIAN = Path(sys.executable).with_name("bulian")
DESK, PHONE = (1200, 860), (390, 844)
PASSWORD = "Bulian-demo-2026"


@dataclass(frozen=True)
class Picture:
    """A page with the size of the window, and the account that sees it ("" for nobody)."""

    name: str
    path: str
    size: tuple[int, int] = DESK
    login: str = ""


PICTURES = (
    Picture("shortlist", "/needs/demo-n1"),
    Picture("chain", "/chains/robot?region=990100"),
    Picture("draft", "/drafts/new", login="demo-buyer"),
    Picture("my-firm", "/my", PHONE, login="demo-owner"),
)


def bulian(home: str, *words: str) -> str:
    """What a command prints over a data folder."""
    made = subprocess.run(
        [BULIAN, *words], env={**os.environ, "BULIAN_HOME": home}, capture_output=True, text=True, check=True
    )
    return made.stdout


def take(page: Page, address: str, wanted: Picture) -> None:
    """Go to the page and keep what the window shows."""
    if wanted.login:
        page.goto(f"{address}/login")
        page.locator("#login").fill(wanted.login)
        page.locator("#password").fill(PASSWORD)
        page.locator("#password").press("Enter")
        page.wait_for_load_state()
    answer = page.goto(address + wanted.path)
    if answer is None or not answer.ok:
        raise SystemExit(f"no picture of {wanted.path}: {answer.status if answer else 'no answer'}")
    page.screenshot(path=FOLDER / f"{wanted.name}.png", animations="disabled")


def main() -> int:
    """Make all pictures."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        bulian(home, "demo", "--no-serve")
        bulian(home, "up")
        try:
            address = json.loads(bulian(home, "status", "--json"))["pages"].rstrip("/")
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
            for wanted in PICTURES:
                width, height = wanted.size
                context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
                take(context.new_page(), address, wanted)
                context.close()
            browser.close()
        finally:
            bulian(home, "down")
    return 0


if __name__ == "__main__":
    sys.exit(main())
