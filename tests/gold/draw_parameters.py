"""Draw the 70 sentences of `parameters.jsonl`: what firms say that their products reach and their plants can do.

Two frames over prospectuses and an annual report: sentences with a figure in a technical unit, and sentences with a
word for capacity or a process beside a figure or a verb of mastering; both only where the sentence speaks of the firm
or its products. The draw knows nothing of the readers that it measures; what is a parameter of a product of the firm,
or a process that it masters, was then decided by reading, before they were run on the sentences. Run as
`python -m tests.gold.draw_parameters FOLDER SHEET FILE...`: skeletons `parameters.jsonl` and `capabilities.jsonl` go
into FOLDER, the sentences to SHEET with the skeleton's name behind it.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tests.gold.sentences import write_drawn

SEED = 20261127
PARAMETERS, CAPABILITIES = 40, 30
_OWN = re.compile(r"公司|发行人|自主|该产品|本产品|系列产品|产品(?:的|具有|采用)")
_TECHNICAL = re.compile(
    r"\d\s?(?:[nμmck]m(?![A-Za-z])|毫米|微米|纳米|℃|[kMG]Pa|dB|[kMG]?Hz|转/分|rpm|[kM]W(?!h)|千瓦|ppm|m/s|Mbps|[kμm]V"
    r"|V(?![A-Za-z])|Ω|mA|g/cm|N/mm|HRC|HV|μs|ms(?![A-Za-z]))"
)
_CAPACITY = re.compile(
    r"(?:年产(?!品|量|值)|产能|生产能力|加工能力|处理能力|检测能力)[^。\n]{0,20}\d"
    r"|(?:掌握|具备|拥有|采用)[^。;\n]{2,30}工艺"
)


def speaks_of_parameters(sentence: str) -> bool:
    """Whether the sentence has a figure in a technical unit and speaks of the firm or its products."""
    return bool(len(sentence) >= 15 and _TECHNICAL.search(sentence) and _OWN.search(sentence))


def speaks_of_capability(sentence: str) -> bool:
    """Whether the sentence has a capacity or a mastered process and speaks of the firm or its products."""
    return bool(len(sentence) >= 15 and _CAPACITY.search(sentence) and _OWN.search(sentence))


if __name__ == "__main__":
    folder, sheet, *files = map(Path, sys.argv[1:])
    for name, wanted, most in (
        ("parameters", speaks_of_parameters, PARAMETERS),
        ("capabilities", speaks_of_capability, CAPABILITIES),
    ):
        write_drawn(folder / f"{name}.jsonl", sheet.with_suffix(f".{name}"), files, wanted, most, SEED)
