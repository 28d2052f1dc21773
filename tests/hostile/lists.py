"""Lists and sheets (CSV, XLSX, ODS, JSON lines, pages, archives) that attack their reader or whoever opens them."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from typing import Any

from tests.hostile.packed import Member, claiming, flagged, link, nested, zipped

HEAD = "序号,企业名称,所在市,金额（万元）\n"
ROW = "1,甬川恒越轴承有限公司,甬川市,1200\n"
BOMB = 60_000_000
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_REL = "http://schemas.openxmlformats.org/package/2006/relationships"


def separated() -> Iterator[tuple[str, bytes]]:
    """CSV."""
    whole = HEAD + ROW
    for name, said in (
        ("formula", "=cmd|' /C touch pwned'!A0"),
        ("plus", "+1+cmd|' /C calc'!A0"),
        ("minus", "-2+3"),
        ("at", "@SUM(1+9)*cmd"),
        ("tab", "\t=1+1"),
        ("link", '"=HYPERLINK(""http://127.0.0.1:9"",""a"")"'),
        ("import", '=IMPORTXML("http://127.0.0.1:9";"a")'),
        ("dde", '=DDE("cmd";"/C calc";"a")'),
        ("script", "<script>alert(1)</script>有限公司"),
        ("direction", "\u202e甬川恒越轴承有限公司\u2066"),
        ("sql", "甬川'; DROP TABLE need; --有限公司"),
        ("cypher", "甬川'}) DETACH DELETE n //有限公司"),
        ("path", "../../../etc/passwd"),
        ("template", "{{7*7}}有限公司"),
        ("width", "\u200b甬\u200d川恒越轴承有限公司\ufeff"),
        ("marks", "甬" + "\u0301" * 3000 + "川恒越轴承有限公司"),
        ("long", "甬" * 9_000),
        ("control", "甬川\x07\x1b[2J恒越轴承有限公司"),
    ):
        yield f"cell-{name}", (HEAD + ROW.replace("甬川恒越轴承有限公司", said)).encode()
    yield "nul", whole.replace("轴承", "轴\0承").encode()
    yield "nul-all", bytes(5000)
    yield "head-only", HEAD.encode()
    yield "head-none", ROW.encode() * 40
    yield "head-twice", (HEAD.replace("所在市", "企业名称") + ROW).encode()
    yield "head-formula", (HEAD.replace("序号", "=1+1") + ROW).encode()
    yield "columns-100000", (HEAD.strip() + "," * 100_000 + "\n" + ROW).encode()
    yield "columns-100000-cells", (HEAD + ROW.strip() + "," * 99_999 + "1" + "\n").encode()
    yield "rows-uneven", "".join(HEAD[: n % 20] + "," * (n % 90) + "\n" for n in range(900)).encode() + whole.encode()
    yield "quote-open", (HEAD + '2,"' + ROW * 400).encode()
    yield "quote-many", (HEAD + '"' * 20_000).encode()
    yield "field-long", (HEAD + "1," + "a" * 140_000 + "\n").encode()
    yield "commas", (HEAD + "," * 40_000).encode()
    yield "lines-cr", whole.replace("\n", "\r").encode()
    yield "lines-odd", whole.replace("\n", "\u2028").encode()
    for name in ("utf-16", "utf-32", "utf-7", "big5hkscs", "shift_jis", "cp037"):
        yield f"encoding-{name}", whole.encode(name, "replace")
    yield "encoding-cut", whole.encode("utf-16")[:-1]
    yield "encoding-two", whole.encode() + ROW.encode("gb18030")
    yield "encoding-halves", whole.encode() + b"\xed\xa0\x80"
    yield (
        "numbers",
        (
            HEAD
            + "".join(
                f"{n},甬川{n}号轴承有限公司,甬川市,{said}\n"
                for n, said in enumerate(
                    (
                        "1e999",
                        "-1e999",
                        "nan",
                        "inf",
                        "9" * 4000,
                        "1" + "0" * 400 + "亿",
                        "１２００",
                        "0x10",
                        "1_000",
                        "٣",
                        "½",
                        "--5",
                        "1,2,3.4.5",
                    )
                )
            )
        ).encode(),
    )
    yield "empty", b""
    yield "mark", b"\xef\xbb\xbf"
    yield "noise", bytes((n * n * 7 + n // 3) % 256 for n in range(6000))
    yield "markup", b"<table><tr><td>a" * 300


def book(rows: str, before: str = "", more: tuple[Member, ...] = (), **parts: bytes | None) -> bytes:
    """A workbook whose one sheet has these rows of XML; `before` stands before its root; a part replaces a member."""
    prolog = '<?xml version="1.0" encoding="UTF-8"?>'
    named: dict[str, tuple[str, bytes]] = {
        "types": (
            "[Content_Types].xml",
            b"""<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/></Types>""",
        ),
        "rels": (
            "_rels/.rels",
            f'<Relationships xmlns="{_REL}"><Relationship Id="r1" Type="{_KIND}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>'.encode(),
        ),
        "workbook": (
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_KIND}"><sheets><sheet name="名单" sheetId="1" '
            'r:id="r1"/></sheets></workbook>'.encode(),
        ),
        "inner": (
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{_REL}"><Relationship Id="r1" '
            f'Type="{_KIND}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" '
            f'Type="{_KIND}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'.encode(),
        ),
        "sheet": (
            "xl/worksheets/sheet1.xml",
            f'{prolog}{before}<worksheet xmlns="{_MAIN}">{rows}</worksheet>'.encode("utf-8", "surrogatepass"),
        ),
    }
    members: list[Member] = []
    for key, (name, data) in named.items():
        own = parts.get(key, data)
        if own is not None:
            members.append((name, own))
    return zipped([*members, *more])


def cell(place: str, said: str) -> str:
    """A cell with a text."""
    return f'<c r="{place}" t="inlineStr"><is><t>{said}</t></is></c>'


def table(*lines: str, first: str = "") -> str:
    """The invented list: its head, one row, and further rows of XML."""
    head = "".join(cell(f"{letter}1", said) for letter, said in zip("ABCD", HEAD.strip().split(","), strict=True))
    row = "".join(cell(f"{letter}2", said) for letter, said in zip("ABCD", ROW.strip().split(","), strict=True))
    return f'{first}<sheetData><row r="1">{head}</row><row r="2">{row}</row>{"".join(lines)}</sheetData>'


def books(secret: str) -> Iterator[tuple[str, bytes]]:
    """XLSX."""
    whole = book(table())
    yield "honest", whole
    for place in ("XFD1048576", "A1048576", "XFD3", "AAAAAAA9", "A0", "A99999999999", "ZZZ99", "", "1A"):
        yield f"cell-at-{place or 'none'}", book(table(f'<row r="3">{cell(place, "x")}</row>'))
    yield "columns-100000", book(table('<row r="3">' + "<c t='n'><v>1</v></c>" * 100_000 + "</row>"))
    for reach in ("A1:XFD1048576", "A1:A1", "B9:A1", "x", "A1:AAAAAAAA9999999999"):
        yield f"reach-{reach.replace(':', '-')}", book(table(first=f'<dimension ref="{reach}"/>'))
    for name, merged in (("all", "A1:XFD1048576"), ("twice", "A1:B2"), ("odd", "B2:A1"), ("none", "x")):
        yield (
            f"merged-{name}",
            book(
                table() + f'<mergeCells count="9"><mergeCell ref="{merged}"/><mergeCell ref="{merged}"/></mergeCells>'
            ),
        )
    strings = 'xmlns="' + _MAIN + '"'
    for number in ("-1", "9", "4294967296", "a"):
        yield (
            f"string-{number}",
            book(
                table(f'<row r="3"><c r="A3" t="s"><v>{number}</v></c></row>'),
                more=(("xl/sharedStrings.xml", f"<sst {strings}><si><t>a</t></si></sst>".encode()),),
            ),
        )
    yield (
        "strings-huge",
        book(
            table(),
            more=(("xl/sharedStrings.xml", f'<sst {strings} count="4294967295" uniqueCount="4294967295"/>'.encode()),),
        ),
    )
    yield (
        "strings-bomb",
        book(table(), more=(("xl/sharedStrings.xml", f"<sst {strings}><si><t>{'a' * BOMB}</t></si></sst>".encode()),)),
    )
    yield "rows-bomb", book("<sheetData>" + "<row><c><v>1</v></c></row>" * 700_000 + "</sheetData>")
    yield "bomb", book(table(), more=(("xl/media/a.bin", bytes(BOMB)),))
    yield "claims-much", claiming(whole, 0xFFFFFFF0)
    yield "claims-little", claiming(book(table(), more=(("xl/a.bin", bytes(BOMB // 2)),)), 9)
    use = table('<row r="3">' + cell("A3", "&a;") + "</row>")
    for name, said in (
        ("file", f'SYSTEM "{secret}"'),
        ("address", 'SYSTEM "http://127.0.0.1:9/a"'),
        ("own", '"甬"'),
        ("loop", '"&a;"'),
    ):
        yield f"entity-{name}", book(use, f"<!DOCTYPE a [<!ENTITY a {said}>]>")
    formula = '<row r="3"><c r="B3" t="str"><f>{}</f><v>{}</v></c></row>'
    for name, said in (
        ("dde", "cmd|'/C touch pwned'!A0"),
        ("web", 'WEBSERVICE("http://127.0.0.1:9")'),
        ("long", "1+" * 20_000 + "1"),
        ("round", "B3"),
    ):
        yield f"formula-{name}", book(table(formula.format(said, "甬川算出有限公司")))
    yield "formula-typed", book(table('<row r="3">' + cell("B3", "=cmd|'/C touch pwned'!A0") + "</row>"))
    yield "macro", book(table(), more=(("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0" + b"Shell touch pwned"),))
    yield "links", book(table() + '<hyperlinks><hyperlink ref="A1" location="javascript:alert(1)"/></hyperlinks>')
    for number in ("1e308", "NaN", "-1e308", "1e999", "9" * 300, "", "x"):
        yield f"number-{number[:9] or 'none'}", book(table(f'<row r="3"><c r="A3"><v>{number}</v></c></row>'))
    yield (
        "date-far",
        book(table('<row r="3"><c r="A3" s="1"><v>9e15</v></c><c r="B3" t="d"><v>9999999-99-99</v></c></row>')),
    )
    yield "style-none", book(table('<row r="3"><c r="A3" s="4294967295"><v>1</v></c></row>'))
    yield "fault", book(table('<row r="3"><c r="A3" t="e"><v>#REF!</v></c><c r="B3" t="z"><v>1</v></c></row>'))
    yield "deep", book(table() + "<a>" * 60_000)
    yield "control", book(table('<row r="3">' + cell("B3", "甬\x07川") + "</row>"))
    yield "surrogate", book(table('<row r="3">' + cell("B3", "甬\ud800川") + "</row>"))
    yield "direction", book(table('<row r="3">' + cell("B3", "\u202e甬川恒越轴承有限公司") + "</row>"))
    sheets = "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="r1"/>' for n in range(1, 200))
    for name, said in (
        ("200", sheets),
        ("path", '<sheet name="../../pwned" sheetId="1" r:id="r1"/>'),
        ("direction", '<sheet name="\u202egpj" sheetId="1" r:id="r1"/>'),
        ("none", ""),
        ("lost", '<sheet name="a" sheetId="1" r:id="r9"/>'),
    ):
        yield (
            f"sheets-{name}",
            book(
                table(),
                workbook=f'<workbook xmlns="{_MAIN}" xmlns:r="{_KIND}"><sheets>{said}</sheets></workbook>'.encode(),
            ),
        )
    for target in ("../../../../etc/passwd", "file:///etc/passwd", "workbook.xml", "//127.0.0.1/a"):
        yield (
            f"target-{target.strip('./').replace('/', '-').replace(':', '')}",
            book(
                table(),
                inner=(
                    f'<Relationships xmlns="{_REL}">'
                    f'<Relationship Id="r1" Type="{_KIND}/worksheet" Target="{target}"/></Relationships>'
                ).encode(),
            ),
        )
    for part in ("types", "rels", "workbook", "inner", "sheet"):
        lost: dict[str, Any] = {part: None}
        yield f"{part}-lost", book(table(), **lost)
        cut: dict[str, Any] = {part: b"<a"}
        yield f"{part}-cut", book(table(), **cut)
    for percent in (5, 40, 80, 97):
        yield f"cut-{percent}", whole[: len(whole) * percent // 100]
    yield "encrypted", flagged(whole)
    yield "names", book(table(), more=(("../../pwned", b"x"), ("/tmp/bulian-pwned", b"x"), link("xl/a", "/etc/passwd")))
    yield "old", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(900)
    yield "old-locked", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") + bytes(900)


def opened(repeat: int = 1_000_000) -> Iterator[tuple[str, bytes]]:
    """ODS."""
    office = "urn:oasis:names:tc:opendocument:xmlns"
    spaces = " ".join(f'xmlns:{name}="{office}:{name}:1.0"' for name in ("office", "table", "text"))
    start = f"<office:document-content {spaces}>"
    kind = ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet")
    own = ("META-INF/manifest.xml", b"<manifest/>")
    for name, row, column, before in (
        ("repeat", repeat, repeat, ""),
        ("repeat-rows", repeat, 1, ""),
        ("repeat-negative", -1, -1, ""),
        ("entity", 1, 1, '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
    ):
        body = (
            '<office:body><office:spreadsheet><table:table table:name="a">'
            f'<table:table-row table:number-rows-repeated="{row}">'
            f'<table:table-cell table:number-columns-repeated="{column}" office:value-type="string">'
            f"<text:p>a{'&a;' if before else ''}</text:p></table:table-cell></table:table-row></table:table>"
            "</office:spreadsheet></office:body>"
        )
        yield name, zipped([kind, own, ("content.xml", f"{before}{start}{body}</office:document-content>".encode())])


def lines() -> Iterator[tuple[str, bytes]]:
    """JSON lines."""
    good = json.dumps({"企业名称": "甬川恒越轴承有限公司", "所在市": "甬川市"}, ensure_ascii=False).encode() + b"\n"
    for name, said in (
        ("deep-list", b"[" * 40_000),
        ("deep-object", b'{"a":' * 5_000),
        ("number", b'{"a":' + b"9" * 9_000 + b"}"),
        ("far", b'{"a":1e999,"b":-Infinity,"c":NaN}'),
        ("surrogate", b'{"\xe4\xbc\x81\xe4\xb8\x9a\xe5\x90\x8d\xe7\xa7\xb0":"\\ud800\xe5\x85\xac\xe5\x8f\xb8"}'),
        ("nul", b'{"\xe4\xbc\x81\xe4\xb8\x9a\xe5\x90\x8d\xe7\xa7\xb0":"\\u0000\xe5\x85\xac\xe5\x8f\xb8"}'),
        ("key", b'{"' + b"a" * 20_000 + b'":1}'),
        ("keys", b"{" + b",".join(b'"%d":1' % n for n in range(2000)) + b"}"),
        ("proto", b'{"__proto__":{"a":1},"constructor":1}'),
        ("twice", b'{"a":1,"a":2}'),
        ("comment", b"{/*a*/}"),
        ("comma", b'{"a":1,}'),
        ("none", b"null"),
        ("text", b'"a"'),
        ("cut", good[:20]),
        ("utf-16", good.decode().encode("utf-16")),
        ("mark", b"\xef\xbb\xbf" + good),
        ("bytes", b"\xff\xfe\x00{"),
        ("formula", good.replace(b"\xe7\x94\xac\xe5\xb7\x9d", b"=cmd|'/C calc'!A0", 1)),
        ("nested", '{"企业名称":{"a":["甬川有限公司"]}}'.encode()),
    ):
        yield name, good + said + b"\n" + good


def archives() -> Iterator[tuple[str, bytes]]:
    """Archives of JSON lines."""
    good = json.dumps({"企业名称": "甬川恒越轴承有限公司"}, ensure_ascii=False).encode() + b"\n"
    member = "list.jsonl"
    whole = zipped([(member, good * 3)])
    for name in ("../../list.jsonl", "/tmp/bulian-pwned/list.jsonl", "..\\list.jsonl", "a/\u202elist.jsonl"):
        yield f"name-{name.count('.')}-{len(name)}", zipped([(name, good)])
    yield "link", zipped([link(member, "/etc/passwd")])
    yield "none", zipped([("other.txt", good)])
    yield "twice", zipped([(member, good), ("a/" + member, good)])
    yield "bomb", zipped([(member, good + b"\n" * BOMB)])
    yield "bomb-nested", zipped([(member, nested(5, "a.zip", bytes(BOMB // 4)))])
    yield "claims-much", claiming(whole, 0xFFFFFFF0)
    yield "claims-little", claiming(zipped([(member, good * 300_000)]), 5)
    yield "encrypted", flagged(whole)
    yield "method", flagged(whole, 0, 99)
    yield "changed", whole.replace(b"PK\x03\x04", b"PK\x03\x04", 1)[:-40] + b"\0" * 40
    yield "cut", whole[: len(whole) // 2]
    yield "members-300", zipped([*((f"{n}.txt", b"") for n in range(300)), (member, good)], zipfile.ZIP_STORED)
