"""What heads for names, shares and parameters would read: `python -m nlp.encoder.heads DATA --model FOLDER`.

The roles of contracts have a head of their own over the encoder (`nlp.encoder.train`). This measures, before any such
head is shipped, what linear heads over its states would add elsewhere: a logistic regression over the last states of
a token and its neighbours, of the fetched model and of the one merged for contracts, and the best row of marks by
it. `own` heads are fitted on own labels of other documents (five folds by document); `taught` ones, for names alone,
on what the rules find in further sentences of other documents. Printed are precision, recall and F1 of exact spans,
and how many right and wrong spans a head adds where the rules find nothing. DATA is the folder with `filings/`;
nothing is written.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from kg.errors import BulianError
from kg.learned.growing import SEED
from nlp.encoder.merged import MODEL, TOKENIZER, WEIGHTS, merge, shipped_numbers
from nlp.encoder.windows import Tokens
from nlp.entities import entities
from nlp.evaluate.filings import Filings, filings
from nlp.evaluate.gold import Passage, load

if TYPE_CHECKING:
    import onnxruntime

FOLDS = 5
_PENALTY = 3.0
_ASIDE = (-1, 0, 1)
"""Whose states a token's odds are read from: its own and its neighbours'."""

Span = tuple[int, int]
States = NDArray[np.float32]
"""[tokens, width]: what the model's last layer makes of each token."""
TAUGHT = 2000
"""Further sentences that rules read as lessons."""
_SENTENCE = re.compile(r"[^。;\n]{12,160}[。;]")


@dataclass(slots=True)
class Sentence:
    """A labelled passage: spans wanted, spans that count neither way, spans that the rules find, from its start."""

    document: str
    text: str
    wanted: set[Span]
    either: set[Span] = field(default_factory=set)
    ruled: set[Span] = field(default_factory=set)
    states: States = field(init=False)
    signs: NDArray[np.int64] = field(init=False)


@dataclass(frozen=True, slots=True)
class Figures:
    """Precision, recall and F1 of spans."""

    precision: float
    recall: float
    f1: float

    @classmethod
    def of(cls, said: Iterable[tuple[Sentence, set[Span]]]) -> Figures:
        """Over sentences with what was found in them."""
        hit = found = wanted = 0
        for sentence, spans in said:
            spans = spans - sentence.either
            hit, found, wanted = hit + len(spans & sentence.wanted), found + len(spans), wanted + len(sentence.wanted)
        return cls(
            round(hit / max(1, found), 3), round(hit / max(1, wanted), 3), round(2 * hit / max(1, found + wanted), 3)
        )


def names(source: Filings) -> Iterator[Sentence]:
    """Sentences with whole names of organisations, 600."""
    for passage in (*load("organisations"), *load("organisations_fresh")):
        text = source.text(passage.document).text[passage.start : passage.end]
        found = {(one.start, one.end) for one in entities(text) if one.label in ("ENTERPRISE", "ORG")}
        either = {span for span, label in _spans(passage) if label == "EITHER"}
        wanted = {span for span, label in _spans(passage) if label != "EITHER"}
        yield Sentence(passage.document, text, wanted, either, found)


def taught(source: Filings, chance: np.random.Generator) -> Iterator[Sentence]:
    """Further sentences with what the rules find in them, half of them with a name at least."""
    documents = sorted({passage.document for passage in load("organisations")})
    for document in documents:
        found = [one.group() for one in _SENTENCE.finditer(source.text(document).text)]
        chance.shuffle(found)
        most, kept = TAUGHT // len(documents) // 2, [0, 0]
        for text in found:
            spans = {(one.start, one.end) for one in entities(text) if one.label in ("ENTERPRISE", "ORG")}
            if kept[bool(spans)] < most:
                kept[bool(spans)] += 1
                yield Sentence(document, text, spans)
            elif min(kept) >= most:
                break


