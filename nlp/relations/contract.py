"""WON_CONTRACT: who won or signed which contract with whom, for how much.

Reads announcements of awards (中标) and of signed contracts (合同, 协议): running text, lists, tables. Writes one fact
for each contract, supplier → Contract, with buyer, project, contract, amount_min and amount_max (whole units of
`currency`), signed, role and consortium; the other members of a consortium get a fact with role `member`. The quote is
the passage that names the contract. Limits: joined lots stay one contract; lots whose prices stand in another sentence
share the document's parties; a buyer known only by a description (某电力公司) is not named.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from kg.records import DocumentId, Fact, Mention
from kg.values.date import find_dates
from kg.values.money import Money, find_money
from nlp.names import Alias, Name
from nlp.reading import ANNOUNCEMENT, OTHER, Reading
from nlp.relations.amount import Amount, amounts
from nlp.relations.evidence import enterprise, printed
from nlp.relations.lots import TABLE_RULE, Block, blocks
from nlp.relations.party import BUYER, SUPPLIER, Party, parties
from nlp.relations.title import Title, contracts, projects

RELATION = "WON_CONTRACT"
PARTY_RULE = "contract.party_rule"
_LONGEST = 200_000
"""Announcements are short (90 % under 3,100 signs); longer texts that only mention contracts are not read."""
_ABOUT = re.compile(r"中标|中选|合同|协议|订单|成交|签约|签订|签署|竞得|入围")
_AWARD = re.compile(r"中标|中选|候选人|推荐|入围|成交|公示")
_SIGNED = re.compile(r"合同|协议|签订|签署|签约|订单")
_BUYER_LEAST = 2.0
_SUPPLIER_LEAST = 2.5


@dataclass(frozen=True, slots=True)
class Won:
    """One contract as the announcement tells it; spans count in the `Reading`."""

    supplier: Party | None
    buyer: Party | None
    project: Title | None
    contract: Title | None
    amount: Amount | None
    span: tuple[int, int]
    method: str


ContractReader = Callable[[Reading, dict[str, Party], Sequence[Alias]], list[Won]]
"""Tells the contracts of a document from its organisations and their short names."""


def is_contract_announcement(reading: Reading) -> bool:
    """Whether the document tells of an award or a contract at all."""
    if reading.kind not in (ANNOUNCEMENT, OTHER) or len(reading.text) > _LONGEST:
        return False
    return bool(_ABOUT.search(reading.source.title) or _ABOUT.search(reading.text[:800]))


def contract_facts(
    reading: Reading,
    found: Sequence[Name],
    shorts: Sequence[Alias],
    name: str,
    document: DocumentId,
    read: ContractReader | None = None,
) -> list[Fact]:
    """The WON_CONTRACT facts of one document, by the rules or by another reader."""
    if not is_contract_announcement(reading):
        return []
    people = parties(reading, found, shorts)
    signed = signing_date(reading)
    result = []
    for won in (read or won_contracts)(reading, people, shorts):
        result += list(_facts(reading, won, people, signed, name, document))
    return result


def won_contracts(reading: Reading, people: dict[str, Party], shorts: Sequence[Alias]) -> list[Won]:
    """The contracts of a document: from a table or list where one holds several, else one for the document.

    None where the document's title speaks of something else and nothing but a winner is told.
    """
    text = reading.text
    money = find_money(text)
    whole = _whole(reading, people, money)
    result = []
    for block in blocks(text, money):
        result.append(_from_block(reading, block, people, shorts, whole))
    result = result or _each_buyer(text, whole, people)
    about = not reading.source.title or _ABOUT.search(reading.source.title)
    return result if about or any(won.buyer or won.contract or won.amount for won in result) else []


_JOINED = re.compile(r"(?:[(][^()]{0,60}[)])*(?:、|和|及|以及|与)(?:其?[一-龥]{0,4}子公司)?")
_BETWEEN = re.compile(r"(?:[(][^()]{0,60}[)])*[^。;\n]{0,40}?(?:分别)?(?:签订|签署|签定)")


def _each_buyer(text: str, won: Won, people: dict[str, Party]) -> list[Won]:
    """One contract each for buyers told in one breath: 与A、B分别签订, 招标人:A、B."""
    if won.buyer is None or not won.buyer.mentions:
        return [won]
    spans = sorted((s, e, p) for p in people.values() for s, e in p.mentions)
    starts = {s: (e, p) for s, e, p in spans}
    best: list[Party] = [won.buyer]
    for start, end in won.buyer.mentions[:8]:
        lead = text[max(0, start - 16) : start]
        listed = bool(_LIST_LABEL.search(lead))
        if not listed and not re.search(r"(?:与|和)$", lead):
            continue
        group = [won.buyer]
        joined = _JOINED.match(text, end)
        while joined and joined.end() in starts:
            end, party = starts[joined.end()]
            group.append(party)
            joined = _JOINED.match(text, end)
        tied = listed or _BETWEEN.match(text, end)
        clean = [p for p in dict.fromkeys(group) if p is not won.supplier and not p.issuer and not p.partner]
        if tied and len(clean) > len(best):
            best = clean
    return [replace(won, buyer=buyer) for buyer in best]


_LIST_LABEL = re.compile(r"(?:招标人|招标单位|采购人|采购单位|业主|建设单位|发包人|招标方)(?:名称)?(?:为|:|是)$")


def _whole(reading: Reading, people: dict[str, Party], money: Sequence[Money]) -> Won:
    text = reading.text
    signed_kind = bool(_SIGNED.search(reading.source.title)) and not _AWARD.search(reading.source.title)
    found_projects = projects(text, 0, len(text))
    found_contracts = contracts(text, 0, len(text))
    project = found_projects[0] if found_projects else None
    contract = found_contracts[0] if found_contracts else None
    if signed_kind:
        if contract is not None and (project is None or project.weight < 8.0):
            project = None
    elif project is not None and (contract is None or contract.weight < 7.0 or _AWARD.search(reading.source.title)):
        contract = None
    if project is not None and project.weight < 4.0 and contract is None and signed_kind:
        project = project
    ranked = amounts(text, 0, len(text), money)
    amount = ranked[0] if ranked and ranked[0].weight > 1.0 else None
    supplier, buyer = _pair(people)
    span = evidence(reading, [x for x in (project, contract) if x], supplier, buyer, amount)
    return Won(supplier, buyer, project, contract, amount, span, PARTY_RULE)


def _pair(people: dict[str, Party]) -> tuple[Party | None, Party | None]:
    """The best supplier and the best buyer that are not the same organisation."""
    sellers = sorted(people.values(), key=lambda p: -p.weights[SUPPLIER])
    buyers = sorted(people.values(), key=lambda p: -p.weights[BUYER])
    supplier = sellers[0] if sellers and sellers[0].weights[SUPPLIER] >= _SUPPLIER_LEAST else None
    supplier = supplier or next((party for party in sellers if party.issuer), None)
    for buyer in buyers[:3]:
        if buyer.weights[BUYER] < _BUYER_LEAST:
            break
        if buyer is not supplier:
            return supplier, buyer
        if buyer.weights[BUYER] > buyer.weights[SUPPLIER]:
            other = next((p for p in sellers[1:] if p.weights[SUPPLIER] >= _SUPPLIER_LEAST), None)
            return other, buyer
    return supplier, None


def _from_block(reading: Reading, block: Block, people: dict[str, Party], shorts: Sequence[Alias], whole: Won) -> Won:
    """A row or list item; what it does not say is said for the whole document."""
    supplier = _named(block.supplier, people, shorts) or whole.supplier
    buyer = _named(block.buyer, people, shorts)
    local_supplier, local_buyer = _local(block, people)
    supplier = _named(block.supplier, people, shorts) or local_supplier or whole.supplier
    buyer = buyer or local_buyer or (whole.buyer if not block.own_buyer else None)
    if buyer is supplier:
        buyer = None
    return Won(supplier, buyer, block.project, block.contract, block.amount, (block.start, block.end), block.method)


def _named(name: str | None, people: dict[str, Party], shorts: Sequence[Alias]) -> Party | None:
    """The party that a table's cell names, by full or short name; a new one where the document knows it not."""
    if not name:
        return None
    if name in people:
        return people[name]
    for alias in shorts:
        if alias.short == name and alias.full in people:
            return people[alias.full]
    if name in ("公司", "本公司"):
        return next((p for p in people.values() if p.issuer), None)
    inside = [p for p in people.values() if p.name in name]
    return max(inside, key=lambda p: len(p.name)) if inside else Party(name)


