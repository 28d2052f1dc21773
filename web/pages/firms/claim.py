"""Claims and corrections as their pages show them."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING

import segno
from pydantic import BaseModel, Field

from web.db.firms import Claim, Correction
from web.db.models import new_id
from web.pages.evidence.citation import Named
from web.pages.firms.firm import present
from web.work.firms.claim import CODE_DAYS, CODE_LENGTH, is_claimed
from web.work.firms.declaration_sheet import firm_of
from web.work.firms.kinds import kinds

if TYPE_CHECKING:
    from kg.store import Graph
    from web.deps import Visit
    from web.home import Home

FIELDS = ("person", "role", "contact", "way", "about")


class ClaimPage(BaseModel):
    """The form of a claim with what was typed."""

    firm: Named
    address: str | None = Field(default=None, description="registered address, to which a letter would go")
    website: str | None = None
    claimed: bool = False
    typed: dict[str, str] = {}
    wrong: dict[str, str] = {}
    code: str = Field(default="", description="code of what is wrong")
    key: str = ""


class Owner(BaseModel):
    """Who a firm's page is shown to: whether it is claimed, and whether the reader writes for it."""

    claimed: bool
    mine: bool


class CodePage(BaseModel):
    """Where the code of a letter is entered, and what came of a claim."""

    claim: str
    firm: Named
    way: str
    state: str
    wrong: str = ""
    hint: str = ""
    length: int = CODE_LENGTH


class ClaimLine(BaseModel):
    """A claim as the operator sees it."""

    id: str
    firm: Named
    person: str
    role: str
    contact: str
    way: str
    about: str
    state: str
    asked: str
    letter: str | None = Field(default=None, description="until when the code of the last letter works")
    others: int = Field(default=0, description="other claims on the firm that were not refused")


class CorrectionLine(BaseModel):
    """A correction as the firm and the operator see it."""

    id: str
    firm: Named
    fact: str
    relation: str
    said: str
    reason: str
    words: str
    right: list[tuple[str, str]] = []
    file: str | None = None
    state: str
    answer: str = ""
    asked: str


class ClaimsPage(BaseModel):
    """What waits for the operator."""

    claims: list[ClaimLine]
    corrections: list[CorrectionLine]
    wrong: str = Field(default="", description="id of the row whose form lacks a reason")
    typed: str = ""


class LetterPage(BaseModel):
    """A letter to the registered address, or the link for the first person; shown once."""

    claim: str
    firm: str
    person: str
    address: str | None = None
    code: str = ""
    days: int = CODE_DAYS
    link: str = ""
    where: str = Field(default="", description="where the code is entered")


def claim_page(home: Home, graph: Graph, firm_id: str, typed: Mapping[str, str] | None = None) -> ClaimPage:
    """The form for a firm. Raises WE404."""
    key, name = present(graph, firm_id)
    own = graph.read("firm", id=key)[0]["firm"]
    return ClaimPage(
        firm=Named(id=key, name=name),
        address=own.get("address"),
        website=own.get("website"),
        claimed=is_claimed(home.database(), ids_of(graph, key)),
        typed={"way": "letter", **(typed or {})},
        key=new_id(),
    )


def owner_of(visit: Visit, firm_id: str) -> Owner:
    """How the reader of a firm's page stands to it."""
    ids = ids_of(visit.graph, firm_id)
    mine = visit.actor.enterprise in ids and visit.actor.may("firm.draft")
    return Owner(claimed=mine or is_claimed(visit.home.database(), ids), mine=mine)


def ids_of(graph: Graph, firm_id: str) -> list[str]:
    """All ids by which a firm may be known: those of its records."""
    return [str(row["record"]) for row in graph.read("firm_records", id=firm_id)]


def code_page(claim: Claim) -> CodePage:
    """The page of a claim's code."""
    firm = Named(id=claim.firm_id, name=claim.firm_name)
    return CodePage(claim=claim.id, firm=firm, way=claim.way, state=claim.state)


def claims_page(visit: Visit, claims: list[Claim], corrections: list[Correction]) -> ClaimsPage:
    """What waits, and what was decided."""
    standing = [row.firm_id for row in claims if row.state != "revoked"]
    return ClaimsPage(
        claims=[
            ClaimLine(
                id=row.id,
                firm=Named(id=row.firm_id, name=row.firm_name),
                person=row.person,
                role=row.role,
                contact=row.contact,
                way=row.way,
                about=row.about,
                state=row.state,
                asked=row.created.isoformat(),
                letter=row.code_until.date().isoformat() if row.code_until and row.code else None,
                others=standing.count(row.firm_id) - (row.state != "revoked"),
            )
            for row in claims
        ],
        corrections=correction_lines(visit, corrections),
    )


def correction_lines(visit: Visit, corrections: list[Correction]) -> list[CorrectionLine]:
    """Corrections with the names of their firms and fields."""
    names = {firm_id: firm_of(visit.home, firm_id) for firm_id in {row.firm_id for row in corrections}}
    return [
        CorrectionLine(
            id=row.id,
            firm=Named(id=names[row.firm_id].present, name=names[row.firm_id].name),
            fact=row.fact,
            relation=row.relation,
            said=row.said,
            reason=row.reason,
            words=row.words,
            right=_right(row, visit.lang),
            file=row.file_id,
            state=row.state,
            answer=row.answer,
            asked=row.created.isoformat(),
        )
        for row in corrections
    ]


def _right(row: Correction, lang: str) -> list[tuple[str, str]]:
    if not row.right:
        return []
    kind = kinds()[row.right["kind"]]
    values = row.right["values"]
    return [(one.words[lang], str(values[one.name])) for one in kind.fields if one.name in values]


def letter_page(home: Home, claim: Claim, base: str, code: str = "", token: str | None = None) -> LetterPage:
    """A letter with a code, or a link for the first person; `base` is the address of this installation."""
    own = home.graph().read("firm", id=claim.firm_id)
    return LetterPage(
        claim=claim.id,
        firm=claim.firm_name,
        person=claim.person,
        address=own[0]["firm"].get("address") if own else None,
        code=f"{code[:5]}-{code[5:]}" if code else "",
        link=f"{base}{invitation_address(token)}" if token else "",
        where=f"{base}{code_address(claim.id)}",
    )


def code_address(claim_id: str) -> str:
    """Where the code of a claim's letter is entered. The code does not stand in it."""
    return f"/claim/code?claim={claim_id}"


def invitation_address(token: str) -> str:
    """Where a link of invitation leads."""
    return f"/invitation/{token}"


def qr(text: str) -> bytes:
    """A text as a QR code, as an SVG file."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", scale=4, border=4)
    return out.getvalue()
