"""A firm's own pages: what the record says, what it declared, what fits, and what others see of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, Field

from kg.errors import BulianError
from web.db.firms import Declaration, FirmFile
from web.db.models import new_id
from web.errors import WebError
from web.forms import Form
from web.jobs.open_needs import open_needs
from web.pages.bounties.application_match import BountyFit, bounties_for
from web.pages.evidence.evidence import evidence_page
from web.pages.firms.claim import CorrectionLine, correction_lines, ids_of
from web.pages.firms.firm import FirmPage, firm_page, present
from web.pages.firms.fit import FitRow, fits_of
from web.work.firms.correction import REASONS, REPLACES, corrections
from web.work.firms.declaration import declarations, own_firm
from web.work.firms.declaration_file import files, values_of
from web.work.firms.kinds import Kind, kind_of, kinds
from web.work.firms.known import known_of
from web.work.firms.visitor import LEAST, Looked, lookers

if TYPE_CHECKING:
    from web.deps import Visit

T = TypeVar("T")

FITS = 5
"""Needs on the first page: one line each; the page of all has the rest."""


class FieldBox(BaseModel):
    """A field of a form with what was typed, and why it cannot be used."""

    name: str
    words: str
    type: str
    required: bool
    value: str = ""
    wrong: str = ""


class KindWords(BaseModel):
    """A kind of declaration by its words."""

    name: str
    words: str
    public: str


class Declared(BaseModel):
    """A declaration as its firm sees it."""

    id: str
    kind: str
    words: str
    values: list[tuple[str, str]]
    state: str
    public: bool
    day: str | None
    document: str | None
    file: str | None
    quote: str = Field(default="", description="the sentence in the file that says so")


class FileLine(BaseModel):
    """A file that the firm dropped."""

    id: str
    name: str
    state: str
    reason: str = ""
    found: int
    sent: str


class MyPage(BaseModel):
    """The first page of a firm's own part."""

    firm: FirmPage
    drafts: list[Declared]
    declared: list[Declared]
    corrections: list[CorrectionLine]
    files: list[FileLine]
    fits: list[FitRow]
    fits_failed: str = Field(default="", description="code of why needs could not be ranked")
    bounties: list[BountyFit] = []
    bounties_failed: str = Field(default="", description="code of why bounties could not be ranked")
    kinds: list[KindWords]
    key: str
    withdrawn: Declared | None = Field(default=None, description="what was withdrawn just now")


class DeclarePage(BaseModel):
    """The form of one kind of declaration."""

    kind: KindWords
    kinds: list[KindWords]
    boxes: list[FieldBox]
    public: bool = False
    code: str = ""
    wrong: dict[str, str] = {}
    key: str = ""
    id: str = Field(default="", description="the draft that is changed")
    version: int = 0
    products: list[str] = Field(default=[], description="products of the firm, to choose from")
    before: str = Field(default="", description="what the form of a draft was made of, for the merge page")


class CorrectPage(BaseModel):
    """The form of a correction."""

    fact: str
    relation: str
    name: str
    quote: str
    document: str | None
    source: str | None
    boxes: list[FieldBox]
    reasons: tuple[str, ...] = REASONS
    typed: dict[str, str] = {}
    wrong: dict[str, str] = {}
    code: str = ""
    key: str = ""


class Suggestion(BaseModel):
    """What a file says, to be confirmed."""

    number: int
    kind: str
    values: list[tuple[str, str]]
    quote: str
    page: int
    other: bool = Field(description="the file says it of somebody else than the firm")
    taken: bool = Field(default=False, description="confirmed before")


class DropPage(BaseModel):
    """A file and what it says."""

    file: FileLine
    found: list[Suggestion]


class SeenPage(BaseModel):
    """What others see of the firm, and how many looked."""

    firm: FirmPage
    private: list[Declared]
    waiting: int = Field(description="drafts and corrections that nobody else sees")
    looked: list[Looked]
    least: int = LEAST


def my_page(visit: Visit) -> MyPage:
    """The page of the actor's firm. Raises as `own_firm`."""
    firm_id = own_firm(visit.actor)
    home, graph = visit.home, visit.graph
    page = firm_page(graph, firm_id)
    rows = [declared_line(visit, row) for row in declarations(home.database(), visit.actor)]
    needs, unread = _tried(lambda: open_needs(visit.home, visit.graph))
    found, failed = _tried(lambda: fits_of(visit.home, needs, page.id, visit.lang, FITS), unread)
    bounties, bounties_failed = _tried(
        lambda: bounties_for(visit.home, visit.graph, needs, page.id, visit.lang), unread
    )
    return MyPage(
        firm=page,
        drafts=[row for row in rows if row.state == "draft"],
        declared=[row for row in rows if row.state == "declared"],
        corrections=correction_lines(visit, corrections(home.database(), visit.actor)),
        files=[file_line(row) for row in files(home.database(), visit.actor)],
        fits=found,
        fits_failed=failed,
        bounties=bounties,
        bounties_failed=bounties_failed,
        kinds=kind_words(visit.lang),
        key=new_id(),
    )


def _tried(make: Callable[[], Sequence[T]], failed: str = "") -> tuple[list[T], str]:
    """What is made, or the code of why it cannot be now (`failed`: it is known already): the page comes without it."""
    try:
        return ([], failed) if failed else ([*make()], "")
    except BulianError as error:
        return [], error.code


def kind_words(lang: str) -> list[KindWords]:
    """All kinds of declarations."""
    return [KindWords(name=one.name, words=one.words[lang], public=one.public) for one in kinds().values()]


