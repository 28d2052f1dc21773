"""Train the encoder: `python -m nlp.encoder.train DATA --model FOLDER [--out FOLDER] [--work FOLDER] [--resume]`.

DATA holds `filings/contracts.tar.gz` and `filings/contracts.dev.tsv`, `--model` the fetched model. Labels are distant:
every occurrence of a name from the table counts. An encoder is fitted for each of `GROUPS` of folds on the other
documents (`work/GROUP/encoder.npz`: what `python -m nlp.contracts.train` takes, so that no document is read by an
encoder that has seen it), and one on all (`work/all`), which ships. The figures are those of the first. Needs torch
(the extra `train`); an hour of one core, at most 8 GB of memory. `--resume` keeps the encoders that WORK already holds.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.errors import BulianError
from kg.learned.growing import SEED
from kg.learned.weights import write_card
from kg.values.money import find_money
from nlp.contracts.contexts import ROLES
from nlp.contracts.encoded import COLUMNS, Encoded, worth_reading
from nlp.contracts.labels import role_spans
from nlp.contracts.train import FOLDS, GROUPS, Sample, encode, group_name, read_samples
from nlp.encoder.merged import HEAD, MODEL, NUMBERS, TOKENIZER, WEIGHTS
from nlp.encoder.net import OUTPUTS, RANK, WIDTH, Tensors, fetched, fresh, odds, shipped, states, torch
from nlp.encoder.windows import SIZE, Tokens, Window, said_of_signs
from nlp.evaluate.sets.contracts import ARCHIVE, TABLE

_EPOCHS, _BATCH, _POOL = 3, 16, 50
_RATE, _HEAD_RATE, _DECAY = 1.5e-3, 4e-3, 0.01
_WARM, _LAST_RATE = 60, 0.02
_SHARE_EMPTY = 0.3
"""Of the windows without a label as many are learnt from."""
_EMPTY = 0.3
"""The weight of a role that the table leaves out in a document: most of them stand in the text."""
_LONGEST = 200_000


@dataclass(slots=True)
class Lesson:
    """A window with what is wanted of its tokens and what each of them weighs, float32 [tokens of the text, OUTPUTS].

    `states` is what the lower layers make of the window.
    """

    fold: int
    window: Window
    wanted: NDArray[np.float32]
    weight: NDArray[np.float32]
    states: Any = None


def lessons(sample: Sample, tokens: Tokens) -> list[Lesson]:
    """The windows of an announcement with their labels."""
    text = sample.reading.text
    if len(text) > _LONGEST:
        return []
    spans = list(role_spans(text, find_money(text), sample.wanted))
    weight = np.repeat([1.0 if sample.has(role) else _EMPTY for role in ROLES], COLUMNS).astype(np.float32)
    windows = tokens.windows(sample.reading.source.title, text)
    return [Lesson(sample.fold, window, _wanted(window, spans), weight) for window in windows]


def _wanted(window: Window, spans: Sequence[tuple[int, int, int]]) -> NDArray[np.float32]:
    wanted = np.zeros((len(window.signs), OUTPUTS), np.float32)
    first, last = window.signs.T
    for role, start, end in spans:
        column = COLUMNS * role
        wanted[(first <= start) & (start < last), column] = 1
        wanted[(first < end) & (end <= last), column + 1] = 1
        wanted[(first < end) & (start < last), column + 2] = 1
    return wanted


def work_out(every: Sequence[Lesson], held: Tensors) -> None:
    """The states of the lower layers for all windows, in half precision, in one piece of memory: 1 MB a document."""
    library = torch()
    order = sorted(every, key=lambda lesson: len(lesson.window.tokens))
    size = sum(len(lesson.window.tokens) for lesson in order)
    room, used = library.empty(size, WIDTH, dtype=library.bfloat16), 0
    with library.no_grad(), library.autocast("cpu", dtype=library.bfloat16):
        for at in range(0, len(order), _BATCH):
            batch = order[at : at + _BATCH]
            tokens = np.zeros((len(batch), max(len(lesson.window.tokens) for lesson in batch)), np.int64)
            for row, lesson in zip(tokens, batch, strict=True):
                row[: len(lesson.window.tokens)] = lesson.window.tokens
            made = states(held, library.from_numpy(tokens), library.from_numpy(tokens > 0))
            for lesson, own in zip(batch, made, strict=True):
                long = len(lesson.window.tokens)
                lesson.states = room[used : used + long].copy_(own[:long])
                used += long


def _batches(every: Sequence[Lesson], chance: np.random.Generator) -> Iterator[list[Lesson]]:
    """Windows of about one length together, else in any order."""
    order = [every[at] for at in chance.permutation(len(every))]
    batches = []
    for at in range(0, len(order), _BATCH * _POOL):
        pool = sorted(order[at : at + _BATCH * _POOL], key=lambda lesson: len(lesson.window.tokens))
        batches += [pool[first : first + _BATCH] for first in range(0, len(pool), _BATCH)]
    yield from (batches[at] for at in chance.permutation(len(batches)))


def fit(every: Sequence[Lesson], held: Tensors, seed: int) -> Tensors:
    """The numbers that ship, fitted to the lessons."""
    library = torch()
    library.manual_seed(seed)
    chance = np.random.default_rng(seed)
    learnt = fresh(held, seed)
    chosen = [lesson for lesson in every if lesson.wanted.any() or chance.random() < _SHARE_EMPTY]
    head = [values for name, values in learnt.items() if name.startswith(f"{HEAD}.")]
    rest = [values for name, values in learnt.items() if not name.startswith(f"{HEAD}.")]
    groups = [{"params": rest, "lr": _RATE}, {"params": head, "lr": _HEAD_RATE}]
    descent = library.optim.AdamW(groups, weight_decay=_DECAY)
    steps = _EPOCHS * -(-len(chosen) // _BATCH)
    slower = library.optim.lr_scheduler.LambdaLR(
        descent, lambda step: min(1, (step + 1) / _WARM) * max(_LAST_RATE, 1 - step / steps)
    )
    for epoch in range(_EPOCHS):
        total = 0.0
        for batch in _batches(chosen, chance):
            loss = _loss(batch, held, learnt)
            descent.zero_grad(set_to_none=True)
            loss.backward()
            library.nn.utils.clip_grad_norm_(list(learnt.values()), 1.0)
            descent.step()
            slower.step()
            total += loss.item() * len(batch) / len(chosen)
        print(f"epoch {epoch + 1} of {_EPOCHS}: {len(chosen)} windows, loss {total:.4f}", file=sys.stderr, flush=True)
    return learnt


def _loss(batch: Sequence[Lesson], held: Tensors, learnt: Tensors) -> Any:
    library = torch()
    size = max(len(lesson.window.tokens) for lesson in batch)
    made = library.zeros(len(batch), size, WIDTH)
    mask = library.zeros(len(batch), size)
    wanted, weight = (np.zeros((len(batch), size, OUTPUTS), np.float32) for _ in range(2))
    for row, lesson in enumerate(batch):
        made[row, : len(lesson.states)] = lesson.states.float()
        mask[row, : len(lesson.states)] = 1
        place = slice(lesson.window.first, lesson.window.first + len(lesson.wanted))
        wanted[row, place], weight[row, place] = lesson.wanted, lesson.weight
    with library.autocast("cpu", dtype=library.bfloat16):
        told = odds(held, learnt, made, mask, training=True)
    loss = library.nn.functional.binary_cross_entropy_with_logits(
        told.float(), library.from_numpy(wanted), reduction="none"
    )
    return (loss * library.from_numpy(weight)).sum() / mask.sum()


def save(learnt: Tensors, folder: Path) -> None:
    """Write the numbers into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    numbers: dict[str, Any] = {**shipped(learnt)}
    np.savez_compressed(folder / NUMBERS, **numbers)


