"""A query of an analyst: its parameters as values, asked through the gate, and where the answer comes from."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from filelock import FileLock, Timeout

from kg.console import admit, prepare
from kg.console.errors import ParameterError
from web.errors import WebError

if TYPE_CHECKING:
    from kg.console import Console, Cost, Table
    from web.analysts import State
    from web.home import Home
    from web.tables import Origin

MAX_SIGNS = 100_000
"""Signs of one parameter as it is given."""
WAIT_SECONDS = 8.0
"""How long a reader waits for the copy before the page says that it is being made."""

_AT_ONCE = 2
_TURN_SECONDS = 10.0
_LOOK = 0.05
_T = TypeVar("_T")


def ask(
    home: Home, query: str, values: Mapping[str, Any], limit: int, *, confirmed: bool = False, ticket: str = ""
) -> Table | None:
    """Ask the copy, at most two queries at once; None while the copy is being made.

    Without `confirmed` a query over the budget is not run (KG723); it can be cancelled by its `ticket`. Raises as
    `Console.run`, and WebError WE048 where others take too long.
    """
    return _in_turn(
        home, query, values,
        lambda console: console.run(query, values, limit, within_budget=not confirmed, ticket=ticket),
    )  # fmt: skip


def estimate(home: Home, query: str, values: Mapping[str, Any]) -> Cost | None:
    """What a query would cost; None while the copy is being made. Raises as `ask`."""
    return _in_turn(home, query, values, lambda console: console.plan(query, values))


def _in_turn(home: Home, query: str, values: Mapping[str, Any], act: Callable[[Console], _T]) -> _T | None:
    prepare(query, values)
    if not _is_ready(home):
        return None
    with _turn(home):
        return act(home.analysts.console())


@contextmanager
def _turn(home: Home) -> Iterator[None]:
    """Wait for one of the turns that all processes of the data folder have together, and keep it."""
    turns = [FileLock(home.folder / f"console-{number}.lock", thread_local=False) for number in range(_AT_ONCE)]
    end = time.monotonic() + _TURN_SECONDS
    while not (mine := next(filter(_free, turns), None)):
        if time.monotonic() > end:
            raise WebError("others are asking at this moment", code="WE048", hint="try again in a while")
        time.sleep(_LOOK)
    try:
        yield
    finally:
        mine.release()


def _free(turn: FileLock) -> bool:
    try:
        turn.acquire(blocking=False)
    except Timeout:
        return False
    return True


def _is_ready(home: Home) -> bool:
    """Whether queries can be asked; else a copy is being made now. Raises what a making ended with."""
    analysts = home.analysts
    if analysts.by_reader:
        return True
    state = analysts.state()
    if state.made:
        return True
    if not state.making:
        analysts.begin()
    if not analysts.wait(WAIT_SECONDS):
        return False
    analysts.check()
    return True


def wanted_values(query: str, texts: Mapping[str, str]) -> dict[str, Any]:
    """The values of a query's parameters from what people wrote; others are left out. Raises a Refused."""
    wanted = admit(query).parameters
    return values_of({name: text for name, text in texts.items() if name in wanted})


def value_of(name: str, text: str) -> Any:
    """A parameter as people write it: a number, true, false, null, a list or map as JSON, else text.

    A text that looks like one of these stands in double quotes: "0574". Raises ParameterError (KG719).
    """
    if len(text) > MAX_SIGNS:
        raise ParameterError(
            f"the parameter ${name} has {len(text)} signs", hint=f"at most {MAX_SIGNS}", place=f"${name}"
        )
    stripped = text.strip()
    if stripped.startswith(("[", "{", '"')) or stripped in ("true", "false", "null") or _is_number(stripped):
        try:
            value = json.loads(stripped)
        except (ValueError, RecursionError) as error:
            if stripped.startswith('"'):
                return text
            raise ParameterError(
                f"the parameter ${name} is no list or map: {error}",
                hint='write it as JSON, such as ["甲", "乙"]',
                place=f"${name}",
            ) from error
        if _too_large(value):
            raise ParameterError(
                f"the parameter ${name} holds a number beyond 64 bits",
                hint="write it as text in double quotes",
                place=f"${name}",
            )
        return value
    return text


def text_of(value: Any) -> str:
    """A value as people write it, so that `value_of` gives it back: a text that looks like a number in quotes."""
    if isinstance(value, str) and value_of("", value) == value:
        return value
    return json.dumps(value, ensure_ascii=False)


def values_of(texts: Mapping[str, str]) -> dict[str, Any]:
    """All parameters by name."""
    return {name: value_of(name, text) for name, text in texts.items()}


def origin(state: State, query: str, parameters: Mapping[str, Any]) -> Origin:
    """Where an answer comes from."""
    from web.tables import Origin

    source = f"Bulian graph {state.stamp or '?'}, {'read-only copy' if state.kind == 'copy' else 'live graph'}"
    asked = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    return Origin(source, state.as_of or "?", asked, query, parameters)


def _is_number(text: str) -> bool:
    """Whether a text is a number as JSON writes it: codes with a leading zero are none."""
    body = text.removeprefix("-")
    if not body[:1].isdigit() or not body.isascii():
        return False
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _too_large(value: Any) -> bool:
    if isinstance(value, bool) or value is None:
        return False
    if isinstance(value, int):
        return not -(2**63) <= value < 2**63
    if isinstance(value, list):
        return any(map(_too_large, value))
    return isinstance(value, dict) and any(map(_too_large, value.values()))
