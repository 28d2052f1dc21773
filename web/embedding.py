"""The embedding model that the settings name: the bundled one of the pinned parts, or the operator's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.parts import Parts

if TYPE_CHECKING:
    from matcher.embed import Embedder
    from web.settings import Settings


def embedder(settings: Settings) -> Embedder:
    """The model, with its vectors kept on disk. Raises BadModelError (MA003), or MA020, MA021 for one's own.

    Many texts go to the cluster where the settings name one.
    """
    from matcher.embed import CachedEmbedder
    from matcher.sentence.embedder import embedder_of
    from matcher.spread import SpreadEmbedder
    from web.workers import workers_of

    model = settings.embedder or str(Parts(settings.parts_folder, settings.repository).model())
    here = SpreadEmbedder(model, workers_of(settings)) if settings.ray else embedder_of(model)
    return CachedEmbedder(here, settings.vectors_folder)
