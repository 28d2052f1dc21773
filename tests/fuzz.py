"""Broken, hostile and absurd documents through readers and rules: `python -m tests.fuzz --seconds 600 --seed 1`.

Made documents of every format, and those of the demo, are cut, flipped, doubled, nested, mixed with control
characters, marks of direction and wrong encodings. Each batch runs in a process of its own with a limit of memory and
an alarm; a document must be read or refused. What breaks is written to the folder `tests/bad/found`, where a test
keeps it.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import random
import resource
import signal
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from collections import Counter
from pathlib import Path

from kg.records import DocumentId
from nlp.errors import RefusedFile
from nlp.extract import extract_text
from nlp.readers import read
from nlp.readers.ocr import available
from nlp.text import Text
from seeds.demo.make.world import HOME

BAD = Path(__file__).parent / "bad" / "found"
SECONDS = 20
MEMORY = 1_000_000_000
_ODD = [
    "\x00",
    "\u202e",
    "\u202d",
    "\u200f",
    "\ufeff",
    "\x08",
    "\x1b",
    "\ud7ff",
    "\U0001f3f4",
    "\u0301",
    "\u2028",
    "\t",
    "\r",
]
_SIGNS = "（）()《》“”\"'，。；：、%％0123456789.,-—万亿元年月日公司股份有限联合体与和指\t\n <>&;"
_COLOURS = [
    *((mode, "PNG") for mode in ("L", "1", "P", "RGBA", "I;16")),
    *((mode, "JPEG") for mode in ("RGB", "CMYK")),
    *((mode, "TIFF") for mode in ("L", "1", "F", "CMYK")),
    ("RGB", "BMP"),
]
_TAGS = ["div", "p", "table", "tr", "td", "th", "span", "br", "b", "ul", "pre", "script", "title", "svg", "template"]


def seeds() -> list[tuple[str, bytes]]:
    """The demo's documents, by name."""
    return [(path.name, path.read_bytes()) for path in sorted((HOME / "documents").iterdir())]


def made(chance: random.Random, known: list[tuple[str, bytes]]) -> tuple[str, bytes]:
    """A document: one of the known, mutated, or one that no program would write."""
    name, data = chance.choice(known)
    kind = chance.randrange(11 if available() else 9)
    if kind == 9:
        return picture(chance)
    if kind == 10:
        return "a.pdf", scan(chance)
    if kind == 0:
        return name, data[: chance.randrange(len(data))]
    if kind == 1:
        return name, flipped(chance, data)
    if kind == 2:
        return "a.html", markup(chance).encode(chance.choice(["utf-8", "gb18030", "utf-16"]), "replace")
    if kind == 3:
        return chance.choice(["a.txt", "a.html"]), signs(chance).encode("utf-8", "replace")
    if kind == 4:
        return "a.docx", word(chance, data)
    if kind == 5:
        return "a.pdf", streams(chance)
    if kind == 6:
        at = chance.randrange(len(data))
        return name, data[:at] + data[at : at + chance.randrange(1, 4000)] * chance.randrange(2, 200) + data[at:]
    if kind == 7 and name.endswith((".txt", ".html")):
        text = data.decode("utf-8", "replace") if name.endswith(".html") else data.decode("gb18030", "replace")
        return name, sprinkled(chance, text).encode(chance.choice(["utf-8", "gb18030", "utf-16", "big5"]), "replace")
    return name, flipped(chance, data[: chance.randrange(1, len(data))])


def flipped(chance: random.Random, data: bytes) -> bytes:
    """Some bytes changed."""
    changed = bytearray(data)
    for _ in range(chance.choice([1, 4, 40, 400])):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def sprinkled(chance: random.Random, text: str) -> str:
    """A text with odd characters in it and a part of it repeated."""
    parts = list(text)
    for _ in range(chance.choice([3, 30, 300])):
        parts.insert(chance.randrange(len(parts)), chance.choice(_ODD) * chance.choice([1, 1, 50]))
    at = chance.randrange(len(parts))
    return "".join(parts[:at] + parts[at : at + chance.randrange(1, 60)] * chance.choice([1, 20, 400]) + parts[at:])


def markup(chance: random.Random) -> str:
    """Tags without order: deep, unclosed, with spans that no table has."""
    parts = ["<html>", chance.choice(["", "<meta charset=gb2312>", "<meta charset=utf-7>", "<meta charset=x-none>"])]
    for _ in range(chance.choice([20, 300, 3000])):
        tag = chance.choice(_TAGS)
        span = chance.choice(
            ["", "", "", " colspan=999999", " rowspan=-1", " rowspan=65535 colspan=300", " title='公告'"]
        )
        again = chance.choice([1, 1, 1, 1, 900])
        parts.append(f"<{chance.choice(['', '', '/'])}{tag}{span}>" * again)
        parts.append("".join(chance.choices(_SIGNS, k=chance.choice([0, 5, 60]))))
    return "".join(parts)


