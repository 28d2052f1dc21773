"""What an announcement offers for each role: organisations, titles and sums, each with all its mentions.

Rules and the table of short names give organisations, title patterns give titles, the money reader and columns of
figures give sums; what the rules answered is among them. Where a context model finds a good beginning and a good end,
the string between them is added.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from kg.values.money import Money, find_money, unit_of
from nlp.contracts.contexts import ROLES, Logits
from nlp.contracts.encoded import Encoded, mixed
from nlp.names import SELF_WORDS, Alias, Name, aliases
from nlp.reading import Reading
from nlp.relations.amount import amounts
from nlp.relations.contract import Won, won_contracts
from nlp.relations.party import Party
from nlp.relations.title import Title, contracts, projects

KINDS = ("award", "signed", "pre-award", "progress", "framework", "other")
_KINDS = (
    ("progress", re.compile(r"进展|终止|变更|履行|解除|完成|补充|撤销|取消|执行")),
    ("framework", re.compile(r"框架|意向|战略|备忘录")),
    ("pre-award", re.compile(r"预中标|候选|推荐|公示|拟中标|入围")),
    ("signed", re.compile(r"合同|协议|签订|签署|签约|订单")),
    ("award", re.compile(r"中标|中选|成交|竞得|竞买")),
)
FULL, SHORT, SELF = 0, 1, 2
_ENDS = re.compile(r"[。;\n\t]")
_NORMAL = re.compile(r"[^0-9a-z\u4e00-\u9fff]")
_BRACKETS = re.compile(r"(?:[(][^()\n]{0,80}[)])+[”\"]?")
_SELF = re.compile(r"(?<![\u4e00-\u9fff子分母总])?(?:本公司|我公司|公司)(?!(?:的)?(?:全资|控股|下属|所属|参股)|子|及)")
_CAPITAL = re.compile(r"(?:注册|实收|认缴)资[本金][^。;,\n]{0,8}$")
_CLOSED = re.compile(r"[^“《]*[”》]")
"""A quote that closes before it opens: the string begins inside one."""
_LEADS_IN = re.compile(r"[与和及向由为在收获将对被经至是的:]|中标|中选|签|确定|通知|委托|[人方]$")
"""Words between a boundary and a name that are not of the name."""
_SAID_OF = re.compile(r"为|与|和|向|中标|中选|收到|签订|关于|成为")
_MOST_MENTIONS = 40
_LEAST_SUM = 1000
_LONGEST_NAME = 44
_LONGEST = {"project": 140, "contract": 140}
"""Signs of the longest title."""


@dataclass(slots=True, eq=False)
class Candidate:
    """A string or a sum that may fill a role. Spans count in the `Reading`.

    `sort` of a mention is FULL, SHORT (by an alias) or SELF (公司). `rule` is the weight of the rules, `party` the
    rules' view of an organisation, `money` the sum; `key` is the text without blanks and punctuation.
    """

    text: str
    mentions: list[tuple[int, int, int]] = field(default_factory=list)
    rule: dict[str, float] = field(default_factory=dict)
    party: Party | None = None
    money: Money | None = None
    proposed: float = -9.0
    key: str = field(init=False)

    def __post_init__(self) -> None:
        self.key = plain(self.text)


@dataclass(slots=True)
class Announcement:
    """A document with its candidates by sort: organisation, project, contract, amount.

    `told` is the rules' answer, `encoded` what an encoder says of the signs, if one has read them.
    """

    reading: Reading
    kind: int
    shorts: list[Alias]
    told: list[Won]
    organisations: list[Candidate]
    projects: list[Candidate]
    contracts: list[Candidate]
    amounts: list[Candidate]
    encoded: Encoded | None = None

    def of(self, sort: str) -> list[Candidate]:
        """The candidates of one sort."""
        return {
            "organisation": self.organisations,
            "project": self.projects,
            "contract": self.contracts,
            "amount": self.amounts,
        }[sort]


def plain(text: str) -> str:
    """Small letters, figures and Chinese signs only."""
    return _NORMAL.sub("", text.lower())


def kind_of(title: str, text: str) -> int:
    """The number in KINDS of the kind of announcement, by its title, else by its first lines."""
    for where in (title, text[:200]):
        for name, pattern in _KINDS:
            if pattern.search(where):
                return KINDS.index(name)
    return KINDS.index("other")


def spans(
    text: str, begins: NDArray[np.float32], ends: NDArray[np.float32], longest: int, most: int
) -> list[tuple[int, int, float]]:
    """Strings between a good beginning and a good end, best first: start, end, sum of both scores."""
    starts = _best(begins, most)
    closing = np.sort(_best(ends, most))
    found = []
    for start in starts:
        stop = _ENDS.search(text, int(start) + 1)
        last = min(stop.start() if stop else len(text), int(start) + longest)
        for end in closing[np.searchsorted(closing, start + 2) : np.searchsorted(closing, last, "right")]:
            found.append((int(start), int(end), float(begins[start] + ends[end])))
    return sorted(found, key=lambda span: -span[2])[: 2 * most]


def _proposals(text: str, places: Logits) -> dict[str, list[tuple[int, int, float]]]:
    """For each role but the amount, the strings that the context model proposes."""
    inside = _inside_words(text)
    result = {}
    for number, role in enumerate(ROLES):
        begins, ends = places[:, 2 * number], places[:, 2 * number + 1]
        if role in _LONGEST:
            begins = np.where(inside, np.float32(-99), begins)
        if role != "amount":
            result[role] = spans(text, begins, ends, _LONGEST.get(role, _LONGEST_NAME), 12)
    return result


def _inside_words(text: str) -> NDArray[np.bool_]:
    """Places, [length + 1], that lie inside a word of the dictionary: no title begins there (液|化天然气)."""
    import rjieba  # its dictionary is read at import: only where it is used

    sizes = [len(word) for word in rjieba.cut(text, False)]
    inside = np.ones(len(text) + 1, np.bool_)
    inside[np.cumsum([0, *sizes])] = False
    return inside


def _best(scores: NDArray[np.float32], most: int) -> NDArray[np.int64]:
    likely = int((scores > -1.5).sum())
    count = min(len(scores), max(most, min(200, likely)))
    return np.argpartition(-scores, count - 1)[:count]


def announcement(
    reading: Reading,
    people: dict[str, Party],
    shorts: Sequence[Alias],
    places: Logits,
    encoded: Encoded | None = None,
) -> Announcement:
    """Gather the candidates. `places` are the context scores of every place of the text, [length + 1, 10]."""
    text = reading.text
    proposed = _proposals(text, mixed(places, encoded))
    told = won_contracts(reading, people, shorts)
    money = [*find_money(text), *_column_sums(text)]
    money += [won.amount.money for won in told if won.amount and won.amount.money not in money]
    organisations, all_shorts = _organisations(reading, people, told, shorts, proposed["buyer"] + proposed["supplier"])
    names = [*people, *(alias.short for alias in all_shorts)]
    titles = {
        kind: _titles(text, kind, [title for won in told if (title := getattr(won, kind))], proposed[kind], names)
        for kind in ("project", "contract")
    }
    kind = kind_of(reading.source.title, text)
    sums = _amounts(text, money)
    return Announcement(
        reading, kind, all_shorts, told, organisations, titles["project"], titles["contract"], sums, encoded
    )


def _organisations(
    reading: Reading,
    people: Mapping[str, Party],
    told: Sequence[Won],
    shorts: Sequence[Alias],
    proposed: Sequence[tuple[int, int, float]],
) -> tuple[list[Candidate], list[Alias]]:
    text = reading.text
    result: dict[str, Candidate] = {}
    named = [party for won in told for party in (won.supplier, won.buyer) if party and not party.mentions]
    for party in (*people.values(), *named):
        candidate = result.setdefault(plain(party.name), Candidate(party.name, party=party))
        candidate.rule = dict(party.weights)
        name = plain(party.name)
        for start, end in party.mentions[:_MOST_MENTIONS]:
            long = end - start >= len(party.name) - 8 and (plain(text[start:end]) in name) and end - start > 6
            candidate.mentions.append((start, end, FULL if long or text[start:end] == party.name else SHORT))
        if not party.mentions:
            _again(text, candidate)
    added: list[Name] = []
    whole = [(s, e) for candidate in result.values() for s, e, sort in candidate.mentions if sort == FULL]
    for start, end, score in proposed:
        value = text[start:end].strip()
        key = plain(value)
        if len(key) < 3 or value in SELF_WORDS or "," in value or _cuts(text, start, end, whole):
            continue
        candidate = result.setdefault(key, Candidate(value))
        candidate.proposed = max(candidate.proposed, score)
        if not any(s < end and start < e for s, e, _ in candidate.mentions):
            candidate.mentions.append((start, end, FULL))
            added.append(Name(value, start, end, True))
    known = {alias.full for alias in shorts}
    more = [alias for alias in aliases(text, added, means=False) if alias.full not in known] if added else []
    _mentions_by_alias(text, result, more)
    issuer = next((c for c in result.values() if c.party and c.party.issuer), None)
    if issuer is not None:
        issuer.mentions += [
            (*m.span(), SELF) for m, _ in zip(_SELF.finditer(text), range(_MOST_MENTIONS), strict=False)
        ]
    kept = [candidate for candidate in result.values() if candidate.mentions]
    return kept, [*shorts, *more]


def _cuts(text: str, start: int, end: int, names: Iterable[tuple[int, int]]) -> bool:
    """Whether a span is the end of a name that begins at a boundary, without a word that leads up to a name."""
    return any(
        first < start < last == end
        and not text[first - 1 : first].isalnum()
        and not _LEADS_IN.search(text, first, start)
        for first, last in names
    )


def _mentions_by_alias(text: str, result: dict[str, Candidate], shorts: Iterable[Alias]) -> None:
    for alias in shorts:
        candidate = result.get(plain(alias.full))
        if candidate is None or alias.short in SELF_WORDS or len(alias.short) < 2:
            continue
        at = text.find(alias.short)
        while at >= 0 and len(candidate.mentions) < 2 * _MOST_MENTIONS:
            if not any(s <= at < e for s, e, _ in candidate.mentions):
                candidate.mentions.append((at, at + len(alias.short), SHORT))
            at = text.find(alias.short, at + len(alias.short))


def _titles(
    text: str, sort: str, told: Sequence[Title], proposed: Sequence[tuple[int, int, float]], names: Sequence[str]
) -> list[Candidate]:
    result: dict[str, Candidate] = {}
    rules = projects if sort == "project" else contracts
    for title in (*rules(text, 0, len(text)), *told):
        candidate = result.setdefault(plain(title.text), Candidate(title.text, rule={sort: title.weight}))
        if all(s != title.start for s, _, _ in candidate.mentions):
            candidate.mentions.append((title.start, title.end, FULL))
    for start, end, score in proposed:
        value = text[start:end]
        if len(plain(value)) < 4 or _CLOSED.match(value) or _says_of(value, names):
            continue
        candidate = result.setdefault(plain(value), Candidate(value))
        candidate.proposed = max(candidate.proposed, score)
        if all(s != start for s, _, _ in candidate.mentions):
            candidate.mentions.append((start, end, FULL))
    for candidate in result.values():
        _again(text, candidate)
    return [candidate for candidate in result.values() if candidate.key]


def _says_of(value: str, names: Sequence[str]) -> bool:
    """Whether a string begins with a name, or its end, and says something of it (甲公司为某某项目): no title."""
    said = _SAID_OF.search(value)
    return bool(said and said.start() and any(name.endswith(value[: said.start()]) for name in names))


def _again(text: str, candidate: Candidate) -> None:
    """Further mentions of the very same string."""
    at = text.find(candidate.text)
    while at >= 0 and len(candidate.mentions) < 12:
        if all(s != at for s, _, _ in candidate.mentions):
            candidate.mentions.append((at, at + len(candidate.text), FULL))
        at = text.find(candidate.text, at + len(candidate.text))
    candidate.mentions.sort()


def _amounts(text: str, money: Sequence[Money]) -> list[Candidate]:
    result: dict[tuple[float, str], Candidate] = {}
    for each in money:
        if each.high < _LEAST_SUM or _CAPITAL.search(text, max(0, each.start - 16), each.start):
            continue
        candidate = result.setdefault((each.high, each.currency), Candidate(each.text, money=each))
        candidate.mentions.append((each.start, each.end, FULL))
    for amount in reversed(amounts(text, 0, len(text), money)):
        if known := result.get((amount.money.high, amount.money.currency)):
            known.rule["amount"] = amount.weight
    return list(result.values())


_FIGURE = re.compile(r"(?:约|人民币|¥|￥)?(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)$")
_COLUMN_UNIT = re.compile(r"(?:单位|[(])[^()\n]{0,6}?(?:人民币)?((?:万|亿|百万|千)?(?:美|欧|港|日)?元)")
_PRICE = re.compile(r"金额|价|款|投资|造价|总额|额")


def _column_sums(text: str) -> list[Money]:
    """Plain figures in a column (or beside a cell) whose head, or the line above the table, names a unit of money."""
    result: list[Money] = []
    heads: list[str] = []
    above = ""
    at = 0
    for line in text.split("\n"):
        cells = line.split("\t")
        if len(cells) == 1:
            above, heads = (line[-60:] if line else above), []
        else:
            place = at
            for column, cell in enumerate(cells):
                head = heads[column] if heads and len(heads) == len(cells) else (cells[column - 1] if column else "")
                result += _figure(cell, place, head, above)
                place += len(cell) + 1
            heads = heads or cells
        at += len(line) + 1
    return result


def _figure(cell: str, place: int, head: str, above: str) -> list[Money]:
    match = _FIGURE.match(cell.strip())
    if match is None or not _PRICE.search(head):
        return []
    unit = _COLUMN_UNIT.search(head) or _COLUMN_UNIT.search(above)
    if unit is None and "," not in cell:
        return []
    scale, currency = unit_of(unit.group(1)) if unit else (1, "CNY")
    value = float(match.group(1).replace(",", "")) * float(scale)
    start = place + cell.find(match.group(1))
    end = start + len(match.group(1))
    return [Money(value, value, currency, start, end, match.group(1))] if value >= _LEAST_SUM else []


def behind(text: str, end: int) -> int:
    """Where the context behind a mention begins: past the brackets that follow it."""
    match = _BRACKETS.match(text, end)
    return match.end() if match else end