def declared_line(visit: Visit, row: Declaration) -> Declared:
    """A declaration with the words of its fields."""
    kind = kind_of(row.kind)
    return Declared(
        id=row.id,
        kind=row.kind,
        words=kind.words[visit.lang],
        values=said(visit, kind, row.values),
        state=row.state,
        public=row.public,
        day=row.day,
        document=row.document if row.state == "declared" else None,
        file=row.file_id,
        quote=str(row.place.get("quote") or ""),
    )


def said(visit: Visit, kind: Kind, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Values with the words of their fields."""
    return [
        (one.words[visit.lang], _shown(visit, one.type, values[one.name])) for one in kind.fields if one.name in values
    ]


def _shown(visit: Visit, kind: str, value: Any) -> str:
    words = {"metric": "metric", "operator": "operator"}.get(kind)
    return visit.home.ontology.label(f"{words}.{value}", visit.lang) if words else f"{value}"


def file_line(row: FirmFile) -> FileLine:
    """A file by its name and state."""
    return FileLine(
        id=row.id,
        name=row.name,
        state=row.state,
        reason=row.reason,
        found=len(row.found),
        sent=row.created.isoformat(),
    )


def boxes(
    visit: Visit, kind: Kind, values: Mapping[str, Any], wrong: Mapping[str, str] | None = None
) -> list[FieldBox]:
    """The fields of a form, in their order."""
    wrong = wrong or {}
    return [
        FieldBox(
            name=one.name,
            words=one.words[visit.lang],
            type=one.type,
            required=one.required,
            value=str(values.get(one.name, "")),
            wrong=wrong.get(one.name, ""),
        )
        for one in kind.fields
    ]


def declare_page(
    visit: Visit, kind_name: str, values: Mapping[str, Any] | None = None, wrong: Mapping[str, str] | None = None
) -> DeclarePage:
    """The form of one kind. Raises as `own_firm`, WE404 for no such kind."""
    firm_id = own_firm(visit.actor)
    kind = kind_of(kind_name)
    all_kinds = kind_words(visit.lang)
    return DeclarePage(
        kind=next(one for one in all_kinds if one.name == kind.name),
        kinds=all_kinds,
        boxes=boxes(visit, kind, values or {}, wrong),
        wrong=dict(wrong or {}),
        products=_products(visit, firm_id) if any(one.name == "product" for one in kind.fields) else [],
        key=new_id(),
    )


def as_sent(row: Declaration) -> Form:
    """What the form of a draft sends as it stands; the public box only where its kind leaves that to the firm."""
    kind = kind_of(row.kind)
    sent = {one.name: [str(row.values.get(one.name, ""))] for one in kind.fields}
    return sent | {"public": ["1"] if row.public else []} if kind.public == "ask" else sent


def _products(visit: Visit, firm_id: str) -> list[str]:
    """Names of the firm's products: a parameter is of one of them, as a rule."""
    return [one.value for one in known_of(visit.home, firm_id) if one.field == "product"]


def correct_page(
    visit: Visit, fact_id: str, typed: Mapping[str, str] | None = None, wrong: Mapping[str, str] | None = None
) -> CorrectPage:
    """The form of a correction of one statement on the actor's own firm. Raises as `own_firm`, WE404."""
    firm_id = own_firm(visit.actor)
    key, _ = present(visit.graph, firm_id)
    found = evidence_page(visit.graph, visit.home.documents, fact_id)
    if found.subject.id != key or found.taken_out is not None:
        raise WebError("no such statement on your firm", code="WE404", hint="open it from your firm's page")
    typed, wrong = dict(typed or {}), dict(wrong or {})
    kind = REPLACES.get(found.relation)
    right = {name.removeprefix("right."): text for name, text in typed.items() if name.startswith("right.")}
    amiss = {name.removeprefix("right."): why for name, why in wrong.items() if name.startswith("right.")}
    return CorrectPage(
        fact=fact_id,
        relation=found.relation,
        name=(found.object.name if found.object else None) or found.object_name or "",
        quote=found.quote,
        document=found.document.id,
        source=found.document.title,
        boxes=boxes(visit, kind_of(kind), right, amiss) if kind else [],
        typed=typed,
        wrong=wrong,
        key=new_id(),
    )


def drop_page(visit: Visit, file: FirmFile, taken: Sequence[int] = ()) -> DropPage:
    """What a file says, each with its sentence."""
    found = []
    for number, line in enumerate(file.found):
        kind = next(one for one in kinds().values() if one.relation == line["relation"])
        found.append(
            Suggestion(
                number=number,
                kind=kind.words[visit.lang],
                values=said(visit, kind, values_of(kind, line)),
                quote=line["quote"],
                page=line["page"],
                other=line["other"],
                taken=number in taken,
            )
        )
    return DropPage(file=file_line(file), found=found)


def seen_page(visit: Visit, day: date) -> SeenPage:
    """The public page as it is, what is private, and how many organisations looked by kind and week."""
    firm_id = own_firm(visit.actor)
    page = firm_page(visit.graph, firm_id)
    database = visit.home.database()
    rows = declarations(database, visit.actor)
    waiting = [row for row in corrections(database, visit.actor) if row.state in ("draft", "sent")]
    return SeenPage(
        firm=page,
        private=[declared_line(visit, row) for row in rows if not row.public and row.state == "declared"],
        waiting=len(waiting) + sum(row.state == "draft" for row in rows),
        looked=lookers(database, ids_of(visit.graph, page.id), day),
    )
