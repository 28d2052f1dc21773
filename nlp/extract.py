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


@lru_cache(maxsize=1)
def _pipeline() -> Language:
    return build()


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


def extract_file(path: str | Path, limits: Limits = LIMITS) -> Extracted:
    """Read one file and extract its facts; a file that cannot be read is refused, never raised."""
    path = Path(path)
    document: DocumentId | None = None
    try:
        data = path.read_bytes()
        document = DocumentId(hashlib.sha256(data).hexdigest())
        text = read(data, path.name, limits)
        facts = tuple(extract_text(text, path.name, document))
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


def extract_files(paths: Iterable[str | Path], workers: int = 1, limits: Limits = LIMITS) -> Iterator[Extracted]:
    """Extract many files, in the order given; with `workers` > 1 in that many processes."""
    files: Sequence[str] = [str(path) for path in paths]
    work = partial(extract_file, limits=limits)
    if workers <= 1 or len(files) < 2:
        yield from map(work, files)
        return
    chunk = max(1, min(16, len(files) // (4 * workers)))
    with ProcessPoolExecutor(min(workers, len(files)), mp_context=get_context("spawn"), initializer=_pipeline) as pool:
        yield from pool.map(work, files, chunksize=chunk)
