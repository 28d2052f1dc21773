"""Draw the 60 sentences that `dependence.jsonl` labels: of all that speak of imports or dependence beside a good.

The draw knows nothing of the reader that it measures. What a firm depends on was then decided by reading, before the
reader was run on the sentences. As few of the 60 state a dependence, 40 more are drawn of those that say so in narrower
words (less those already drawn). Run as `python -m tests.gold.draw_dependence FOLDER SHEET FILE...`: the skeletons
`dependence.jsonl` and `dependence_narrow.jsonl` go into FOLDER, the sentences for the person who labels to SHEET and
SHEET.narrow.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tests.gold.sentences import write_drawn

SEED = 20261125
MOST, MOST_NARROW = 60, 40
_CUE = (
    r"依赖|依靠进口|从[^。;,]{0,12}进口|进口(?!关税|税|商品|国|环节)|单一供应商|独家供应|唯一供应商|供应商(?:较为|相对)?(?:单一|集中)"
    r"|采购(?:较为|相对)?集中|国外(?:厂商|供应商)|境外(?:厂商|供应商|采购)"
)
_GOOD = r"材料|原料|设备|部件|元件|器件|零件|配件|芯片|装置|仪器|机床|辅料|试剂|树脂|钢|铜|铝|膜|电池|轴承|系统|软件"
_NEAR = re.compile(rf"(?:{_CUE})[^。;]{{0,24}}(?:{_GOOD})|(?:{_GOOD})[^。;]{{0,24}}(?:{_CUE})")
_NARROW = re.compile(
    r"依赖于?[^。;,]{0,8}(?:进口|国外|境外|单一)|依靠进口|(?:独家|唯一|单一)的?供应|供应商(?:较为|相对|比较)?(?:单一|集中)"
    r"|(?:需要?|均|主要|部分|大多|全部|基本|仍|目前)[^。;,]{0,4}(?:从[^。;,]{1,14})?进口(?!关税|税|商品|国|环节|替代|设备|产品|品牌)"
    r"|(?:来源于|来自|源自|源于)(?:国外|境外|海外|进口)|向(?:国外|境外|海外)[^。;,]{0,10}(?:采购|购买)"
)


def speaks_of_dependence(sentence: str) -> bool:
    """Whether a word for imports, dependence or a single source stands within 24 signs of a word for a good."""
    return bool(_NEAR.search(sentence))


def says_so_narrowly(sentence: str) -> bool:
    """Whether the sentence states an import, a dependence or a single source in so many words."""
    return bool(_NARROW.search(sentence))


if __name__ == "__main__":
    folder, sheet, *files = map(Path, sys.argv[1:])
    first = write_drawn(folder / "dependence.jsonl", sheet, files, speaks_of_dependence, MOST, SEED)
    narrow = folder / "dependence_narrow.jsonl"
    write_drawn(narrow, Path(f"{sheet}.narrow"), files, says_so_narrowly, MOST_NARROW, SEED, first)
