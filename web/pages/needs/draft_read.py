"""A need from a text or a tender: what is read is shown beside its sentence, and nothing is kept before it is
confirmed."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from kg.errors import BulianError
from kg.values.date import find_dates
from kg.values.region import Regions
from nlp.readers import Limits, read
from web.beijing import day_of
from web.forms import File, Form, first
from web.pages.needs.draft_form import DraftForm
from web.pages.needs.requirement import MAX_SIGNS, read_page
from web.work.needs.needs import TITLE

if TYPE_CHECKING:
    from web.home import Home

LIMITS = Limits(file_bytes=30_000_000, pages=500, characters=2_000_000)
"""What is too much for a tender that somebody waits for; larger ones are loaded as documents."""

MOST, LONGEST = 12, 160
"""Places and dates that are offered; signs of a sentence that is shown."""

_DUE = re.compile(r"截止|截至|递交|提交|报名|投标|响应|应答|报价|开标|答复")
_WHERE = re.compile(r"交货|交付|送货|送达|到货|安装|服务|项目|使用|实施|建设")
_BUYING = re.compile(r"的?(?:公开)?(?:采购|招标|询价|比选|竞争性谈判|竞争性磋商)(?:项目|公告|文件|需求)*$")
"""What a tender's title says beside the product."""

_END = re.compile(r"[。；;！!？?\n]")


class Said(BaseModel):
    """Something that was read, with its sentence. `on`: offered as right; dates and places are for the reader to
    choose."""

    value: str
    words: str
    sentence: str = ""
    on: bool = False
    past: bool = False


class ReadPage(BaseModel):
    """What a text says, to be confirmed; without a text the form."""

    text: str = ""
    name: str = Field(default="", description="the file that the text was read from")
    title: str = ""
    products: list[Said] = []
    targets: list[Said] = []
    deadlines: list[Said] = []
    places: list[Said] = []
    left: int = Field(default=0, description="signs at the end that were not read")
    read: bool = False
    wrong: str = ""
    reason: str = ""


def read_file(file: File) -> ReadPage:
    """The text of an uploaded file, or why it cannot be read (codes NL002 to NL009)."""
    try:
        text = read(file.content, file.name, LIMITS)
    except BulianError as error:
        return ReadPage(name=file.name, wrong=error.code, reason=f"{error.reason}; {error.hint}".strip("; "))
    return ReadPage(name=file.name, title=text.title[:TITLE], text=text.text)


def read_need(home: Home, page: ReadPage, at: datetime) -> ReadPage:
    """Read products, targets, deadline and places of a text."""
    page.left = max(0, len(page.text) - MAX_SIGNS)
    text = page.text = page.text[:MAX_SIGNS]
    found = read_page(home, page.title, text)
    if found.wrong:
        page.wrong = found.wrong
        return page
    page.read = True
    named = dict.fromkeys(_BUYING.sub("", one.product) or one.product for one in found.classes)
    page.products = [Said(value=name, words=name, sentence=_around(text, text.find(name)), on=True) for name in named]
    page.title = page.title or (page.products[0].value if page.products else "")
    page.targets = [
        Said(value=row.quote, words=row.quote, sentence=_around(text, int(row.start)) if row.start else "", on=True)
        for row in found.rows
    ]
    page.deadlines = list(_deadlines(text, day_of(at)))
    page.places = _places(text)
    return page


def _around(text: str, at: int) -> str:
    """The sentence in which an offset lies; empty for none."""
    if at < 0:
        return ""
    start = max((hit.end() for hit in _END.finditer(text, max(0, at - LONGEST), at)), default=max(0, at - LONGEST))
    end = _END.search(text, at, at + LONGEST)
    return " ".join(text[start : end.end() if end else at + LONGEST].split())


def _deadlines(text: str, today: str) -> list[Said]:
    """Days that a sentence calls the end of something; the first one that is still to come is offered."""
    found: dict[str, Said] = {}
    for span in find_dates(text):
        sentence = _around(text, span.start)
        if len(span.iso) == len(today) and _DUE.search(sentence):
            found.setdefault(span.iso, Said(value=span.iso, words=span.iso, sentence=sentence, past=span.iso < today))
    coming = [day for day in found if day >= today]
    if coming:
        found[coming[0]].on = True
    return list(found.values())[:MOST]


def _places(text: str) -> list[Said]:
    """Places that a sentence on delivery or use names, each once. None is taken unless somebody chooses it."""
    found: dict[str, Said] = {}
    for span in Regions.load().spans(text):
        sentence = _around(text, span.start)
        if _WHERE.search(sentence):
            path = "".join(region.name for region in Regions.load().path(span.region.code))
            found.setdefault(span.region.code, Said(value=span.region.code, words=path, sentence=sentence))
    return list(found.values())[:MOST]


def confirmed(form: Form, key: str) -> DraftForm:
    """The form of a need, filled with what was ticked; it is kept when that form is sent."""
    page = DraftForm(key=key, title=first(form, "title")[:TITLE])
    page.products = "\n".join(form.get("product", []))
    page.text = "\n".join(form.get("target", []))
    page.deadline = first(form, "deadline")
    code, _, sentence = first(form, "place").partition("|")
    if code:
        page.own, page.how, page.why = {"place": code}, {"place": "wish"}, sentence[:300]
    return page
