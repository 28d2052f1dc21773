"""Draw the 300 products of ChainKnowledgeGraph's firms that `chain_places.jsonl` labels with their nodes of chains.

The frame is every distinct product name that the archive gives a firm, cut into halves by `half_of`. Each half is cut
into strata: names that the placer of that day places, and the others by how near their vector comes to a name of a
template, so that what is missed can be estimated; of each stratum the same number is drawn of either half by the seed.
`weight` is how many names of its half and stratum a drawn name stands for. At which nodes each name stands was then
decided by reading it with the templates in sight, and not what the placer says of it.

Who labels names knows them, and writes templates with them in mind, so the later draws are of `hold` alone and made
after the rules were: each tells what the rules of its day do with names that nobody looked at. A name drawn before is
not drawn again. Run as `python -m tests.gold.draw_chain_places ZIP FOLDER SHEET NAME`, NAME being one of SEEDS: the
skeleton goes into FOLDER (a hash for each name, no text), the names for the reader to SHEET.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kg.parts import Parts
from matcher.chain.placement import Placer
from matcher.chain.template import packaged
from matcher.embed import CachedEmbedder, OnnxEmbedder
from matcher.evaluate.chains import Drawn, half_of, hashed, load
from matcher.files import read_chain

SEEDS = {
    "chain_places": 20261126,
    "chain_places_second": 20261127,
    "chain_places_third": 20261128,
    "chain_places_fourth": 20261129,
}
"""Names of the draws in their order, and the seed of each."""

STRATA = (("placed", 60, 0), ("near", 86, 3000), ("middle", 64, 8000), ("far", 50, 15000), ("rest", 40, None))
"""Name, how many are drawn, and up to which place in the order of likeness the stratum goes (of both halves)."""


def draw(
    names: Sequence[str],
    placed: Collection[str],
    likeness: NDArray[np.float32],
    seed: int,
    halves: Sequence[str] = ("tune", "hold"),
    skipped: Collection[str] = (),
) -> Iterator[tuple[str, Drawn]]:
    """The drawn names with what is kept of them; `likeness` is each name's, `skipped` are hashes drawn before."""
    others = sorted((row for row, name in enumerate(names) if name not in placed), key=lambda row: -likeness[row])
    first = 0
    for stratum, number, last in STRATA:
        rows = [row for row, name in enumerate(names) if name in placed] if last == 0 else others[first:last]
        first = first if last is None else last
        for half in halves:
            members = [names[row] for row in rows if half_of(hashed(names[row])) == half]
            members = [name for name in members if hashed(name) not in skipped]
            share = number // len(halves)
            for name in sorted(random.Random(f"{seed} {stratum} {half}").sample(sorted(members), share)):
                yield name, Drawn(hashed(name), stratum, len(members) / share, (), ())


def main(archive: Path, folder: Path, sheet: Path, name: str) -> None:
    """Write skeleton and sheet."""
    names = sorted({name for listed in read_chain(archive).products.values() for name in listed})
    chains = packaged()
    placer = Placer(chains)
    cache = Path.home() / ".cache" / "bulian"
    embedder = CachedEmbedder(OnnxEmbedder(Parts(cache / "parts").model()), cache / "vectors")
    said = sorted({said for chain in chains for node in chain.nodes for said in (node.name, *node.products)})
    vectors = embedder.embed(said).T
    likeness = np.concatenate(
        [(embedder.embed(names[at : at + 4000]) @ vectors).max(axis=1) for at in range(0, len(names), 4000)]
    )
    placed = {name for name in names if placer.places(name)}
    earlier = list(SEEDS)[: list(SEEDS).index(name)]
    before = {one.product for gold in earlier for one in load(gold)}
    halves = ("hold",) if earlier else ("tune", "hold")
    drawn = list(draw(names, placed, likeness, SEEDS[name], halves, before))
    random.Random(SEEDS[name]).shuffle(drawn)  # so that the reader cannot tell the stratum by the place
    (folder / f"{name}.jsonl").write_text("".join(json.dumps(one.to_json()) + "\n" for _, one in drawn), "utf-8")
    sheet.write_text("".join(f"{product}\n" for product, _ in drawn), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4])