def signs(chance: random.Random) -> str:
    """Long runs of the signs and words that the rules look for."""
    words = [
        "股份有限公司",
        "以下简称",
        "中标",
        "联合体",
        "1、",
        "指",
        "2019年",
        "主要产品包括",
        "不低于",
        "ZL2016",
        "万元",
        "《",
        "》",
        "(",
    ]
    parts = [chance.choice(words) * chance.choice([1, 1, 3, 2000]) for _ in range(chance.choice([5, 50, 400]))]
    return "中标公告\n" + "".join(part + "".join(chance.choices(_SIGNS, k=chance.choice([0, 3, 30]))) for part in parts)


def word(chance: random.Random, data: bytes) -> bytes:
    """A DOCX whose XML is cut, nested or blown up."""
    nested = "<w:p><w:r>" * chance.choice([1, 500, 200_000])
    body = chance.choice(
        [nested, "<w:tbl>" * 3000, "&a;" * 100, "<w:t>" + "公" * chance.choice([10, 5_000_000]) + "</w:t>"]
    )
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    bomb = "<!DOCTYPE a [<!ENTITY a '" + "公" * 1000 + "'>]>" if "&a;" in body else ""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        if data[:2] == b"PK":
            try:
                with zipfile.ZipFile(io.BytesIO(data)) as old:
                    for entry in old.namelist():
                        if entry != "word/document.xml":
                            archive.writestr(entry, old.read(entry))
            except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError):
                pass
        archive.writestr("word/document.xml", f"{bomb}<w:document {space}><w:body>{body}</w:body></w:document>")
    return out.getvalue()


def streams(chance: random.Random) -> bytes:
    """A small PDF whose page is what the seed makes of operators: rules without number, text in odd places."""
    parts = [b"BT /F1 10 Tf"]
    for _ in range(chance.choice([10, 1000, 40_000])):
        x, y, z, w = (chance.randrange(-2000, 4000) for _ in range(4))
        parts.append(
            chance.choice(
                [
                    b"%d %d %d %d re S" % (x, y, z, w),
                    b"%d %d m %d %d l S" % (x, y, x, w),
                    b"%d %d m %d %d l S" % (x, y, z, y),
                    b"%d %d Td (%d A) Tj" % (x % 600, y % 800, z),
                    b"q" * 50,
                    b"%d 0 0 %d 0 0 cm" % (1 + x % 3, 1 + y % 3),
                ]
            )
        )
    content = zlib.compress(b"\n".join(parts) + b"\nET" + b" " * chance.choice([0, 0, 30_000_000]))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Rotate %d/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>"
    return document(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[3 0 R]>>" % chance.choice([1, 1, 1, 90_000_000]),
        page % chance.choice([0, 90, 180, 270, 45]),
        b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )


def picture(chance: random.Random) -> tuple[str, bytes]:
    """A picture of odd size, colours and frames, some of it cut or changed; with the extra `ocr` alone."""
    from PIL import Image

    mode, form = chance.choice(_COLOURS)
    size = chance.choice([(1, 1), (1, 6000), (6000, 3), (17, 17), (300, 200), (300, 200), (1200, 900), (5200, 5200)])
    noise = Image.frombytes("L", (64, 64), chance.randbytes(4096)).resize(size)
    page = Image.new(mode, size, chance.randrange(65_536)) if mode == "I;16" else noise.convert(mode)
    out = io.BytesIO()
    more = [page] * chance.choice([0, 0, 0, 2]) if form in ("PNG", "TIFF") and size[0] < 1000 else []
    page.save(out, form, **({"save_all": True, "append_images": more} if more else {}))
    data = bytearray(out.getvalue())
    harm = chance.randrange(4)
    if harm == 0:
        data = data[: chance.randrange(len(data))]
    elif harm == 1:
        data = bytearray(flipped(chance, bytes(data)))
    elif harm == 2 and form == "PNG":  # another size than the data has
        data[16:24] = struct.pack(">II", *(chance.choice([0, 1, 500, 9_000, 70_000, 2**31 - 1]) for _ in range(2)))
        data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    return f"a.{form.lower()}", bytes(data)


