"""The library sentence-transformers, and what is told where it, or a model for it, is missing."""

from __future__ import annotations

from typing import Any

from matcher.errors import MatcherError


class NoSentenceTransformersError(MatcherError):
    """The library sentence-transformers is not installed."""

    code = "MA020"


class NoSentenceModelError(MatcherError):
    """A model that is not on this machine, or that sentence-transformers cannot read."""

    code = "MA021"


def sentence_transformers() -> Any:
    """The library; raises NoSentenceTransformersError (MA020) where it is not installed."""
    try:
        import sentence_transformers
    except ImportError as error:
        raise NoSentenceTransformersError(
            "sentence-transformers is not installed", hint='pip install "bulian[sentence]"'
        ) from error
    return sentence_transformers


def local(name: str, kind: str) -> Any:
    """A model of the library's class `kind` by the name of a folder, or of one that was fetched before.

    Nothing is fetched. Raises NoSentenceModelError (MA021).
    """
    library = sentence_transformers()
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        return getattr(library, kind)(name, local_files_only=True, device="cpu")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NoSentenceModelError(
            f"no model {name!r} on this machine: {str(error).splitlines()[0]}",
            hint=f"give a folder, or fetch it once: huggingface-cli download {name}",
        ) from error
