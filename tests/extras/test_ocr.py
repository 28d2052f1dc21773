"""The extra `ocr`: scanned pages and pictures become text, facts from them say so, and nothing is fetched."""

from __future__ import annotations

import io
import socket
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

pytest.importorskip("rapidocr", reason="the extra ocr is not installed here: make test-extras")

from nlp.errors import RefusedFile
from nlp.extract import extract_file
from nlp.readers import read
from seeds.demo.make.reports import FONT
from seeds.demo.make.world import HOME

CERTIFICATE = HOME / "documents/x02-certificate.png"


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("recognition went to the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def scan(*lines: str) -> Image.Image:
    if not FONT.exists():
        pytest.skip("the font of the demo is not installed")
    picture = Image.new("L", (900, 80 + 60 * len(lines)), 245)
    pen = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        pen.text((60, 40 + 60 * number), line, font=ImageFont.truetype(str(FONT), 28), fill=30)
    return picture


def test_the_certificate_of_the_demo_becomes_a_fact() -> None:
    found = extract_file(CERTIFICATE)
    assert found.text is not None and found.text.recognised == (1,) and "page 1" in found.warnings[0]
    held = [fact for fact in found.facts if fact.relation == "HOLDS_CERTIFICATE"]
    assert [(f.source.name, f.properties["number"], f.properties["valid_to"]) for f in held] == [
        ("清溪岑曜精密环件有限公司", "EX-IATF-2025-0318", "2028-08-19")
    ]
    assert all(fact.method.endswith(".ocr") for fact in found.facts)
    assert all(found.text.text[fact.start : fact.end] == fact.quote for fact in found.facts)


def test_only_pages_without_text_are_recognised(tmp_path: Path) -> None:
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.drawString(72, 700, "Page one has a text layer, revenue 1,200.00")
    canvas.showPage()
    canvas.drawImage(ImageReader(scan("甬川岚峤传动股份有限公司", "主要产品为谐波减速器")), 50, 500, 450, 100)
    canvas.showPage()
    canvas.showPage()
    canvas.save()
    path = tmp_path / "a.pdf"
    path.write_bytes(out.getvalue())
    text = read(path.read_bytes(), path.name)
    assert text.recognised == (2,) and len(text.pages) == 3
    assert text.page_of(text.text.index("谐波减速器")) == 2
    assert text.text.startswith("Page one has a text layer, revenue 1,200.00")
    assert any("page 2" in warning for warning in text.warnings)


def test_cells_side_by_side_are_one_row() -> None:
    picture = scan("产品名称", "谐波减速器")
    pen = ImageDraw.Draw(picture)
    for number, line in enumerate(("年产能", "3.5万台")):
        pen.text((560, 40 + 60 * number), line, font=ImageFont.truetype(str(FONT), 28), fill=30)
    out = io.BytesIO()
    picture.save(out, "PNG")
    assert read(out.getvalue(), "a.png").text == "产品名称\t年产能\n谐波减速器\t3.5万台"


@pytest.mark.parametrize("size", [20, 400, -200])
def test_broken_and_empty_pictures_are_refused(size: int) -> None:
    data = CERTIFICATE.read_bytes()
    with pytest.raises(RefusedFile) as caught:
        read(data[:size], "a.png")
    assert caught.value.code == "NL006"
    out = io.BytesIO()
    Image.new("L", (300, 300), 255).save(out, "PNG")
    with pytest.raises(RefusedFile) as caught:
        read(out.getvalue(), "a.png")
    assert caught.value.code == "NL008"


def test_a_bomb_is_refused() -> None:
    out = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "PNG")
    with pytest.raises(RefusedFile) as caught:
        read(out.getvalue(), "a.png")
    assert caught.value.code in ("NL003", "NL006")