def values(source: Filings, gold: str, label: str, relation: str) -> Iterator[Sentence]:
    """Sentences with figures that a firm states (of a product, of its share): the figure's own span.

    The rules quote sentences: they count where one that they quote holds the figure, so that only what is added to
    them can be told.
    """
    passages = load(gold)
    facts = source.facts(sorted({passage.document for passage in passages}))
    for passage in passages:
        text = source.text(passage.document).text[passage.start : passage.end]
        wanted = {span for span, said in _spans(passage) if said == label}
        printed = [one for one in facts[passage.document] if one.relation == relation]
        ruled = {
            span
            for span in wanted
            if any(one.start <= passage.start + span[0] and passage.start + span[1] <= one.end for one in printed)
        }
        yield Sentence(passage.document, text, wanted, ruled=ruled)


def _spans(passage: Passage) -> list[tuple[Span, str]]:
    return [((one.start - passage.start, one.end - passage.start), one.label) for one in passage.labels]


def session(model: Path, contracts: bool) -> onnxruntime.InferenceSession:
    """The fetched model, or the one that was fitted to contracts, with its last states as the first output."""
    import onnx
    import onnxruntime

    made = onnx.load(str(model))
    last = made.graph.output[0].name
    if contracts:
        merge(made, shipped_numbers(WEIGHTS))
        del made.graph.output[:]
        made.graph.output.append(onnx.helper.make_tensor_value_info(last, onnx.TensorProto.FLOAT, None))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(made.SerializeToString(), options, providers=["CPUExecutionProvider"])


def read(sentences: Sequence[Sentence], model: onnxruntime.InferenceSession, tokens: Tokens) -> None:
    """Give every sentence the states of its tokens; a long one is cut at the first window."""
    for sentence in sentences:
        window = tokens.windows("", sentence.text)[0]
        row = window.tokens[None]
        inputs = {"input_ids": row, "attention_mask": np.ones_like(row), "token_type_ids": np.zeros_like(row)}
        made = model.run(None, {name.name: inputs[name.name] for name in model.get_inputs()})[0][0]
        own = made[window.first : window.first + len(window.signs)]
        wide = np.vstack([np.zeros_like(own[:1]), own, np.zeros_like(own[:1])])
        sentence.states = np.hstack([wide[1 + step : len(own) + 1 + step] for step in _ASIDE]).astype(np.float32)
        sentence.signs = window.signs


def marks(sentence: Sentence, spans: set[Span]) -> NDArray[np.int64]:
    """What each token is: 0 outside, 1 the first of a span, 2 within one."""
    result = np.zeros(len(sentence.signs), np.int64)
    for start, end in spans:
        inside = np.flatnonzero((sentence.signs[:, 0] < end) & (sentence.signs[:, 1] > start))
        result[inside] = 2
        result[inside[:1]] = 1
    return result


def fit(states: States, wanted: NDArray[np.int64]) -> NDArray[np.float32]:
    """Weights [3, width + 1] of a logistic regression over three marks, with a penalty on their squares."""
    rows = np.hstack([states, np.ones((len(states), 1), np.float32)])
    truth = np.eye(3, dtype=np.float32)[wanted]

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights = flat.reshape(3, -1).astype(np.float32)
        odds = rows @ weights.T
        odds -= odds.max(axis=1, keepdims=True)
        chance = np.exp(odds)
        chance /= chance.sum(axis=1, keepdims=True)
        value = -float(np.log(np.maximum((chance * truth).sum(axis=1), 1e-9)).sum())
        slope = (chance - truth).T @ rows + _PENALTY * weights
        return value + _PENALTY / 2 * float((weights**2).sum()), slope.astype(np.float64).ravel()

    start = np.zeros(3 * rows.shape[1])
    best = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 150}).x
    weights: NDArray[np.float32] = best.reshape(3, -1).astype(np.float32)
    return weights