def precisions(samples: Sequence[Sample], encoded: Sequence[Encoded]) -> dict[str, float]:
    """For each role the average precision of the places where a value begins, by what is said of each sample."""
    result = {}
    for number, role in enumerate(ROLES):
        told, wanted = [], []
        for sample, said in zip(samples, encoded, strict=True):
            text = sample.reading.text
            begins = np.zeros(len(text) + 1, np.bool_)
            begins[[s for r, s, _ in role_spans(text, find_money(text), sample.wanted) if r == number]] = True
            told.append(said[:, COLUMNS * number])
            wanted.append(begins)
        hits = np.concatenate(wanted)[np.argsort(-np.concatenate(told), kind="stable")]
        result[role] = round(float((np.cumsum(hits) / np.arange(1, len(hits) + 1))[hits].mean()), 4)
    return result


def _encoded(samples: Sequence[Sample]) -> list[Encoded]:
    return [sample.encoded for sample in samples if sample.encoded is not None]


def as_learnt(sample: Sample, held: Tensors, learnt: Tensors, tokens: Tokens) -> Encoded:
    """What `Encoder.read` says of a sample, before the rounding to whole numbers."""
    library, text = torch(), sample.reading.text
    where = worth_reading(text, sample.people)
    windows = [window for window in tokens.windows(sample.reading.source.title, text) if window.holds(where)]

    def told(window: Window) -> NDArray[np.float32]:
        own = library.from_numpy(window.tokens[None])
        with library.no_grad():
            result: NDArray[np.float32] = odds(held, learnt, states(held, own, own >= 0), own >= 0)[0].numpy()
        return result[window.first : window.first + len(window.signs)]

    return said_of_signs(len(text), windows, map(told, windows))


