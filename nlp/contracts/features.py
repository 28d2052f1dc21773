"""What the scorer knows of a candidate in its document: declared features by sort, one row for each candidate.

`FEATURES[sort]` names the columns. Scores of the context models (and of an encoder, where there is one) come first,
then what stands in the candidate and around it, what the rules answered, the document, and the candidate beside its
rivals.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from nlp.contracts.candidates import FULL, KINDS, SELF, SHORT, Announcement, Candidate, behind, plain
from nlp.contracts.contexts import ROLES, Logits
from nlp.contracts.declared import listed
from nlp.contracts.encoded import Encoded, said, together
from nlp.contracts.signs import Signs
from nlp.relations.issuer import NO_PARTY
from nlp.relations.party import CUES

Table = NDArray[np.float32]

SORTS = ("organisation", "project", "contract", "amount")
OUTPUTS = {
    "organisation": ("buyer", "supplier"),
    "project": ("project",),
    "contract": ("contract",),
    "amount": ("amount",),
}
"""The roles that a candidate of each sort can fill; the span model of the sort has these outputs."""
SORT_OF = {role: sort for sort, roles in OUTPUTS.items() for role in roles}

_FORMS = (
    re.compile(r"股份有限公司$"),
    re.compile(r"有限(?:责任)?公司$"),
    re.compile(r"(?:集团|总公司|公司)$"),
    re.compile(r"(?:分公司|项目部|经理部|分行|支行|筹备组|指挥部|办事处)$"),
    re.compile(r"(?:局|厅|委|委员会|政府|管委会|部|处|署)$"),
    re.compile(r"(?:中心|大学|学院|学校|医院|院|所|站|队|厂|矿)$"),
)
_AGENCY = re.compile(r"招标|招投标|采购中心|交易中心|交易所|采购代理|咨询|公共资源|招采|造价|监理|拍卖|采购办|评标")
_LATIN = re.compile(r"[A-Za-z]{3}")
_SUBSIDIARY = re.compile(r"(?:子|孙)公司(?:之一)?[—:\-]*$")
_TITLE_ENDS = (
    re.compile(r"(?:项目|工程)$"),
    re.compile(r"(?:标段|合同段|标包|标|包|期)[)]?$"),
    re.compile(r"(?:合同书?|协议书?|订单|合约|契约)$"),
    re.compile(r"(?:采购|施工|招标|总承包|服务|设备|系统|EPC|PPP|BT|设计)$"),
    re.compile(r"[)》]$"),
)
_TITLE_WORDS = tuple(
    re.compile(word)
    for word in ("公司", "中标|签订|收到", "公告|通知书|规则|报", "项目|工程", "合同|协议", "[,、]", "和|及|与")
)
_GENERIC = re.compile(
    r"^(?:本|该|上述|重大|正式|相关|本次|工程|施工|采购|项目|销售|买卖|购销|承包|补充|框架|原|的|日常|经营|性)*"
    r"(?:合同|协议|合同书|协议书|项目|工程|订单)$"
)
_SUM_CUES = {
    "total before": re.compile(r"(?:合计|总计|共计|总[价额金]|累计)[^。;\n]{0,16}$"),
    "converted before": re.compile(r"(?:折合|约合|折算|相当于|等值)[^。;\n]{0,8}$"),
    "changed before": re.compile(r"(?:更正|调整|变更|增加|减少|修改|修订)(?:为|到|至)[^。;\n]{0,8}$"),
    "bad before": re.compile(
        r"(?:注册资本|总资产|净资产|营业收入|利润|保证金|违约|预付|定金|担保|补贴|出资|已支付|已收到|其中)"
        r"[^。;\n]{0,22}$"
    ),
    "of self": re.compile(r"(?:本公司|公司)(?:所占|份额|部分)[^。;\n]{0,12}$"),
    "contract before": re.compile(r"合同|中标|协议"),
}
_RATE = re.compile(r"[/每]")
_ABSENT = -12.0
"""The score of a kind of mention that a candidate does not have."""


_CONTEXT = listed(
    "span best, span mean, span first, span sum, short best, short sum, self best, self sum, begin best, end best, "
    "both best, both mean, short begin best, short end best, "
    "read best, read begins, read ends, read inside, read sum, read short"
)
_WHERE = listed(
    "full mentions, short mentions, self mentions, first at, first part, last part, in head, at end, length, proposed, "
    "in quotes, in cell"
)
_TITLE = (
    *(f"ending {n}" for n in range(len(_TITLE_ENDS))),
    *(f"word {n}" for n in range(len(_TITLE_WORDS))),
    *listed("rule, generic, held by others, holds others, in title of document, told, told holds it, holds told"),
)
_OWN = {
    "organisation": (
        *(f"form {n}" for n in range(len(_FORMS))),
        *listed(
            "agency, no party, latin, known to rules, rule buyer, rule supplier, issuer, subsidiary, subsidiary before,"
            "partner, pays, company, held by others, holds others, like issuer, in title of document, begins titles, "
            "in titles, told buyer, told supplier"
        ),
        *(f"cue {cue.role} {cue.name}" for cue in CUES),
    ),
    "project": _TITLE,
    "contract": _TITLE,
    "amount": (
        *listed("log value, foreign"),
        *_SUM_CUES,
        *listed("rate, largest, sum of others, range, yuan, scaled, told, rule, behind best rule"),
    ),
}
_DOCUMENT = (
    *(f"kind {kind}" for kind in KINDS),
    *listed("length of text, organisations, sums, subsidiaries named, consortium named, table, told records"),
)
_RIVALS = listed("place, behind best, ahead of next, share")


def _columns(sort: str) -> tuple[str, ...]:
    roles = OUTPUTS[sort]
    context = tuple(f"{role}: {name}" for role in roles for name in _CONTEXT)
    rivals = tuple(f"{role}: {name}" for role in roles for name in _RIVALS)
    return (*context, *_WHERE, *_OWN[sort], *_DOCUMENT, *rivals)


FEATURES = {sort: _columns(sort) for sort in SORTS}


def span_rows(announcement: Announcement, signs: Signs) -> dict[str, tuple[NDArray[np.int32], NDArray[np.int64]]]:
    """For each sort the hashed features of all mentions, for its span model, and the places of their candidates."""
    mentions = {sort: _mentions(announcement.of(sort)) for sort in SORTS}
    starts, ends, sorts, owners = np.concatenate(list(mentions.values())).T
    after = np.array([behind(announcement.reading.text, end) for end in ends.tolist()], np.int64)
    cuts = np.cumsum([len(own) for own in mentions.values()])[:-1]
    parts = zip(
        SORTS, np.split(signs.around_spans(starts, ends, after, sorts), cuts), np.split(owners, cuts), strict=True
    )
    return {sort: (numbers, own) for sort, numbers, own in parts}


def table(announcement: Announcement, sort: str, spans: Logits, places: Logits) -> Table:
    """The features of all candidates of a sort, float32 [candidates, len(FEATURES[sort])].

    `spans` are the span model's scores of all mentions in order, `places` the scores of every place of the text.
    """
    candidates = announcement.of(sort)
    if not candidates:
        return np.zeros((0, len(FEATURES[sort])), np.float32)
    mentions = _mentions(candidates)
    context = []
    for number, role in enumerate(OUTPUTS[sort]):
        at = ROLES.index(role)
        own = _context(mentions, len(candidates), spans[:, number], places[:, 2 * at : 2 * at + 2])
        context.append(np.hstack([own, _read(mentions, len(candidates), announcement.encoded, at)]))
    document = _document(announcement)
    own_of = {"organisation": _organisations, "project": _titles, "contract": _titles, "amount": _amounts}[sort]
    rows = [
        [*_where(announcement, candidate), *own, *document]
        for candidate, own in zip(candidates, own_of(announcement, candidates, sort), strict=True)
    ]
    return np.hstack([*context, np.array(rows, np.float32), *map(_rivals, context)]).astype(np.float32)


def _mentions(candidates: Sequence[Candidate]) -> NDArray[np.int64]:
    """All mentions in the order of their candidates, int64 [mentions, 4]: start, end, sort, candidate."""
    rows = [(*mention, at) for at, candidate in enumerate(candidates) for mention in candidate.mentions]
    return np.array(rows, np.int64).reshape(-1, 4)


class _Group:
    """Values of mentions gathered by candidate; a candidate without a mention of the sort has `_ABSENT`."""

    def __init__(self, mentions: NDArray[np.int64], sort: int, size: int) -> None:
        self.chosen = mentions[:, 2] == sort
        self.owners = mentions[self.chosen, 3]
        self.size = size
        self.counts = np.bincount(self.owners, minlength=size)

    def best(self, values: Table) -> Table:
        result = np.full(self.size, _ABSENT, np.float32)
        np.maximum.at(result, self.owners, values[self.chosen])
        return result

    def total(self, values: Table) -> Table:
        return np.bincount(self.owners, values[self.chosen], self.size).astype(np.float32)

    def mean(self, values: Table) -> Table:
        mean = self.total(values) / np.maximum(1, self.counts)
        return np.where(self.counts, mean, _ABSENT).astype(np.float32)

    def first(self, values: Table) -> Table:
        result = np.full(self.size, _ABSENT, np.float32)
        result[self.owners[::-1]] = values[self.chosen][::-1]
        return result


def _context(mentions: NDArray[np.int64], size: int, span: Logits, places: Logits) -> Table:
    full, short, self_ = (_Group(mentions, sort, size) for sort in (FULL, SHORT, SELF))
    likely = (1 / (1 + np.exp(-span))).astype(np.float32)
    begins, ends = places[mentions[:, 0], 0], places[mentions[:, 1], 1]
    both = begins + ends
    columns = [
        *(full.best(span), full.mean(span), full.first(span), full.total(likely)),
        *(short.best(span), short.total(likely), self_.best(span), self_.total(likely)),
        *(full.best(begins), full.best(ends), full.best(both), full.mean(both), short.best(begins), short.best(ends)),
    ]
    return np.stack(columns, 1)


def _read(mentions: NDArray[np.int64], size: int, encoded: Encoded | None, role: int) -> Table:
    """What an encoder says of the mentions: whole, of their begins, ends and signs, and of short names."""
    if encoded is None:
        return np.full((size, 6), np.nan, np.float32)
    full, short = (_Group(mentions, sort, size) for sort in (FULL, SHORT))
    parts = said(encoded, mentions[:, 0], mentions[:, 1], role)
    whole = together(parts)
    likely = (1 / (1 + np.exp(-whole))).astype(np.float32)
    columns = (full.best(whole), *map(full.best, parts.T), full.total(likely), short.best(whole))
    return np.stack(columns, 1).astype(np.float32)


def _where(announcement: Announcement, candidate: Candidate) -> list[float]:
    text = announcement.reading.text
    size = max(1, len(text))
    sorts = [sort for _, _, sort in candidate.mentions]
    own = [(s, e) for s, e, sort in candidate.mentions if sort != SELF] or [(s, e) for s, e, _ in candidate.mentions]
    first, last = min(s for s, _ in own), max(e for _, e in own)
    quotes = any(s and text[s - 1] in "“《" for s, _ in own)
    cell = any(text[s - 1 : s] in ("\t", "\n", "") and text[e : e + 1] in ("\t", "\n", "") for s, e in own)
    return [
        *(sorts.count(FULL), sorts.count(SHORT), sorts.count(SELF)),
        *(math.log1p(first), first / size, last / size, first < 400, last > size - 220),
        *(len(candidate.text), candidate.proposed, quotes, cell),
    ]


def _document(announcement: Announcement) -> list[float]:
    text = announcement.reading.text
    return [
        *(float(announcement.kind == at) for at in range(len(KINDS))),
        *(math.log1p(len(text)), len(announcement.organisations), len(announcement.amounts)),
        *(min(10, text.count("子公司")), min(5, text.count("联合体")), min(20, text.count("\t"))),
        len(announcement.told),
    ]


def _rivals(context: Table) -> Table:
    """A candidate's best span score beside the others': its place, how far behind the best and ahead of the next."""
    best = np.maximum(context[:, 0], context[:, 4])
    both = best + 0.5 * context[:, 10].clip(_ABSENT)
    order = np.argsort(-both, kind="stable")
    place = np.empty(len(both))
    place[order] = np.arange(len(both))
    top = both[order[0]]
    second = both[order[1]] if len(both) > 1 else -20.0
    ahead = np.where(place == 0, both - second, both - top)
    weight = np.exp(best - best.max())
    return np.stack([place, both - top, ahead, weight / weight.sum()], 1).astype(np.float32)


def _organisations(announcement: Announcement, candidates: Sequence[Candidate], _: str) -> Iterator[list[float]]:
    text, title = announcement.reading.text, announcement.reading.source.title
    issuer = next((c for c in candidates if c.party and c.party.issuer), None)
    keys = [candidate.key for candidate in candidates]
    titles = [c.text for c in (*announcement.projects, *announcement.contracts) if c.rule or c.proposed > 0]
    shorts: dict[str, list[str]] = {}
    for alias in announcement.shorts:
        shorts.setdefault(alias.full, []).append(alias.short)
    told = announcement.told
    buyers = [plain(won.buyer.name) for won in told if won.buyer]
    suppliers = [plain(won.supplier.name) for won in told if won.supplier]
    for candidate, key in zip(candidates, keys, strict=True):
        party = candidate.party
        cues = dict.fromkeys(((cue.role, cue.name) for cue in CUES), 0.0)
        for role, name, _place in party.cues if party else ():
            cues[role, name] += 1
        before = any(_SUBSIDIARY.search(text[max(0, s - 12) : s]) for s, _, sort in candidate.mentions if sort == FULL)
        names = (candidate.text, *shorts.get(candidate.text, ()))
        yield [
            *(float(bool(form.search(candidate.text))) for form in _FORMS),
            *(float(bool(pattern.search(candidate.text))) for pattern in (_AGENCY, NO_PARTY, _LATIN)),
            *(party is not None, candidate.rule.get("buyer", -9.0), candidate.rule.get("supplier", -9.0)),
            *(bool(party and party.issuer), bool(party and party.subsidiary), before),
            *(bool(party and party.partner), bool(party and party.pays), bool(party and party.company)),
            sum(key in other and key != other for other in keys),
            sum(other in key and key != other for other in keys),
            bool(issuer and issuer is not candidate and _alike(issuer.text, candidate.text)),
            any(name in title for name in names),
            sum(name.startswith(candidate.text) for name in titles),
            sum(candidate.text in name for name in titles),
            *(buyers.count(key) / len(told), suppliers.count(key) / len(told)),
            *cues.values(),
        ]


def _alike(issuer: str, other: str) -> bool:
    """Whether two firms share the signs of a trade name, as a firm and its daughters do."""
    core = re.sub(r"^.{2,3}?(?:省|市|县|区)", "", issuer)
    return any(core[at : at + 2] in other for at in (0, 2)) and core[:2] != other[-2:]


def _titles(announcement: Announcement, candidates: Sequence[Candidate], sort: str) -> Iterator[list[float]]:
    keys = [candidate.key for candidate in candidates]
    title = announcement.reading.source.title
    told = [plain(name.text) for won in announcement.told if (name := getattr(won, sort))]
    for candidate, key in zip(candidates, keys, strict=True):
        yield [
            *(float(bool(end.search(candidate.text))) for end in _TITLE_ENDS),
            *(float(bool(word.search(candidate.text))) for word in _TITLE_WORDS),
            *(max(candidate.rule.values(), default=-9.0), bool(_GENERIC.match(candidate.text))),
            sum(key in other and key != other for other in keys),
            sum(other in key and key != other for other in keys),
            *(candidate.text in title, key in told),
            *(any(key in other for other in told), any(other in key for other in told)),
        ]


def _amounts(announcement: Announcement, candidates: Sequence[Candidate], _: str) -> Iterator[list[float]]:
    text = announcement.reading.text
    values = [candidate.money.high if candidate.money else 0.0 for candidate in candidates]
    rules = [candidate.rule.get("amount", -9.0) for candidate in candidates]
    told = [won.amount.money.high for won in announcement.told if won.amount]
    top, total = max(values), sum(values)
    for candidate, value, rule in zip(candidates, values, rules, strict=True):
        lefts = [text[max(0, s - 40) : s] for s, _, _ in candidate.mentions]
        money = candidate.money
        yield [
            *(math.log10(max(1.0, value)), bool(money and money.currency != "CNY")),
            *(float(any(pattern.search(left) for left in lefts)) for pattern in _SUM_CUES.values()),
            any(_RATE.match(text[e : e + 1]) for _, e, _ in candidate.mentions),
            *(value == top, abs(total - 2 * value) <= 0.005 * value),
            bool(money and money.low != money.high),
            *(candidate.text.endswith("元"), bool(re.search(r"[万亿]", candidate.text))),
            *(told.count(value) / max(1, len(told)), rule, rule - max(rules)),
        ]