def _local(block: Block, people: dict[str, Party]) -> tuple[Party | None, Party | None]:
    """Parties mentioned inside the block, by their weight in the document."""
    if block.method == TABLE_RULE:
        return None, None
    inside = [p for p in people.values() if any(block.start <= s and e <= block.end for s, e in p.mentions)]
    sellers = [p for p in inside if p.weights[SUPPLIER] >= _SUPPLIER_LEAST and p.weights[SUPPLIER] > p.weights[BUYER]]
    buyers = [p for p in inside if p.weights[BUYER] >= 1.5 and p.weights[BUYER] > p.weights[SUPPLIER]]
    seller = max(sellers, key=lambda p: p.weights[SUPPLIER] - 3.0 * p.issuer, default=None)
    return seller, max(buyers, key=lambda p: p.weights[BUYER], default=None)


def evidence(
    reading: Reading, titles: Sequence[Title], supplier: Party | None, buyer: Party | None, amount: Amount | None
) -> tuple[int, int]:
    """The passage to quote: the sentence of the title, widened to parties and amount where they stand near."""
    parts = [(t.start, t.end) for t in titles]
    parts += [party.first(role) for party, role in ((buyer, BUYER), (supplier, SUPPLIER)) if party and party.mentions]
    if amount is not None:
        parts.append((amount.money.start, amount.money.end))
    if not parts:
        return reading.sentence(0, min(1, len(reading.text)))
    start, end = parts[0]
    for low, high in parts[1:]:
        if max(end, high) - min(start, low) <= 500:
            start, end = min(start, low), max(end, high)
    return reading.sentence(start, end)


