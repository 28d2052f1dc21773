"""From a text or from files to facts: plain functions, in order, by whoever does the work (`kg.workers`)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from kg.errors import BulianError
from kg.records import DocumentId, Fact
from kg.workers import HERE, Workers
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


@dataclass(frozen=True, slots=True)
class _File:
    """A file by its path; with its bytes, or why they cannot be read, where it goes to another machine."""

    path: str
    data: bytes | OSError | None = None

    def packed(self) -> _File:
        try:
            return _File(self.path, Path(self.path).read_bytes())
        except OSError as error:
            return _File(self.path, error)

    def read(self) -> bytes:
        if isinstance(self.data, OSError):
            raise self.data
        return Path(self.path).read_bytes() if self.data is None else self.data


def extract_file(path: str | Path, limits: Limits = LIMITS, scorer: Scorer = LEARNED) -> Extracted:
    """Read one file and extract its facts; a file that cannot be read is refused, never raised."""
    return _extract(_File(str(path)), limits, scorer)


def _extract(file: _File, limits: Limits, scorer: Scorer) -> Extracted:
    path = Path(file.path)
    pipeline = _pipeline(scorer)  # what it lacks is no fault of the file
    document: DocumentId | None = None
    try:
        data = file.read()
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
    paths: Iterable[str | Path], workers: Workers = HERE, limits: Limits = LIMITS, scorer: Scorer = LEARNED
) -> Iterator[Extracted]:
    """Extract many files, in the order given, whoever the `workers` are.

    Raises:
        NoEncoderError: NL044, the scorer is `encoder` and its fetched model is missing or damaged.
    """
    files = [_File(str(path)) for path in paths]
    if files and scorer.model is not None and scorer.cache is not None:
        merged(scorer.model, scorer.cache)  # once, before the workers
    work = partial(_extract, limits=limits, scorer=scorer)
    yield from workers.map(work, files, together=16, ready=partial(_pipeline, scorer), packed=_File.packed)
