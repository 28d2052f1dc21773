"""Pages (HTML) and plain texts that attack their reader or the rules that read them."""

from __future__ import annotations

from collections.abc import Iterator

SAID = "甬川市恒越轴承有限公司中标公告\n中标单位:甬川恒越轴承有限公司,中标金额120万元。\n"


def texts() -> Iterator[tuple[str, bytes]]:
    """Plain texts."""
    yield "empty", b""
    yield "mark", b"\xef\xbb\xbf"
    yield "spaces", b" \t\r\n" * 3000
    yield "nul", bytes(5000)
    yield "nul-between", SAID.replace("公司", "公\0司").encode()
    yield "nul-utf-16", SAID.encode("utf-16-le")
    for name in ("utf-16", "utf-32", "utf-7", "gb18030", "big5hkscs", "shift_jis", "euc_kr", "cp037"):
        yield f"encoding-{name}", SAID.encode(name, "replace")
    yield "encoding-two", SAID.encode() + SAID.encode("gb18030")
    yield "encoding-cut", SAID.encode("gb18030")[:-1] + b"\x81"
    yield "encoding-overlong", b"\xc0\xae\xc0\xae/\xc0\xaeetc/passwd " + SAID.encode()
    yield "encoding-halves", SAID.encode() + b"\xed\xa0\x80\xed\xb0\x80" * 20
    yield "encoding-noise", bytes((n * n * 7 + n // 3) % 256 for n in range(6000))
    yield "direction", ("\u202e" + SAID + "\u2066\u2067\u2069\u200e\u200f\u061c").encode() * 20
    yield "marks", "".join(sign + "\u0301\u20dd\u0489" * 60 for sign in SAID).encode()
    yield "width-none", "\u200b\u200c\u200d\ufeff\u2060\u00ad".join(SAID).encode()
    yield "control", "\x1b[2J\x1b]0;pwned\x07\x08\x7f\x85".join(SAID.split("公司")).encode()
    yield "private", "".join(sign + "\ue000\ufdd0\U0010ffff\U000e0041" for sign in SAID).encode()
    yield "lines-cr", SAID.replace("\n", "\r").encode()
    yield "lines-odd", SAID.replace("\n", "\u2028\u2029\x0b\x0c\x1c\x85").encode()
    yield "lines-12000", b"\n" * 12_000 + SAID.encode()
    yield "line-one", SAID.replace("\n", "").encode() * 250
    for name, sign, count in (
        ("brackets", "（", 12_000),
        ("firms", "公司", 3_000),
        ("digits", "9", 18_000),
        ("quotes", "《“", 3_000),
        ("dots", "、", 6_000),
        ("joint", "联合体", 2_000),
        ("short", "（以下简称“", 1_200),
        ("units", "万元", 3_000),
        ("dates", "2019年", 2_000),
        ("patents", "ZL2016", 2_400),
        ("zero", "0.", 8_000),
        ("range", "1-", 8_000),
    ):
        yield f"run-{name}", (SAID + sign * count + SAID).encode()
    for name, said in (
        ("shell", "$(touch pwned);`touch pwned`|touch pwned&"),
        ("path", "../../../../etc/passwd"),
        ("sql", "甬川'; DROP TABLE need; --有限公司"),
        ("cypher", "甬川'}) DETACH DELETE n // 有限公司"),
        ("template", "{{7*7}}{% include '/etc/passwd' %}${7*7}"),
        ("format", "%s%s%n{0.__class__}"),
        ("script", "<script>alert(1)</script>有限公司"),
        ("log", "${jndi:ldap://127.0.0.1:9/a}"),
        ("formula", "=cmd|' /C calc'!A0"),
        ("python", "__import__('os').system('touch pwned')"),
    ):
        yield f"name-{name}", (SAID.replace("甬川恒越轴承有限公司", said) + said).encode()


def pages() -> Iterator[tuple[str, bytes]]:
    """HTML."""

    def page(body: str, head: str = "", before: str = "<!doctype html>") -> bytes:
        return f"{before}<html><head>{head}</head><body><p>{SAID}</p>{body}</body></html>".encode(
            "utf-8", "surrogatepass"
        )

    yield "div-8000-deep", page("<div>" * 8_000)
    yield "table-1200-deep", page("<table><tr><td>" * 1200)
    yield "bold-open", page("<b><i><p>" * 3000)
    yield "cells-8000", page("<table><tr>" + "<td>1" * 8_000 + "</table>")
    yield "rows-4000", page("<table>" + "<tr><td>1" * 4_000 + "</table>")
    for span in ("999999999", "-1", "0", "1e9", "九", "65535"):
        many = f"<tr><td colspan={span} rowspan={span}>甬川<td>1" * 300
        yield f"span-{span if span.isascii() else 'word'}", page(f"<table>{many}</table>")
    for name, tag in (
        ("script", "<script>document.title='pwned';fetch('http://127.0.0.1:9/')</script>"),
        ("svg", "<svg onload=alert(1)><script href='data:,alert(1)'/></svg>"),
        ("frame", "<iframe src='file:///etc/passwd'></iframe><object data='file:///etc/passwd'></object>"),
        ("picture", "<img src='http://127.0.0.1:9/a.png' onerror=alert(1)>" * 50),
        ("style", "<style>@import 'http://127.0.0.1:9/a.css';</style><link rel=stylesheet href=//127.0.0.1:9>"),
        ("form", "<form action=//127.0.0.1:9><input autofocus onfocus=alert(1)></form>"),
        ("mathml", "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>"),
        ("template", "<template><p>甬川</p><template>" * 500),
        ("comment", "<!--" + "a" * 18_000),
        ("cdata", "<![CDATA[" + "甬川" * 2000),
        ("attribute", f"<p title='{'甬' * 12_000}'>1</p>"),
        ("attributes", "<p " + " ".join(f"a{n}=1" for n in range(3_000)) + ">1</p>"),
        ("tag", f"<{'a' * 18_000}>1"),
        ("quote", "<p title='" + "1" * 10_000),
        ("entities", "&#0;&#xD800;&#x110000;&nope;" * 600),
        ("entity-long", "&#" + "9" * 12_000 + ";"),
        ("direction", "<bdo dir=rtl>\u202e甬川有限公司</bdo>" * 100),
        ("hidden", "<p hidden>甬川暗有限公司</p><p style='display:none'>甬川暗有限公司</p>"),
        ("pre", "<pre>" * 2000 + "\n" * 5000),
        ("half", "<p>甬川\ud83f有限公司</p>"),
    ):
        yield f"tag-{name}", page(tag)
    for charset in ("utf-7", "utf-16", "x-none", "gb2312", "a" * 9000, "utf-8\0"):
        yield f"charset-{charset.strip(chr(0))[:9]}-{len(charset)}", page("", f"<meta charset='{charset}'>")
    yield "refresh", page("", "<meta http-equiv=refresh content='0;url=http://127.0.0.1:9'><base href=//127.0.0.1:9>")
    yield "title", page("", "<title>\u202e" + "公告<b>" * 1500 + "</title>")
    yield "entity-file", page("&a;", "", '<!DOCTYPE html [<!ENTITY a SYSTEM "file:///etc/passwd">]>')
    yield "entity-laughs", page("&b;", "", '<!DOCTYPE html [<!ENTITY a "公公"><!ENTITY b "&a;&a;&a;">]>')
    yield "xhtml", page("", "", '<?xml version="1.0"?><?xml-stylesheet href="file:///etc/passwd"?>')
    yield "gb18030", page("").decode().encode("gb18030")
    yield "utf-16", page("").decode().encode("utf-16")
    yield "utf-16-cut", page("").decode().encode("utf-16")[:-1]
    yield "nul", page("甬川\0公司<p\0>1</p>")
    yield "only-tags", b"<html><body>" + b"<div><p></p></div>" * 2000
