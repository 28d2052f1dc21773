"""The embedding model that the settings name: the bundled one of the pinned parts, or the operator's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.parts import Parts

if TYPE_CHECKING:
    from matcher.embed import Embedder
    from web.settings import Settings


def embedder(settings: Settings) -> Embedder:
    """The model, with its vectors kept on disk. Raises BadModelError (MA003), or MA020, MA021 for one's own."""
    from matcher.embed import CachedEmbedder, OnnxEmbedder
    from matcher.sentence.embedder import embedder_of

    own = settings.embedder
    model = embedder_of(own) if own else OnnxEmbedder(Parts(settings.parts_folder, settings.repository).model())
    return CachedEmbedder(model, settings.vectors_folder)
