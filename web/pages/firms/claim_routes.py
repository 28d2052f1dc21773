"""Claims as HTML: asked by anybody, proved by a code, decided by the operator; corrections that wait beside them."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from web.deps import Visit, VisitDep, requires
from web.errors import UnusableError, WebError
from web.forms import FormDep, first
from web.pages.accounts.account import secret
from web.pages.firms.claim import (
    FIELDS,
    claim_page,
    claims_page,
    code_address,
    code_page,
    ids_of,
    invitation_address,
    letter_page,
    qr,
)
from web.work.firms import claim as work
from web.work.firms import correction as correcting
from web.work.firms.declaration_sheet import firm_of, withdraw_all

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
ClaimId = Annotated[str, Query(max_length=64)]
DECIDES = [Depends(requires("claim.decide"))]


@router.get("/firms/{firm_id}/claim")
def claim(visit: VisitDep, firm_id: str) -> Response:
    """The form by which somebody says to be the firm."""
    return visit.reply("claim.html", claim_page(visit.home, visit.graph, firm_id))


@router.post("/firms/{firm_id}/claim")
def asked(visit: VisitDep, firm_id: str, form: FormDep) -> Response:
    """Ask; a form that cannot be used comes back as it was typed."""
    firm = firm_of(visit.home, firm_id)
    typed = {name: first(form, name) for name in FIELDS}
    try:
        made = work.ask(
            visit.home.database(),
            visit.actor,
            work.Asked(firm.present, firm.name, key=first(form, "key"), **typed),
        )
    except UnusableError as error:
        page = claim_page(visit.home, visit.graph, firm_id, typed)
        page.wrong, page.code, page.key = error.wrong, error.code, first(form, "key") or page.key
        answer = visit.reply("claim.html", page)
        answer.status_code = 422
        return answer
    return RedirectResponse(code_address(made.id), status_code=303)


@router.get("/claim/code")
def code(visit: VisitDep, claim: ClaimId) -> Response:
    """What becomes of a claim, and where the code of its letter is entered."""
    return visit.reply("claim_code.html", code_page(work.claim(visit.home.database(), claim)))


@router.post("/claim/code")
def entered(visit: VisitDep, form: FormDep) -> Response:
    """The code of a letter. The right one leads to the invitation of the firm's first person."""
    claim_id = first(form, "claim")[:64]
    database = visit.home.database()
    try:
        ids = ids_of(visit.graph, work.claim(database, claim_id).firm_id)
        done = work.enter(database, visit.home.settings, claim_id, first(form, "code")[:64], ids)
    except WebError as error:
        if error.code != "WE111":
            raise
        page = code_page(work.claim(database, claim_id))
        page.wrong, page.hint = error.code, error.hint or ""
        answer = visit.reply("claim_code.html", page)
        answer.status_code = 422
        return answer
    to = invitation_address(done.invitation) if done.invitation else code_address(claim_id)
    return secret(RedirectResponse(to, status_code=303))


@router.get("/claims", dependencies=DECIDES)
def claims(visit: VisitDep) -> Response:
    """What waits for the operator: claims and corrections."""
    return _claims(visit)


@router.post("/claims/{claim_id}", dependencies=DECIDES)
def decided(visit: VisitDep, claim_id: str, form: FormDep) -> Response:
    """The pressed button: letter, proof_given, verified, revoked."""
    home, what, reason = visit.home, first(form, "do"), first(form, "reason")
    base = str(visit.request.base_url).rstrip("/")
    try:
        if what == "letter":
            row, code = work.letter(home.database(), visit.actor, claim_id)
            return secret(visit.reply("claim_letter.html", letter_page(home, row, base, code)))
        if what == "revoked":
            organisation = work.speaks_alone(home.database(), claim_id)
            if organisation is not None and reason.strip():  # first: another writer stops it before anything is done
                firm_id = work.claim(home.database(), claim_id).firm_id
                withdraw_all(home, organisation, firm_id, visit.actor.user, reason)
            work.revoke(home.database(), visit.actor, claim_id, reason)
        elif what in ("proof_given", "verified"):
            to: Literal["proof_given", "verified"] = "verified" if what == "verified" else "proof_given"
            ids = ids_of(visit.graph, work.claim(home.database(), claim_id).firm_id)
            done = work.decide(home.database(), home.settings, visit.actor, claim_id, to, reason, ids)
            if done.invitation:
                page = letter_page(home, done.claim, base, token=done.invitation)
                return secret(visit.reply("claim_letter.html", page))
        else:
            raise WebError(f"no such button: {what[:20]}", code="WE422", hint="use the page's buttons")
    except UnusableError:
        return _claims(visit, claim_id, reason)
    return RedirectResponse(f"/claims#c-{claim_id}", status_code=303)


@router.get("/claims/{claim_id}/code.svg", dependencies=DECIDES)
def code_svg(visit: VisitDep, claim_id: str) -> Response:
    """The address at which a letter's code is entered, as a QR code."""
    work.claim(visit.home.database(), claim_id)
    base = str(visit.request.base_url).rstrip("/")
    return Response(qr(base + code_address(claim_id)), media_type="image/svg+xml")


@router.post("/claims/corrections/{correction_id}", dependencies=[Depends(requires("correction.decide"))])
def corrected(visit: VisitDep, correction_id: str, form: FormDep) -> Response:
    """The pressed button: accepted, refused."""
    what, reason = first(form, "do"), first(form, "reason")
    try:
        if what == "accepted":
            correcting.accept(visit.home, visit.actor, correction_id, reason)
        elif what == "refused":
            correcting.refuse(visit.home.database(), visit.actor, correction_id, reason)
        else:
            raise WebError(f"no such button: {what[:20]}", code="WE422", hint="use the page's buttons")
    except UnusableError:
        return _claims(visit, correction_id, reason)
    return RedirectResponse(f"/claims#c-{correction_id}", status_code=303)


def _claims(visit: Visit, wrong: str = "", typed: str = "") -> Response:
    database = visit.home.database()
    rows = correcting.corrections(database, visit.actor) if visit.actor.may("correction.decide") else []
    page = claims_page(visit, work.claims(database, visit.actor), rows)
    page.wrong, page.typed = wrong, typed
    answer = visit.reply("claims.html", page)
    answer.status_code = 422 if wrong else 200
    return answer
