"""Readers on good and bad files: what they give, and what they refuse by which code."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from nlp.errors import RefusedFile
from nlp.readers import Limits, read, read_file
from nlp.readers.apart import read_pdf_apart


def pdf(*pages: str, password: str | None = None) -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    out = io.BytesIO()
    canvas = Canvas(out, encrypt=password)
    for page in pages:
        canvas.setFont("STSong-Light", 12)
        for row, line in enumerate(page.split("\n")):
            canvas.drawString(72, 760 - 20 * row, line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def word(*blocks: str | list[list[str]]) -> bytes:
    document = docx.Document()
    for block in blocks:
        if isinstance(block, str):
            document.add_paragraph(block)
        else:
            table = document.add_table(len(block), len(block[0]))
            for row, cells in zip(table.rows, block, strict=True):
                for cell, text in zip(row.cells, cells, strict=True):
                    cell.text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def refused(data: bytes, name: str, **limits: int) -> RefusedFile:
    with pytest.raises(RefusedFile) as caught:
        read(data, name, Limits(**limits) if limits else Limits())
    error = caught.value
    assert error.file == name and error.hint and error.reason
    return error


def test_pdf_knows_its_pages() -> None:
    text = read(pdf("第一页 甲方", "第二页 乙方", "第三页"), "a.pdf")
    assert text.media == "pdf" and len(text.pages) == 3
    assert text.page_of(text.text.index("甲方")) == 1
    assert text.page_of(text.text.index("乙方")) == 2
    assert text.text[text.pages[2] :].strip() == "第三页"


def test_docx_keeps_the_order_of_paragraphs_and_tables() -> None:
    text = read(word("供应商介绍", [["产品", "年产能"], ["谐波减速器", "3万台"]], "以上"), "a.docx")
    assert text.text == "供应商介绍\n产品\t年产能\n谐波减速器\t3万台\n以上"
    assert text.title == "供应商介绍"


def test_html_blocks_rows_and_breaks() -> None:
    page = """<html><head><title>中标 公告</title><style>p{}</style></head><body><p>示例
        精密<b>机械</b>有限公司</p><table><tr><td>名称</td><td>金额
        （万元）</td></tr><tr><td>轴承</td><td>12</td></tr></table><div>第 D 标段<br>完</div></body></html>"""
    text = read(page.encode(), "a.html")
    assert text.text == "示例精密机械有限公司\n名称\t金额（万元）\n轴承\t12\n第 D 标段\n完"
    assert text.title == "中标 公告"


def test_html_merged_cells_keep_the_columns() -> None:
    page = (
        "<table><tr><td rowspan=2>供水</td><td>甲厂</td><td>1</td></tr><tr><td>乙厂</td><td>2</td></tr>"
        "<tr><td colspan='2'>合计</td><td>3</td></tr></table>"
    )
    assert read(page.encode(), "a.html").text == "供水\t甲厂\t1\n\t乙厂\t2\n合计\t\t3"


def test_html_nested_tables_stay_readable() -> None:
    page = "<table><tr><td><p>说明</p><table><tr><td>买方</td><td>示例公司</td></tr></table></td></tr></table>"
    assert read(page.encode(), "a.html").text == "说明\n买方\t示例公司"


@pytest.mark.parametrize(
    ("encoding", "declared"), [("utf-8", "gb2312"), ("gb18030", "utf-8"), ("gb18030", "gbk"), ("utf-16", "utf-8")]
)
def test_html_in_an_encoding_that_it_does_not_declare(encoding: str, declared: str) -> None:
    page = f"<html><head><meta charset='{declared}'></head><body>示例减速器有限公司</body></html>"
    assert read(page.encode(encoding), "a.html").text == "示例减速器有限公司"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_txt_encodings(encoding: str) -> None:
    assert read("甬川市\r\n轴承\r完".encode(encoding), "a.txt").text == "甬川市\n轴承\n完"


def test_deep_nesting_is_flat_work() -> None:
    text = read(b"<html><body>" + b"<div>" * 1_000_000 + "深处".encode() + b"</div>" * 1_000_000, "a.html")
    assert text.text == "深处" and text.warnings
    text = read(b"<html><body>" + b"<div>" * 1_500 + "深处".encode() + b"</div>" * 1_500, "a.html")
    assert text.text == "深处" and not text.warnings


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "a.pdf", "NL002"),
        (b"  \r\n", "a.txt", "NL002"),
        (b"%PDF-1.7 broken", "a.pdf", "NL006"),
        ("<html><p>示例</p></html>".encode(), "a.pdf", "NL005"),
        ("只是文字".encode(), "a.pdf", "NL006"),
        (b"\x89PNG\r\n\x1a\n0000", "a.png", "NL008"),
        (b"\x89PNG\r\n\x1a\n0000", "a.pdf", "NL005"),
        (b"a,b\n1,2\n", "a.csv", "NL004"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 90, "a.docx", "NL007"),
        (b"\x00\x01\x02\x03" * 100, "a.bin", "NL004"),
        (b"<html><body><script>1</script></body></html>", "a.html", "NL008"),
        (bytes(range(128, 256)) * 30, "a.txt", "NL009"),
    ],
)
def test_bad_files_are_refused_by_code(data: bytes, name: str, code: str) -> None:
    assert refused(data, name).code == code


def test_encrypted_pdf_empty_pdf_and_limits() -> None:
    assert refused(pdf("机密", password="x"), "a.pdf").code == "NL007"
    assert refused(pdf("", ""), "a.pdf").code == "NL008"
    assert refused(pdf("一", "二", "三"), "a.pdf", pages=2).code == "NL003"
    assert refused("轴承".encode() * 100, "a.txt", characters=50).code == "NL003"
    assert refused("轴承".encode() * 100, "a.txt", file_bytes=50).code == "NL003"


def test_cut_docx_and_bomb() -> None:
    good = word("内容")
    assert refused(good[: len(good) // 2], "a.docx").code == "NL006"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<a>" + b" " * 80_000_000)
    assert refused(out.getvalue(), "a.docx").code == "NL003"


def test_entities_of_xml_bring_no_file_and_no_bomb(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("planted-and-never-to-be-read", "utf-8")
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "哈"}">' for n in range(10))
    for declared, used in ((f'<!ENTITY s SYSTEM "{secret.as_uri()}">', "&s;"), (laughs, "&l9;")):
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(word("内容"))) as good, zipfile.ZipFile(out, "w") as bad:
            for name in good.namelist():
                data = good.read(name)
                if name == "word/document.xml":
                    body = data.partition(b"?>")[2].replace("内容".encode(), f"内容{used}".encode())
                    data = f"<!DOCTYPE d [{declared}]>".encode() + body
                bad.writestr(name, data)
        try:
            text = read(out.getvalue(), "a.docx").text
        except RefusedFile as error:
            assert error.code in ("NL003", "NL006", "NL008")
        else:
            assert "planted" not in text and len(text) < 1000


def rewritten(data: bytes, member: str, old: bytes, new: bytes) -> bytes:
    """A Word document with other bytes in one of its members."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as good, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as other:
        for name in good.namelist():
            text = good.read(name)
            assert name != member or old in text
            other.writestr(name, text.replace(old, new) if name == member else text)
    return out.getvalue()


