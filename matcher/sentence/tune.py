"""Tune the embedding model on masked pairs: `python -m matcher.sentence.tune E.jsonl --model MODEL --out OUT`.

One product of a firm is taken out and must be nearer to the mean of the firm's others than to those of the other
firms of its batch (in-batch negatives, van den Oord et al. 2018, InfoNCE). MODEL is the folder of the bundled model;
OUT gets it tuned, as model.onnx and tokenizer.json, which the ordinary embedder reads without torch
(`BULIAN_EMBEDDER=OUT`), and `card.json`. With `--gaps G.jsonl --qrels Q` the ranking of both is measured and printed.
Needs the extra `sentence`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from kg.errors import BulianError
from matcher.embed import OnnxEmbedder
from matcher.evaluate.ranking import evaluate
from matcher.files import read_firms
from matcher.firm import Firm
from matcher.run import rank_files
from matcher.sentence.convert import onnx_model, sentence_model
from matcher.sentence.library import local

SEED = 20261125
BATCH, OTHERS = 48, 4
"""Firms a batch, and how many of a firm's other products stand for it."""
_RATE, _WARM, _SHARPNESS = 3e-5, 0.1, 20.0
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class Masked:
    """A product that was taken out, and some of the others of its firm."""

    product: str
    others: tuple[str, ...]


def masked(firms: Sequence[Firm], epochs: int, seed: int = SEED) -> Iterator[list[Masked]]:
    """Batches of masked products, in each epoch one of each firm that lists two; equal for equal seeds."""
    chance = np.random.default_rng(seed)
    lists = [[product.name for product in firm.products] for firm in firms if len(firm.products) >= _FEWEST]
    for _ in range(epochs):
        order = chance.permutation(len(lists))
        for first in range(0, len(order), BATCH):
            batch = []
            for at in order[first : first + BATCH]:
                names = [lists[at][place] for place in chance.permutation(len(lists[at]))]
                batch.append(Masked(names[0], tuple(names[1 : 1 + OTHERS])))
            if len(batch) > 1:
                yield batch


def tune(firms: Sequence[Firm], model: Path, out: Path, epochs: int) -> OnnxEmbedder:
    """Tune the model of a folder on the firms' products and write it to `out` in the form that is served.

    Raises NoSentenceTransformersError (MA020), BadModelError (MA003).
    """
    with TemporaryDirectory() as aside:
        folder = sentence_model(model, Path(aside) / "model")
        learner = local(str(folder), "SentenceTransformer")
        batches = list(masked(firms, epochs))
        _fit(learner, batches)
        learner.save(str(Path(aside) / "tuned"))
        return onnx_model(Path(aside) / "tuned", model, out)


def _fit(learner: Any, batches: Sequence[Sequence[Masked]]) -> None:
    import torch

    torch.manual_seed(SEED)
    learner.train()
    # word and position tables stay: names that no firm lists keep their place among those that are tuned
    learnt = [value for name, value in learner.named_parameters() if ".layer." in name]
    rule = torch.optim.AdamW(learnt, lr=_RATE, weight_decay=0.01)
    warm = max(1, round(_WARM * len(batches)))
    for step, batch in enumerate(batches):
        share = min((step + 1) / warm, (len(batches) - step) / max(1, len(batches) - warm))
        for group in rule.param_groups:
            group["lr"] = _RATE * share
        vectors = _vectors(learner, [one.product for one in batch])
        others = _vectors(learner, [name for one in batch for name in one.others])
        owner = torch.tensor([at for at, one in enumerate(batch) for _ in one.others])
        means = torch.zeros_like(vectors).index_add_(0, owner, others)
        near = vectors @ torch.nn.functional.normalize(means, dim=1).T * _SHARPNESS
        wanted = torch.arange(len(batch))
        loss = torch.nn.functional.cross_entropy(near, wanted) + torch.nn.functional.cross_entropy(near.T, wanted)
        rule.zero_grad()
        loss.backward()
        rule.step()
        if (step + 1) % max(1, len(batches) // 10) == 0:
            print(f"{step + 1} of {len(batches)} batches, loss {loss.item() / 2:.3f}", flush=True)
    learner.eval()


def _vectors(learner: Any, texts: Sequence[str]) -> Any:
    read = getattr(learner, "preprocess", None) or learner.tokenize
    return learner(read(list(texts)))["sentence_embedding"]


def gain(enterprises: Path, gaps: Path, qrels: Path, scorecard: str, *models: OnnxEmbedder) -> list[dict[str, float]]:
    """Measures of the ranking by each of the models, by name of the measure."""
    found = []
    with TemporaryDirectory() as aside:
        for model in models:
            run = Path(aside) / "run"
            rank_files(enterprises, gaps, run, model, scorecard=scorecard)
            figures = evaluate(run, qrels, enterprises, gaps).figures
            found.append({name: round(figure.mean, 4) for name, figure in figures.items()})
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Tune, measure, write the card."""
    parser = argparse.ArgumentParser(prog="python -m matcher.sentence.tune", description=__doc__)
    parser.add_argument("enterprises", type=Path, help="firms, as `bulian rank` reads them")
    parser.add_argument("--model", type=Path, required=True, help="the folder of the bundled model")
    parser.add_argument("--out", type=Path, required=True, help="the folder for the tuned one")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--gaps", type=Path)
    parser.add_argument("--qrels", type=Path)
    parser.add_argument("--scorecard", default="v0")
    options = parser.parse_args(arguments)
    if (options.gaps is None) != (options.qrels is None):
        parser.error("--gaps and --qrels go together")
    try:
        firms, refused = read_firms(options.enterprises)
        for error in refused:
            print(error, file=sys.stderr)
        tuned = tune(firms, options.model, options.out, options.epochs)
        card: dict[str, Any] = {
            "set": f"{options.enterprises.name}: {len(firms)} firms",
            "products": sum(len(firm.products) for firm in firms),
            "date": date.today().isoformat(),
            "command": f"python -m matcher.sentence.tune E.jsonl --model MODEL --out OUT --epochs {options.epochs}",
            "seed": SEED,
        }
        if options.gaps is not None:
            files = options.enterprises, options.gaps, options.qrels
            before, after = gain(*files, options.scorecard, OnnxEmbedder(options.model), tuned)
            card |= {"scorecard": options.scorecard, "before": before, "after": after}
            for name in before:
                print(f"{name:12} {before[name]:.4f} before, {after[name]:.4f} tuned")
        (options.out / "card.json").write_text(json.dumps(card, ensure_ascii=False, indent=1), encoding="utf-8")
    except BulianError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
