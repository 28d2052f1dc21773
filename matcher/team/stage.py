"""The five stages of a piece of work, and which facts of a firm speak for which: rules as data, each with its words."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from kg.yml import read_yaml
from matcher.chain.placement import Placer, node_id
from matcher.errors import BadStageError
from matcher.firm import Firm
from matcher.naming import fit

STAGES = ("materials", "design", "process", "testing", "application")
"""The stages, in the order of the work (上下游协同: 材料、设计、工艺、检测、应用)."""

NAMED = ("patents", "process", "certificate", "honour", "standards", "contracts")
READS = ("products", *NAMED, "sought", "above", "below", "inputs", "outputs")
"""What a rule may read: products, fields of firms, the thing sought itself, nodes above or below it in the templates
of chains, and products that stand to it as input or output by the relations of products."""

_PATTERNED = ("products", *NAMED)
_SIGNS = re.compile(r"[a-z0-9]{2,}|[\u3400-\u9fff]+")
_SEPARATOR = "\n"
_JOINING = "的之及与和或等用于在为对中所其该"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: what it reads, the words that it looks for there (`pattern`, and none of `without`), and its sentence.

    `near` is `words` where the fact must share a word with the need, `maker` where that a firm makes what is sought is
    enough. `steps` and `fields` are of `above` and `below`: how far in the chain, and which 六基 fields of nodes.
    """

    id: str
    read: str
    zh: str
    en: str
    pattern: re.Pattern[str] | None = None
    without: re.Pattern[str] | None = None
    near: str = "words"
    steps: int = 1
    fields: tuple[str, ...] = ()

    def takes(self, name: str) -> bool:
        """Whether a name is one that the rule looks for."""
        found = self.pattern is not None and self.pattern.search(name) is not None
        return found and (self.without is None or self.without.search(name) is None)


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage: its names, and the rules that speak for it, the strongest first."""

    id: str
    zh: str
    en: str
    rules: tuple[Rule, ...]

    def named(self, lang: str = "zh") -> str:
        """Its name in the language."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Speaks:
    """A fact of a firm that speaks for a stage: by which rule, what it names, and how it is near to the need.

    `word` is what it shares with the need; `via` what of the need it goes into, or is made of; `maker`: the firm makes
    what is sought, and no word is shared.
    """

    stage: str
    rule: Rule
    name: str
    word: str = ""
    via: str = ""
    maker: bool = False
    fact: str | None = None

    def says(self, lang: str = "zh") -> str:
        """What is so, in a sentence."""
        zh = lang == "zh"
        said = (self.rule.zh if zh else self.rule.en).format(name=self.name, via=self.via)
        if self.word:
            return said + (f"（与需求同有“{self.word}”）" if zh else f" (shares “{self.word}” with the need)")
        return said + (("（它做所需之物）" if zh else " (it makes what is sought)") if self.maker else "")


@dataclass(frozen=True, slots=True)
class Stages:
    """The table of stages: its version, where it comes from, the words that tell nothing, and the stages.

    `not_made` is of names of products that are traded or run, not made: they speak for no stage.
    """

    version: str
    origin: str
    common: tuple[str, ...]
    stages: tuple[Stage, ...]
    not_made: re.Pattern[str] | None = None

    @classmethod
    def load(cls, path: Path | None = None) -> Stages:
        """The packaged table, or that of a file where there is one.

        Raises BadStageError (MA031) for a table that breaks its form.
        """
        source = path if path is not None and path.exists() else files("matcher.team").joinpath("stages.yml")
        try:
            value = read_yaml(source.read_text(encoding="utf-8"))
            stages = tuple(map(_stage, value["stages"]))
            common, not_made = tuple(map(str, value["common"])), value.get("not_made")
            idle = re.compile(str(not_made)) if not_made is not None else None
            table = cls(str(value["version"]), str(value["origin"]), common, stages, idle)
        except (OSError, UnicodeError, yaml.YAMLError, re.error, LookupError, TypeError, ValueError) as error:
            raise BadStageError(
                f"no table of stages: {error}", file=str(source), hint="docs/teams.md has its form"
            ) from error
        if tuple(stage.id for stage in table.stages) != STAGES:
            raise BadStageError(
                f"the stages are {', '.join(STAGES)}", file=str(source), hint="each once, in this order"
            )
        return table


