"""The pipeline's parts as spaCy factories: reading, names, and one component for each relation.

Registered by the entry points `spacy_factories`, so `spacy.load` finds them wherever bulian is installed. Each says
what it requires and assigns; facts gather in `doc._.facts`, entities in `doc.ents`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans, registry
from spacy.vocab import Vocab

from kg.records import DocumentId, Fact
from nlp.contracts.reader import Reader as ContractReader
from nlp.encoder.encoder import Encoder
from nlp.entities import entity_spans
from nlp.filing import Filing
from nlp.names import Alias, Name, aliases, names
from nlp.products.score import ProductScore
from nlp.reading import ANNOUNCEMENT, OTHER, Reading, read_for_rules
from nlp.relations.alias import alias_facts
from nlp.relations.brand import brand_facts
from nlp.relations.capability import capability_facts
from nlp.relations.certificate import certificate_facts
from nlp.relations.contract import contract_facts
from nlp.relations.customer import customer_facts
from nlp.relations.dependence import dependence_facts
from nlp.relations.honour import honour_facts
from nlp.relations.industry import industry_facts
from nlp.relations.metric import metric_facts
from nlp.relations.parameter import parameter_facts
from nlp.relations.patent import patent_facts
from nlp.relations.place import place_facts
from nlp.relations.product import product_facts
from nlp.relations.product_revenue import product_revenue_facts
from nlp.relations.profile import profile_facts
from nlp.relations.standard import standard_facts
from nlp.relations.subsidiary import subsidiary_facts
from nlp.text import Text

TOKENIZER = "bulian.signs.v1"

FilingRule = Callable[[Filing], list[Fact]]
Rule = Callable[[Reading, Sequence[Name], Sequence[Alias], str, DocumentId], list[Fact]]


class SignTokenizer:
    """Every sign is a token. Far faster than the character mode of spaCy's Chinese; `doc.text` is exact."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """A Doc with one token for each code point."""
        return Doc(self.vocab, words=list(text), spaces=[False] * len(text))

    def to_bytes(self, **_: object) -> bytes:
        """Nothing to save: the vocabulary is the pipeline's."""
        return b""

    def from_bytes(self, _data: bytes, **_: object) -> SignTokenizer:
        """Nothing to load."""
        return self

    def to_disk(self, _path: str | Path, **_: object) -> None:
        """Nothing to save: the vocabulary is the pipeline's."""

    def from_disk(self, _path: str | Path, **_: object) -> SignTokenizer:
        """Nothing to load."""
        return self


@registry.tokenizers(TOKENIZER)  # type: ignore[untyped-decorator]
def sign_tokenizer() -> Callable[[Language], SignTokenizer]:
    """The tokenizer for a pipeline's config."""

    def create(nlp: Language) -> SignTokenizer:
        return SignTokenizer(nlp.vocab)

    return create


def _declare() -> None:
    """Declare the extensions of Doc; loading the module twice is harmless."""
    for extension in ("source", "reading", "filing"):
        Doc.set_extension(extension, default=None, force=True)
    for extension in ("file", "document"):
        Doc.set_extension(extension, default="", force=True)
    for extension in ("names", "aliases", "facts"):
        Doc.set_extension(extension, default=[], force=True)


_declare()


def prepare(doc: Doc, text: Text, name: str, document: DocumentId) -> Doc:
    """Tell a Doc which document it is; without it the text stands for itself, one page, no name."""
    doc._.source, doc._.file, doc._.document = text, name, document
    return doc


