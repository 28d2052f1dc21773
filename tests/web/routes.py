"""The routes of an application as it serves them."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute


@dataclass(frozen=True)
class Asked:
    """A route as the application serves it."""

    path: str
    methods: frozenset[str]
    dependant: Dependant


def routes(app: FastAPI) -> list[Asked]:
    """All routes, those of included routers too, which FastAPI keeps as they are until they are asked for."""
    found = []
    for route in app.routes:
        below = getattr(route, "effective_route_contexts", None)
        for one in below() if below else [route]:
            if isinstance(one, APIRoute) or (below and one.dependant):
                found.append(Asked(one.path, frozenset(one.methods), one.dependant))
    return found
