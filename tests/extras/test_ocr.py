"""The extra `ocr`: scanned pages and pictures become text, facts from them say so, nothing is fetched; on a firm's page
a photo becomes a certificate to confirm.
"""

from __future__ import annotations

import io
import socket
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont, ImageOps
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

pytest.importorskip("rapidocr", reason="the extra ocr is not installed here: make test-extras")

from kg.neo4j.process import Connection
from kg.parts import Parts
from kg.store import Graph
from kg.validity import NOW
from nlp.errors import RefusedFile
from nlp.extract import extract_file
from nlp.readers import read
from seeds.demo.make.reports import FONT
from seeds.demo.make.world import HOME
from tests.kg.worlds import World, document, product
from tests.kg.worlds import firm as maker
from tests.site_fixture import load_world, settings
from tests.web.people import CHEAP, people, sign_in
from web.app import create_app
from web.home import Home
from web.jobs.graph import settle

CERTIFICATE = HOME / "documents/x02-certificate.png"
OWNER = "清溪岑曜精密环件有限公司"


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def refuse(asking: socket.socket, address: Any) -> None:
        if address[0] not in ("127.0.0.1", "::1"):  # the graph's own
            raise AssertionError(f"recognition went to the network: {address}")
        connect(asking, address)

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
        (OWNER, "EX-IATF-2025-0318", "2028-08-19")
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


def picture_bytes(picture: Image.Image, form: str = "PNG", **more: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **more)
    return out.getvalue()


TURNED = 0x0112
"""The Exif tag of a picture's orientation."""


def test_pictures_of_every_kind_are_read_alike() -> None:
    """Grey of 16 bits, CMYK, palette, transparent, turned by its camera's mark."""
    lines = ("甬川岚峤传动股份有限公司", "主要产品为谐波减速器")
    grey = scan(*lines)
    deep = Image.fromarray((np.asarray(grey).astype("uint16") << 4) + 1000)
    ink = Image.new("RGBA", grey.size, (0, 0, 0, 0))
    ink.putalpha(ImageOps.invert(grey).point(lambda value: 255 if value > 100 else 0))
    mark = Image.Exif()
    mark[TURNED] = 6
    kinds = {
        "cmyk.jpg": picture_bytes(grey.convert("CMYK"), "JPEG"),
        "cmyk.tif": picture_bytes(grey.convert("CMYK"), "TIFF"),
        "deep.png": picture_bytes(deep),
        "palette.png": picture_bytes(grey.convert("P")),
        "clear.png": picture_bytes(ink),
        "turned.jpg": picture_bytes(grey.transpose(Image.Transpose.ROTATE_90), "JPEG", exif=mark),
        "bits.bmp": picture_bytes(grey.convert("1"), "BMP"),
    }
    for name, data in kinds.items():
        text = read(data, name)
        assert text.text == "\n".join(lines), name
        assert text.recognised == (1,) and "page 1" in text.warnings[0], name


def test_frames_are_pages_in_a_tiff_alone() -> None:
    frames = [scan("第一页轴承"), scan("第二页阀门")]
    moving = picture_bytes(frames[0], "PNG", save_all=True, append_images=frames[1:])
    assert read(moving, "a.png").text == "第一页轴承"
    text = read(picture_bytes(frames[0], "TIFF", save_all=True, append_images=frames[1:]), "a.tif")
    assert text.recognised == (1, 2) and text.page_of(text.text.index("第二页阀门")) == 2


def header(width: int, height: int) -> bytes:
    """A PNG of this size, its data missing."""
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = b"IDAT" + zlib.compress(b"\x00" * 100)
    chunks = (struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part)) for part in (body, data))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (header(0, 0), "NL006"),
        (header(0, 500), "NL006"),
        (header(100_000, 100_000), "NL003"),
        (header(2**31 - 1, 2**31 - 1), "NL003"),
        (header(9_000, 9_000), "NL003"),
        (header(500, 500), "NL006"),
    ],
    ids=["nothing", "no-width", "bomb", "beyond", "large", "no-data"],
)
@pytest.mark.filterwarnings("error")
def test_absurd_sizes_are_refused(data: bytes, code: str) -> None:
    with pytest.raises(RefusedFile) as caught:
        read(data, "a.png")
    assert caught.value.code == code


def test_a_scan_too_large_is_named_and_the_others_are_read() -> None:
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.drawImage(ImageReader(Image.new("1", (9_000, 9_000))), 50, 500, 100, 100)
    canvas.showPage()
    canvas.drawImage(ImageReader(scan("主要产品为谐波减速器")), 50, 500, 450, 100)
    canvas.save()
    text = read(out.getvalue(), "a.pdf")
    assert text.recognised == (2,) and text.page_of(text.text.index("谐波减速器")) == 2
    assert "pages without text: 1" in text.warnings


@pytest.mark.graph
def test_a_photo_on_the_firms_page_is_a_certificate_to_confirm(
    graph: Graph, neo4j_server: Connection, parts: Parts, tmp_path: Path
) -> None:
    graph.wipe()
    world = World()
    world.say(document("catalogue", "2026-05-01"), maker(OWNER), "PRODUCES", product("环件"), quote="环件")
    with Home(settings(neo4j_server, parts, tmp_path).model_copy(update=CHEAP)) as home:
        load_world(home, world)
        settle(home)
        firm_id = next(one.id for one in home.corpus().firms if one.name == OWNER)
        staff = people(home.database(), home.settings)
        owner = sign_in(
            create_app(home), staff.login(staff.organisation("firm", OWNER, enterprise=firm_id), "firm_owner")
        )
        sent = owner.post("/my/drop", files={"file": ("证书.png", CERTIFICATE.read_bytes())})
        read_page = owner.get(address := sent.headers["location"]).text
        assert "EX-IATF-2025-0318" in read_page and "2028-08-19" in read_page
        assert owner.post(address, data={"take": "0", "do": "send"}).status_code == 303
        held = [
            row["name"]
            for row in graph.read(
                "firm_relation", id=firm_id, relation="HOLDS_CERTIFICATE", skip=0, limit=9, **NOW.params()
            )
        ]
        assert len(held) == 1 and "IATF" in held[0]
        assert "EX-IATF-2025-0318" in owner.get("/my").text
