"""The text of a query before any server sees it: its words, without comments, and what they already give away.

The plan decides what a query does (`kg.console.gate`). The text is read first, because a prefix such as PROFILE would
run the query that was only to be planned, and because functions stand in no field of a plan.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kg.console.errors import (
    AdministrationError,
    PrefixError,
    ReadsFileError,
    Refused,
    SeveralStatementsError,
    TextError,
    WritesError,
)

MAX_SIGNS = 20_000
MAX_DEPTH = 60
"""Brackets within brackets: a parser that calls itself for each would run out of stack at some thousands."""

_TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
      | (?P<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
      | (?P<quoted>`(?:[^`]|``)*`)
      | (?P<unclosed>/\*|['"`])
      | (?P<parameter>\$(?:\w+|`(?:[^`]|``)+`))
      | (?P<number>\d\w*)
      | (?P<word>\w+)
      | (?P<space>\s+)
      | (?P<sign>.)""",
    re.VERBOSE | re.DOTALL,
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# Cypher decodes these before it reads words, so that any word may be hidden in them, the end of a text included.
_ESCAPE = re.compile(r"\\u+[0-9A-Fa-f]{4}")

READING = frozenset({"MATCH", "OPTIONAL", "WITH", "UNWIND", "RETURN", "CALL"})
"""First words of a query that reads."""

