"""PDF files, pictures and files of other programs that attack their reader."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from tests.fuzz import document
from tests.hostile.packed import nested, tarred, zipped

BOMB = 60_000_000
_TEXT = b"BT /F1 12 Tf 50 700 Td (Yongchuan bearings 120) Tj ET"
_PAGES = b"<</Type/Pages/Count 1/Kids[3 0 R]>>"
_FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def stream(data: bytes, head: bytes = b"", filters: bytes = b"", length: int | None = None) -> bytes:
    """A stream object."""
    said = len(data) if length is None else length
    return b"<<%s%s/Length %d>>stream\n%s\nendstream" % (head, filters, said, data)


def paper(
    content: bytes = _TEXT,
    catalogue: bytes = b"",
    page: bytes = b"",
    more: tuple[bytes, ...] = (),
    pages: bytes = _PAGES,
    box: bytes = b"0 0 600 800",
    packed: bytes | None = None,
    font: bytes = _FONT,
) -> bytes:
    """A document of one page with this content; `catalogue` and `page` get what is put in beside the rest."""
    return document(
        b"<</Type/Catalog/Pages 2 0 R%s>>" % catalogue,
        pages,
        b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>/XObject<</X 6 0 R>>>>%s>>"
        % (box, page),
        packed if packed is not None else stream(content),
        font,
        *more,
    )


def papers(secret: str) -> Iterator[tuple[str, bytes]]:
    """PDF."""
    whole = paper()
    for percent in (3, 30, 60, 90):
        yield f"cut-{percent}", whole[: len(whole) * percent // 100]
    yield "head-only", b"%PDF-1.7\n"
    yield "head-late", b" " * 1000 + whole
    yield "tail", whole + b"\0" * 12_500
    yield "twice", whole + whole
    yield "version", whole.replace(b"1.4", b"9.99")
    flate = b"/Filter/FlateDecode"
    squeezed = zlib.compress(_TEXT + b" " * BOMB, 9)
    yield "bomb", paper(packed=stream(squeezed, b"", flate))
    yield "bomb-twice", paper(packed=stream(zlib.compress(squeezed, 9), b"", b"/Filter[/FlateDecode/FlateDecode]"))
    yield "filters-500", paper(packed=stream(zlib.compress(_TEXT), b"", b"/Filter[%s]" % (b"/FlateDecode" * 500)))
    yield "hex", paper(packed=stream(_TEXT.hex().encode() + b">" * 9000, b"", b"/Filter/ASCIIHexDecode"))
    for way in (
        b"LZWDecode",
        b"RunLengthDecode",
        b"JBIG2Decode",
        b"JPXDecode",
        b"DCTDecode",
        b"CCITTFaxDecode",
        b"None",
    ):
        yield f"filter-{way.decode()}", paper(packed=stream(b"\x80\xff" * 3000, b"", b"/Filter/" + way))
    predictor = b"/DecodeParms<</Predictor 15/Columns 2147483647/Colors 99>>"
    yield "predictor", paper(packed=stream(zlib.compress(_TEXT), predictor, flate))
    for name, length in (("huge", 2**31 - 1), ("less", 3), ("negative", -5)):
        yield f"length-{name}", paper(packed=stream(_TEXT, length=length))
    for name, said in (
        ("kids-round", b"<</Type/Pages/Count 1/Kids[2 0 R]>>"),
        ("count-huge", b"<</Type/Pages/Count 2147483647/Kids[3 0 R]>>"),
        ("count-negative", b"<</Type/Pages/Count -1/Kids[3 0 R]>>"),
        ("kids-none", b"<</Type/Pages/Count 5/Kids[]>>"),
        ("kids-5000", b"<</Type/Pages/Count 5000/Kids[%s]>>" % (b"3 0 R " * 5_000)),
        ("parent", b"<</Type/Pages/Parent 3 0 R/Count 1/Kids[3 0 R]>>"),
    ):
        yield f"pages-{name}", paper(pages=said)
    for box in (b"0 0 0 0", b"0 0 1e30 1e30", b"-9 -9 -99 -99", b"a b", b"0 0 99999999 3"):
        yield f"box-{box.decode().replace(' ', '-')}", paper(box=box)
    yield "unit", paper(page=b"/UserUnit 1000000000/Rotate 45/CropBox[5 5 1 1]")
    for name, act in (
        ("javascript", b"<</S/JavaScript/JS(app.launchURL\\('http://127.0.0.1:9'\\);)>>"),
        ("launch", b"<</S/Launch/F(/bin/touch)/Win<</F(cmd.exe)/P(/c calc)>>>>"),
        ("address", b"<</S/URI/URI(http://127.0.0.1:9)>>"),
        ("form", b"<</S/SubmitForm/F(http://127.0.0.1:9)>>"),
        ("elsewhere", b"<</S/GoToR/F(%s)>>" % secret.encode()),
    ):
        yield f"action-{name}", paper(catalogue=b"/OpenAction" + act, page=b"/AA<</O%s>>" % act)
    yield (
        "attached",
        paper(
            catalogue=b"/Names<</EmbeddedFiles<</Names[(pwned.exe)6 0 R]>>>>",
            more=(b"<</F(../../pwned.exe)/EF<</F 7 0 R>>>>", stream(b"MZ")),
        ),
    )
    yield (
        "xfa",
        paper(
            catalogue=b"/AcroForm<</XFA 6 0 R>>",
            more=(stream(b'<!DOCTYPE a [<!ENTITY a SYSTEM "%s">]><a>&a;</a>' % secret.encode()),),
        ),
    )
    yield "states", paper(b"q " * 15_000 + _TEXT)
    yield "states-end", paper(b"Q " * 15_000 + _TEXT)
    yield "lines-2000", paper(b"".join(b"%d 0 m %d 800 l S\n" % (n, n) for n in range(2_000)) + _TEXT)
    yield "signs-1000", paper(b"BT /F1 1 Tf " + b"0 0 Td (aaaaaaaaaaaaaaaaaaaa) Tj " * 1000 + b"ET")
    yield "size-odd", paper(b"BT /F1 1e30 Tf 1e30 -1e30 Td (a) Tj /F1 0 Tf (b) Tj /F1 -5 Tf (c) Tj ET " + _TEXT)
    yield "matrix", paper(b"0 0 0 0 0 0 cm " + _TEXT + b" 1e38 0 0 1e38 0 0 cm " + _TEXT)
    yield "inline", paper(_TEXT + b" BI /W 99999 /H 99999 ID " + b"\xff" * 900)
    yield "array-deep", paper(_TEXT + b"[" * 15_000)
    yield "dictionary-deep", paper(catalogue=b"/A" + b"<</A" * 5_000)
    yield "string-open", paper(_TEXT + b"(" * 15_000)
    yield "names-odd", paper(page=b"/#00#2e#2e/..#2f..#2fpwned", content=_TEXT + b" /#00 gs /../../x Do")
    wide = b"1 begincodespacerange<0000><ffff>endcodespacerange 1 beginbfrange<0000><ffff><%s>endbfrange" % (
        b"7532" * 250
    )
    yield (
        "letters",
        paper(
            font=b"<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H/ToUnicode 6 0 R>>", more=(stream(wide),)
        ),
    )
    yield (
        "font-round",
        paper(font=b"<</Type/Font/Subtype/Type3/CharProcs<</a 4 0 R>>/FontBBox[0 0 0 0]/FontMatrix[0 0 0 0 0 0]>>"),
    )
    yield (
        "encrypted",
        whole.replace(
            b"trailer<<",
            b"trailer<</Encrypt<</Filter/Standard/V 2/R 3/P -4/Length 128/O(%s)/U(%s)>>/ID[(a)(b)]"
            % (b"o" * 32, b"u" * 32),
        ),
    )
    yield "encrypted-odd", whole.replace(b"trailer<<", b"trailer<</Encrypt<</Filter/None/V 99>>")
    yield "root-none", whole.replace(b"/Root 1 0 R", b"/Root 99 0 R")
    yield "previous", whole + b"\nxref\n0 1\n0000000000 65535 f\ntrailer<</Root 1 0 R/Prev 9>>\nstartxref\n9\n%%EOF"
    yield "start-far", whole + b"\nstartxref\n99999999999999\n%%EOF"
    yield (
        "table-huge",
        whole + b"\nxref\n0 999999999\n" + b"0000000000 00000 n\n" * 50 + b"startxref\n%d\n%%%%EOF" % len(whole),
    )
    yield "number-huge", whole.replace(b"5 0 obj", b"4294967296 0 obj")
    yield "objects-stream", paper(more=(stream(b"6 0 6 0", b"/Type/ObjStm/N 2147483647/First 999999"),))
    picture = b"/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8/ColorSpace/DeviceRGB"
    for name, side in (("huge", 2**31 - 1), ("large", 15_000), ("none", 0)):
        yield f"picture-{name}", paper(b"q 500 0 0 500 0 0 cm /X Do Q", more=(stream(b"x", picture % (side, side)),))


def others() -> Iterator[tuple[str, bytes]]:
    """Whole names with suffix: pictures, programs, archives, documents of other programs."""
    png = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", struct.pack(">IIBBBBB", 2**31 - 1, 2**31 - 1, 8, 6, 0, 0, 0))
    yield "huge.png", png + _chunk(b"IDAT", zlib.compress(b"\0" * 900)) + _chunk(b"IEND", b"")
    yield "cut.png", png[:20]
    yield (
        "huge.jpg",
        b"\xff\xd8\xff\xc0\x00\x11\x08\xff\xff\xff\xff\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01" + b"\xff\xda" * 50,
    )
    yield "round.tif", b"II*\0\x08\0\0\0\0\0\x08\0\0\0"
    yield (
        "huge.bmp",
        b"BM" + struct.pack("<IHHIIiiHHIIiiII", 99, 0, 0, 54, 40, -(2**31), 2**31 - 1, 1, 24, 0, 0, 0, 0, 0, 0),
    )
    yield "scripted.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><text>a</text></svg>"
    yield "program.exe", b"MZ" + bytes(900)
    yield "program.pdf", b"\x7fELF" + bytes(900)
    yield "program.txt", b"MZ\x90\0" + bytes(900)
    yield "page.pdf", b"<html><body>a</body></html>"
    yield "paper.html", paper()
    yield "paper.docx", paper()
    yield "rich.rtf", rb"{\rtf1{\object\objocx\objdata d0cf11e0}{\field{\*\fldinst DDEAUTO cmd}}}"
    yield "old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    yield "old.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") + bytes(600)
    yield "nested.zip", nested(6, "a.zip", bytes(9_000_000))
    yield "up.tar", tarred([("../../pwned", b"pwned", "file"), ("/tmp/bulian-pwned", b"x", "file")])
    yield "sheet.docx", zipped([("xl/workbook.xml", b"<workbook/>")])
    yield "word.xlsx", zipped([("word/document.xml", b"<a/>")])
    yield "shortcut.lnk", b"L\0\0\0\x01\x14\x02\0" + bytes(300)
    yield "mail.eml", b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n" * 40
    yield "no suffix", b"\x1f\x8b\x08" + bytes(60)
    yield "..%2f..%2fpwned.txt", "甬川恒越轴承有限公司中标公告".encode()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
