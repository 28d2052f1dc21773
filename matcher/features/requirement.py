"""Features of a need that has a text, such as a bounty: they are unknown where a need is a name alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.candidates import SHARE_KEPT, Scene
from matcher.embed import Vectors
from matcher.features.base import Detail, Feature, Values, about
from matcher.lexical import flat_places, grams

_GENERAL = re.compile(
    "关于|一种|用于|基于|针对|研究开发|研发|研究|研制|开发|产业化|项目|关键|核心|难题|技术|应用|推广|新型|高效|先进|"
    "制备|方法|工艺|系统|装置|设备|需求|课题|问题|解决|方案|产品|示范|集成|设计|生产|制造|改进|提升|优化|攻关|平台|"
    "建设|及其|[及与的和]"
)
"""Words that titles of any trade have: 防爆锂离子电池的研发 asks for 防爆锂离子电池."""

_SENTENCE = re.compile(r"[。;；!！?？\n]|(?<=\D)[,，](?=\D)")
_SHORTEST, _MOST, _SHOWN = 4, 40, 24
"""Signs of a sentence that says something; sentences that are read; signs of one that are shown."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a need with a text says: vectors of its title's core, of its text, and of each sentence of it."""

    core: Vectors
    text: Vectors
    sentences: tuple[str, ...]
    each: Vectors


def core_of(title: str) -> str:
    """A title without the words that titles of any trade have; as it is where nothing else is left."""
    core = _GENERAL.sub("", title)
    return core if len(core) > 1 else title


def sentences_of(text: str) -> tuple[str, ...]:
    """The first sentences and clauses of a text that are long enough to say something."""
    pieces = (piece.strip() for piece in _SENTENCE.split(text))
    return tuple(piece for piece in pieces if len(piece) >= _SHORTEST)[:_MOST]


def read_text(scene: Scene, embed: Callable[[Sequence[str]], Vectors]) -> None:
    """Give the scene what embeds the need's text; it is done when a feature asks."""
    query = scene.query  # a scene that its own memo held would stay until the collector looks for cycles

    def made() -> Said | None:
        if not query.text:
            return None
        pieces = sentences_of(query.text) or (query.text,)
        short = embed([core_of(query.title or query.terms[0]), *pieces])
        return Said(short[:1], embed([query.text]), pieces, short[1:])  # alone: a batch is as slow as its longest text

    scene.once("read text", lambda: made)


def _said(scene: Scene) -> Said | None:
    def nothing() -> Said | None:
        return None

    return scene.once("said", lambda: scene.once("read text", lambda: nothing)())


def _nearness(scene: Scene, name: str) -> NDArray[np.float32] | None:
    said = _said(scene)
    if said is None:
        return None
    vectors: Vectors = getattr(said, name)
    return scene.once(f"said {name}", lambda: scene.similarity_to(vectors))


def _covered(scene: Scene) -> NDArray[np.float32] | None:
    return scene.once("covered", lambda: _made_covered(scene)) if scene.query.text else None


def _made_covered(scene: Scene) -> NDArray[np.float32]:
    lexical = scene.index.lexical
    rows, back = scene.distinct
    if not len(rows):
        return np.zeros(0, np.float32)
    asked = np.isin(lexical.grams, np.unique(grams(f"{scene.query.title}。{scene.query.text}")))
    held = lexical.own_grams[flat_places(lexical.own_starts, rows)]
    owners = np.repeat(np.arange(len(rows)), lexical.own_starts[rows + 1] - lexical.own_starts[rows])
    weights = lexical.idf[held]
    said = np.bincount(owners, weights * asked[held], len(rows))
    share = said / np.maximum(np.bincount(owners, weights, len(rows)), 1e-9)
    return np.asarray(share[back] * SHARE_KEPT[scene.levels], np.float32)


def _best(scene: Scene, entries: NDArray[np.float32] | None) -> Values:
    return np.full(len(scene.rows), np.nan) if entries is None else scene.best(entries)


def _about(scene: Scene, candidate: int, entries: NDArray[np.float32] | None) -> Detail:
    return Detail() if entries is None else about(scene.best_product(candidate, entries))


def core_values(scene: Scene) -> Values:
    """Cosine of the title, without the words that titles of any trade have (研发, 关键技术, 产业化), and the firm's
    nearest product; unknown where the need has no text."""
    return _best(scene, _nearness(scene, "core"))


def _core_detail(scene: Scene, candidate: int) -> Detail:
    found = _about(scene, candidate, _nearness(scene, "core"))
    core = core_of(scene.query.title or scene.query.terms[0])
    return Detail({**found.says, "core": core}, found.facts) if found.says else found


def text_values(scene: Scene) -> Values:
    """Cosine of the need's text and the firm's product that is nearest to it; unknown where there is no text."""
    return _best(scene, _nearness(scene, "text"))


def _text_detail(scene: Scene, candidate: int) -> Detail:
    return _about(scene, candidate, _nearness(scene, "text"))


def sentence_values(scene: Scene) -> Values:
    """Cosine of the sentence of the need's text and the product of the firm that are nearest to one another; unknown
    where there is no text."""
    return _best(scene, _nearness(scene, "each"))


def _sentence_detail(scene: Scene, candidate: int) -> Detail:
    said, entries = _said(scene), _nearness(scene, "each")
    if said is None or entries is None or not scene.sizes[candidate]:
        return Detail()
    part = slice(int(scene.starts[candidate]), int(scene.starts[candidate] + scene.sizes[candidate]))
    product = scene.products[part][int(np.argmax(entries[part]))]
    near = scene.index.vectors_of(np.array([product]))[0] @ said.each.T
    sentence = said.sentences[int(np.argmax(near))]
    found = about(scene.best_product(candidate, entries))
    return Detail({**found.says, "sentence": sentence[:_SHOWN] + "…" * (len(sentence) > _SHOWN)}, found.facts)


def covered_values(scene: Scene) -> Values:
    """Share of the characters and pairs of characters of the firm's best product that the need's title or text has,
    rare ones weighing more (1: all of them); unknown where there is no text."""
    return _best(scene, _covered(scene))


def _covered_detail(scene: Scene, candidate: int) -> Detail:
    return _about(scene, candidate, _covered(scene))


FEATURES = (
    Feature(
        "core",
        "标题的核心",
        "core of the title",
        "标题的核心“{core}”最接近“{product}”",
        "the core of the title, “{core}”, is nearest to “{product}”",
        core_values,
        _core_detail,
    ),
    Feature(
        "text",
        "说明的方向",
        "direction of the text",
        "说明全文最接近“{product}”",
        "the text as a whole is nearest to “{product}”",
        text_values,
        _text_detail,
    ),
    Feature(
        "sentence",
        "说明里最接近的一句",
        "nearest sentence",
        "说明里的“{sentence}”接近“{product}”",
        "“{sentence}” of the text is near to “{product}”",
        sentence_values,
        _sentence_detail,
    ),
    Feature(
        "covered",
        "名称见于说明",
        "its name is in the text",
        "“{product}”的用字见于标题和说明",
        "the characters of “{product}” are in the title and the text",
        covered_values,
        _covered_detail,
    ),
)
