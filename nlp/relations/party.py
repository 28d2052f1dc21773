"""Who is paid and who pays in a contract announcement: weighs the cues around every mention of every organisation.

Reads names and short names of a `Reading`; writes, for each organisation, a weight as supplier and as buyer. The
weights are set by hand from how announcements are written: a role word in front (招标人:X), the verb behind
(X发来的中标通知书), a role as short name (以下简称“甲方”), the announcing firm, its subsidiaries. Limits: the
direction of an unusual contract (the announcing firm pays) is seen only where roles are named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from nlp.names import PLACE, SELF_WORDS, Alias, Name
from nlp.reading import Reading
from nlp.relations.issuer import NO_PARTY, issuer_of

ISSUER_PRIOR = 2.5
SUPPLIER = "supplier"
BUYER = "buyer"

_PAID_ROLES = (
    "乙方|卖方|供方|承包人|承包方|承包商|总承包方|总承包人|总包方|供应商|供货方|供货商|受托方"
    "|受托人|出卖人|中标人|中标单位|中标方|中标供应商|"
    "中标社会资本方?|社会资本方?|成交供应商|中标候选人|第一中标候选人|施工单位|投资人|承揽人"
    "|服务方|设计人|承租方|分包人|分包方|牵头人|联合体牵头人"
)
_PAYING_ROLES = (
    "甲方|买方|需方|发包人|发包方|招标人|招标方|招标单位|采购人|采购方|采购单位|业主单位"
    "|项目业主|业主方|业主|建设单位|委托方|委托人|买受人|定作人|"
    "订货方|需求方|购货方|政府方|实施机构|项目实施机构|用户|客户|最终用户|发标单位|发标人"
    "|项目单位|合同对方|交易对方|交易对手方?|合同甲方|"
    "授予方|授权方|建设方|总承包单位"
)
_IS = r"(?:的)?(?:单位|名称|信息|全称)?(?:[(][^()]{0,8}[)])?(?:名称)?[为是系]?[:\t]*(?:\d[、.])?"


@dataclass(frozen=True, slots=True)
class Cue:
    """A pattern before (`left`, read to its end) or behind a mention, and what it adds to the weight of a role."""

    name: str
    role: str
    weight: float
    left: re.Pattern[str] | None = None
    right: re.Pattern[str] | None = None


def _cue(name: str, role: str, weight: float, left: str = "", right: str = "") -> Cue:
    return Cue(name, role, weight, re.compile(f"(?:{left})$") if left else None, re.compile(right) if right else None)


_NOTICE = r"(?:[^。;\n]{0,70})(?:中标|成交|中选|入围)[^。;,\n]{0,8}(?:通知|函|公告|公示|结果)"
CUES: tuple[Cue, ...] = (
    _cue("role", SUPPLIER, 5.0, left=rf"(?<![一-龥])(?:{_PAID_ROLES}){_IS}"),
    _cue("role inside", SUPPLIER, 2.5, left=rf"(?:{_PAID_ROLES}){_IS}"),
    _cue("subsidiary", SUPPLIER, 2.0, left=r"(?:子|孙)公司(?:之一)?[—:]*|(?:下属|所属|旗下)(?:企业|单位|公司)?"),
    _cue(
        "subsidiary acts",
        SUPPLIER,
        3.0,
        left=r"(?:子|孙)公司(?:之一)?[—:]*",
        right=(
            r"(?:已|近日|日前|近期|拟|分别|成功|于[^。,]{3,16}|在[^。,]{2,12}){0,3}(?:与|和|同|收到|接到"
            r"|获得|取得|中标|为|被|作为)"
        ),
    ),
    _cue(
        "won",
        SUPPLIER,
        2.0,
        right=r"(?:近日|日前|于[^。,]{3,12}日?|成功|分别|[与和][^。,]{2,40}(?:组成的)?联合体){0,3}(?:中标|中选|预中标)",
    ),
    _cue(
        "is winner",
        SUPPLIER,
        3.0,
        right=(
            r"(?:被)?(?:评|确定|推荐|选定)?[为是]?(?:了)?[^。,;\n]{0,60}(?:中标人|中标单位|中标候选人"
            r"|中标方|中标社会资本|承包人|成交人|中标供应商|成交供应商|投资人)"
        ),
    ),
    _cue(
        "was named",
        SUPPLIER,
        2.0,
        left=r"(?:确定|确认|通知|授予|选定|定标给|推荐|贵方|同意|接受|由)(?:了)?(?:中标单位为)?",
    ),
    _cue(
        "receives",
        SUPPLIER,
        1.5,
        right=r"(?:[(][^()]*[)])?(?:已|近日|日前|于[^。,]{3,14}){0,2}(?:收到|接到|获得|取得|获)",
    ),
    _cue("signs with", SUPPLIER, 1.0, right=r"(?:已|近日|日前|于[^。,]{3,14}|在[^。,]{2,10}){0,2}(?:与|和|同)"),
    _cue("provides", SUPPLIER, 1.0, right=r"(?:将)?(?:负责|承接|承担|承建|承揽|向[^。,]{2,30}(?:销售|提供|供应|出售))"),
    _cue("role", BUYER, 5.0, left=rf"(?<![一-龥])(?:{_PAYING_ROLES}){_IS}"),
    _cue("role inside", BUYER, 4.5, left=rf"(?:{_PAYING_ROLES}){_IS}"),
    _cue(
        "sends notice",
        BUYER,
        3.5,
        left=r"(?:收到|接到|接|获得|取得|收|获)(?:了|由|来自|到)*(?:业主|招标人|采购人|建设单位|招标单位|发包人)?",
        right=(
            rf"(?:发来|发出|发送|出具|签发|下发|发布|送达|寄送|传来|颁发|关于|的|《|通知|就|“|发|及|、|和"
            rf"|与){_NOTICE}"
        ),
    ),
    _cue("alone on its line", BUYER, 1.5, left=r"\n", right=r"\n"),
    _cue("hands contract", BUYER, 3.0, left=r"(?:收到|接到|收到了)", right=r"(?:签署|盖章|寄|签订|签章|签字)"),
    _cue(
        "notifies",
        BUYER,
        2.0,
        right=r"[^。,;\n]{0,12}(?:发来|发出|出具|签发|下发|颁发|送达|寄送)(?:的|了)[^。;\n]{0,40}(?:中标|成交|中选)",
    ),
    _cue(
        "signed with",
        BUYER,
        3.5,
        left=r"(?:与|和|同)",
        right=r"[^。;\n]{0,40}?(?:签订|签署|签定|订立|达成|签约|正式签)",
    ),
    _cue("both signed", BUYER, 1.5, left=r"(?:公司|与|和|、)[与和]?", right=r"[^。;\n]{0,60}?(?:签订|签署|签定|订立)"),
    _cue(
        "chooses",
        BUYER,
        2.0,
        right=r"[^。,;\n]{0,30}(?:确定|确认|通知|委托|选定|授予|决定)[^。;\n]{0,6}(?:本公司|我公司|公司|我司)",
    ),
    _cue(
        "tender of",
        BUYER,
        2.0,
        left=r"(?:参与|参加|参与了|参加了|中标|中标了|中|在|就|为)(?:的)?",
        right=r"[^。,;\n]{0,50}(?:招标|投标|采购|竞标|竞谈|招投标)",
    ),
    _cue(
        "holds tender",
        BUYER,
        1.5,
        right=(
            r"[^。,;\n]{0,25}(?:组织|进行|举行|公告|公布|公示|发布|委托)[^。;\n]{0,20}(?:招标|招投标"
            r"|采购|中标|竞标|投标)"
        ),
    ),
    _cue(
        "no relation",
        BUYER,
        2.5,
        left=r"(?:与|和)",
        right=r"(?:之间)?(?:均|也|亦)?(?:不存在|无|没有|未发生)[^。;\n]{0,14}(?:关联|关系|往来)",
    ),
    _cue(
        "unrelated",
        BUYER,
        2.5,
        right=(
            r"(?:[(][^()]*[)])?(?:[与和](?:本公司|我公司|公司|上市公司)"
            r"|[^。,;\n]{0,20}及公司)(?:之间)?[^。;\n]{0,10}(?:不存在|无|没有)[^。;\n]{0,10}关联"
        ),
    ),
    _cue(
        "can perform",
        BUYER,
        1.5,
        right=r"[^。,;\n]{0,30}(?:履约能力|信誉|资信|支付能力|财务状况良好|资金实力|经济实力|履约风险)",
    ),
    _cue(
        "counterparty",
        BUYER,
        3.0,
        left=(
            r"(?:对方|对手方?|当事人|业主|招标人|甲方|采购人|买方|发包人|招标单位|建设单位"
            r"|客户)(?:的)?(?:基本)?(?:情况|介绍|信息)?(?:的)?(?:简介|介绍|情况)?[:。]?\n?(?:\d[、.]"
            r"|[(][一二三1-3][)])?(?:基本情况|情况介绍)?[:]?\n?(?:(?:公司|企业|单位)?名称[:\t])?"
        ),
    ),
    _cue("sells to", BUYER, 2.5, left=r"(?:向|为|给)", right=r"[^。,;\n]{0,25}(?:销售|提供|供应|供货|出售|交付|承建)"),
    _cue(
        "buys",
        BUYER,
        2.5,
        right=r"[^。,;\n]{0,10}(?:向[^。,;\n]{0,12}(?:公司|子公司)[^。,;\n]{0,6}(?:采购|购买|订购|定购)|采购|购买)",
    ),
    _cue("of buyer", BUYER, 1.0, right=r"(?:的)?[^。,;\n]{2,40}(?:项目|工程)[^。,;\n]{0,12}(?:中标|招标)"),
    _cue(
        "profile",
        BUYER,
        1.5,
        right=(
            r"(?:[(][^()]*[)])?[,]?(?:成立(?:日期|时间)?|注册资本|法定代表人|\n?(?:公司)?(?:住所"
            r"|注册地址|注册资本|法定代表人))"
        ),
    ),
)
_ROLE_ALIAS = {SUPPLIER: re.compile(rf"^(?:{_PAID_ROLES})$"), BUYER: re.compile(rf"^(?:{_PAYING_ROLES})$")}
_AGENCY = re.compile(
    r"招标|招投标|采购中心|交易中心|交易管理|采购代理|咨询|工程管理有限公司|项目管理|交易所"
    r"|公共资源|招采|造价|监理|拍卖|物资有限公司|物资公司|采购办|评标"
)
_PARTNER = re.compile(
    r"(?:组成|等组成|作为|以|形成|的)[^。,;\n]{0,6}联合体|[^。,;\n]{0,20}(?:联合中标|共同中标"
    r"|联合体(?:共同)?(?:中标|投标)|联合投标|合作投标)"
)
_AGENT = re.compile(r"招标代理|招标有限|招标集团|招标公司|采购代理|招投标")
_GROUP = re.compile(r"[(][^()]{0,80}[)]")


@dataclass(slots=True, eq=False)
class Party:
    """An organisation of the document: its mentions (full and short), and what speaks for each role."""

    name: str
    mentions: list[tuple[int, int]] = field(default_factory=list)
    weights: dict[str, float] = field(default_factory=lambda: {SUPPLIER: 0.0, BUYER: 0.0})
    cues: list[tuple[str, str, int]] = field(default_factory=list)
    issuer: bool = False
    subsidiary: bool = False
    partner: bool = False
    company: bool = True
    pays: bool = False

    def first(self, role: str) -> tuple[int, int]:
        """The mention with the strongest cue for the role, else the first one."""
        at = [mention for cue_role, _, mention in self.cues if cue_role == role]
        if at:
            return next(span for span in self.mentions if span[0] == at[0])
        return self.mentions[0]


def parties(reading: Reading, found: Sequence[Name], shorts: Iterable[Alias]) -> dict[str, Party]:
    """All organisations with their weights as supplier and as buyer."""
    text = reading.text
    issuer = issuer_of(reading, found)
    result: dict[str, Party] = {}
    table = {**_longer(found), **{alias.short: alias.full for alias in shorts}}
    for name in found:
        full = table.get(name.text, name.text)
        party = result.setdefault(full, Party(full, company=name.company))
        party.mentions.append((name.start, name.end))
    if issuer:
        result.setdefault(issuer, Party(issuer)).issuer = True
    _short_mentions(text, result, shorts)
    for party in result.values():
        party.mentions.sort()
        _weigh(text, party, party.mentions)
    if issuer:
        _weigh(text, result[issuer], [match.span() for match in _SELF.finditer(text)], SUPPLIER, 0.7)
    for alias in shorts:
        party_or_none = result.get(alias.full)
        for role, pattern in _ROLE_ALIAS.items():
            if party_or_none is not None and pattern.match(alias.short):
                party_or_none.weights[role] += 5.0
                party_or_none.pays = party_or_none.pays or role == BUYER
                party_or_none.weights[BUYER if role == SUPPLIER else SUPPLIER] -= 4.0
    _mark_partners(text, result)
    for party in result.values():
        _adjust(text, party)
    return result


def _longer(found: Sequence[Name]) -> dict[str, str]:
    """Names that the document also writes with a place before: 南平X公司 is 福建省南平X公司."""
    texts = {name.text for name in found}
    tails: dict[str, list[str]] = {}
    for text in texts:
        tails.setdefault(text[-5:], []).append(text)
    return {
        short: long
        for group in tails.values()
        for short in group
        for long in group
        if len(short) >= 6
        and long != short
        and long.endswith(short)
        and PLACE.fullmatch(long[: len(long) - len(short)])
    }


_SELF = re.compile(
    r"(?:(?<![\u4e00-\u9fff])|(?<=[与由为定认知对贵是即但予]))(?:本公司|我公司|我司|公司)"
    r"(?!(?:的|之)?(?:全资|控股|下属|所属|参股|直属|属下|旗下)|子|及|名称|董事|股|章程|近日获悉|简称|与子公司)"
)


def _short_mentions(text: str, result: dict[str, Party], shorts: Iterable[Alias]) -> None:
    """Mentions by short name; 公司 and 本公司 are the issuer's."""
    owners: dict[str, set[str]] = {}
    for alias in shorts:
        if (
            alias.short not in SELF_WORDS
            and len(alias.short) >= 2
            and not any(p.match(alias.short) for p in _ROLE_ALIAS.values())
        ):
            owners.setdefault(alias.short, set()).add(alias.full)
    single = {short: next(iter(full)) for short, full in owners.items() if len(full) == 1}
    if not single:
        return
    taken = sorted(span for party in result.values() for span in party.mentions)
    pattern = re.compile("|".join(re.escape(short) for short in sorted(single, key=len, reverse=True)))
    spans = iter(taken)
    span = next(spans, None)
    for match in pattern.finditer(text):
        while span is not None and span[1] <= match.start():
            span = next(spans, None)
        if span is not None and span[0] <= match.start():
            continue
        party = result.get(single[match.group()])
        if party is not None:
            party.mentions.append(match.span())


