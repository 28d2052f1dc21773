"""Firms side by side by evidence: each cell says what is known of one thing, with its sentence, date and level."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from kg.ontology import Ontology
from matcher.firm import Firm, Item, firm_from_json
from matcher.target import figures
from matcher.wording import field_name, values_name
from web.accounts.actor import Actor
from web.db.lists import Shortlist, ShortlistItem
from web.errors import WebError
from web.jobs.list_content import content, whole_of
from web.work.lists.shortlists import asked_as

if TYPE_CHECKING:
    from matcher.query import Query
    from web.home import Home

FEWEST, MOST = 2, 3
"""Firms that are compared."""

LISTED = 6
"""Statements of a cell that are written out; how many more there are is said."""


class Stated(BaseModel):
    """One statement: its words, and the sentence that it rests on (none: it is reckoned, or nobody has its page)."""

    words: str
    fact: str | None = None
    level: str | None = None
    quote: str | None = None
    title: str | None = None
    page: str | None = None
    date: str | None = None


class Cell(BaseModel):
    """What is known of one thing of one firm; nothing stated: it is not known."""

    stated: list[Stated] = []
    more: int = 0
    truth: str | None = Field(default=None, description="of conditions and targets: true, false, unknown; met, near …")


class Row(BaseModel):
    """One thing, firm by firm."""

    group: str
    words: str
    cells: list[Cell]


class Compared(BaseModel):
    """A firm that is compared."""

    id: str
    name: str
    place: str
    rank: int
    score: float


class ComparePage(BaseModel):
    """Two or three firms side by side."""

    title: str
    back: str
    firms: list[Compared]
    rows: list[Row]
    corpus: dict[str, Any]
    scorecard: str
    frozen: int | None = None


def chosen(firms: Sequence[str]) -> list[str]:
    """The firms that are asked for, each once. Raises WebError WE087 for fewer than two or more than three."""
    found = list(dict.fromkeys(filter(None, (firm.strip() for firm in firms))))
    if not FEWEST <= len(found) <= MOST:
        raise WebError(
            f"{len(found)} firms cannot be compared", code="WE087", hint="mark two or three firms of the list"
        )
    return found


def of_need(home: Home, need_id: str, query: Query, firms: Sequence[str], lang: str) -> ComparePage:
    """Firms on a need as it is asked. Raises WebError WE087, WE404 for a firm that was not compared."""
    wanted = chosen(firms)
    row = Shortlist(need_id=need_id, title=query.title or query.text[:80], query=asked_as(query), top=1)
    decided = {firm: ShortlistItem(list_id="", firm_id=firm, firm_name="", state="kept") for firm in wanted}
    return side_by_side(content(home, row, decided, ()), wanted, f"/needs/{need_id}", row.title, lang)


def of_list(home: Home, actor: Actor, list_id: str, firms: Sequence[str], lang: str) -> ComparePage:
    """Firms of a list as it is now. Raises WebError WE087, WE404, WE401, WE032."""
    wanted = chosen(firms)
    row, found = whole_of(home, actor, list_id, wanted)
    return side_by_side(found, wanted, f"/lists/{list_id}", row.title, lang)


def side_by_side(found: Mapping[str, Any], wanted: Sequence[str], back: str, title: str, lang: str) -> ComparePage:
    """The firms of a list's content, as it is now or frozen. Raises WebError WE404 for a firm that it has not."""
    items = {item["firm"]: item for item in (*found["items"], *found["near"])}
    firms = {one["id"]: firm_from_json(one) for one in found["slice"]["firms"]}
    missing = [firm for firm in wanted if firm not in items]
    if missing:
        raise WebError(f"no firm {missing[0][:80]} on this list", code="WE404", hint="choose firms of the list")
    rows = _Rows(found, [items[firm] for firm in wanted], [firms[firm] for firm in wanted], lang)
    return ComparePage(
        title=title,
        back=back,
        firms=[
            Compared(
                id=firm,
                name=items[firm]["name"],
                place=items[firm]["place"],
                rank=items[firm]["rank"],
                score=items[firm]["score"],
            )
            for firm in wanted
        ],
        rows=[row for row in rows.all() if row.group in _ALWAYS or any(cell.stated for cell in row.cells)],
        corpus=found["corpus"],
        scorecard=found["scorecard"]["name"],
        frozen=found.get("version"),
    )


_ALWAYS = frozenset({"conditions", "targets", "products", "record"})
"""Groups of which a row stands even where nothing is known of any of the firms."""


