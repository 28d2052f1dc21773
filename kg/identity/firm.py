"""A firm as one source describes it, the thing that identity compares, and its names taken apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from kg.identity.cluster import places_exclude
from kg.values import credit_code
from kg.values.name import NameParts, split_name, written_names
from kg.values.region import Regions


@dataclass(frozen=True, slots=True)
class Firm:
    """What one source says of a firm; only `id` and `name` are needed.

    `aliases` short and exchange names, `former` former names, `key` its credit code, `region` free text or a code of
    GB/T 2260, `patents` numbers it owns, `contracts` ids of contracts it is a party of.
    """

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    key: str | None = None
    region: str | None = None
    former: tuple[str, ...] = ()
    address: str | None = None
    patents: frozenset[str] = frozenset()
    contracts: frozenset[str] = frozenset()


class Known:
    """A firm made ready to be compared: its names taken apart, its code checked, its places found."""

    def __init__(self, firm: Firm) -> None:
        self.firm = firm
        first, *noted = written_names(firm.name)
        self.name: NameParts = split_name(first)
        self.former = tuple(split_name(name) for text in (*noted, *firm.former) for name in written_names(text))
        self.code = credit_code.normalise(firm.key) if firm.key else None

    @cached_property
    def aliases(self) -> dict[str, str]:
        """Aliases as written, by the key under which equal ones meet."""
        return {alias_key(name): alias for alias in self.firm.aliases for name in written_names(alias)}

    @cached_property
    def places(self) -> frozenset[str]:
        """Codes of the places that the name, the region and the address tell."""
        told = (self.name.place_code, region_code(self.firm.region), region_code(self.firm.address))
        return frozenset(code for code in told if code)

    def names(self) -> Iterator[NameParts]:
        """The name and the former ones."""
        yield self.name
        yield from self.former


def twins(name: NameParts, listed: Known) -> bool:
    """Whether X有限公司 stands beside the listed X股份有限公司 (it has a short name): as often as not its daughter.

    Firms without a short name bear both names one after the other, before and after their reform.
    """
    return (
        name.core == listed.name.core
        and name.unit == listed.name.unit == "company"
        and "股份" not in name.form
        and "股份" in listed.name.form
        and any(not split_name(alias).form for alias in listed.firm.aliases)
    )


def alias_key(name: str) -> str:
    """Aliases keep their exchange prefix: *ST民化 and 民化 can be two firms."""
    return name.replace("(", "").replace(")", "").lower()


@lru_cache(maxsize=16384)
def region_code(text: str | None) -> str | None:
    """GB/T 2260 code of a place in free text, or of a text that is a code."""
    if not text:
        return None
    found = Regions.load().named(text)
    return found.code if found else None


def places_agree(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    """Whether no place of the one side excludes all of the other's; unknown places agree."""
    return not ours or not theirs or any(not places_exclude(a, b) for a in ours for b in theirs)