def signing_date(reading: Reading) -> str | None:
    """The date beside a verb of signing, or after 签订日期; ISO 8601."""
    for match in re.finditer(r"签订|签署|签约|签定", reading.text[:20_000]):
        around = reading.text[max(0, match.start() - 60) : match.end() + 30]
        dates = find_dates(around)
        if dates:
            return dates[0].iso
    return None


def _facts(
    reading: Reading, won: Won, people: dict[str, Party], signed: str | None, name: str, document: DocumentId
) -> Iterator[Fact]:
    if won.supplier is None:
        return
    title = won.project or won.contract
    money = won.amount.money if won.amount else None
    partners = [p.name for p in people.values() if p.partner and p is not won.supplier and p is not won.buyer]
    properties = {
        "buyer": printed(won.buyer.name) if won.buyer else None,
        "project": won.project.text if won.project else None,
        "contract": won.contract.text if won.contract else None,
        "amount_min": money.low if money else None,
        "amount_max": money.high if money else None,
        "currency": money.currency if money else None,
        "role": "lead",
        "consortium": [printed(partner) for partner in partners] or None,
        "signed": signed,
    }
    start, end = reading.original(*won.span)
    fact = Fact(
        doc=name,
        document=document,
        relation=RELATION,
        source=enterprise(won.supplier.name),
        target=Mention("Contract", title.text if title else reading.source.title or name),
        properties={key: value for key, value in properties.items() if value is not None or key == "buyer"},
        page=reading.source.page_of(start),
        start=start,
        end=end,
        quote=reading.source.text[start:end],
        method=won.method,
        level="disclosed" if title else "inferred",
        valid_from=signed,
    )
    yield fact
    for partner in partners:
        yield replace(fact, source=enterprise(partner), properties={**fact.properties, "role": "member"})
