"""A template of a chain as a document: rows that evidence opens at, and the facts that they state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from kg.records import LEVELS, Document, Fact, Level, Mention
from kg.values.name import name_key
from matcher.chain.placement import Place, node_id, plain
from matcher.chain.template import Chain, Node

STATED: dict[str, Level] = {"same": LEVELS[0], "corrected": LEVELS[1]}
"""How sure a place is where the template itself says so, or a person does; all other rules infer."""

_STAGES = {"up": "上游", "mid": "中游", "down": "下游"}
_BETWEEN = "、"

_Span = tuple[int, int]


@dataclass(slots=True)
class _Row:
    """A row `place` of `column: value` lines, and where in its text each item of a column stands."""

    place: str
    text: str
    items: dict[tuple[str, str], _Span]

    @classmethod
    def of(cls, place: str, columns: Iterable[tuple[str, Iterable[str]]]) -> _Row:
        lines: list[str] = []
        items: dict[tuple[str, str], _Span] = {}
        at = 0
        for head, found in columns:
            values = [" ".join(value.split()) for value in found]
            if not any(values):
                continue
            line = f"{head}: {_BETWEEN.join(values)}"
            begin = at + len(head) + 2
            for value in values:
                items[head, value] = (begin, begin + len(value))
                begin += len(value) + len(_BETWEEN)
            lines.append(line)
            at += len(line) + 1
        return cls(place, "\n".join(lines), items)


class ChainSheet:
    """The rows of a template: one for the chain, one for each node under its id (`chain:node`)."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self._head = _Row.of(
            chain.id, [("产业链", [chain.name]), ("英文名称", [chain.name_en]), ("版本", [chain.version])]
        )
        self._rows = {node.id: _row(chain, node) for node in chain.nodes}
        self._nodes = {node_id(chain, node): node for node in chain.nodes}

    def text(self) -> tuple[str, list[int]]:
        """The document's text and where each row begins."""
        pieces: list[str] = []
        starts: list[int] = []
        length = 0
        for row in (self._head, *self._rows.values()):
            piece = f"{row.place}\n{row.text}\n\n"
            starts.append(length)
            pieces.append(piece)
            length += len(piece)
        return "".join(pieces), starts

    def structure(self, document: Document) -> Iterator[Fact]:
        """What the template states of its nodes: HAS_NODE with the stage, FEEDS."""
        chain = self.chain
        whole = Mention("Chain", chain.name, chain.id)
        by_id = {node.id: self._mention(node) for node in chain.nodes}
        for node in chain.nodes:
            fact = self._stated(document, node, "template.node")
            yield fact("HAS_NODE", whole, by_id[node.id], "环节", node.name, {"stage": node.stage})
            for target in node.feeds:
                yield fact("FEEDS", by_id[node.id], by_id[target], "供给", target, {})

    def placed(self, document: Document, places: Iterable[tuple[str, Place]]) -> Iterator[Fact]:
        """AT facts of products by name that stand at the chain's nodes, each at the template's name that it met."""
        for name, place in places:
            node = self._nodes.get(place.node)
            if node is not None:
                yield self._at(document, name, node, place)

    def _at(self, document: Document, name: str, node: Node, place: Place) -> Fact:
        met = next((product for product in node.products if plain(product) == place.name), None)
        head, item = ("环节", node.name) if place.rule == "corrected" or met is None else ("产品", met)
        said = {"score": place.score, "rule": place.rule, "reason": place.name}
        fact = self._stated(document, node, f"placement.{place.rule}", STATED.get(place.rule, LEVELS[2]))
        return fact("AT", Mention("Product", name), self._mention(node), head, item, said)

    def _mention(self, node: Node) -> Mention:
        return Mention("ChainNode", node.name, node_id(self.chain, node))

    def _stated(
        self, document: Document, node: Node, method: str, level: Level = LEVELS[0]
    ) -> Callable[[str, Mention, Mention, str, str, dict[str, object]], Fact]:
        row = self._rows[node.id]

        def fact(
            relation: str, source: Mention, target: Mention, head: str, item: str, said: dict[str, object]
        ) -> Fact:
            start, end = row.items[head, " ".join(item.split())]
            quote = row.text[start:end]
            return Fact(
                document.name, document.id, relation, source, target, said, row.place, start, end, quote, method, level
            )

        return fact


def _row(chain: Chain, node: Node) -> _Row:
    return _Row.of(
        node_id(chain, node),
        [
            ("环节", [node.name]),
            ("英文名称", [node.name_en]),
            ("位置", [_STAGES.get(node.stage, node.stage)]),
            ("产品", node.products),
            ("不含", node.without),
            ("专利分类", node.ipc),
            ("六基领域", [node.field] if node.field else []),
            ("供给", node.feeds),
        ],
    )


def distinct(names: Iterable[str]) -> dict[str, str]:
    """One name for each product of the graph, by the product's key and in its order."""
    found: dict[str, str] = {}
    for name in names:
        key = name_key(name)
        if key and (key not in found or name < found[key]):
            found[key] = name
    return {key: found[key] for key in sorted(found)}