def test_an_encrypted_docx_is_refused_as_such() -> None:
    data = bytearray(word("内容"))
    at = 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:  # the flag of each entry in the archive's list of contents
        data[at + 8] |= 1
        at += 4
    assert refused(bytes(data), "a.docx").code == "NL007"


def test_a_docx_row_that_says_it_is_a_million_columns_wide_is_read_cell_by_cell() -> None:
    plain = word("名录", [["产品", "年产能"], ["谐波减速器", "3万台"]])
    wide = rewritten(plain, "word/document.xml", b"<w:tcPr>", b"<w:tcPr><w:gridSpan w:val='9999999'/>")
    assert read(wide, "a.docx").text == "名录\n产品\t年产能\n谐波减速器\t3万台"


def test_html_cells_that_reach_ever_further_do_not_widen_each_row() -> None:
    """Each row lies beside what the rows before it cover: without an end to that the text grows with its square."""
    page = "<table>" + "<tr><td rowspan=500 colspan=500>甲</td><td>乙</td></tr>" * 400 + "</table>"
    text = read(page.encode(), "a.html").text
    assert text.count("甲") == text.count("乙") == 400
    assert max(line.count("\t") for line in text.splitlines()) < 2_600


def test_a_pdf_that_ends_its_reader_is_refused_and_the_program_goes_on() -> None:
    """A form that draws itself, drawn by the page: pdfium walks it until its stack is full."""
    body = (Path(__file__).parents[1] / "bad" / "found" / "form-round.pdf").read_bytes()
    assert refused(body, "a.pdf").code == "NL006"
    good = pdf("第一页 甲方")
    with pytest.raises(RefusedFile) as caught:  # the child's memory, not its answer, is what ends it here
        read_pdf_apart(good, "a.pdf", 10, 1000, memory=40 << 20)
    assert caught.value.code == "NL006" and caught.value.hint
    assert read(good, "a.pdf").text.strip() == "第一页 甲方"


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RefusedFile) as caught:
        read_file(tmp_path / "none.pdf")
    assert caught.value.code == "NL001"


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=2000), st.sampled_from(["a.pdf", "a.html", "a.docx", "a.txt", "a"]))
def test_any_bytes_are_read_or_refused(data: bytes, name: str) -> None:
    for head in (b"", b"%PDF-1.4\n", b"<html><body><table>", b"PK\x03\x04"):
        try:
            text = read(head + data, name)
        except RefusedFile:
            continue
        assert text.text.strip() and "\x00" not in text.text and "\r" not in text.text
        assert text.pages[0] == 0 and list(text.pages) == sorted(text.pages)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.sampled_from("<>/=\"'tdrablepiv 公司\n0129&;")))
def test_any_markup_ends(markup: str) -> None:
    try:
        read(("<html><body>" + markup).encode(), "a.html")
    except RefusedFile as error:
        assert error.code == "NL008"
