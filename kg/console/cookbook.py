"""Questions of analysts, each a statement in `kg/cypher/question`, and the page docs/cypher-cookbook.md made of them.

```
// zh: 某地有哪些企业生产某种产品
// en: Which firms of a place make a product
// topic: makers
// words: 本地 有哪些企业 local makers
// param place: place = 9901 | 地区 | place
// column e: 企业 | firm
// unknown: 所在地没有写明的企业不在内。 | Firms whose place is not stated are left out.
MATCH …
```

`words` are searched beside the titles. A parameter has a type (`TYPES`), an example that the demo answers, and its
words in both languages. Every answer has a column `as_of` and one that says where it comes from: `fact` (ids of
statements) or `source`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from kg.queries import QueryFileError

TYPES = ("text", "place", "chain", "tier", "relation", "day", "year", "number")
"""What a parameter is: `place` a code of GB/T 2260 without its zeros ("" everywhere), `day` an ISO day, the rest text
but `year` and `number`."""

TOPICS = ("makers", "trends", "supply", "contracts", "chains", "titles", "technology", "figures", "needs", "evidence")
"""In the order in which questions are listed."""

_LINE = re.compile(r"//\s*(zh|en|topic|words|unknown|param \w+|column \w+)\s*:\s*(.*)")
_PARAMETER = re.compile(r"(\w+) =\s?(.*?)\s*\| (.+?) \| (.+)")


@dataclass(frozen=True, slots=True)
class Words:
    """Some words in both languages."""

    zh: str
    en: str

    def in_(self, lang: str) -> str:
        """In the language `zh` or `en`."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a question: its type, an example as people write it, what it is."""

    name: str
    type: str
    example: str
    words: Words


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its query: `columns` are those of its answer with their definitions, `unknown` says what the
    answer leaves out, `words` what else it is found by."""

    name: str
    title: Words
    topic: str
    words: str
    parameters: tuple[Parameter, ...]
    columns: tuple[tuple[str, Words], ...]
    unknown: Words
    cypher: str

    @property
    def values(self) -> dict[str, Any]:
        """The examples of all parameters, as values."""
        return {one.name: typed(one.type, one.example) for one in self.parameters}


def typed(kind: str, text: str) -> Any:
    """A parameter of a question as its value. Raises ValueError for a year or number that is none."""
    if kind == "year":
        return int(text)
    return float(text) if kind == "number" else text


def parse(name: str, source: str) -> Question:
    """Read a file's header and statement; raises QueryFileError (KG708) where the header is not whole or not true."""
    header: list[tuple[str, str]] = []
    lines = source.strip().split("\n")
    while lines and (found := _LINE.fullmatch(lines[0].strip())):
        header.append((found[1], found[2].strip()))
        lines.pop(0)
    said, text = dict(header), "\n".join(lines).strip().rstrip(";")
    try:
        question = Question(
            name,
            Words(said["zh"], said["en"]),
            said["topic"],
            said["words"],
            tuple(_parameter(key, value) for key, value in header if key.startswith("param ")),
            tuple((key.split()[1], _both(value)) for key, value in header if key.startswith("column ")),
            _both(said["unknown"]),
            text,
        )
    except (KeyError, ValueError) as error:
        raise QueryFileError(f"the header is not whole: {error}", file=f"cypher/question/{name}.cypher") from error
    used, given = set(re.findall(r"\$(\w+)", text)), {one.name for one in question.parameters}
    columns = {column for column, _ in question.columns}
    if used != given or question.topic not in TOPICS or "as_of" not in columns or not columns & {"fact", "source"}:
        raise QueryFileError(
            f"header and statement do not fit: parameters {sorted(given)} declared and {sorted(used)} used, "
            f"topic {question.topic}, columns {sorted(columns)}",
            file=f"cypher/question/{name}.cypher",
        )
    return question


def _parameter(key: str, value: str) -> Parameter:
    found = _PARAMETER.fullmatch(value)
    if found is None or found[1] not in TYPES:
        raise ValueError(f"{key}: {value}")
    typed(found[1], found[2])
    return Parameter(key.split()[1], found[1], found[2], Words(found[3], found[4]))


