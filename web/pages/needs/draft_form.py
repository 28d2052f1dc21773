"""The form of a need: what was typed, its conditions as the matcher takes them, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from kg.values.name import clean_name
from matcher.conditions import AnyOf, Condition, Conditions, Part, parse_conditions
from matcher.corpus import Corpus
from matcher.fields import TIERS
from matcher.query import Query, parse_query
from matcher.rank import Ranker
from matcher.wording import worded
from web.db.models import Need
from web.errors import WebError
from web.forms import Form, first, number
from web.pages.merge import kept
from web.pages.needs.own import ASKS, SCALES, WAN, How, own_conditions
from web.pages.needs.shortlist import Place, places
from web.work.needs.needs import Written, wrong
from web.work.needs.products import Found


class Cost(BaseModel):
    """What a condition costs: candidates that it removes, that it alone keeps out, of which nothing is known."""

    removes: int
    alone: int
    unknown: int


class Kept(BaseModel):
    """A condition that the form has no control for, by its words; it stays as long as it is ticked."""

    words: str
    on: bool = True


class Suggested(BaseModel):
    """A typed product that is not written so in the corpus, and what is like it, with the firms that make each."""

    name: str
    like: list[tuple[str, int]]


class DraftForm(BaseModel):
    """The form as it stands. `wrong` says by field what cannot be used."""

    id: str | None = None
    version: int = 0
    key: str = ""
    title: str = ""
    products: str = ""
    text: str = ""
    deadline: str = ""
    reach: str = "private"
    anonymous: bool = False
    first_use: bool = False
    invited: str = ""
    buyer: str = ""
    own: dict[str, str] = Field(default={}, description="conditions by the names of their controls, as written")
    how: dict[str, str] = {}
    why: str = ""
    strict: bool = False
    kept: list[Kept] = []
    costs: dict[str, Cost] = Field(default={}, description="what each condition costs, by its control")
    compared: int | None = None
    passing: int | None = None
    suggested: list[Suggested] = []
    known: list[str] = Field(default=[], description="typed products that are written so in the corpus")
    wrong: dict[str, str] = {}
    condition_wrong: str = Field(default="", description="why the conditions cannot be asked")
    before: str = Field(default="", description="what the form was made of, for the merge page")
    stuck: str = Field(default="", description="its state, where it is no draft any more")
    places: list[Place] = []
    tier_choices: list[str] = list(TIERS)
    sizes: list[str] = list(SCALES)
    graph_as_of: str = ""


@dataclass(slots=True)
class Typed:
    """A form that was sent: as it is shown again, and what it says (None where it cannot be read)."""

    page: DraftForm
    written: Written | None
    parts: list[Part] = field(default_factory=list)


PLAIN = ("title", "products", "text", "deadline", "reach", "invited", "buyer", "why", "key")


def of_need(need: Need | None, key: str = "") -> DraftForm:
    """The form filled with a need, or empty."""
    if need is None:
        return DraftForm(key=key)
    own, how, why, strict, rest = controls(need.conditions)
    page = DraftForm(
        id=need.id,
        version=need.version,
        title=need.title,
        products="\n".join(need.products),
        text=need.text,
        deadline=need.deadline or "",
        reach=need.reach,
        anonymous=need.anonymous,
        first_use=need.first_use,
        invited="\n".join(need.invited),
        buyer=need.buyer,
        own=own,
        how={name: str(state) for name, state in how.items()},
        why=why,
        strict=strict,
        kept=[Kept(words=worded(part, "zh")) for part in rest],
    )
    page.before = kept(as_sent(page))
    return page


def as_sent(page: DraftForm) -> Form:
    """What the form sends as it stands."""
    sent = {name: [str(getattr(page, name))] for name in PLAIN if name != "key"}
    ticked = {name: getattr(page, name) for name in ("anonymous", "first_use", "strict")}
    sent |= {name: ["1"] if on else [] for name, on in ticked.items()}
    sent |= {name: text.split() if name == "tier" else [text] for name in ASKS for text in [page.own.get(name, "")]}
    return sent | {
        "s": [f"{name}:{state}" for name, state in page.how.items() if state != "hard"],
        "keep": [one.words for one in page.kept if one.on],
    }


def typed(form: Form, before: Mapping[str, Any], at: datetime, need_id: str | None = None) -> Typed:
    """Read a form that was sent; `before` are the conditions of the need that it changes."""
    page = DraftForm.model_validate({"id": need_id} | {name: first(form, name) for name in PLAIN})
    page.version, page.before = number(form, "version") or 0, first(form, "before")
    page.reach = page.reach or "private"
    page.anonymous, page.first_use = bool(first(form, "anonymous")), bool(first(form, "first_use"))
    page.strict = bool(first(form, "strict"))
    for name in ASKS:
        said = " ".join(form.get(name, [])) if name == "tier" else first(form, name)
        if said.strip():
            page.own[name] = said
    for item in form.get("s", []):
        name, _, state = item.partition(":")
        if name in ASKS and state in ("wish", "any"):
            page.how[name] = state
    rest = controls(before)[4]
    on = set(form.get("keep", []))
    page.kept = [Kept(words=words, on=words in on) for part in rest for words in [worded(part, "zh")]]
    how: dict[str, How] = dict(page.how)  # type: ignore[arg-type]
    parts: list[Part] = []
    try:
        for name in page.own:
            own_conditions({name: page.own[name]}, how, page.strict, page.why.strip())  # names the one that is wrong
        parts = list(own_conditions(page.own, how, page.strict, page.why.strip()))
    except WebError as error:
        page.condition_wrong = f"{error.reason}; {error.hint}"
    parts += [part for one, part in zip(page.kept, rest, strict=True) if one.on]
    written = Written(
        title=page.title.strip(),
        products=tuple(_lines(page.products)),
        text=page.text,
        conditions=as_json(parts),
        deadline=page.deadline.strip() or None,
        reach=page.reach,
        anonymous=page.anonymous,
        first_use=page.first_use,
        invited=tuple(_lines(page.invited)),
        buyer=page.buyer,
    )
    page.wrong = wrong(written, at)
    usable = not page.wrong and not page.condition_wrong
    return Typed(page, written if usable else None, parts)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def as_json(parts: Sequence[Part]) -> dict[str, Any]:
    """Conditions as they are written in files; one of several stands as a group."""
    members = tuple(Conditions(any=part.members) if isinstance(part, AnyOf) else part for part in parts)
    return Conditions(all=members).to_json() if members else {}


def controls(
    conditions: Mapping[str, Any],
) -> tuple[dict[str, str], dict[str, How], str, bool, list[Part]]:
    """Conditions as the form shows them: texts of the controls, their states, why the place is asked for, whether the
    unknown fails, and the parts for which the form has no control, which stay as they are.

    What it shows gives the same conditions again when it is sent.
    """
    parts = list(parse_conditions(conditions).parts())
    leaves = [leaf for part in parts for leaf in _leaves(part)]
    strict = any(leaf.unknown == "drop" for leaf in leaves if leaf.field != "tier")
    own: dict[str, str] = {}
    how: dict[str, How] = {}
    why = ""
    rest: list[Part] = []
    for part in parts:
        group = not isinstance(part, Condition)
        shown = [(name, text, leaf) for leaf in _leaves(part) for name, text in _control(leaf)]
        names = [name for name, _, _ in shown]
        fits = len(shown) == len(_leaves(part)) and len(set(names)) == len(names) and own.keys().isdisjoint(names)
        fits = fits and (not group or ("any" not in how.values() and len(shown) > 1))
        states: dict[str, How] = {name: "any" if group else "hard" if leaf.hard else "wish" for name, _, leaf in shown}
        reason = next((leaf.reason for name, _, leaf in shown if name == "place"), "")
        if fits:
            try:
                again = own_conditions({name: text for name, text, _ in shown}, states, strict, reason)
            except WebError:
                again = []
            fits = as_json(again) == as_json([part])
        if not fits:
            rest.append(part)
            continue
        own |= {name: text for name, text, _ in shown}
        how |= states
        why = reason or why
    return own, how, why, strict, rest


def _leaves(part: Part) -> list[Condition]:
    if isinstance(part, Condition):
        return [part]
    if isinstance(part, Conditions):
        return list(part.leaves())
    return [leaf for member in part.members for leaf in _leaves(member)]


def _control(leaf: Condition) -> list[tuple[str, str]]:
    """The control of a condition and the text in it; empty where there is none."""
    for name, ask in ASKS.items():
        if (ask.field, ask.op) == (leaf.field, leaf.op):
            return [(name, _text(name, leaf.value))]
    return []


def _text(name: str, value: Any) -> str:
    if name == "domestic":
        return "1"
    if isinstance(value, list):
        return ("\n" if name == "exclude" else " ").join(map(str, value))
    if name == "revenue" and isinstance(value, int | float):
        return f"{value / WAN:.15g}"
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def query_of_form(typed_form: Typed) -> Query | None:
    """The typed need as the matcher takes it; None where it says nothing that is sought."""
    page = typed_form.page
    named = [clean_name(name) for name in _lines(page.products)]
    if not (named or page.title.strip() or page.text.strip()):
        return None
    line = {"id": "draft", "title": page.title.strip(), "products": named, "text": page.text.strip()}
    return parse_query(line | {"conditions": as_json(typed_form.parts)})


def show_costs(typed_form: Typed, ranker: Ranker) -> None:
    """Write into the form what each of its conditions costs, among the firms that are compared."""
    query = query_of_form(typed_form)
    if query is None or typed_form.page.condition_wrong:
        return
    ranking = ranker.rank(query, 0)
    page = typed_form.page
    page.compared, page.passing = len(ranking.scores), len(ranking.entries)
    hard = [part for part in query.conditions.parts() if part.hard]
    for part, cost in zip(hard, ranking.costs, strict=True):
        for leaf in _leaves(part):
            for name, _ in _control(leaf):
                page.costs[name] = Cost(removes=cost.removes, alone=cost.alone, unknown=cost.unknown)


def show_products(page: DraftForm, found: Sequence[Found]) -> None:
    """Write into the form what the corpus knows of the typed products."""
    page.known = [one.name for one in found if one.exact]
    page.suggested = [Suggested(name=one.name, like=list(one.like)) for one in found if not one.exact]


def with_product(page: DraftForm, said: str, meant: str) -> None:
    """Put a suggested product in the place of what was typed."""
    page.products = "\n".join(meant if line == said else line for line in _lines(page.products))


def with_places(page: DraftForm, corpus: Corpus) -> DraftForm:
    """With the places to choose from."""
    page.places = places(corpus)
    return page
