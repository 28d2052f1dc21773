"""Versions of a chain's template as HTML: the list, drafts with their form and preview, review, what held before."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from kg.errors import BulianError
from matcher.chain.edit import put, without
from web.db.models import now
from web.deps import Visit, VisitDep, requires
from web.errors import WebError, http_status
from web.forms import Form, Upload, UploadDep, first, whole
from web.jobs.chain_versions import approve, held, read, submit
from web.jobs.chains import load
from web.pages.attachment import attachment
from web.pages.chains.version import node_in, version_page, versions_page, yaml_of
from web.work.analysis import chain_version as work

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
WRITES = [Depends(requires(work.WRITE))]
MOST = 400_000
"""Bytes of a template."""
AGAIN = ("MA007", "WE240", "WE241", "WE242", "WE243", "WE244")
"""Codes with which the page comes again, with what was typed."""

Words = Annotated[str, Query(max_length=64)]
OtherDep = Annotated[str, Query(alias="with", max_length=64, description="id of the version to compare with")]


@router.get("/chains/{chain_id}/versions")
def versions(visit: VisitDep, chain_id: str) -> Response:
    """All versions of a chain's template."""
    return visit.reply("chain_versions.html", versions_page(visit, chain_id))


@router.post("/chains/{chain_id}/versions", dependencies=WRITES)
def begun(visit: VisitDep, chain_id: str, sent: UploadDep) -> Response:
    """Begin a draft over the template that holds, with the text of a `file` where one is sent; or (`do=load`) bring
    approved templates to the graph."""
    if first(sent.fields, "do") == "load":
        visit.actor.need(work.APPROVE)
        load(visit.home)
        return RedirectResponse(f"/chains/{chain_id}/versions", status_code=303)
    now_held = held(visit.home, chain_id)
    text = _file(sent) or now_held.data.decode("utf-8")
    with work.step(visit.home.database(), "") as session:
        row = work.begin(session, visit.actor, chain_id, text, now_held.sha256, now())
        ident = row.id
    return RedirectResponse(f"/chains/{chain_id}/versions/{ident}", status_code=303)


@router.get("/chains/{chain_id}/versions/{version_id}.yml")
def as_file(visit: VisitDep, chain_id: str, version_id: str) -> Response:
    """A version as a file that `bulian chains check` and `load` read."""
    text = yaml_of(visit, chain_id, version_id)
    return attachment(text, "template.yml", "application/yaml; charset=utf-8")


@router.get("/chains/{chain_id}/versions/{version_id}")
def version(visit: VisitDep, chain_id: str, version_id: str, other: OtherDep = "", node: Words = "") -> Response:
    """A version beside another one; a draft with its form (`node`: of one node, `+`: of a new one) and preview."""
    page = version_page(visit, chain_id, version_id, other, node)
    return visit.reply("chain_version.html", page, error=None)


@router.post("/chains/{chain_id}/versions/{version_id}", dependencies=WRITES)
def stepped(visit: VisitDep, chain_id: str, version_id: str, sent: UploadDep) -> Response:
    """Write a draft (`do`: text, node, drop) or take it further (submit, return, withdraw, approve), with the
    `version` that was looked at."""
    form = sent.fields
    try:
        node = _step(visit, chain_id, version_id, sent)
    except BulianError as error:
        if error.code not in AGAIN:
            raise
        page = version_page(visit, chain_id, version_id, node=first(form, "node"))
        if first(form, "do") == "text" and first(form, "text"):
            page.text = first(form, "text")
        answer = visit.reply("chain_version.html", page, error=error)
        answer.status_code = http_status(error)
        return answer
    return RedirectResponse(f"/chains/{chain_id}/versions/{version_id}{node}", status_code=303)


def _step(visit: Visit, chain_id: str, version_id: str, sent: Upload) -> str:
    """Take the step; returns what is put behind the page's address."""
    form, actor, home = sent.fields, visit.actor, visit.home
    do, seen, reason = first(form, "do"), whole(first(form, "version")) or 0, first(form, "reason")
    if do == "submit":
        submit(home, actor, chain_id, version_id, seen, now())
        return ""
    if do == "approve":
        approve(home, actor, chain_id, version_id, seen, now())
        return ""
    now_held = held(home, chain_id)
    with work.step(home.database(), version_id) as session:
        row = work.one(session, actor, chain_id, version_id)
        if do == "return":
            work.give_back(session, actor, row, reason, seen, now())
        elif do == "withdraw":
            work.withdraw(session, actor, row, seen, now())
        elif do in ("text", "node", "drop"):
            text = _written(chain_id, row.text, do, sent)
            kept = reason if do == "text" else row.reason
            work.write(session, actor, row, text, now_held.sha256, kept, seen, now())
        else:
            raise WebError(f"no such step {do[:20]!r}", code="WE241", hint="press a button of the page")
    return "#nodes" if do in ("node", "drop") else ""


def _written(chain_id: str, text: str, do: str, sent: Upload) -> str:
    """The text of a draft after a form."""
    form: Form = sent.fields
    if do == "text":
        return _file(sent) or first(form, "text") or text
    ident = first(form, "node") if first(form, "node") != "+" else first(form, "id").strip()
    chain = read(chain_id, text)
    return (without(chain, ident) if do == "drop" else put(chain, node_in(form, ident))).text()


def _file(sent: Upload) -> str:
    """The text of the file that was sent. Raises WebError WE413, WE243 (no text)."""
    file = next(iter(sent.files.get("file", [])), None)
    if file is None:
        return ""
    if len(file.content) > MOST:
        raise WebError("the file is too large for a template", code="WE413", hint=f"at most {MOST} bytes")
    try:
        return file.content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise WebError("the file is no text in UTF-8", code="WE243", hint="save it as UTF-8", place="file") from None
