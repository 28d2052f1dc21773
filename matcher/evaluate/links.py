"""Predicted links of supply: a fifth of the real pairs of firm and buyer is hidden and sought again.

The protocol. A pair is a firm and the buyer of a contract that it won. A fifth of all pairs, drawn by a seed, is taken
out with every contract of both; what is left is known. For each hidden pair all firms (those of the list, and all that
won a contract, hidden or not) are ranked for the buyer; its other suppliers, known or hidden, are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.values.name import name_key
from matcher.award import Award
from matcher.corpus import Corpus
from matcher.embed import Embedder
from matcher.errors import BadRunError
from matcher.evaluate.award import figures_json, hits_and_mrr, place_of
from matcher.evaluate.ranking import SAMPLES, Figure
from matcher.firm import Firm
from matcher.links import POINTS, Links

SEED = 20261125
HIDDEN = 0.2


@dataclass(frozen=True, slots=True)
class LinkEvaluation:
    """Hits@10 and MRR by method, over the hidden pairs."""

    pairs: int
    hidden: int
    firms: int
    figures: Mapping[str, Mapping[str, Figure]]

    def to_json(self) -> dict[str, Any]:
        """As `bulian link-eval --json` prints it."""
        return {
            "pairs": self.pairs,
            "hidden": self.hidden,
            "firms": self.firms,
            "methods": figures_json(self.figures),
        }


def evaluate(
    awards: Sequence[Award], listed: Iterable[Firm], embedder: Embedder, samples: int = SAMPLES
) -> LinkEvaluation:
    """Hide a fifth of the pairs and rank all firms for their buyers. Raises BadRunError (MA005) without pairs."""
    pairs = sorted({(award.firm, name_key(award.buyer)) for award in awards if award.buyer})
    count = int(len(pairs) * HIDDEN)
    if not count:
        raise BadRunError(f"{len(pairs)} pairs of firm and buyer are too few", hint="facts of `bulian extract`")
    drawn = np.random.default_rng(SEED).permutation(len(pairs))[:count]
    hidden = {pairs[at] for at in drawn.tolist()}
    firms = list(listed)
    new = {award.firm for award in awards} - {firm.id for firm in firms}
    corpus = Corpus.build([*firms, *(Firm(ident) for ident in sorted(new))])
    links = Links(corpus, (one for one in awards if (one.firm, name_key(one.buyer)) not in hidden), embedder)
    places: dict[str, list[float]] = {}
    suppliers: dict[str, list[str]] = {}
    for firm, buyer in pairs:
        suppliers.setdefault(buyer, []).append(firm)
    ids = np.array(corpus.id_list)
    for firm, buyer in sorted(hidden, key=lambda pair: (pair[1], pair[0])):
        answer = ids == firm
        pool = ~np.isin(ids, suppliers[buyer]) | answer
        for method, scores in _scores(links, buyer).items():
            places.setdefault(method, []).append(place_of(scores, answer, pool))
    return LinkEvaluation(
        len(pairs), count, len(corpus), {name: hits_and_mrr(found, samples) for name, found in places.items()}
    )


def _scores(links: Links, buyer: str) -> dict[str, NDArray[np.float64]]:
    evidence = links.evidence(buyer)
    total = np.asarray(sum(POINTS[kind] * values for kind, values in evidence.items()), np.float64)
    found = {
        "popularity": np.asarray(links.pairs.sum(axis=1)),
        "shortest path": shortest(links, buyer),
        "additive evidence": total,
    }
    return found | {f"{kind} alone": values for kind, values in evidence.items()}


def shortest(links: Links, buyer: str) -> NDArray[np.float64]:
    """Minus the length of the shortest path of known supplies from each firm to the buyer; -inf without a path."""
    scores = np.full(len(links.corpus), -np.inf)
    reached = np.array([other == buyer for other in links.buyers], bool)
    length = 1
    while True:
        firms = (links.pairs @ reached.astype(np.float64) > 0) & np.isinf(scores)
        if not firms.any():
            return scores
        scores[firms] = -length
        reached |= links.pairs.T @ np.isfinite(scores).astype(np.float64) > 0
        length += 2
