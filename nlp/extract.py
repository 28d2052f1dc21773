"""From a text or from files to facts: plain functions, in order, in one process or several."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from multiprocessing import get_context
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from kg.errors import BulianError
from kg.records import DocumentId, Fact
from nlp.components import prepare
from nlp.dated import day_of
from nlp.encoder.merged import merged
from nlp.errors import NlpError
from nlp.pipeline import build
from nlp.readers.read import LIMITS, Limits, read
from nlp.text import Text


@dataclass(frozen=True, slots=True)
class Extracted:
    """What became of one file: its text and facts, or the error that refused it.

    `document` is its SHA-256, `published` the day that it bears.
    """

    path: str
    document: DocumentId | None
    facts: tuple[Fact, ...]
    warnings: tuple[str, ...] = ()
    refusal: BulianError | None = None
    text: Text | None = None
    published: str | None = None


class ExtractionError(NlpError):
    """The rules broke on one file; the others go on."""

    code = "NL020"


@dataclass(frozen=True, slots=True)
class Scorer:
    """How contracts and products are read: `name` is one of `nlp.components.SCORERS`.

    For `encoder`: the folder of the fetched `model`, and the folder `cache` in which the merged encoder is kept.
    """

    name: str = "learned"
    model: Path | None = None
    cache: Path | None = None


LEARNED = Scorer()


@lru_cache(maxsize=1)
def _pipeline(scorer: Scorer = LEARNED) -> Language:
    folders = {"model": str(scorer.model), "cache": str(scorer.cache)} if scorer.name == "encoder" else {}
    return build(
        config={"bulian_contract": {"scorer": scorer.name, **folders}, "bulian_product": {"scorer": scorer.name}}
    )


def analyse(text: Text, name: str, document: DocumentId, pipeline: Language | None = None) -> Doc:
    """Run the pipeline over a document that is already text; entities and facts are in the Doc."""
    pipeline = pipeline or _pipeline()
    doc = prepare(pipeline.make_doc(text.text), text, name, document)
    for _, component in pipeline.pipeline:
        doc = component(doc)
    if text.recognised:
        doc._.facts = [_marked(fact) if fact.page in text.recognised else fact for fact in doc._.facts]
    return doc


def _marked(fact: Fact) -> Fact:
    """A fact read from a picture says so in its method: a sign may have been taken for another."""
    return replace(fact, method=f"{fact.method}.ocr")


def extract_text(text: Text, name: str, document: DocumentId, pipeline: Language | None = None) -> list[Fact]:
    """The facts of one text. Every fact's quote is `text.text[start:end]`."""
    return list(analyse(text, name, document, pipeline)._.facts)


def extract_file(path: str | Path, limits: Limits = LIMITS, scorer: Scorer = LEARNED) -> Extracted:
    """Read one file and extract its facts; a file that cannot be read is refused, never raised."""
    path = Path(path)
    pipeline = _pipeline(scorer)  # what it lacks is no fault of the file
    document: DocumentId | None = None
    try:
        data = path.read_bytes()
        document = DocumentId(hashlib.sha256(data).hexdigest())
        text = read(data, path.name, limits)
        facts = tuple(extract_text(text, path.name, document, pipeline))
    except OSError as error:
        refusal: BulianError = NlpError(
            f"the file cannot be opened: {error.strerror}", code="NL001", hint="check the path", file=str(path)
        )
    except BulianError as error:
        refusal = error
    except Exception as error:  # one odd file must not end a long run; it is reported with its code
        refusal = ExtractionError(
            f"extraction failed: {type(error).__name__}", hint="report the file to the developers", file=str(path)
        )
    else:
        return Extracted(str(path), document, facts, text.warnings, text=text, published=day_of(text))
    return Extracted(str(path), document, (), refusal=refusal)


def extract_files(
    paths: Iterable[str | Path], workers: int = 1, limits: Limits = LIMITS, scorer: Scorer = LEARNED
) -> Iterator[Extracted]:
    """Extract many files, in the order given; with `workers` > 1 in that many processes.

    Raises:
        NoEncoderError: NL044, the scorer is `encoder` and its fetched model is missing or damaged.
    """
    files: Sequence[str] = [str(path) for path in paths]
    work = partial(extract_file, limits=limits, scorer=scorer)
    if workers <= 1 or len(files) < 2:
        yield from map(work, files)
        return
    chunk = max(1, min(16, len(files) // (4 * workers)))
    if scorer.model is not None and scorer.cache is not None:
        merged(scorer.model, scorer.cache)  # once, before the workers
    start = get_context("spawn")
    with ProcessPoolExecutor(
        min(workers, len(files)), mp_context=start, initializer=_pipeline, initargs=(scorer,)
    ) as pool:
        yield from pool.map(work, files, chunksize=chunk)
