"""Full names of organisations in sentences of prospectuses: 400 (`tests/gold/draw_organisations.py`) and 200 fresh.

Labelled by reading, before the rules were run on them:

- ENTERPRISE is the whole legal name of a firm, with brackets, legal form, and the branch, works or office behind it
  (…股份有限公司太平哨发电厂, …银行北京分行); also names of former days, firms without legal form that are so called
  (…机械加工厂, …饭店), funds and partnerships.
- ORG is the whole name of any other institution: public bodies, courts, schools, institutes, associations, exchanges.
  The central bank, its branches and the ministries are such, as is 国务院.
- A name inside a title (《…公司章程》) counts; so does each of the names that 、, 和 or 与 join. A country before a
  foreign institution's name, a department or a post behind a name are not of it.
- EITHER marks what may be printed or not and counts neither way: customary short names that end like names (人民银行,
  海尔集团, 深交所), names that the damaged text cut.
- No label: short names of firms (中国通号), roles (公司, 发行人), organs of a firm (董事会, 审计委员会), kinds
  (商业银行, 有关部门).

`name` judges spans alone (exact), `name and kind` spans with ENTERPRISE or ORG. Each sentence is read alone, as
`bulian entities` does. `plain frame: name` are the 200 sentences of the first draw, in which names are few. `fresh:
name` are 200 sentences of another seed (`draw_organisations_fresh.py`) whose errors nobody has looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from nlp.entities import Entity, entities
from nlp.evaluate.filings import filings
from nlp.evaluate.gold import Half, Passage, load
from nlp.evaluate.report import Outcome, Report

KINDS = ("ENTERPRISE", "ORG")
PLAIN = 200


def evaluate(data: Path, only: Half | None = None) -> Report:
    """Read the sentences' names and compare them with the labels."""
    documents = filings(data)
    outcomes: list[Outcome] = []
    for place, passage in enumerate(load("organisations")):
        if only in (None, passage.half):
            text = documents.text(passage.document).text[passage.start : passage.end]
            outcomes += judged(passage, text, ("name", "plain frame: name") if place < PLAIN else ("name",))
    for passage in load("organisations_fresh", only):
        text = documents.text(passage.document).text[passage.start : passage.end]
        outcomes += judged(passage, text, ("fresh: name",), "fresh: name and kind")
    return Report.of("organisations", outcomes)


def judged(
    passage: Passage, text: str, fields: Sequence[str] = ("name",), kind_field: str = "name and kind"
) -> Iterator[Outcome]:
    """What was found in one sentence against what is labelled there: `fields` judge the span, `kind_field` its kind."""
    wanted = {(each.start, each.end): each.label for each in passage.labels}
    found = {span: entity for entity in entities(text) if entity.label in KINDS for span in [_span(passage, entity)]}
    for span in sorted({*wanted, *found}):
        label, entity = wanted.get(span), found.get(span)
        if label == "EITHER":
            continue
        said = None if label is None else text[span[0] - passage.start : span[1] - passage.start]
        shown = None if entity is None else entity.text
        for field in fields:
            yield Outcome(passage.document, field, said, shown, said is not None and shown is not None, span[0])
        same = entity is not None and entity.label == label
        kinds = (_kind(label, said), _kind(entity.label if entity else None, shown))
        yield Outcome(passage.document, kind_field, *kinds, same, span[0])


def _span(passage: Passage, entity: Entity) -> tuple[int, int]:
    return passage.start + entity.start, passage.start + entity.end


def _kind(label: str | None, text: str | None) -> str | None:
    return None if label is None or text is None else f"{label} {text}"
