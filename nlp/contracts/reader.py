"""The learned reader of contract announcements: weights in, contracts out.

The weights come from `python -m nlp.contracts.train`; their card (`weights/card.json`) says on what and how well.
What the rules answer is among the features, so the reader is the rules, corrected.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import numpy as np

from kg.learned.trees import Trees
from nlp.contracts.anchors import Anchor, Scores, anchor_table, anchors
from nlp.contracts.candidates import Announcement, announcement, kind_of
from nlp.contracts.contexts import ContextModel, Logits, load_contexts, save_contexts
from nlp.contracts.decision import DRAFTS, STANDS, decided, kept, settled
from nlp.contracts.distinct import Choice, distinct_table, drafted
from nlp.contracts.encoded import worth_reading
from nlp.contracts.features import OUTPUTS, SORT_OF, span_rows, table
from nlp.contracts.layout import Layout
from nlp.contracts.records import CHOSEN, choice_table, span_scores
from nlp.contracts.signs import Signs
from nlp.encoder.encoder import Encoder
from nlp.names import Alias
from nlp.reading import Reading
from nlp.relations.contract import Won, won_contracts
from nlp.relations.party import Party

WEIGHTS = files("nlp.contracts").joinpath("weights")
ENCODED = "encoder"
"""The folder, below, of the weights that an encoder goes with; its model of places is the other ones'."""
LONGEST = 20_000
"""Longer texts are left to the rules: the longest announcement that the weights have seen has 10,190 signs."""
PLACES = "places"
OPENS = "opens"
DISTINCT = "distinct"


@dataclass(frozen=True, slots=True)
class Reader:
    """The fitted stages: `contexts` of places and of each sort's mentions, and forests.

    `forests` has one for each role (how well a candidate fills it), `opens` (does a mention of a title open a
    record), one for each chosen role of a record, under `choice_name`, and `distinct` (is it a contract of its own).
    """

    contexts: Mapping[str, ContextModel]
    forests: Mapping[str, Trees]
    encoder: Encoder | None = None

    @classmethod
    def load(cls, folder: Traversable = WEIGHTS, encoder: Encoder | None = None) -> Reader:
        """The reader of a folder of weights; raises BadWeightsError (NL042)."""
        contexts = load_contexts(folder.joinpath("contexts.npz"))
        if encoder is not None:
            folder = folder.joinpath(ENCODED)
            contexts |= load_contexts(folder.joinpath("contexts.npz"))
        names = (*SORT_OF, OPENS, DISTINCT, *map(choice_name, CHOSEN))
        return cls(contexts, {name: Trees.load(folder.joinpath(f"{name}.npz")) for name in names}, encoder)

    def save(self, folder: Path) -> None:
        """Write the weights into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        save_contexts(folder / "contexts.npz", self.contexts)
        for name, forest in self.forests.items():
            forest.save(folder / f"{name}.npz")

    def contracts(self, reading: Reading, people: dict[str, Party], shorts: Sequence[Alias]) -> list[Won]:
        """The contracts of an announcement, as `won_contracts` gives them."""
        if not 0 < len(reading.text) <= LONGEST:
            return won_contracts(reading, people, shorts)
        signs = Signs(reading.text, kind_of(reading.source.title, reading.text))
        places = self.contexts[PLACES].logits(signs.around_places(np.arange(len(reading.text) + 1)))
        encoded = None
        if self.encoder is not None:
            encoded = self.encoder.read(reading.source.title, reading.text, worth_reading(reading.text, people))
        gathered = announcement(reading, people, shorts, places, encoded)
        if not gathered.told:
            return []
        scores, spans = self._scores(gathered, signs, places)
        layout = Layout.of(reading.text)
        every = anchors(gathered, scores)
        if not every:
            return gathered.told
        opens = self.forests[OPENS].score(anchor_table(gathered, every, scores, layout))
        at = kept(opens, DRAFTS)
        records = [every[n] for n in at]
        choices = self._choices(gathered, records, scores, spans, layout)
        drafts = list(map(drafted, records, opens[at].tolist(), choices))
        stands = self.forests[DISTINCT].score(distinct_table(gathered, drafts, scores, layout))
        return settled(gathered, decided(gathered, [drafts[n] for n in kept(stands, STANDS)], scores))

    def _scores(self, gathered: Announcement, signs: Signs, places: Logits) -> tuple[Scores, dict[str, Logits]]:
        scores, spans = {}, {}
        for sort, (numbers, _) in span_rows(gathered, signs).items():
            spans[sort] = self.contexts[sort].logits(numbers)
            features = table(gathered, sort, spans[sort], places)
            for role in OUTPUTS[sort]:
                scores[role] = self.forests[role].score(features)
        return scores, spans

    def _choices(
        self,
        gathered: Announcement,
        records: Sequence[Anchor],
        scores: Scores,
        spans: Mapping[str, Logits],
        layout: Layout,
    ) -> list[dict[str, Choice]]:
        result: list[dict[str, Choice]] = [{} for _ in records]
        for role in CHOSEN:
            eligible, features = choice_table(gathered, records, role, scores, span_scores(gathered, spans), layout)
            rows = features.reshape(-1, features.shape[-1])
            likely = self.forests[choice_name(role)].score(rows).reshape(features.shape[:2])
            for choice, own in zip(result, likely, strict=True):
                choice[role] = (eligible, own)
        return result


def choice_name(role: str) -> str:
    """The name of the forest that chooses a role's candidate for a record."""
    return f"choose_{role}"
