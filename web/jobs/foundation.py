"""Train the classifier of the industrial foundation: `python -m web.jobs.foundation ITEMS.jsonl [--out FOLDER]`.

ITEMS.jsonl has {"item", "category"} a line, with the classes of catalogue-2021. Two sets of weights are learnt, with
and without vectors of the fetched model; beside each lies its card. Weights are numbers: no item can be read back.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from nlp.foundation import train
from nlp.foundation.classify import Embed, Weights
from nlp.foundation.scheme import LEARNT
from nlp.foundation.words import load_words

_WEIGHTS = Path(train.__file__).parent / "weights"


def main() -> None:
    """Learn, measure and write weights and cards."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("items", type=Path)
    parser.add_argument("--out", type=Path, default=_WEIGHTS)
    asked = parser.parse_args()
    rows = [json.loads(line) for line in asked.items.read_text("utf-8").splitlines() if line.strip()]
    names = tuple(row["item"] for row in rows)
    classes = load_words().labels
    labels = np.array([classes.index(row["category"]) for row in rows])
    asked.out.mkdir(parents=True, exist_ok=True)
    for kind, embed in (("plain", None), ("vectors", _embedder())):
        data, taught = train.set_of(names, labels, embed), train.listed(embed)
        _save(asked.out / f"{kind}.npz", train.learn(data, taught=taught))
        card = _card(data, taught, asked.items)
        (asked.out / f"{kind}.json").write_text(json.dumps(card, ensure_ascii=False, indent=1) + "\n", "utf-8")
        print(kind, json.dumps(card["measure"]))


def _embedder() -> Embed:
    from kg.parts import Parts
    from matcher.embed import OnnxEmbedder
    from web.settings import load_settings

    settings = load_settings()
    return OnnxEmbedder(Parts(settings.parts_folder, settings.repository).model()).embed


def _save(path: Path, weights: Weights) -> None:
    arrays = {name: value.astype(np.float16) for name, value in asdict(weights).items() if value is not None}
    np.savez_compressed(path, allow_pickle=False, **arrays)


def _card(data: train.Set, taught: train.Set, file: Path) -> dict[str, Any]:
    return {
        "task": f"class of an item under {LEARNT}",
        "set": {"file": file.name, "items": len(data.names), "sha256": hashlib.sha256(file.read_bytes()).hexdigest()},
        "split": f"{train.FOLDS}-fold stratified cross validation by item, 3 seeds; weights learnt on all items",
        "date": dt.date.today().isoformat(),
        "command": "python -m web.jobs.foundation ITEMS.jsonl",
        "model": {
            "kind": "weighted ridge regression, one against the rest",
            "ridge": train.RIDGE,
            "headless_copies": train.HEADLESS,
            "listed_words": {"count": len(taught.names), "weight": train.LISTED},
            "sharpness": train.SHARPNESS,
            "vectors": data.whole is not None,
        },
        "measure": {
            "cross_validation": asdict(train.cross_validate(data, held_back=False, taught=taught)),
            "words_of_tested_items_held_back": asdict(train.cross_validate(data, held_back=True, taught=taught)),
        },
        "note": "The word lists were written with these items in sight, so cross_validation flatters; with the listed "
        "words hidden that no training item uses, the second figure is a lower bound.",
    }


if __name__ == "__main__":
    main()