def _stage(value: Mapping[str, Any]) -> Stage:
    rules = tuple(map(_rule, value["rules"]))
    return Stage(str(value["id"]), str(value["zh"]), str(value["en"]), rules)


def _rule(value: Mapping[str, Any]) -> Rule:
    known = set(Rule.__dataclass_fields__)
    if set(value) - known:
        raise ValueError(f"rule {value.get('id')!r} has {', '.join(sorted(set(value) - known))}")
    read, near, pattern = str(value["read"]), str(value.get("near", "words")), value.get("pattern")
    if read not in READS:
        raise ValueError(f"rule {value['id']!r} reads {read!r}, which is none of {', '.join(READS)}")
    if near not in ("words", "maker"):
        raise ValueError(f"rule {value['id']!r} is near by {near!r}, not by words or maker")
    if (pattern is None) is (read in _PATTERNED):
        raise ValueError(f"rule {value['id']!r}: a pattern comes with {', '.join(_PATTERNED)}, and only with them")
    for words in (value["zh"], value["en"]):
        words.format(name="", via="")
    without = value.get("without")
    return Rule(
        str(value["id"]),
        read,
        str(value["zh"]),
        str(value["en"]),
        re.compile(str(pattern)) if pattern is not None else None,
        re.compile(str(without)) if without is not None else None,
        near,
        int(value.get("steps", 1)),
        tuple(map(str, value.get("fields", ()))),
    )


class Words:
    """The words of a need by which a fact is about the same: runs of Chinese signs, and whole other words.

    Of its names two signs are enough, of its running text it takes three, where chance has more room. Words of
    `common` and single words that only join others are cut out of both sides first.
    """

    def __init__(self, names: str, text: str = "", common: Iterable[str] = ()) -> None:
        longest = sorted({*common, *_JOINING}, key=len, reverse=True)
        self._cut = re.compile("|".join(map(re.escape, longest)))
        self._sides = [
            (least, {part for run in self._runs(side) for part in _parts(run)})
            for least, side in ((2, names), (3, text))
        ]

    def shared(self, name: str) -> str:
        """The longest word that a name has in common with the need; empty where there is none."""
        found = [word for least, parts in self._sides for word in self._common(name, parts) if len(word) >= least]
        return max(found, key=len, default="")

    def _common(self, name: str, parts: Collection[str]) -> Iterator[str]:
        for run in self._runs(name):
            if run.isascii():
                yield from [run] if run in parts else []
                continue
            start = None
            for place, pair in enumerate([*map("".join, pairwise(run)), ""]):
                if pair in parts:
                    start = place if start is None else start
                elif start is not None:
                    yield run[start : place + 1]
                    start = None

    def _runs(self, text: str) -> list[str]:
        plain = unicodedata.normalize("NFKC", text).lower()
        return _SIGNS.findall(self._cut.sub(_SEPARATOR, plain))


def _parts(run: str) -> Iterator[str]:
    return iter([run]) if run.isascii() else map("".join, pairwise(run))


