"""LOCATED_IN: the county, city or province of a firm, from its registered address.

Reads the addresses that `nlp.relations.profile` found; writes Enterprise → Region, whose key is the code of GB/T 2260,
with the address. Limits: without a registered address the office address serves, as `strongly_inferred`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from kg.records import DocumentId, Fact, Mention
from kg.values.name import name_key
from kg.values.region import Regions
from nlp.names import Alias, Name
from nlp.reading import Reading
from nlp.relations.profile import profile_facts


@lru_cache(maxsize=1)
def _regions() -> Regions:
    return Regions.load()


def place_facts(
    reading: Reading, found: Sequence[Name], shorts: Sequence[Alias], name: str, document: DocumentId
) -> list[Fact]:
    """One fact for each firm with an address that lies in a known region."""
    best: dict[str, Fact] = {}
    for fact in profile_facts(reading, found, shorts, name, document):
        for field in ("address", "office_address"):
            address = fact.properties.get(field)
            if not address:
                continue
            region = _regions().find(address)
            if region is None:
                continue
            level = fact.level if field == "address" else "strongly_inferred"
            key = name_key(fact.source.name)
            if key in best and (field == "office_address" or best[key].level == "disclosed"):
                continue
            best[key] = replace(
                fact,
                relation="LOCATED_IN",
                target=Mention("Region", region.name, region.code),
                properties={"address": address} if field == "address" else {},
                method="place.address_rule",
                level=level,
            )
    return list(best.values())
