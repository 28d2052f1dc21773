"""Short names as a document means them: the full name freed of what ran into it; what defines nothing left out.

Works on the statements that `nlp.names` finds. A line `short 指 full` counts where the short name looks like the full
one (half of its signs at least), as broken tables put words of one row before the name of the next one; 指定 and 指标
in running text define nothing. Limits: a foreign name with a Chinese short name is read from brackets only.
"""

from __future__ import annotations

import re
from dataclasses import replace

from nlp.names import Alias

_NUMBERED = re.compile(r"^[(](?:\d+|[^()]*年[^()]*)[)]")
_RUN_IN = re.compile(r"^.+(?:历任|现任|担任|任职于|就职于|成立|设立|借自|收购|受让|更名为|变更为|创办|——|来自)(?=.{6})")
_LEAD = re.compile(r"^(?:如|指|即)")
_NO_FIRM = re.compile(r"^等|家公司$|可比|其他|上市公司$|采购公司$|[《》]|^(?:CO|LTD|INC|LLC|LIMITED|[., ])+$", re.I)
_NO_SHORT = re.compile(r"变更为|^(?:CO|LTD|INC|LLC)[.]?$", re.I)
_NO_TERM = re.compile(r"^[指的现《]|[《》]|有限公司$")
_MEANS = re.compile(r"指(?![定标数导出示引令明挥派])")
_LETTERS = re.compile(r"[A-Z]{2,8}")
_ALIKE = 0.5


def settled(alias: Alias, text: str) -> Alias | None:
    """The alias with its full name as it is; None where the statement defines no firm. `text` is the reading's."""
    full = _LEAD.sub("", _RUN_IN.sub("", _NUMBERED.sub("", alias.full)))
    cut = f"和{alias.short}" in full  # 怡和卫浴, taken for two names
    if cut or _NO_FIRM.search(full) or _NO_SHORT.search(alias.short):
        return None
    if not text.startswith(alias.full, alias.start):  # short 指 full
        between = text[alias.start : alias.end]
        alike = _LETTERS.fullmatch(alias.short) or _alike(alias.short, full) >= _ALIKE
        if _NO_TERM.search(alias.short) or between.startswith("指") or not _MEANS.search(between) or not alike:
            return None
    return replace(alias, full=full)


def _alike(short: str, full: str) -> float:
    """How many of the signs of a short name stand in the full one."""
    signs = [sign for sign in short.casefold() if not sign.isspace()]
    return sum(sign in full.casefold() for sign in signs) / max(1, len(signs))