def _weigh(
    text: str, party: Party, mentions: Sequence[tuple[int, int]], only: str | None = None, factor: float = 1.0
) -> None:
    """Add the cues around the first 30 mentions; a cue that comes again counts less."""
    seen: dict[tuple[str, str], int] = {}
    for start, end in mentions[:30]:
        left = text[max(0, start - 40) : start]
        right = text[end : end + 130]
        group = _GROUP.match(right)
        while group:
            right = right[group.end() :]
            group = _GROUP.match(right)
        if only is None and _PARTNER.match(right):
            party.partner = True
        for cue in CUES:
            if only is not None and cue.role != only:
                continue
            if cue.left is not None and not cue.left.search(left):
                continue
            if cue.right is not None and not cue.right.match(right):
                continue
            times = seen.get((cue.role, cue.name), 0)
            seen[cue.role, cue.name] = times + 1
            party.weights[cue.role] += factor * cue.weight * (1.0, 0.4, 0.2, 0.1)[min(times, 3)]
            if cue.name == "role" and cue.role == BUYER:
                party.pays = True
            if only is None:
                party.cues.append((cue.role, cue.name, start))
                party.subsidiary = party.subsidiary or cue.name.startswith("subsidiary")


_TOGETHER = re.compile(r"(?:[(][^()]{0,60}[)])?(?:共同|联合)?(?:组成|组建)(?:的)?[^。,;\n]{0,8}联合体")
_LINKED = re.compile(r"(?:[(][^()]{0,60}[)])?(?:、|和|与|及|以及)")