class _Rows:
    """Makes the rows of some firms of a content."""

    def __init__(
        self, found: Mapping[str, Any], items: Sequence[Mapping[str, Any]], firms: Sequence[Firm], lang: str
    ) -> None:
        self._found, self._items, self._firms, self._lang = found, items, firms, lang
        self._evidence: Mapping[str, Mapping[str, Any]] = found["evidence"]
        self._at = 0 if lang == "zh" else 1
        self._ontology = Ontology.load()

    def all(self) -> Iterator[Row]:
        """The rows in their order: what was asked, what answers it, the record, the risks."""
        yield from self._conditions()
        yield from self._targets()
        yield self._row("products", ("答复这项需求的产品", "products that answer the need"), self._products)
        for name, words in (
            ("certificate", None),
            ("titles", ("荣誉和梯度", "honours and tiers")),
            ("patents", ("专利", "patents")),
            ("contracts", ("中标合同", "contracts won")),
        ):
            yield self._row("record", words or self._name(name), lambda at, name=name: self._field(at, name))
        for name in (
            "capacity",
            "delivery",
            "process",
            "domestic",
            "domestic_share",
            "parameters",
            "founded",
            "staff",
            "revenue",
        ):
            words = ("技术参数", "parameters") if name == "parameters" else self._name(name)
            yield self._row("ability", words, lambda at, name=name: self._field(at, name))
        yield self._row("risks", ("风险", "risks"), self._risks)

    def _name(self, name: str) -> tuple[str, str]:
        return field_name(name, "zh"), field_name(name, "en")

    def _row(self, group: str, words: tuple[str, str], cell: Any) -> Row:
        cells = []
        for at in range(len(self._items)):
            stated = list(cell(at))
            cells.append(Cell(stated=stated[:LISTED], more=max(0, len(stated) - LISTED)))
        return Row(group=group, words=words[self._at], cells=cells)

    def _conditions(self) -> Iterator[Row]:
        for place, first in enumerate(self._items[0]["conditions"] if self._items else ()):
            words = self._found["words"].get(first["condition"], [first["condition"]] * 2)[self._at]
            cells = []
            for item, firm in zip(self._items, self._firms, strict=True):
                met = item["conditions"][place]
                stated = [one for name in met["known"] for one in self._stated(firm, name)]
                cells.append(Cell(stated=stated[:LISTED], more=max(0, len(stated) - LISTED), truth=met["truth"]))
            yield Row(group="conditions", words=words, cells=cells)

    def _targets(self) -> Iterator[Row]:
        for place, target in enumerate(self._found["targets"]):
            cells = []
            for item in self._items:
                unknown = {"verdict": "unknown", "shown": None}
                shown: dict[str, Any] = item["targets"][place] if item["targets"] else unknown
                figure = shown["shown"]
                stated = [self._cited(figure["said"], figure["fact"])] if figure else []
                cells.append(Cell(stated=stated, truth=shown["verdict"]))
            yield Row(group="targets", words=str(target["said"]), cells=cells)

    def _products(self, at: int) -> Iterator[Stated]:
        """The products that the ranking's reasons speak of, then the rest."""
        spoken = {fact for part in self._items[at]["contributions"] for fact in part["evidence"]}
        products = sorted(self._firms[at].products, key=lambda one: one.fact not in spoken)
        for one in products:
            yield self._cited(one.name, one.fact, one.level)

    def _field(self, at: int, name: str) -> Iterator[Stated]:
        yield from self._stated(self._firms[at], name)

    def _stated(self, firm: Firm, name: str) -> Iterator[Stated]:
        if name == "age":
            name = "founded"
        if name == "parameters":
            for figure in figures(firm.items(name)):
                yield self._cited(figure.said(), figure.fact)
            return
        if name == "tier":
            name = "titles" if firm.items("titles") else "tier"
        for item in firm.items(name):
            yield self._cited(self._words(name, item), item.fact)

    def _words(self, name: str, item: Item) -> str:
        if isinstance(item.value, Mapping):
            said = item.value
            words = [self._label("tier", said.get("tier")), self._label("honour_status", said.get("status"))]
            words += [str(said[key]) for key in ("name", "batch", "valid_to") if said.get(key)]
            return " ".join(filter(None, words)) or str(dict(said))
        return values_name(name, (item.value,), self._lang)

    def _label(self, kind: str, value: Any) -> str:
        return self._ontology.label(f"{kind}.{value}", self._lang) if value else ""

    def _risks(self, at: int) -> Iterator[Stated]:
        for risk in self._items[at]["risks"]:
            yield self._cited(risk["says"][self._at], next(iter(risk["evidence"]), None))

    def _cited(self, words: str, fact: str | None, level: str | None = None) -> Stated:
        source = self._evidence.get(fact or "", {})
        page = source.get("page")
        return Stated(
            words=words,
            fact=fact if source else None,
            level=source.get("level") or level,
            quote=source.get("quote"),
            title=source.get("title") or source.get("publisher"),
            page=None if page is None else str(page),
            date=source.get("date"),
        )
