"""Firms and their products as the ranker sees them, and how they stand in files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kg.records import LEVELS, Level
from matcher.errors import BadCorpusError
from matcher.fields import SYNONYMS, TIERS, number

RECORDS = {"titles": ("tier", "status"), "depends_on": ("name",)}
"""Fields whose values are objects, as risks read them, with what each must say: titles also `dated`, `batch` and
`valid_to`, needs of the firm's own also `imported` and `single_source`. An object that lacks it says nothing."""


@dataclass(frozen=True, slots=True)
class Product:
    """A product that a firm makes: how sure that is, the fact that says so, and where its sentence stands.

    `quote` is a pointer ("document#page:start-end"), never the text; `share` is percent of revenue, shown only.
    """

    name: str
    level: Level = "disclosed"
    fact: str | None = None
    quote: str | None = None
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One value of a firm's field and the fact that it rests on."""

    value: Any
    fact: str | None = None


@dataclass(frozen=True, slots=True)
class Firm:
    """A firm as the ranker sees it. `fields` holds what conditions and features ask for, by `matcher.fields`."""

    id: str
    name: str = ""
    products: tuple[Product, ...] = ()
    industries: tuple[str, ...] = ()
    fields: Mapping[str, tuple[Item, ...]] = field(default_factory=dict)

    def items(self, name: str) -> tuple[Item, ...]:
        """The values of a field with their facts."""
        return self.fields.get(name, ())

    def values(self, name: str, as_of: date) -> tuple[Any, ...]:
        """The values of a field as conditions see them: `age` in whole years on `as_of`, titles of patents counted."""
        if name == "name":
            return (self.name,) if self.name else ()
        if name == "firm":
            others = (str(item.value) for item in (*self.items("aliases"), *self.items("credit_code")))
            return tuple(dict.fromkeys(filter(None, (self.id, self.name, *others))))
        if name == "products":
            return tuple(product.name for product in self.products)
        if name == "industries":
            return self.industries
        if name == "age" and "age" not in self.fields:
            return tuple(age for item in self.items("founded") if (age := _age(str(item.value), as_of)) is not None)
        values = tuple(item.value for item in self.items(name))
        if name in ("patents", "contracts") and values and any(number(value) is None for value in values):
            return (len(values),)
        return values

    def to_json(self) -> dict[str, Any]:
        """As a line of firms.jsonl (and of E.jsonl)."""
        line: dict[str, Any] = {"id": self.id, "name": self.name, "industries": list(self.industries)}
        line["products"] = [_product_json(product) for product in self.products]
        for name in sorted(self.fields):
            line[name] = [
                item.value if item.fact is None and name not in RECORDS else {"value": item.value, "fact": item.fact}
                for item in self.fields[name]
            ]
        return line


def listed(products: Iterable[Product]) -> tuple[Product, ...]:
    """Products of one firm, each name once, by the statement of the best level; those without a name are left."""
    found: dict[str, Product] = {}
    for product in products:
        known = found.get(product.name)
        if known is None or LEVELS.index(product.level) < LEVELS.index(known.level):
            found[product.name] = product
    found.pop("", None)
    return tuple(found.values())


def firm_from_json(line: Mapping[str, Any]) -> Firm:
    """Read a firm: id, name, industries, products, and any further field as a value or a list of values.

    A value or product may be an object: `{"value": …, "fact": …}`, `{"name": …, "level": …, "fact": …}`. Raises
    BadCorpusError (MA002) with what is wrong.
    """
    ident = line.get("id")
    if not isinstance(ident, str | int) or isinstance(ident, bool) or not str(ident).strip():
        raise BadCorpusError("a firm has an id", hint='{"id": "f1", "name": "…", "products": ["谐波减速器"]}')
    if any(blank in str(ident) for blank in " \t\n\r"):
        raise BadCorpusError(f"the id {ident!r} has a blank in it", hint="runs are separated by blanks")
    name = line.get("name") or ""
    if not isinstance(name, str):
        raise BadCorpusError(f"the name of firm {ident} is a text, not {name!r}")
    products = listed(_product(value, str(ident)) for value in _list(line.get("products")))
    industries = tuple(dict.fromkeys(str(_item(value).value) for value in _list(line.get("industries"))))
    fields = {
        SYNONYMS.get(key, key): _records(key, value)
        if key in RECORDS
        else tuple(item for item in map(_item, _list(value)) if item.value not in (None, ""))
        for key, value in line.items()
        if key not in ("id", "name", "products", "industries")
    }
    honours = _list(line.get("honours", line.get("honour")))
    fields.setdefault("titles", _records("titles", honours))
    fields.setdefault("imports", _imports(fields.get("depends_on", ())))
    fields.setdefault("tier", _tiers(honours))
    return Firm(str(ident), name, products, industries, {k: v for k, v in fields.items() if v})


def _tiers(honours: list[Any]) -> tuple[Item, ...]:
    """Tiers that honours prove: a notice (公示) alone proves none, a review notice implies a recognition."""
    proven = [
        honour
        for honour in honours
        if isinstance(honour, Mapping)
        and honour.get("tier") in TIERS
        and honour.get("status", "recognised") in ("recognised", "rechecked", "recheck_notice")
    ]
    return tuple(Item(honour["tier"], honour.get("fact")) for honour in proven)


def _imports(depends_on: tuple[Item, ...]) -> tuple[Item, ...]:
    """What the firm needs and says to be imported."""
    return tuple(Item(item.value["name"], item.fact) for item in depends_on if item.value.get("imported"))


def _records(name: str, value: object) -> tuple[Item, ...]:
    """The objects of a field, their facts taken out; a bare word is the name of what it stands for."""
    given = [one if isinstance(one, Mapping) else {"name": one} for one in _list(value)]
    pairs = [(one["value"] if isinstance(one.get("value"), Mapping) else one, one.get("fact")) for one in given]
    whole = [(said, fact) for said, fact in pairs if all(said.get(key) for key in RECORDS[name])]
    return tuple(Item({key: held for key, held in said.items() if key != "fact"}, fact) for said, fact in whole)


def _list(value: object) -> list[Any]:
    return [] if value is None else list(value) if isinstance(value, list | tuple) else [value]


def _item(value: Any) -> Item:
    if isinstance(value, Mapping):
        held = value.get("value", value.get("code", value.get("tier", value.get("name", value.get("title")))))
        return Item(held, value.get("fact"))
    return Item(value)


def _product(value: Any, ident: str) -> Product:
    if isinstance(value, str):
        return Product(value)
    if not isinstance(value, Mapping) or not isinstance(value.get("name"), str):
        raise BadCorpusError(f"a product of firm {ident} is a name, not {str(value)[:60]!r}")
    level = value.get("level", "disclosed")
    if level not in LEVELS:
        raise BadCorpusError(f"a product of firm {ident} has the level {level!r}", hint=f"one of {', '.join(LEVELS)}")
    return Product(value["name"], level, value.get("fact"), value.get("quote"), value.get("share"))


def _product_json(product: Product) -> str | dict[str, Any]:
    if product == Product(product.name):
        return product.name
    line: dict[str, Any] = {"name": product.name, "level": product.level, "fact": product.fact}
    line |= {"quote": product.quote, "share": product.share}
    return {key: value for key, value in line.items() if value is not None}


def _age(founded: str, as_of: date) -> int | None:
    parts = founded.split("-")
    if not parts[0].isdigit():
        return None
    year = int(parts[0])
    before = len(parts) == 3 and "-".join(parts[1:]) > f"{as_of.month:02}-{as_of.day:02}"
    return as_of.year - year - (1 if before else 0)
