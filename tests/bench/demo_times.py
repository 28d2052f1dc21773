"""The invented demo a hundred times: its firms, buyers and documents once more under other names, in the same graph.

A copy has the demo's documents with the same facts at the same places. Every brand of `seeds/demo/world.yml`, credit
code, stock code and site is exchanged for another one of the same length, so that each quote stays where its fact says
that it is. Products, places, classes and honours keep their names: a product has a hundred times its makers, which is
the hardest case for lists and pages. Needs and bounties are read from files by `read_needs`, the graph is made by
`rebuild`, both as for any data.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from kg.records import Document as Kept
from kg.records import DocumentId, Fact, Mention
from kg.values.credit_code import check_sign
from kg.yml import read_yaml
from web.db.models import Document
from web.home import Home
from web.jobs.demo import demo_folder, load_demo
from web.jobs.needs import read_bounties, read_needs
from web.jobs.rebuild import rebuild

_SIGNS = (
    "瀚骐皓琪昊晟睿嘉弘毅朗霖翰煜珏琛钰铭锐骏骁鲲鹏麒隼岱岳嵩巍峻峥崚嶂嶙崛峪坤垚埕壑泓澄淳湛渊浩淼漪潇瀛沅沛泽"
    "桐梓楠榆槿樾柏桦枫榕葵芷荃菁萱蔚芃茂"
)
_CODE = re.compile(r"91000000MADEM(\w{4})\w")
_STOCK = re.compile(r"(?<!\d)9990(\d\d)(?!\d)")
_PATENT = re.compile(r"(?<![\d.])(20[12]\d[1238])(\d{7})(?!\d)")


@dataclass(frozen=True)
class Renaming:
    """Another name for everything that tells firms apart, in one copy of the demo."""

    copy: int
    brands: dict[str, str]
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, copy: int, brands: list[str]) -> Renaming:
        """The names of one copy: brand by brand, two signs each, no two the same in all copies."""
        names = {}
        for place, brand in enumerate(brands):
            left, second = divmod(copy * len(brands) + place, len(_SIGNS))
            third, first = divmod(left, len(_SIGNS))
            assert not third
            names[brand] = _SIGNS[first] + _SIGNS[(second + first) % len(_SIGNS)]
        return cls(copy, names, re.compile("|".join(brands)))

    def text(self, value: str) -> str:
        """The text with the copy's names, as long as before."""
        value = self.pattern.sub(lambda found: self.brands[found[0]], value)
        value = _CODE.sub(self._code, value)
        value = _STOCK.sub(lambda found: f"8{self.copy:02d}0{found[1]}"[:6], value)
        value = _PATENT.sub(lambda found: f"{found[1]}{(int(found[2]) + 97 * self.copy * 1000) % 10**7:07d}", value)
        return value.replace("-demo.example", f"-d{self.copy:03d}.example")

    def _code(self, found: re.Match[str]) -> str:
        body = f"91{self.copy:06d}MADEM{found[1]}"
        return body + check_sign(body)

    def any(self, value: Any) -> Any:
        """The same in whatever JSON holds."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {key: self.any(item) for key, item in value.items()}
        return [self.any(item) for item in value] if isinstance(value, list | tuple) else value

    def mention(self, mention: Mention | None) -> Mention | None:
        """A thing as the copy names it."""
        return None if mention is None else Mention(mention.type, *map(self.any, _rest(mention)))


def _rest(mention: Mention) -> tuple[str, str | None, str | None]:
    return mention.name, mention.key, mention.local


def load_times(home: Home, times: int, say: Callable[[str], None] = lambda _text: None) -> None:
    """Load the demo and its copies, and make the graph of all of them."""
    assert not load_demo(home).unexpected
    say("demo loaded")
    world = read_yaml((demo_folder() / "world.yml").read_text("utf-8"))
    brands = [str(brand) for brand in world["brands"] if brand not in ("甬川", "临澜")]
    renamings = [Renaming.of(copy, brands) for copy in range(1, times)]
    with home.database().session() as session:
        originals = [one for one in home.documents.all() if one.demo and home.journal.extractors(one.id)]
        for renaming in renamings:
            for document in originals:
                session.add(_copied(home, document, renaming))
    say("copies written")
    for name, read in (("needs.jsonl", read_needs), ("bounties.jsonl", read_bounties)):
        path = home.folder / name
        lines = (demo_folder() / name).read_text("utf-8").splitlines()
        path.write_text("\n".join(_needs(map(json.loads, lines), renamings)) + "\n", "utf-8")
        read(home, path, _never, demo=True)
    say("needs read")
    rebuild(home)
    say("graph made")


def _never(error: Exception) -> None:
    raise error


def _copied(home: Home, document: Kept, renaming: Renaming) -> Document:
    data = home.documents.original(document.id).read_bytes() + f"\n{renaming.copy}".encode()
    text = renaming.text(home.documents.text(document.id))
    meta = {name: renaming.any(getattr(document, name)) for name in ("title", "publisher", "published", "retrieved")}
    name = f"{renaming.copy:03d}-{document.name}"
    made = home.documents.add(
        data, name=name, text=text, pages=home.documents.pages(document.id), kind=document.kind,
        media=document.media, licence=document.licence, source=document.source, demo=True, **meta,
    )  # fmt: skip
    facts = 0
    for extractor in home.journal.extractors(document.id):
        mine = (fact for fact in home.journal.read(document.id))
        facts = home.journal.write(made.id, extractor, _facts(mine, made, renaming))
        break
    return Document(sha256=made.id, name=name, kind=made.kind, demo=True, facts=facts, extractor="copy")


def _facts(facts: Iterator[Fact], document: Kept, renaming: Renaming) -> Iterator[Fact]:
    for fact in facts:
        source = renaming.mention(fact.source)
        assert source is not None
        yield replace(
            fact, doc=document.name, document=DocumentId(document.id), source=source,
            target=renaming.mention(fact.target), properties=renaming.any(dict(fact.properties)),
            quote=renaming.text(fact.quote),
        )  # fmt: skip


def _needs(lines: Iterator[dict[str, Any]], renamings: list[Renaming]) -> Iterator[str]:
    for line in lines:
        for renaming in renamings:
            copy = {**renaming.any(line), "id": f"{line['id']}-{renaming.copy:03d}", "accept": "a copy of the demo"}
            yield json.dumps(copy, ensure_ascii=False)