def _mark_partners(text: str, people: dict[str, Party]) -> None:
    """All firms of a chain A、B和C before 组成的联合体 are partners."""
    spans = sorted(
        ((end, start, party) for party in people.values() for start, end in party.mentions), key=lambda s: s[:2]
    )
    for index, (end, start, party) in enumerate(spans):
        if not _TOGETHER.match(text, end):
            continue
        party.partner = True
        for before_end, before_start, before in reversed(spans[:index]):
            if not _LINKED.fullmatch(text[before_end:start]):
                break
            before.partner = True
            start = before_start


def _adjust(text: str, party: Party) -> None:
    """What is known beside cues: the issuer wins, agencies only send notices, partners of a consortium do not pay."""
    if party.issuer:
        party.weights[SUPPLIER] += ISSUER_PRIOR
        party.weights[BUYER] -= 6.0 if not party.pays else 0.0
    if party.subsidiary and not party.issuer:
        party.weights[BUYER] -= 2.5
    if NO_PARTY.search(party.name):
        party.weights[SUPPLIER] -= 10.0
        party.weights[BUYER] -= 10.0
    if _AGENCY.search(party.name) and not any(name in ("role", "counterparty") for _, name, _ in party.cues):
        party.weights[BUYER] -= 3.0
        party.weights[SUPPLIER] -= 1.0
    if _AGENT.search(party.name):
        party.weights[BUYER] -= 4.0
    if party.partner and not party.issuer:
        party.weights[BUYER] -= 4.0
    if not party.company:
        party.weights[SUPPLIER] -= 3.0
    if party.mentions and party.mentions[0][0] < len(text) * 0.35:
        party.weights[BUYER] += 0.5
        party.weights[SUPPLIER] += 0.5
