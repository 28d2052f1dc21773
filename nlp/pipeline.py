"""The spaCy pipeline: text in, entities in `doc.ents` and facts in `doc._.facts` out."""

from __future__ import annotations

from collections.abc import Mapping

import spacy
from spacy.language import Language

from nlp.components import TOKENIZER

COMPONENTS: tuple[str, ...] = (
    "bulian_reading",
    "bulian_names",
    "bulian_filing",
    "bulian_contract",
    "bulian_product",
    "bulian_profile",
    "bulian_place",
    "bulian_alias",
    "bulian_patent",
    "bulian_metric",
    "bulian_product_revenue",
    "bulian_honour",
    "bulian_certificate",
    "bulian_subsidiary",
    "bulian_customer",
    "bulian_standard",
    "bulian_brand",
    "bulian_dependence",
    "bulian_parameter",
    "bulian_capability",
    "bulian_industry",
)
LONGEST = 30_000_000
"""Characters of the longest document; as the readers' limit."""


def build(
    components: tuple[str, ...] = COMPONENTS, config: Mapping[str, Mapping[str, object]] | None = None
) -> Language:
    """The pipeline over signs, without word segmenter or model. `to_disk` saves it for `spacy.load`.

    `config` sets components otherwise than by default: `{"bulian_contract": {"scorer": "rules"}}`.
    """
    pipeline = spacy.blank("zh", config={"nlp": {"tokenizer": {"@tokenizers": TOKENIZER}}})
    pipeline.max_length = LONGEST
    for component in components:
        pipeline.add_pipe(component, config=dict((config or {}).get(component, {})))
    pipeline.meta["name"] = "bulian"
    pipeline.meta["version"] = "0.1.0"
    pipeline.meta["description"] = "Bulian: organisations and facts of Chinese filings, by rules"
    return pipeline