def _both(value: str) -> Words:
    zh, sign, en = value.partition(" | ")
    if not sign or not zh or not en:
        raise ValueError(value)
    return Words(zh, en)


@cache
def questions() -> tuple[Question, ...]:
    """All questions, by topic and name."""
    folder = files("kg").joinpath("cypher", "question")
    found = [parse(item.name.removesuffix(".cypher"), item.read_text("utf8")) for item in folder.iterdir()]
    return tuple(sorted(found, key=lambda one: (TOPICS.index(one.topic), one.name)))


def question(name: str) -> Question | None:
    """The question of that name."""
    return next((one for one in questions() if one.name == name), None)


def search(text: str) -> list[Question]:
    """Questions that a text asks for, the likeliest first; all of them for an empty one.

    Words of Latin letters are compared as such, Chinese by single signs and pairs of signs, pairs counting more. What
    the titles say counts twice as much as what else is said. A question that shares less than a third is none.
    """
    wanted = _grams(text)
    if not wanted:
        return list(questions())
    whole = sum(wanted.values())
    scored = []
    for one in questions():
        title, rest = _grams(f"{one.title.zh} {one.title.en}"), _grams(one.words)
        hit = sum(weight for gram, weight in wanted.items() if gram in title or gram in rest)
        score = hit + sum(weight for gram, weight in wanted.items() if gram in title)
        if hit * 3 >= whole:
            scored.append((-score, one))
    return [one for _, one in sorted(scored, key=lambda pair: pair[0])]


@cache
def _grams(text: str) -> dict[str, int]:
    folded = unicodedata.normalize("NFKC", text).lower()
    found: dict[str, int] = {}
    for word in re.findall(r"[a-z0-9&]+|[\u3400-\u9fff]+", folded):
        if word[0] < "\u3400":
            found[word] = 3
            continue
        found.update(dict.fromkeys(word, 1))
        found.update({word[at : at + 2]: 3 for at in range(len(word) - 1)})
    return found


_HEAD = """# Cypher cookbook

Made from `kg/cypher/question` by `python -m kg.console.cookbook`; edit those files, not this one.

Questions of analysts and their Cypher. Each is a page of its own (`/questions`, found by words) and runs on the
read-only copy: there without Cypher, as an example of the page `/console`, by `bulian query FILE --param name=value`,
or in a notebook (`docs/notebooks/analysts.ipynb`). The tests run each on the demo, whose firms are invented. The words
of the graph are explained in `docs/ontology.md`. Four habits:

- `r.fact` is the id of the edge's best statement: `MATCH (f:Fact {id: r.fact})` gives its sentence and page,
  `(f)-[:FROM]->(:Document)` where it stands. Hand it on with every figure.
- `r.valid_to IS NULL` means that nothing has ended it; `r.as_of` is the date of the newest document that says so.
- A notice (公示) is no recognition (认定): count honours with `h.recognition IS NOT NULL`, apart by its value.
- Never add up amounts over firms: members of a consortium each carry the whole sum.
"""


def page(found: Iterable[Question]) -> str:
    """The whole page as Markdown, ending in a newline."""
    return "\n".join([_HEAD, *(line for number, item in enumerate(found, 1) for line in _section(number, item))])


def _section(number: int, item: Question) -> Iterator[str]:
    yield f"## {number}. {item.title.zh}\n\n{item.title.en} (`{item.name}`)\n"
    if item.parameters:
        yield "Parameters: " + ", ".join(f"`{one.name}` = `{one.example}`" for one in item.parameters) + "\n"
    yield f"Columns: {', '.join(f'`{name}` {words.en}' for name, words in item.columns)}. {item.unknown.en}\n"
    yield f"```cypher\n{item.cypher}\n```\n"


if __name__ == "__main__":
    from pathlib import Path

    target = Path(__file__).resolve().parents[2] / "docs" / "cypher-cookbook.md"
    target.write_text(page(questions()), encoding="utf-8")
