"""How documents are read: the scorer of the settings, with the folders that it needs."""

from __future__ import annotations

import sys

from kg.parts import MissingPartsError, Parts
from nlp.extract import Scorer
from web.settings import Settings


def scorer_of(settings: Settings) -> Scorer:
    """The scorer of the settings; where the encoder's model is not there, the learned one, and a line that says so."""
    if settings.scorer != "encoder":
        return Scorer(settings.scorer)
    try:
        model = Parts(settings.parts_folder, settings.repository).model()
    except MissingPartsError as error:
        print(f"note: contracts are read without the encoder, its model is missing: {error.hint}", file=sys.stderr)
        return Scorer()
    return Scorer("encoder", model, settings.encoder_folder)
