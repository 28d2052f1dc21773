"""What a form of the pages sends: its fields as text, with the line ends that the pages use, and its files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import Depends, Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from web.errors import WebError

MAX_FIELDS = 10_000
MAX_FILES = 20

Form = dict[str, list[str]]
"""The values of each field, in their order."""


async def form(request: Request) -> Form:
    """The fields of a form sent by POST; browsers send line ends as CR LF, here they are LF.

    Raises WebError WE415 for another encoding than application/x-www-form-urlencoded, WE413 for too many fields.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise WebError(f"a form cannot be sent as {kind[:80] or 'nothing'}", code="WE415", hint="use the page's form")
    body = (await request.body()).decode("utf-8", "replace")
    try:
        fields = parse_qs(body, keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError:
        raise WebError(f"more than {MAX_FIELDS} fields", code="WE413", hint="send a part of it") from None
    return chosen({name: [value.replace("\r\n", "\n") for value in values] for name, values in fields.items()})


FormDep = Annotated[Form, Depends(form)]


@dataclass(frozen=True, slots=True)
class File:
    """A file that a form brought: the name that it has at the sender's, without folders, and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Upload:
    """A form with files, each by the name of its field; fields in which no file was chosen are left out."""

    fields: Form
    files: dict[str, list[File]] = field(default_factory=dict)


async def upload(request: Request) -> Upload:
    """The fields and files of a form sent by POST as multipart/form-data; without files also as `form`.

    Raises WebError WE415 for another encoding or a broken body, WE413 for too many fields or files.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "multipart/form-data":
        return Upload(await form(request))
    fields: Form = {}
    files: dict[str, list[File]] = {}
    try:
        async with request.form(max_fields=MAX_FIELDS, max_files=MAX_FILES) as sent:
            for name, value in sent.multi_items():
                if isinstance(value, UploadFile):
                    if value.filename:
                        own = value.filename.replace("\\", "/").rpartition("/")[2][:200]
                        files.setdefault(name, []).append(File(own, await value.read()))
                else:
                    fields.setdefault(name, []).append(value.replace("\r\n", "\n"))
    except HTTPException as error:
        if error.status_code != 400:
            raise
        code = "WE413" if "many" in error.detail.lower() else "WE415"
        raise WebError(f"the form cannot be read: {error.detail}", code=code, hint="send it again") from error
    return Upload(fields, files)


UploadDep = Annotated[Upload, Depends(upload)]


def first(form: Form, name: str) -> str:
    """The first value of a field, empty where it was not sent."""
    return form.get(name, [""])[0]


def firsts(form: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The first value of each field that has one."""
    return {name: values[0] for name, values in form.items() if values}


def number(form: Form, name: str, digits: int = 9) -> int | None:
    """A field as a whole number of at most `digits` digits; None where it is no such number."""
    return whole(first(form, name), digits)


def whole(text: str, digits: int = 9) -> int | None:
    """A text as such a number."""
    said = text.strip()
    return int(said) if said.isascii() and said.isdecimal() and len(said) <= digits else None


SIDES = ("mine", "theirs", "before")
"""Whose text of a field a merge page offers: what was typed, what stands now, what stood when the form was made."""
NEVER = "0"
"""A version that no row has: a form that carries it in its field `version` is always too old."""


def chosen(form: Form) -> Form:
    """The form that a merge page (`web.pages.merge`) stands for: each field that differed as it was chosen there.

    Where a field was left open the form stays too old, so that the page comes once more. Another form is given back.
    """
    if "merge" not in form:
        return form
    found = {name: values for name, values in form.items() if name.partition(".")[0] != "merge"}
    open_ones = False
    for name in form["merge"]:
        side = first(form, f"merge.pick.{name}")
        open_ones = open_ones or side not in SIDES
        values = form.get(f"merge.{side if side in SIDES else 'mine'}.{name}", [])
        found.pop(name, None)
        if values:
            found[name] = values
    if open_ones:
        found |= {"version": [NEVER], "before": form.get("merge.before", [])}
    return found
