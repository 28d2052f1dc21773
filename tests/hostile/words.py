"""Word documents (DOCX) that attack their reader."""

from __future__ import annotations

import itertools
import zipfile
from collections.abc import Iterator
from typing import Any

from tests.hostile.packed import Member, claiming, flagged, link, nested, zipped

SPACE = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.{kind}.main+xml"/></Types>'
)
_RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="{kind}/officeDocument" Target="{target}"/>{more}</Relationships>'
)
SAID = "<w:p><w:r><w:t>甬川恒越轴承有限公司中标公告</w:t></w:r></w:p>"
BOMB = 60_000_000


def word(body: str = SAID, before: str = "", more: tuple[Member, ...] = (), **changes: bytes | None) -> bytes:
    """A document of a body; `before` stands before its root, `more` members beside it; a change replaces a member."""
    document = f'<?xml version="1.0" encoding="UTF-8"?>{before}<w:document {SPACE}><w:body>{body}</w:body></w:document>'
    members: dict[str, bytes | None] = {
        "[Content_Types].xml": _TYPES.format(kind="document").encode(),
        "_rels/.rels": _RELS.format(kind=_KIND, target="word/document.xml", more="").encode(),
        "word/document.xml": document.encode("utf-8", "surrogatepass"),
    }
    names = {"types": "[Content_Types].xml", "rels": "_rels/.rels", "document": "word/document.xml"}
    members |= {names[name]: data for name, data in changes.items()}
    return zipped([*((name, data) for name, data in members.items() if data is not None), *more])


def relations(*rows: str) -> Member:
    """The relations of the document's body."""
    start = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    return "word/_rels/document.xml.rels", (start + "".join(rows) + "</Relationships>").encode()


def outside(kind: str, target: str, mode: str = "External") -> str:
    """A relation that leads out of the document."""
    return f'<Relationship Id="rId9" Type="{_KIND}/{kind}" Target="{target}" TargetMode="{mode}"/>'


