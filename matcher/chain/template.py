"""Templates of chains: nodes with their products, stages and what they go into, as files that people edit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import yaml

from kg.yml import read_yaml
from matcher.chain.goods import plain
from matcher.errors import BadChainError

STAGES = ("up", "mid", "down")
"""Upstream, midstream, downstream, in the order of the flow."""

LEAST, MOST = 25, 60
"""Nodes of a chain: fewer say nothing of its gaps, more cannot be read on one map."""

_IPC = re.compile(r"[A-H]\d\d[A-Z](\d+(/\d+)?)?")
_FIELDS = {"id", "name", "name_en", "stage", "products", "without", "ipc", "field", "feeds"}


@dataclass(frozen=True, slots=True)
class Node:
    """A node: `products` are names of what is made there, `without` words that show that a name belongs elsewhere.

    `ipc` are classes of patents on it, `field` its 六基 field (None: it is none), `feeds` ids of nodes it goes into.
    """

    id: str
    name: str
    name_en: str
    stage: str
    products: tuple[str, ...]
    without: tuple[str, ...] = ()
    ipc: tuple[str, ...] = ()
    field: str | None = None
    feeds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chain:
    """A chain and its version (the day of its last change)."""

    id: str
    name: str
    name_en: str
    version: str
    nodes: tuple[Node, ...]

    @classmethod
    def load(cls, source: Path | Traversable) -> Chain:
        """Read a template; raises BadChainError (MA007) for a file that is none. What it says is not judged here."""
        try:
            return cls.parse(source.read_text(encoding="utf-8"), str(source))
        except (OSError, UnicodeError) as error:
            raise _none(error, str(source)) from error

    @classmethod
    def parse(cls, text: str, file: str = "") -> Chain:
        """The same of a text."""
        try:
            value = read_yaml(text)
            nodes = tuple(_node(node) for node in value["nodes"])
            return cls(str(value["id"]), str(value["name"]), str(value["name_en"]), str(value["version"]), nodes)
        except (yaml.YAMLError, LookupError, TypeError, ValueError, AttributeError) as error:
            raise _none(error, file) from error

    def text(self) -> str:
        """The template as a file, a node below the other."""
        head = {name: getattr(self, name) for name in ("id", "name", "name_en", "version")}
        nodes = [{name: value for name, value in _plain(node) if value} for node in self.nodes]
        return str(yaml.safe_dump(head | {"nodes": nodes}, allow_unicode=True, sort_keys=False, width=120))


def _plain(node: Node) -> Iterator[tuple[str, Any]]:
    for name in ("id", "name", "name_en", "stage", "products", "without", "ipc", "field", "feeds"):
        value = getattr(node, name)
        yield name, list(value) if isinstance(value, tuple) else value


def _none(error: Exception, file: str) -> BadChainError:
    return BadChainError(f"no template of a chain: {error}", file=file, hint="see seeds/chains/README.md for its form")


def _node(value: Mapping[str, Any]) -> Node:
    unknown = sorted(set(value) - _FIELDS)
    if unknown:
        raise ValueError(f"node {value.get('id')!r} has {', '.join(unknown)}")
    return Node(
        id=str(value["id"]),
        name=str(value["name"]),
        name_en=str(value["name_en"]),
        stage=str(value["stage"]),
        products=_texts(value, "products"),
        without=_texts(value, "without"),
        ipc=_texts(value, "ipc"),
        field=value.get("field"),
        feeds=_texts(value, "feeds"),
    )


def _texts(value: Mapping[str, Any], name: str) -> tuple[str, ...]:
    found = value.get(name, [])
    if not isinstance(found, list):
        raise ValueError(f"{name} of node {value.get('id')!r} is no list")
    return tuple(map(str, found))


def packaged() -> list[Chain]:
    """The chains that are shipped, by id."""
    folder = files("seeds").joinpath("chains")
    return sorted((Chain.load(one) for one in folder.iterdir() if one.name.endswith(".yml")), key=lambda one: one.id)


def problems(chain: Chain, fields: Collection[str]) -> Iterator[tuple[str, str]]:
    """What is wrong with a template: the node (or the chain) and the reason. `fields` are the 六基 fields there are."""
    if not LEAST <= len(chain.nodes) <= MOST:
        yield chain.id, f"{len(chain.nodes)} nodes, not {LEAST} to {MOST}"
    for name, nodes in Counter(node.id for node in chain.nodes).items():
        if nodes > 1:
            yield name, "the id stands twice"
    by_id = {node.id: node for node in chain.nodes}
    fed = {target for node in chain.nodes for target in node.feeds}
    where: dict[str, str] = {}
    for node in chain.nodes:
        yield from ((node.id, reason) for reason in _own(node, fields))
        if not node.feeds and node.id not in fed:
            yield node.id, "it feeds nothing and nothing feeds it"
        for target in node.feeds:
            if target not in by_id or target == node.id:
                yield node.id, f"it feeds {target}, which is no other node"
            elif _order(node) > _order(by_id[target]):
                yield node.id, f"it feeds {target}, which is of an earlier stage"
        for product in node.products:
            other = where.setdefault(plain(product), node.id)
            if other != node.id:
                yield node.id, f"{product} is a product of {other} as well"


def _order(node: Node) -> int:
    return STAGES.index(node.stage) if node.stage in STAGES else 0


def _own(node: Node, fields: Collection[str]) -> Iterator[str]:
    if node.stage not in STAGES:
        yield f"no stage {node.stage!r}: {', '.join(STAGES)}"
    if not node.products:
        yield "it has no products"
    if node.field is not None and node.field not in fields:
        yield f"no field {node.field!r}: {', '.join(fields)}"
    yield from (f"{name!r} is no class of patents" for name in node.ipc if not _IPC.fullmatch(name))
    yield from (f"{word!r} rules everything out" for word in node.without if not plain(word))
    for product in node.products:
        yield from (f"{product} is ruled out by {word!r}" for word in node.without if plain(word) in plain(product))
