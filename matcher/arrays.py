"""The arrays of a corpus: made of all its firms, or of another corpus' arrays and the firms that changed."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kg.records import LEVELS
from matcher.firm import Firm
from matcher.lexical import flat_places
from matcher.strings import Strings

if TYPE_CHECKING:
    from matcher.corpus import Corpus

Ints = NDArray[np.int32]


class Relation(NamedTuple):
    """A product relation: `kind_of` (narrower → broader name) or `input_of` (material → what is made of it)."""

    start: str
    kind: Literal["kind_of", "input_of"]
    end: str


RELATIONS = ("kind_of", "input_of")


def made(firms: Sequence[Firm], relations: Sequence[Relation]) -> dict[str, Any]:
    """The arrays of firms (sorted by id) and relations, as `Corpus` describes them."""
    products = sorted({product.name for firm in firms for product in firm.products})
    industries = sorted({name for firm in firms for name in firm.industries})
    terms = sorted({name for start, _, end in relations for name in (start, end)})
    product_row, industry_row, term_row = (
        {name: row for row, name in enumerate(names)} for names in (products, industries, terms)
    )
    arrays: dict[str, Any] = {
        "ids": Strings.of(firm.id for firm in firms),
        "products": Strings.of(products),
        "industries": Strings.of(industries),
        "terms": Strings.of(terms),
        "firm_start": _starts(len(firm.products) for firm in firms),
        "slot_product": np.array([product_row[p.name] for firm in firms for p in firm.products], np.int32),
        "slot_level": np.array([LEVELS.index(p.level) for firm in firms for p in firm.products], np.int8),
        "industry_start": _starts(len(firm.industries) for firm in firms),
        "slot_industry": np.array([industry_row[name] for firm in firms for name in firm.industries], np.int32),
        "relations": np.array(
            [(term_row[one], RELATIONS.index(kind), term_row[other]) for one, kind, other in relations], np.int32
        ).reshape(-1, 3),
    }
    return arrays | _makers(arrays["firm_start"], arrays["slot_product"], len(products))


def _makers(firm_start: NDArray[np.int64], slot_product: Ints, products: int) -> dict[str, Any]:
    """The firms of each product."""
    shape = (len(firm_start) - 1, products)
    turned = sparse.csr_matrix((np.ones(len(slot_product), np.int8), slot_product, firm_start), shape=shape).tocsc()
    return {"maker_start": turned.indptr.astype(np.int64), "maker": turned.indices.astype(np.int32)}


def _starts(sizes: Iterable[int]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(np.fromiter(sizes, np.int64))]).astype(np.int64)


def replaced(old: Corpus, fresh: Sequence[Firm], gone: Iterable[str]) -> tuple[dict[str, Any], Ints, Ints]:
    """The arrays of a corpus in which `fresh` (sorted by id) stand in place of the firms of their ids, `gone` nowhere.

    Also where each firm and each product name of the new corpus was in the old one; -1 for what is new.
    """
    out = [row for row in (find(old.ids, one) for one in (*gone, *(firm.id for firm in fresh))) if row is not None]
    rows = _order(len(old), [bisect_left(old.ids, firm.id) for firm in fresh], out)
    part = made(fresh, [])
    names = _Names(old.product_names, part["products"], old.slot_product[flat_places(old.firm_start, rows[rows >= 0])])
    trades = _Names(
        old.industry_names, part["industries"], old.slot_industry[flat_places(old.industry_start, rows[rows >= 0])]
    )
    firm_start, slot_product = _merged(
        rows, old.firm_start, names.kept, part["firm_start"], names.of(part["slot_product"])
    )
    _, slot_level = _merged(
        rows,
        old.firm_start,
        old.slot_level[flat_places(old.firm_start, rows[rows >= 0])],
        part["firm_start"],
        part["slot_level"],
    )
    industry_start, slot_industry = _merged(
        rows, old.industry_start, trades.kept, part["industry_start"], trades.of(part["slot_industry"])
    )
    arrays = {
        "ids": old.ids.spliced(rows, part["ids"]),
        "products": names.names,
        "industries": trades.names,
        "terms": old.terms,
        "firm_start": firm_start,
        "slot_product": slot_product,
        "slot_level": slot_level,
        "industry_start": industry_start,
        "slot_industry": slot_industry,
        "relations": old.relations,
    }
    return arrays | _makers(firm_start, slot_product, len(names.names)), rows, names.order


class _Names:
    """A sorted list of names, less those that nobody has any longer, with new ones between.

    `order` says where each was before (-1: new), `kept` are the new rows of `held`, rows before that stay.
    """

    def __init__(self, old: Strings, fresh: Strings, held: Ints) -> None:
        known = [find(old, name) for name in fresh]
        used = np.bincount(held, minlength=len(old)) > 0
        used[[row for row in known if row is not None]] = True
        added = [name for name, row in zip(fresh, known, strict=True) if row is None]
        self.order = _order(len(old), [bisect_left(old, name) for name in added], np.flatnonzero(~used))
        self.names = old.spliced(self.order, Strings.of(added))
        now = np.full(len(old), -1, np.int32)
        now[self.order[self.order >= 0]] = np.flatnonzero(self.order >= 0)
        self.kept: Ints = now[held]
        new = iter(np.flatnonzero(self.order < 0).tolist())
        self._fresh = np.array([next(new) if row is None else now[row] for row in known], np.int32)

    def of(self, rows: Ints) -> Ints:
        """The new rows of names of the fresh list."""
        return np.asarray(self._fresh[rows], np.int32)


def _order(count: int, at: Sequence[int], without: Any) -> Ints:
    """The rows 0 to `count` with -1 put in before each place of `at`, and the rows `without` left out."""
    order = np.insert(np.arange(count, dtype=np.int32), at, -1) if len(at) else np.arange(count, dtype=np.int32)
    left = np.zeros(count + 1, bool)  # the last is for -1
    left[np.asarray(without, np.int64)] = True
    return np.asarray(order[~left[order]], np.int32)


def _merged(
    rows: Ints, starts: NDArray[np.int64], kept: NDArray[Any], fresh_starts: NDArray[np.int64], fresh: NDArray[Any]
) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """Starts and values of lists: of the rows that stay (their values are `kept`), and between them the fresh ones."""
    stays = rows >= 0
    sizes = np.empty(len(rows), np.int64)
    sizes[stays], sizes[~stays] = np.diff(starts)[rows[stays]], np.diff(fresh_starts)
    of_fresh = np.repeat(~stays, sizes)
    values = np.empty(len(of_fresh), kept.dtype)
    values[~of_fresh], values[of_fresh] = kept, fresh
    return _starts(sizes.tolist()), values


def find(names: Sequence[str], name: str) -> int | None:
    """Row of a name in a sorted list, None where it is not in it."""
    row = bisect_left(names, name)
    return row if row < len(names) and names[row] == name else None