def scan(chance: random.Random) -> bytes:
    """A PDF of one page without text that draws pictures: huge, empty, of a filter that their data does not have."""
    width, height = (chance.choice([0, 1, 300, 2_000, 9_000, 70_000, 2**31 - 1, -5]) for _ in range(2))
    colour = chance.choice([b"/DeviceGray", b"/DeviceRGB", b"/DeviceCMYK", b"[/Indexed/DeviceRGB 255(abc)]", b"/Odd"])
    filters = chance.choice(
        [b"/FlateDecode", b"/FlateDecode", b"/DCTDecode", b"/JPXDecode", b"/JBIG2Decode", b"[/A85]"]
    )
    data = chance.choice([chance.randbytes(5_000), bytes(30_000_000), picture(chance)[1]])
    data = zlib.compress(data) if filters == b"/FlateDecode" else data
    drawn = b"q %d 0 0 %d 50 50 cm /I Do Q " % (chance.choice([1, 400, -400, 10**9]), chance.choice([1, 500, 10**9]))
    content = drawn * chance.choice([1, 1, 200])
    box = chance.choice(
        [b"0 0 600 800", b"0 0 600 800", b"0 0 0 0", b"0 0 1 14400", b"-9 -9 999999 999999", b"5 5 1 1"]
    )
    picture_of = b"<</Subtype/Image/Width %d/Height %d/BitsPerComponent %d/ColorSpace%s/Filter%s/Length %d>>" % (
        width, height, chance.choice([1, 8, 8, 16, 3]), colour, filters, len(data)
    )  # fmt: skip
    return document(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>" % box,
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        picture_of + b"stream\n" + data + b"\nendstream",
    )


def document(*objects: bytes) -> bytes:
    """A PDF of these objects, the first its catalogue."""
    out = b"%PDF-1.4\n"
    for number, body in enumerate(objects, start=1):
        out += b"%d 0 obj%s endobj\n" % (number, body)
    return out + b"trailer<</Root 1 0 R>>"


def check(name: str, data: bytes) -> str:
    """Read a document and extract its facts; the code of its refusal, or 'read'. Raises what must not happen."""
    try:
        looked(read(data, name), name)
    except RefusedFile as refused:
        return refused.code
    return "read"


def looked(text: Text, name: str) -> None:
    """Extract the facts of a document, each of which stands where it says. Raises AssertionError."""
    assert text.text.strip() and text.pages[0] == 0 and list(text.pages) == sorted(text.pages)
    for fact in extract_text(text, name, DocumentId("0" * 64)):
        assert text.text[fact.start : fact.end] == fact.quote, fact
        assert fact.page == text.page_of(fact.start), fact


def batch(seed: int, count: int, bad: Path) -> Counter[str]:
    """Check documents of a seed under the limits; what breaks is written to `bad`."""
    resource.setrlimit(
        resource.RLIMIT_AS, (MEMORY + 1_500_000_000, resource.RLIM_INFINITY)
    )  # mapped, not used, by libraries
    chance, known, found = random.Random(seed), seeds(), Counter[str]()
    before = 0
    for number in range(count):
        name, data = made(chance, known)
        waiting = bad / f"{seed}-{number}-{hashlib.sha256(data).hexdigest()[:8]}{Path(name).suffix}"
        waiting.write_bytes(data)  # stays if the process is killed
        signal.alarm(SECONDS + 1)
        begun = time.process_time()  # a busy machine makes nothing slow; the alarm ends what waits
        try:
            code = check(name, data)
        except Exception as error:
            code = f"BROKEN {type(error).__name__}: {error}"[:200]
            print(waiting.name, code, flush=True)
        signal.alarm(0)
        peak = most_memory()
        spent = time.process_time() - begun
        slow, large = spent > SECONDS / 4, peak > MEMORY and peak > before
        if slow or large:
            print(waiting.name, "SLOW" if slow else "LARGE", round(spent, 1), peak >> 20, flush=True)
        before = max(before, peak)
        if not code.startswith("BROKEN") and not slow and not large:
            waiting.unlink()
        found[code.split(":")[0]] += 1
    found["peak MB"] = before >> 20
    return found


def most_memory() -> int:
    """The most memory that this process has held, in bytes; `ru_maxrss` has what the starting process held in it."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def main() -> None:
    """Batches, each in a process, until the time is up."""
    options = argparse.ArgumentParser()
    options.add_argument("--seconds", type=float, default=600)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--count", type=int, default=150)
    options.add_argument("--bad", type=Path, default=BAD)
    options.add_argument("--one", action="store_true", help="this seed alone, in this process")
    given = options.parse_args()
    given.bad.mkdir(exist_ok=True)
    if given.one:
        print(dict(batch(given.seed, given.count, given.bad)))
        return
    end, seed, failed = time.monotonic() + given.seconds, given.seed, 0
    while time.monotonic() < end:
        arguments = ["--one", "--seed", str(seed), "--count", str(given.count), "--bad", str(given.bad)]
        done = subprocess.run([sys.executable, "-m", "tests.fuzz", *arguments], check=False)
        failed += done.returncode != 0
        if done.returncode:
            print(f"seed {seed} ended with {done.returncode}", flush=True)
        seed += 1
    sys.exit(bool(failed or any(given.bad.glob(f"{given.seed}-*"))))


if __name__ == "__main__":
    main()