def rounding(samples: Sequence[Sample], work: Path, held: Tensors, tokens: Tokens) -> dict[str, Any]:
    """What whole numbers cost: the figures of the last group, as its encoder was learnt and as it is merged."""
    group = GROUPS[-1]
    with np.load(work / group_name(group) / NUMBERS) as numbers:
        learnt = {name: torch().from_numpy(numbers[name].astype(np.float32)) for name in numbers}
    own = [sample for sample in samples if sample.fold in group]
    full = precisions(own, [as_learnt(sample, held, learnt, tokens) for sample in own])
    return {"documents": len(own), "as learnt": full, "whole numbers": precisions(own, _encoded(own))}


def card(samples: Sequence[Sample], figures: dict[str, float], rounded: dict[str, Any]) -> dict[str, Any]:
    """What the numbers were made from and how well they read documents that they did not see."""
    return {
        "set": f"filings/{ARCHIVE}, filings/{TABLE}: {len(samples)} documents, "
        f"{sum(len(sample.wanted) for sample in samples)} records",
        "split": f"{FOLDS} folds by sha256 of the document's name, kept apart in {len(GROUPS)} groups; the numbers "
        "that ship are fitted on all",
        "date": date.today().isoformat(),
        "measure": "average precision of the places where a value begins, over all places of all texts, as the "
        "merged encoder (int8) reads documents that it has not seen",
        "figures": figures,
        "rounding": rounded,
        "command": "python -m nlp.encoder.train DATA --model FOLDER",
        "shape": f"upper two of four layers, rank {RANK}, windows of {SIZE} tokens, {_EPOCHS} epochs, seed {SEED}",
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, print the figures, write numbers and card."""
    parser = argparse.ArgumentParser(prog="python -m nlp.encoder.train", description=__doc__)
    parser.add_argument("data", type=Path, help="the folder that holds filings/")
    parser.add_argument("--model", type=Path, required=True, help=f"the folder that holds {MODEL} and {TOKENIZER}")
    parser.add_argument("--out", type=Path, default=Path(str(WEIGHTS)))
    parser.add_argument("--work", type=Path, default=Path("encoder-work"), help="for the encoders of the folds")
    parser.add_argument("--resume", action="store_true", help="keep the encoders that WORK holds")
    options = parser.parse_args(arguments)
    try:
        torch()
        samples = read_samples(options.data, FOLDS)
        held = fetched(options.model / MODEL)
        tokens = Tokens.load(options.model / TOKENIZER)
    except BulianError as error:
        print(error, file=sys.stderr)
        return 1
    parts = {options.work / group_name(group): group for group in GROUPS} | {options.work / "all": ()}
    left = {folder: group for folder, group in parts.items() if not (options.resume and (folder / NUMBERS).exists())}
    if left:
        every = [lesson for sample in samples for lesson in lessons(sample, tokens)]
        work_out(every, held)
    for folder, group in left.items():
        save(fit([lesson for lesson in every if lesson.fold not in group], held, SEED), folder)
    options.out.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(options.work / "all" / NUMBERS, options.out / NUMBERS)
    encode(samples, options.work, options.model)
    figures = precisions(samples, _encoded(samples))
    rounded = rounding(samples, options.work, held, tokens)
    for role, figure in figures.items():
        print(f"{role:9} average precision of beginnings {figure:.3f}")
    print(f"before and after the rounding: {rounded}")
    write_card(options.out, card(samples, figures, rounded))
    return 0


if __name__ == "__main__":
    sys.exit(main())
