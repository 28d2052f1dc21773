"""Policies and offers of this data folder: files that the operator loads, and how a firm stands on each.

True are the files, kept as they came in the folder `offers`; a file of the same name takes the place of the former one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import structlog

from kg.files import write_whole
from kg.store import Graph
from matcher.assess.inputs import Given
from matcher.assess.offer import Fit, Offer, fit
from matcher.assess.offer_file import SHEETS, TEXTS, read_offers
from matcher.assess.scope import Traits
from matcher.errors import BadOfferError
from web.beijing import day_of
from web.db.models import now
from web.errors import Usage
from web.home import Home
from web.jobs.assessed import Known, known_of, values_of

FOLDER = "offers"
"""The folder of the files in the data folder."""
FORMER = "former"
"""In it the files that another took the place of, or that were dropped, each with the time before its name."""
_STAMP = "%Y%m%dT%H%M%S%fZ"

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a file brought: its offers, those that are new, those that say something else than before, those gone."""

    file: str
    offers: tuple[Offer, ...]
    new: tuple[str, ...]
    changed: tuple[str, ...]
    gone: tuple[str, ...]


def offers(home: Home) -> list[Offer]:
    """All offers, by the file in which they stand. Of an id that two files name the first one counts.

    A row that cannot be used (a file that was edited in its place) is logged and left out.
    """
    found: dict[str, Offer] = {}
    for path in files(home):
        for one in _read(path, path.stat().st_mtime_ns):
            found.setdefault(one.id, one)
    return list(found.values())


def files(home: Home) -> list[Path]:
    """The files of offers in the data folder."""
    folder = home.folder / FOLDER
    kinds = (*SHEETS, *TEXTS)
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in kinds) if folder.is_dir() else []


@lru_cache(maxsize=256)
def _read(path: Path, _changed: int) -> tuple[Offer, ...]:
    def refuse(error: BadOfferError) -> None:
        _log.warning("offer left out", file=error.file, place=error.place, reason=error.reason)

    try:
        return tuple(read_offers(path, refuse))
    except BadOfferError as error:
        refuse(error)
        return ()


def check(home: Home, path: Path, refuse: Callable[[BadOfferError], None]) -> list[Offer]:
    """The offers of a file; rows that cannot be used, and ids that another file of the folder has, go to `refuse`.

    Raises BadOfferError MA042 (the file cannot be read).
    """
    others = {one.id: file.name for file in files(home) if file.name != path.name for one in _read_now(file)}
    found = []
    for one in read_offers(path, refuse):
        if one.id in others:
            reason = f"{one.id} stands in {others[one.id]} already"
            refuse(BadOfferError(reason, file=path.name, place=one.id, hint="give it another id, or drop that file"))
        else:
            found.append(one)
    return found


def load(home: Home, path: Path, refuse: Callable[[BadOfferError], None]) -> Loaded:
    """Keep a file in the data folder. Raises BadOfferError MA042: it cannot be read, or no row of it can be used."""
    found = check(home, path, refuse)
    if not found:
        raise BadOfferError("no offer in it can be used", file=path.name, hint="correct the rows that are named")
    place = home.folder / FOLDER / path.name
    before = {one.id: one for one in _read_now(place)} if place.exists() else {}
    after = {one.id: one for one in found}
    with home.writing("offers load"):
        if place.exists() and before != after:
            _set_aside(place)
        write_whole(place, path.read_bytes())
    return Loaded(
        path.name,
        tuple(found),
        tuple(sorted(after.keys() - before.keys())),
        tuple(sorted(name for name in after.keys() & before.keys() if after[name] != before[name])),
        tuple(sorted(before.keys() - after.keys())),
    )


def drop(home: Home, name: str) -> int:
    """Take a file out of the data folder; how many offers it had. Raises Usage where there is none of that name."""
    path = next((one for one in files(home) if one.name == name), None)
    if path is None:
        raise Usage(f"no file {name[:80]}", hint="`bulian offers` lists them")
    with home.writing("offers drop"):
        count = len(_read_now(path))
        _set_aside(path)
        path.unlink()
    return count


def _set_aside(path: Path) -> None:
    """Keep a file before another takes its place: what changed is seen by that."""
    kept = path.parent / FORMER / f"{now().strftime(_STAMP)}-{path.name}"
    kept.parent.mkdir(exist_ok=True)
    write_whole(kept, path.read_bytes())


@dataclass(frozen=True, slots=True)
class Former:
    """An offer as it was before `day`, on which it was changed or taken out."""

    offer: Offer
    day: dt.date


def former(home: Home) -> dict[str, Former]:
    """The last version of each offer that says something else than the present one, by id; of one that is gone too."""
    folder = home.folder / FOLDER / FORMER
    present = {one.id: one for one in offers(home)}
    found: dict[str, Former] = {}
    for path in sorted(folder.iterdir(), reverse=True) if folder.is_dir() else ():
        try:
            at = dt.datetime.strptime(path.name.partition("-")[0], _STAMP).replace(tzinfo=dt.UTC)
        except ValueError:
            continue  # a file that somebody else put there
        for one in _read(path, path.stat().st_mtime_ns):
            if present.get(one.id) != one:
                found.setdefault(one.id, Former(one, dt.date.fromisoformat(day_of(at))))
    return found


def _read_now(path: Path) -> tuple[Offer, ...]:
    return _read(path, path.stat().st_mtime_ns)


def fits(home: Home, graph: Graph, firm_id: str, day: dt.date, own: Iterable[Given] = ()) -> list[Fit]:
    """How a firm stands on every offer on a day, what is open and fits first. `own` are figures of its own."""
    known = known_of(graph, [firm_id], day).get(firm_id, Known(firm_id))
    return ordered(fit(one, traits_of(known, day, own), day) for one in offers(home))


def traits_of(known: Known, day: dt.date, own: Iterable[Given] = ()) -> Traits:
    """What scopes and conditions ask of a firm."""
    return Traits(values_of(known, day, own), known.region, known.industry)


def ordered(found: Iterable[Fit]) -> list[Fit]:
    """Open ones first, then those to come and those that are over; within each what fits first, by its last day."""
    states = ("open", "ahead", "over")

    def place(one: Fit) -> tuple[object, ...]:
        return (states.index(one.state), -int(one.truth), one.offer.until or dt.date.max, one.offer.id)

    return sorted(found, key=place)
