"""Draw the 60 patents that `chain_patents.jsonl` labels with their nodes of chains, of a file of patents as JSON lines.

Two strata: patents whose title the rules of that day place (40 of them), and all others (20), so that what is missed
can be estimated. `weight` is how many patents of its stratum a drawn one stands for. At which nodes each stands was
then decided by reading title and abstract with the templates in sight, before what the rules say of the drawn ones was
looked at. Run as `python -m tests.gold.draw_chain_patents FILE FOLDER SHEET`: the skeleton goes into FOLDER (a hash of
each title, no text), the texts for the reader to SHEET.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from matcher.chain.patents import patent_places
from matcher.chain.placement import Placer
from matcher.chain.template import packaged
from matcher.evaluate.chains import Drawn, hashed

SEED = 20261130
PLACED, OTHERS = 40, 20


def draw(placed: Mapping[str, bool]) -> Iterator[tuple[str, Drawn]]:
    """The drawn titles with what is kept of them; `placed` says of each title whether the rules place it."""
    for stratum, number, wanted in (("placed", PLACED, True), ("others", OTHERS, False)):
        members = sorted(title for title, stands in placed.items() if stands is wanted)
        for title in sorted(random.Random(f"{SEED} {stratum}").sample(members, number)):
            yield title, Drawn(hashed(title), stratum, len(members) / number, (), ())


def main(arguments: Sequence[str]) -> None:
    """Write skeleton and sheet."""
    patents, folder, sheet = map(Path, arguments)
    rows = [json.loads(line) for line in patents.read_text("utf-8").splitlines()]
    placer = Placer(packaged())
    texts = {row["title"]: row["abstract"] for row in rows}
    drawn = list(draw({title: bool(patent_places(placer, title)) for title in texts}))
    random.Random(SEED).shuffle(drawn)  # so that the reader cannot tell the stratum by the place
    (folder / "chain_patents.jsonl").write_text("".join(json.dumps(one.to_json()) + "\n" for _, one in drawn), "utf-8")
    sheet.write_text("".join(f"{title}\n  {texts[title]}\n" for title, _ in drawn), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
