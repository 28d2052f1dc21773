"""The merge page: what was typed over a row that somebody else changed meanwhile, field by field, to choose and save.

One page for every form with a version. It needs no script: its own form brings for each field all that may be chosen,
and `web.forms.chosen` makes of it what the form would have sent, so that the route that takes it knows of no merging.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Literal

from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from web.deps import Visit
from web.errors import WebError, http_status
from web.forms import Form, first

Kind = Literal["need", "inquiry", "item", "day", "declaration", "application", "bounty"]


class Difference(BaseModel):
    """A field that does not say what stands now. `side` is what is chosen to begin with; none where both changed it."""

    name: str
    theirs: list[str]
    mine: list[str]
    before: list[str] | None = Field(description="None where nobody knows what the form was made of")
    side: str
    free: bool = Field(default=False, description="a text, which may be written anew beside the choice")


class MergePage(BaseModel):
    """What was typed and what stands now. `rest` are the fields that go on as they are."""

    kind: Kind
    code: str
    action: str
    back: str
    differing: list[Difference]
    rest: list[tuple[str, str]]
    before: str = Field(description="as the field `before` of the form: what it was made of")
    words: dict[str, str] = Field(default={}, description="names of fields, where the form's kind does not say them")


def kept(sent: Form) -> str:
    """What a form sends unchanged, for its hidden field `before`."""
    return json.dumps(sent, ensure_ascii=False, separators=(",", ":"))


def _before(form: Form) -> Form | None:
    try:
        found = json.loads(first(form, "before"))
        return {str(name): [str(one) for one in values] for name, values in found.items()}
    except (ValueError, AttributeError, TypeError):
        return None


CODED: dict[Kind, tuple[str, ...]] = {
    "need": ("reach", "anonymous", "first_use", "place", "tier", "size", "domestic", "strict", "keep", "s"),
    "inquiry": ("currency", "kinds", "record"),
    "item": ("state", "reason"),
    "day": (),
    "declaration": ("operator", "metric", "public"),
    "bounty": (
        "category",
        "form",
        "ip",
        "confidentiality",
        "participation",
        "audit_right",
        "anonymous",
        "cleared",
        "t_operator",
    ),
    "application": tuple(f"member.{target}" for target in range(1, 201)),
}
"""Fields that hold codes, by the kind of form; all others are texts."""


def merge_page(
    kind: Kind,
    code: str,
    form: Form,
    stands: Form,
    version: object,
    action: str,
    back: str,
    words: Mapping[str, str] | None = None,
) -> MergePage:
    """`stands` is what the form would send of the row as it is now, with `version`; `words` names texts of it that
    its kind does not.
    """
    words = words or {}
    before = _before(form)
    differing, equal = [], {}
    for name, values in stands.items():
        theirs, mine = _values(values), _values(form.get(name, []))
        if theirs == mine:
            equal[name] = form.get(name, [])
            continue
        past = None if before is None else _values(before.get(name, []))
        side = "mine" if past == theirs else "theirs" if past == mine else ""
        differing.append(
            Difference(
                name=name,
                theirs=values,
                mine=form.get(name, []),
                before=None if before is None else before.get(name, []),
                side=side,
                free=name not in CODED[kind],
            )
        )
    others = {name: values for name, values in form.items() if name not in stands and name not in ("version", "before")}
    going_on = others | equal | {"version": [str(version)], "before": [kept(stands)]}
    return MergePage(
        kind=kind,
        code=code,
        action=action,
        back=back,
        differing=differing,
        rest=[(name, value) for name, values in going_on.items() for value in values],
        before=first(form, "before"),
        words=dict(words),
    )


def merge_reply(visit: Visit, page: MergePage, error: WebError) -> HTMLResponse:
    """The page, with the status of the refusal."""
    answer = visit.reply("merge.html", page)
    answer.status_code = http_status(error)
    return answer


def _values(values: list[str]) -> list[str]:
    """Values as they are compared: without order, without blanks at their ends."""
    return sorted(filter(None, (value.strip() for value in values)))