_PREFIXES = frozenset({"EXPLAIN", "PROFILE", "CYPHER", "USE"})
_WRITING = frozenset({"CREATE", "MERGE", "SET", "DELETE", "DETACH", "NODETACH", "REMOVE", "DROP", "INSERT", "FOREACH"})
_ADMINISTRATION = frozenset(
    {"SHOW", "TERMINATE", "ALTER", "GRANT", "DENY", "REVOKE", "RENAME", "START", "STOP", "ENABLE", "DEALLOCATE"}
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a name in backticks (without them), a text, a number, a parameter or a single sign, and where it is."""

    kind: str
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement: its text with blanks in place of comments (all places stay), parameters, dotted calls.

    `calls` are the names with a dot before a bracket or after CALL: functions and procedures of a namespace.
    """

    text: str
    parameters: tuple[str, ...]
    calls: tuple[tuple[str, int], ...]

    def place(self, offset: int) -> str:
        """Line and column of a place in the text, from 1."""
        return place(self.text, offset)


def place(text: str, offset: int) -> str:
    """Line and column of a place in a text, from 1."""
    line = text.count("\n", 0, offset) + 1
    column = offset - text.rfind("\n", 0, offset)
    return f"line {line}, column {column}"


def read_statement(text: str) -> Statement:
    """Read a query's text; raises a Refused (KG711 to KG715, KG718) for what its words already give away."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    _check_signs(text)
    tokens = list(_tokens(text))
    clean = _without_comments(text)
    ended = next((n for n, token in enumerate(tokens) if token.text == ";" and token.kind == "sign"), None)
    if ended is not None:
        if any(token.text != ";" for token in tokens[ended:]):
            raise SeveralStatementsError(
                "more than one statement",
                hint="send one query at a time",
                place=place(text, tokens[ended].start),
            )
        clean, tokens = clean[: tokens[ended].start], tokens[:ended]
    if not tokens:
        raise TextError("no query: the text is empty", hint="write one that begins with MATCH")
    _check_first(tokens[0], text)
    _check_words(tokens, text)
    parameters = dict.fromkeys(token.text for token in tokens if token.kind == "parameter")
    return Statement(clean, tuple(parameters), tuple(_calls(tokens)))


def parameters_of(text: str) -> tuple[str, ...]:
    """Names of the parameters (`$name`) of a text, in their order, also where the gate would refuse it."""
    found = (match for match in _TOKEN.finditer(text) if match.lastgroup == "parameter")
    return tuple(dict.fromkeys(_bare(match[0][1:]) for match in found))


def _check_signs(text: str) -> None:
    if len(text) > MAX_SIGNS:
        raise TextError(f"the query has {len(text)} signs", hint=f"at most {MAX_SIGNS}; give long lists as parameters")
    for pattern, what, hint in (
        (_CONTROL, "a control character", "delete it"),
        (_ESCAPE, "a sign written as \\uXXXX", "write the sign itself"),
    ):
        found = pattern.search(text)
        if found:
            raise TextError(f"the query holds {what}", hint=hint, place=place(text, found.start()))
    depth = 0
    for match in _TOKEN.finditer(text):
        if match.lastgroup == "unclosed":
            what = "a comment" if match[0] == "/*" else "a text or name in quotes"
            raise TextError(f"{what} has no end", hint="close it", place=place(text, match.start()))
        if match.lastgroup == "sign":
            depth += (match[0] in "([{") - (match[0] in ")]}")
            if depth > MAX_DEPTH:
                raise TextError(
                    f"more than {MAX_DEPTH} brackets within brackets",
                    hint="divide the query",
                    place=place(text, match.start()),
                )


def _tokens(text: str) -> Iterator[Token]:
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "sign"
        if kind in ("space", "comment"):
            continue
        shown = _bare(match[0][1:]) if kind == "parameter" else _bare(match[0]) if kind == "quoted" else match[0]
        yield Token(kind, shown, match.start())


def _bare(name: str) -> str:
    return name[1:-1].replace("``", "`") if name.startswith("`") else name


def _without_comments(text: str) -> str:
    """Blanks in place of comments: what the server reads is then what was read here."""

    def blank(match: re.Match[str]) -> str:
        return re.sub(r"[^\n]", " ", match[0]) if match.lastgroup == "comment" else match[0]

    return _TOKEN.sub(blank, text)


_FIRST: tuple[tuple[frozenset[str], type[Refused], str, str], ...] = (
    (_PREFIXES, PrefixError, "{} before a query is not allowed", "leave it out"),
    (_WRITING, WritesError, "{} would change something, and here one reads alone", "write MATCH … RETURN …"),
    (_ADMINISTRATION, AdministrationError, "{} is administration", "ask the operator; labels stand beside the console"),
    (frozenset({"LOAD"}), ReadsFileError, "LOAD reads files and addresses", "load lists by `bulian import`"),
)


def _check_first(token: Token, text: str) -> None:
    word = token.text.upper()
    if token.kind == "word" and word in READING:
        return
    for words, error, reason, hint in _FIRST:
        if word in words:
            raise error(reason.format(word), hint=hint, place=place(text, token.start))
    raise TextError(
        f"a query does not begin with {token.text[:30]}",
        hint="begin with MATCH, OPTIONAL MATCH, WITH, UNWIND, CALL or RETURN",
        place=place(text, token.start),
    )


def _check_words(tokens: list[Token], text: str) -> None:
    """LOAD CSV and USE wherever they stand as words of Cypher."""
    before = ""
    for token, following in zip(tokens, [*tokens[1:], Token("sign", "", 0)], strict=True):
        word = token.text.upper() if token.kind == "word" else ""
        after = following.text.upper() if following.kind == "word" else ""
        if word == "LOAD" and after == "CSV":
            raise ReadsFileError(
                "LOAD CSV reads files and addresses",
                hint="load lists by `bulian import`",
                place=place(text, token.start),
            )
        if word == "USE" and before in ("{", "UNION", "ALL", "DISTINCT") and following.kind in ("word", "quoted"):
            raise PrefixError("USE of a database is not allowed", hint="leave it out", place=place(text, token.start))
        before = word or token.text


def _calls(tokens: list[Token]) -> Iterator[tuple[str, int]]:
    called, number = False, 0
    while number < len(tokens):
        token = tokens[number]
        if token.kind not in ("word", "quoted"):
            called, number = False, number + 1
            continue
        name, end = token.text, number + 1
        while end + 1 < len(tokens) and tokens[end].text == "." and tokens[end + 1].kind in ("word", "quoted"):
            name += "." + tokens[end + 1].text
            end += 2
        bracket = end < len(tokens) and tokens[end].text == "("
        if called or (bracket and "." in name):
            yield name, token.start
        called = token.kind == "word" and token.text.upper() == "CALL" and end == number + 1
        number = end
