"""PRODUCES: what a firm makes and sells, from prospectuses, annual reports and firms' own descriptions.

Reads the zones behind 主要产品, 主要从事, 主营业务 and 经营范围 of the firm that the document is about, and sentences
whose subject is a firm (X主要生产…). In a prospectus the learned score of `nlp.products` chooses among all candidates;
by rules alone items are weighed by zone and by how often the document says them. At most 35 are kept. Writes
Enterprise → Product, quoting the zone; what only the scope of business names (a licence is no product) and what the
score is not sure of is `inferred`. An annual report may give up to 50.
Limits: tables of revenue by product are not read here; names of more than 20 signs are left out.
"""

from __future__ import annotations

import re

from kg.records import Fact, Mention
from kg.values.name import name_key
from nlp.filing import Filing
from nlp.products.item import LIST_ZONES, SCOPE_METHOD, Item, items, own_scopes
from nlp.products.rules import MOST, best_by_rules
from nlp.products.score import SHORTEST, SURE, Chosen, ProductScore
from nlp.reading import ANNUAL_REPORT, OTHER, PROSPECTUS
from nlp.relations.evidence import printed

_MOST_REPORTED = 50
"""Products of an annual report, which names more kinds of each; the last ones are `inferred`."""
_ROW = re.compile(r"(?m)^(?:主要|主导|主营|核心)?产品(?:名称|及服务|和服务)?\t([^\n]{2,400})$")
_MAKING = r"(?:主要|专业|专门|现已)(?:研发、?)?(?:生产|制造|研制)([^。;\n]{2,160})"
_OWN_MAKES = re.compile(rf"(?m)(?:^|(?<=。))(?:本?公司|我[司厂]|本企业){_MAKING}")
_MAKES = re.compile(r"(?:[(][^()]{0,40}[)])?(?:是[^。;\n]{0,20})?" + _MAKING)


def product_facts(filing: Filing, score: ProductScore | None = None) -> list[Fact]:
    """The PRODUCES facts of the firm that the document is about, at most 35; by rules alone without a score."""
    kind, issuer = filing.reading.kind, filing.issuer
    if kind not in (PROSPECTUS, ANNUAL_REPORT, OTHER):
        return []
    result = _told(filing) if kind == OTHER else []
    if issuer is None:
        return result
    told = {(made.source.name, made.target.name) for made in result if made.target}
    if kind == OTHER:
        best = _declared(filing.text, issuer)
    elif score is not None and len(filing.text) >= SHORTEST:
        most = _MOST_REPORTED if kind == ANNUAL_REPORT else MOST
        return [_chosen(filing, issuer, one) for one in score.products(filing, issuer, most)]
    else:
        best = best_by_rules(filing.text, issuer)
    return result + [_fact(filing, issuer, item) for item in best if (printed(issuer), item.text) not in told]


def _chosen(filing: Filing, firm: str, one: Chosen) -> Fact:
    item = one.place.item
    sure = one.probability >= SURE and item.method != SCOPE_METHOD
    product = Mention("Product", one.text)
    return filing.fact("PRODUCES", firm, product, {}, item.zone, item.method, "disclosed" if sure else "inferred")


def _fact(filing: Filing, firm: str, item: Item) -> Fact:
    level = "inferred" if item.method == SCOPE_METHOD else "disclosed"
    return filing.fact("PRODUCES", firm, Mention("Product", item.text), {}, item.zone, item.method, level)


def _told(filing: Filing) -> list[Fact]:
    """Products in sentences whose subject is the firm itself: X主要生产A、B和C."""
    result: list[Fact] = []
    for firm in filing.found:
        makes = _MAKES.match(filing.text, firm.end) if firm.company else None
        if makes is not None:
            zone = (firm.start, makes.end())
            result += [
                _fact(filing, firm.text, item) for item in items(makes[1], makes.start(1), "product.subject_rule", zone)
            ]
    return result


def _declared(text: str, issuer: str) -> list[Item]:
    """What a firm's own sheet or description says that it makes, each once; then its scope of business."""
    found: dict[str, Item] = {}
    plain = [(method, pattern) for _, method, pattern in LIST_ZONES if method == "product.main_rule"]
    for method, pattern in (("product.row_rule", _ROW), ("product.subject_rule", _OWN_MAKES), *plain):
        for match in pattern.finditer(text):
            for item in items(match[1], match.start(1), method, match.span()):
                found.setdefault(name_key(item.text), item)
    for match in own_scopes(text, issuer)[:1]:
        for item in items(match[1], match.start(1), SCOPE_METHOD, match.span()):
            found.setdefault(name_key(item.text), item)
    return list(found.values())[:MOST]