@Language.factory("bulian_reading", assigns=["doc._.reading"])
def reading_component(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """Normal form with the way back, lines joined: what the rules match on."""

    def read(doc: Doc) -> Doc:
        if doc._.source is None:
            digest = hashlib.sha256(doc.text.encode("utf-8", "surrogatepass")).hexdigest()
            prepare(doc, Text(doc.text), doc._.file, DocumentId(digest))
        doc._.reading = read_for_rules(doc._.source)
        return doc

    return read


@Language.factory("bulian_names", requires=["doc._.reading"], assigns=["doc._.names", "doc._.aliases", "doc.ents"])
def names_component(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """Organisations and short names of the document; entities in doc.ents."""

    def find(doc: Doc) -> Doc:
        reading: Reading = doc._.reading
        short = reading.kind in (ANNOUNCEMENT, OTHER)
        doc._.names = names(reading.text, offices=short)
        doc._.aliases = aliases(reading.text, doc._.names)
        spans: list[Span] = []
        for entity in entity_spans(reading, doc._.names):
            span = doc.char_span(entity.start, entity.end, label=entity.label, alignment_mode="expand")
            if span is not None:
                spans.append(span)
        doc.ents = tuple(filter_spans(spans))
        return doc

    return find


SCORERS = ("rules", "learned", "encoder")
"""How a relation with a learned reader is read: by its rules alone, by the weights that correct them, or by weights
that an encoder over the fetched model helps; contracts alone have such.
"""


def _relation(rule: Rule) -> Callable[[Doc], Doc]:
    def add(doc: Doc) -> Doc:
        found = rule(doc._.reading, doc._.names, doc._.aliases, doc._.file, doc._.document)
        doc._.facts = [*doc._.facts, *found]
        return doc

    return add


_REQUIRES = ["doc._.reading", "doc._.names", "doc._.aliases"]


def _learned(scorer: str) -> bool:
    if scorer not in SCORERS:
        raise ValueError(f"{scorer} is not one of {', '.join(SCORERS)}")
    return scorer != "rules"


@Language.factory(
    "bulian_contract",
    default_config={"scorer": "learned", "model": "", "cache": ""},
    requires=_REQUIRES,
    assigns=["doc._.facts"],
)
def contract_component(nlp: Language, name: str, scorer: str, model: str, cache: str) -> Callable[[Doc], Doc]:
    """WON_CONTRACT facts; `scorer` is one of SCORERS.

    For `encoder`, `model` is the folder of the fetched model and `cache` one in which the merged encoder is kept.

    Raises:
        ValueError: another scorer.
        BadWeightsError: NL042, the learned reader's weights are missing or damaged.
        NoEncoderError: NL044, the fetched model is missing or damaged.
    """
    if not _learned(scorer):
        return _relation(contract_facts)
    encoder = Encoder.load(Path(model), Path(cache)) if scorer == "encoder" else None
    return _relation(partial(contract_facts, read=ContractReader.load(encoder=encoder).contracts))


@Language.factory(
    "bulian_product", default_config={"scorer": "learned"}, requires=["doc._.filing"], assigns=["doc._.facts"]
)
def product_component(nlp: Language, name: str, scorer: str) -> Callable[[Doc], Doc]:
    """PRODUCES facts; `scorer` is one of SCORERS.

    Raises:
        ValueError: another scorer.
        BadWeightsError: NL042, the score's weights are missing or damaged.
    """
    if not _learned(scorer):
        return _of_filing(product_facts)
    return _of_filing(partial(product_facts, score=ProductScore.load()))


@Language.factory("bulian_profile", requires=_REQUIRES, assigns=["doc._.facts"])
def profile_component(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """PROFILE facts."""
    return _relation(profile_facts)


@Language.factory("bulian_place", requires=_REQUIRES, assigns=["doc._.facts"])
def place_component(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """LOCATED_IN facts."""
    return _relation(place_facts)


@Language.factory("bulian_alias", requires=_REQUIRES, assigns=["doc._.facts"])
def alias_component(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """ALIAS_OF facts."""
    return _relation(alias_facts)


@Language.factory("bulian_patent", requires=_REQUIRES, assigns=["doc._.facts"])
def patent_component(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """OWNS_PATENT facts."""
    return _relation(patent_facts)


@Language.factory("bulian_filing", requires=_REQUIRES, assigns=["doc._.filing"])
def filing_component(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """What the rules below share: the document's firm, its year, its lines, who a sentence is about."""

    def gather(doc: Doc) -> Doc:
        doc._.filing = Filing(doc._.reading, doc._.names, doc._.aliases, doc._.file, doc._.document)
        return doc

    return gather


def _of_filing(rule: FilingRule) -> Callable[[Doc], Doc]:
    def add(doc: Doc) -> Doc:
        doc._.facts = [*doc._.facts, *rule(doc._.filing)]
        return doc

    return add


@Language.factory("bulian_metric", requires=["doc._.filing"], assigns=["doc._.facts"])
def metric_component(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """REPORTS_METRIC facts."""
    return _of_filing(metric_facts)


@Language.factory("bulian_product_revenue", requires=["doc._.filing"], assigns=["doc._.facts"])
def product_revenue_component(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """PRODUCES facts with revenue and share."""
    return _of_filing(product_revenue_facts)


@Language.factory("bulian_honour", requires=["doc._.filing"], assigns=["doc._.facts"])
def honour_component(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """HAS_HONOUR facts."""
    return _of_filing(honour_facts)


@Language.factory("bulian_certificate", requires=["doc._.filing"], assigns=["doc._.facts"])
def certificate_component(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """HOLDS_CERTIFICATE facts."""
    return _of_filing(certificate_facts)


@Language.factory("bulian_subsidiary", requires=["doc._.filing"], assigns=["doc._.facts"])
def subsidiary_component(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """SUBSIDIARY_OF facts."""
    return _of_filing(subsidiary_facts)


@Language.factory("bulian_customer", requires=["doc._.filing"], assigns=["doc._.facts"])
def customer_component(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """SUPPLIES facts."""
    return _of_filing(customer_facts)


@Language.factory("bulian_standard", requires=["doc._.filing"], assigns=["doc._.facts"])
def standard_component(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """DRAFTED_STANDARD facts."""
    return _of_filing(standard_facts)


@Language.factory("bulian_brand", requires=["doc._.filing"], assigns=["doc._.facts"])
def brand_component(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """OWNS_BRAND facts."""
    return _of_filing(brand_facts)


@Language.factory("bulian_dependence", requires=["doc._.filing"], assigns=["doc._.facts"])
def dependence_component(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """DEPENDS_ON facts."""
    return _of_filing(dependence_facts)


@Language.factory("bulian_parameter", requires=["doc._.filing"], assigns=["doc._.facts"])
def parameter_component(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """HAS_PARAMETER facts."""
    return _of_filing(parameter_facts)


@Language.factory("bulian_capability", requires=["doc._.filing"], assigns=["doc._.facts"])
def capability_component(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """CAPABLE_OF facts."""
    return _of_filing(capability_facts)


@Language.factory("bulian_industry", requires=["doc._.filing"], assigns=["doc._.facts"])
def industry_component(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """IN_INDUSTRY facts."""
    return _of_filing(industry_facts)