def spans_of(sentence: Sentence, weights: NDArray[np.float32]) -> set[Span]:
    """The spans of the likeliest row of marks in which nothing is within a span that has not begun."""
    odds = sentence.states @ weights[:, :-1].T + weights[:, -1]
    score = odds[0] + [0, 0, -np.inf]
    before = np.zeros((len(odds), 3), np.int64)
    for at in range(1, len(odds)):
        inside = 1 if score[1] >= score[2] else 2
        best = int(score.argmax())
        before[at] = best, best, inside
        score = odds[at] + [score[best], score[best], score[inside]]
    row = [int(score.argmax())]
    for at in range(len(odds) - 1, 0, -1):
        row.append(int(before[at, row[-1]]))
    row.reverse()
    result: set[Span] = set()
    start: int | None = None
    for at, mark in enumerate([*row, 0]):
        if start is not None and mark != 2:
            result.add((int(sentence.signs[start, 0]), int(sentence.signs[at - 1, 1])))
            start = None
        if mark == 1:
            start = at
    return result


def cross_validated(sentences: Sequence[Sentence], lessons: Sequence[Sentence]) -> list[tuple[Sentence, set[Span]]]:
    """What heads find that were fitted on lessons from other documents."""
    documents = sorted({one.document for one in (*sentences, *lessons)})
    fold_of = {name: number % FOLDS for number, name in enumerate(documents)}
    result = []
    for fold in range(FOLDS):
        learnt = [one for one in lessons if fold_of[one.document] != fold]
        weights = fit(
            np.vstack([one.states for one in learnt]),
            np.concatenate([marks(one, one.wanted | one.either) for one in learnt]),
        )
        result += [(one, spans_of(one, weights)) for one in sentences if fold_of[one.document] == fold]
    return result


def added(said: Iterable[tuple[Sentence, set[Span]]]) -> dict[str, int]:
    """How many spans a head finds where the rules find nothing: right and wrong ones."""
    counts = {"right": 0, "wrong": 0}
    for sentence, found in said:
        for span in found - sentence.either:
            if all(span[1] <= start or end <= span[0] for start, end in sentence.ruled):
                counts["right" if span in sentence.wanted else "wrong"] += 1
    return counts


def measure(sentences: Sequence[Sentence], model: Path, further: Sequence[Sentence] = ()) -> dict[str, Any]:
    """Figures of one kind of thing: of the rules, and of the heads over both models."""
    tokens = Tokens.load(model / TOKENIZER)
    figures: dict[str, Any] = {
        "sentences": len(sentences),
        "wanted": sum(len(one.wanted) for one in sentences),
        "rules": asdict(Figures.of((one, one.ruled) for one in sentences)),
    }
    for name, contracts in (("fetched", False), ("contracts", True)):
        held = session(model / MODEL, contracts)
        read(sentences, held, tokens)
        read(further, held, tokens)
        for kind, lessons in (("own", sentences), ("taught", further)):
            if lessons:
                said = cross_validated(sentences, lessons)
                figures[f"{name}, {kind}"] = asdict(Figures.of(said)) | {"added": added(said)}
    return figures


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print, one kind after the other."""
    parser = argparse.ArgumentParser(prog="python -m nlp.encoder.heads", description=__doc__)
    parser.add_argument("data", type=Path, help="the folder that holds filings/")
    parser.add_argument("--model", type=Path, required=True, help="the folder of the fetched model")
    options = parser.parse_args(arguments)
    kinds: dict[str, Callable[[Filings], Iterator[Sentence]]] = {
        "names": names,
        "shares": lambda source: values(source, "market_share", "SHARE", "REPORTS_METRIC"),
        "parameters": lambda source: values(source, "parameters", "PARAMETER", "HAS_PARAMETER"),
    }
    try:
        source = filings(options.data)
        for kind, sentences in kinds.items():
            further = list(taught(source, np.random.default_rng(SEED))) if kind == "names" else []
            print(json.dumps({kind: measure(list(sentences(source)), options.model, further)}), flush=True)
    except BulianError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
