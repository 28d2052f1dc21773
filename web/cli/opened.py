"""The data folder of a command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from web.home import Home


@contextmanager
def opened_home(ray: str | None = None) -> Iterator[Home]:
    """Open the data folder that the settings name, and close it at the end; imported late, so that help comes fast.

    `ray` is the address of a cluster where a command was told one.
    """
    from web.home import Home
    from web.settings import load_settings

    with Home(load_settings(ray)) as home:
        yield home