class Reading:
    """A need, ready to say of firms which stages their facts speak for."""

    def __init__(
        self,
        stages: Stages,
        terms: Sequence[str],
        names: Sequence[str] = (),
        text: str = "",
        placer: Placer | None = None,
        neighbours: Mapping[str, tuple[tuple[str, str], ...]] | None = None,
    ) -> None:
        """`terms` are the names of what is sought, `names` its title and the names of its targets, `text` its text."""
        self.stages = stages
        self._terms = tuple(terms)
        self._words = Words(_SEPARATOR.join([*terms, *names]), text, stages.common)
        self._placer = placer
        self._kin = {name: (how, term) for term in terms for how, name in (neighbours or {}).get(term, ())}
        self._ways = self._walk() if placer is not None else {}

    def of(self, firm: Firm) -> dict[str, Speaks]:
        """For each stage that a fact of the firm speaks for, the one that speaks best.

        That is the first rule of the stage that finds something, a fact that opens at a sentence, the longest shared
        word, and the first by name.
        """
        maker = any(fit(term, product.name) for term in self._terms for product in firm.products)
        found: dict[str, Speaks] = {}
        for stage in self.stages.stages:
            for rule in stage.rules:
                heard = list(self._heard(stage.id, rule, firm, maker))
                if heard:
                    found[stage.id] = min(heard, key=lambda one: (one.fact is None, -len(one.word), one.name))
                    break
        return found

    def _heard(self, stage: str, rule: Rule, firm: Firm, maker: bool) -> Iterator[Speaks]:
        for name, fact in _named(rule.read, firm, self.stages.not_made):
            if rule.pattern is not None:
                word = self._words.shared(name) if rule.takes(name) else ""
                if word or (maker and rule.near == "maker" and rule.takes(name)):
                    yield Speaks(stage, rule, name, word, maker=not word, fact=fact)
            elif rule.read == "sought":
                if any(fit(term, name) for term in self._terms):
                    yield Speaks(stage, rule, name, fact=fact)
            elif rule.read in ("inputs", "outputs"):
                how, term = self._kin.get(name, ("", ""))
                if f"{how}s" == rule.read:
                    yield Speaks(stage, rule, name, via=term, fact=fact)
            elif self._placer is not None and self._ways:
                via = self._via(rule, self._placer, name)
                if via:
                    yield Speaks(stage, rule, name, via=via, fact=fact)

    def _via(self, rule: Rule, placer: Placer, name: str) -> str:
        """The name of the sought node to or from which a product's node leads; empty where none does."""
        for place in placer.places(name):
            steps, sought = self._ways.get((rule.read, place.node), (0, ""))
            if steps and steps <= rule.steps and (not rule.fields or placer.nodes[place.node].field in rule.fields):
                return placer.nodes[sought].name
        return ""

    def _walk(self) -> dict[tuple[str, str], tuple[int, str]]:
        """(above or below, node) → (steps, sought node) for all nodes that lead to what is sought, or from it."""
        assert self._placer is not None
        feeds: dict[str, dict[str, list[str]]] = {"above": defaultdict(list), "below": defaultdict(list)}
        for chain in self._placer.chains:
            ids = {node.id: node_id(chain, node) for node in chain.nodes}
            for node in chain.nodes:
                for target in node.feeds:
                    feeds["below"][ids[node.id]].append(ids[target])
                    feeds["above"][ids[target]].append(ids[node.id])
        sought = list(dict.fromkeys(place.node for term in self._terms for place in self._placer.places(term)))
        ways: dict[tuple[str, str], tuple[int, str]] = {}
        for way, edges in feeds.items():
            _reach(way, edges, sought, ways)
        return ways


def _reach(
    way: str, edges: Mapping[str, Sequence[str]], sought: Collection[str], ways: dict[tuple[str, str], tuple[int, str]]
) -> None:
    """Breadth first from all sought nodes; a sought node is no step to itself."""
    edge = [(node, node) for node in sought]
    for steps in range(1, len(edges) + 1):
        fresh = []
        for node, start in edge:
            for other in edges.get(node, ()):
                if other not in sought and (way, other) not in ways:
                    ways[way, other] = (steps, start)
                    fresh.append((other, start))
        if not fresh:
            return
        edge = fresh


def _named(read: str, firm: Firm, not_made: re.Pattern[str] | None) -> Iterator[tuple[str, str | None]]:
    """Names in what a rule reads, each with its fact; bare numbers (of patents that were only counted) are no names."""
    if read in NAMED:
        for item in firm.items(read):
            if isinstance(item.value, str) and not item.value.isdigit():
                yield item.value, item.fact
    else:
        for product in firm.products:
            if not_made is None or not_made.search(product.name) is None:
                yield product.name, product.fact