def documents(secret: str) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each; `secret` is the address of a file that must not be read."""
    yield from entities(secret)
    yield from archives()
    yield from parts(secret)
    yield from bodies()


def entities(secret: str) -> Iterator[tuple[str, bytes]]:
    """XML that asks for more than itself."""
    use = "<w:p><w:r><w:t>甬川公司&a;</w:t></w:r></w:p>"
    letters = "abcdefghij"
    levels = "".join(f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in itertools.pairwise(letters))
    yield "entity-file", word(use, f'<!DOCTYPE w [<!ENTITY a SYSTEM "{secret}">]>')
    yield "entity-address", word(use, '<!DOCTYPE w [<!ENTITY a SYSTEM "http://127.0.0.1:9/a">]>')
    yield "entity-parameter", word(use, f'<!DOCTYPE w [<!ENTITY % p SYSTEM "{secret}">%p;<!ENTITY a "x">]>')
    yield "entity-dtd", word(use.replace("&a;", ""), f'<!DOCTYPE w SYSTEM "{secret}">')
    yield "entity-laughs", word(use.replace("&a;", "&j;"), f'<!DOCTYPE w [<!ENTITY a "公公公公">{levels}]>')
    yield (
        "entity-quadratic",
        word("<w:p><w:r><w:t>" + "&a;" * 3000 + "</w:t></w:r></w:p>", f'<!DOCTYPE w [<!ENTITY a "{"公" * 30000}">]>'),
    )
    yield "entity-loop", word(use, '<!DOCTYPE w [<!ENTITY a "&b;"><!ENTITY b "&a;">]>')
    yield (
        "include",
        word(f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{secret}" parse="text"/>{SAID}'),
    )
    yield "stylesheet", word(SAID, f'<?xml-stylesheet type="text/xsl" href="{secret}"?>')


def archives() -> Iterator[tuple[str, bytes]]:
    """The ZIP file around it."""
    whole = word()
    yield "bomb", word(more=(("word/media/a.bin", bytes(BOMB)),))
    yield "bomb-body", word("<w:p><w:r><w:t>" + "公" * (BOMB // 3) + "</w:t></w:r></w:p>")
    yield "bomb-nested", word(more=(("word/a.zip", nested(4, "a.zip", bytes(BOMB // 4))),))
    yield "claims-little", claiming(word(more=(("word/a.bin", bytes(BOMB // 2)),)), 10)
    yield "claims-much", claiming(whole, 0xFFFFFFFE)
    yield "encrypted-flag", flagged(whole)
    for method in (9, 12, 14, 99):
        yield f"method-{method}", flagged(whole, 0, method)
    yield "members-300", zipped([(f"a/{n}", b"") for n in range(300)], zipfile.ZIP_STORED)[:-4] + b"\xff" * 4
    yield "body-twice", word(more=(("word/document.xml", b"<a/>"),))
    for name in ("../../pwned", "/tmp/bulian-pwned", "C:\\pwned.exe", "word/../../../pwned", "a\\..\\..\\pwned", "con"):
        yield (
            f"name-{name.strip('./').replace('/', '-').replace(chr(92), '-').replace(':', '')}",
            word(more=((name, b"pwned"),)),
        )
    yield "name-odd", word(more=(("\u202egpj.exe", b"x"), ("<script>", b"x"), ("$(touch pwned)", b"x")))
    yield "link", word(more=(link("word/a.xml", "/etc/passwd"),))
    for percent in (5, 30, 60, 90, 99):
        yield f"cut-{percent}", whole[: len(whole) * percent // 100]
    yield "directory-lost", whole[: whole.index(b"PK\x01\x02")]
    yield "directory-far", whole[:-10] + b"\xff\xff\xff\x7f" + whole[-6:]
    yield "comment", whole[:-2] + b"\xff\xff" + b"PK\x05\x06" * 4_000
    yield "before", b"MZ" + b"\0" * 500 + whole
    yield "old-word", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000)


def parts(secret: str) -> Iterator[tuple[str, bytes]]:
    """Parts and relations between them: macros, objects, templates, addresses."""
    macro = (
        _TYPES.format(kind="document")
        .replace("openxmlformats-officedocument.wordprocessingml.document", "ms-word.document.macroEnabled")
        .encode()
    )
    program = ("word/vbaProject.bin", b"\xd0\xcf\x11\xe0" + b"Attribute VB_Name AutoOpen Shell touch pwned")
    yield "macro", word(more=(program,))
    yield "macro-type", word(types=macro, more=(program,))
    yield (
        "object",
        word(
            more=(
                ("word/embeddings/oleObject1.bin", b"MZ" + bytes(500)),
                relations(outside("oleObject", "embeddings/oleObject1.bin", "Internal")),
            )
        ),
    )
    for kind, target in (
        ("attachedTemplate", "http://127.0.0.1:9/a.dotm"),
        ("image", "http://127.0.0.1:9/a.png"),
        ("image", secret),
        ("frame", "\\\\127.0.0.1\\share\\a"),
        ("hyperlink", "javascript:alert(1)"),
        ("aFChunk", secret),
    ):
        yield f"leads-{kind}-{len(target)}", word(more=(relations(outside(kind, target)),))
    yield "leads-up", word(more=(relations(outside("styles", "../../../../../../etc/passwd", "Internal")),))
    yield "leads-round", word(more=(relations(outside("header", "document.xml", "Internal")),))
    for name, data in (
        ("types", None),
        ("rels", None),
        ("types", b"<Types"),
        ("rels", b""),
        ("document", b""),
        ("document", b"\x00" * 900),
        ("document", b"<a/>"),
        ("rels", b"<Relationships/>"),
    ):
        part: dict[str, Any] = {name: data}
        yield f"{name}-{'none' if data is None else len(data)}", word(**part)
    body = f"<w:document {SPACE}><w:body>{SAID}</w:body></w:document>"
    yield "utf-16", word(document=body.encode("utf-16"))
    yield "utf-7", word(document=b'<?xml version="1.0" encoding="UTF-7"?>' + body.encode("utf-7"))
    yield "encoding-none", word(document=b'<?xml version="1.0" encoding="x-none"?>' + body.encode())
    yield "gb18030", word(document=b'<?xml version="1.0" encoding="GB18030"?>' + body.encode("gb18030"))
    yield "namespace", word(document=body.replace("2006/main", "2099/main").encode())
    yield "core", word(more=(("docProps/core.xml", b"<a" + b"b" * 5000),))


def bodies() -> Iterator[tuple[str, bytes]]:
    """What stands in the body."""
    cell = "<w:tc>{}<w:p/></w:tc>"
    row = "<w:tbl><w:tr>{}</w:tr></w:tbl>"
    deep = SAID
    for _ in range(120):
        deep = row.format(cell.format(deep))
    field = '<w:p><w:r><w:instrText>{}</w:instrText></w:r><w:fldSimple w:instr="{}"/></w:p>'
    yield "tables-120-deep", word(deep)
    yield "tables-3000-open", word("<w:tbl>" * 3000)
    yield "runs-20000-deep", word("<w:ins>" * 20_000 + SAID + "</w:ins>" * 20_000)
    yield "columns-3000", word(row.format(cell.format("") * 3000) + SAID)
    yield "span-huge", word(row.format(cell.format('<w:tcPr><w:gridSpan w:val="2147483647"/></w:tcPr>')) + SAID)
    yield "span-none", word(row.format(cell.format('<w:tcPr><w:gridSpan w:val="-5"/></w:tcPr>')) + SAID)
    yield "span-word", word(row.format(cell.format('<w:tcPr><w:gridSpan w:val="a"/></w:tcPr>')) + SAID)
    yield "merge-without", word(row.format(cell.format("<w:tcPr><w:vMerge/></w:tcPr>")) + SAID)
    yield (
        "skip-huge",
        word(
            '<w:tbl><w:tr><w:trPr><w:gridBefore w:val="999999999"/></w:trPr>'
            + cell.format("")
            + "</w:tr></w:tbl>"
            + SAID
        ),
    )
    yield "paragraphs-30000", word("<w:p/>" * 30_000 + SAID)
    for name, said in (
        ("dde", "DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe '/k touch pwned'"),
        ("include-field", "INCLUDETEXT /etc/passwd"),
        ("macro-button", "MACROBUTTON AutoOpen"),
    ):
        yield f"field-{name}", word(field.format(said, said) + SAID)
    yield "control", word("<w:p><w:r><w:t>甬川\x07公司</w:t></w:r></w:p>")
    yield "entity-nul", word("<w:p><w:r><w:t>甬川&#0;公司</w:t></w:r></w:p>")
    yield "surrogate", word("<w:p><w:r><w:t>甬川\ud800公司</w:t></w:r></w:p>")
    yield "direction", word("<w:p><w:r><w:t>\u202e甬川\u2066恒越\u2069有限公司\u200f中标\u202c</w:t></w:r></w:p>" * 50)
    yield "script", word("<w:p><w:r><w:t>&lt;script&gt;alert(1)&lt;/script&gt;有限公司</w:t></w:r></w:p>")
