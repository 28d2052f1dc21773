"""What held on a day, by all that is known now: how each temporal kind of the ontology reads the dates of an edge.

state   from its beginning until a newer statement closes it; on the day of the change the newer one holds
period  a figure of a year counts from the end of that year on
event   from the day it happened on
open    from its beginning until a statement ends it; the last day counts
An edge without a beginning whose newest source is later than the day may have held or not: that stays unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kg.ontology import Ontology


@dataclass(frozen=True, slots=True)
class AsOf:
    """A day to look at the graph from (None: now), and which relations are states and which figures of a period."""

    day: str | None = None
    states: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()

    @classmethod
    def of(cls, ontology: Ontology, day: str | None) -> AsOf:
        """The day with the temporal kinds of an ontology."""
        kinds = {name: item.temporal for name, item in ontology.relations.items()}
        return cls(
            day,
            tuple(sorted(name for name, kind in kinds.items() if kind == "state")),
            tuple(sorted(name for name, kind in kinds.items() if kind == "period")),
        )

    def params(self) -> dict[str, Any]:
        """Parameters of the queries that take a day: day, states, periods."""
        return {"day": self.day, "states": list(self.states), "periods": list(self.periods)}

    def held(self, relation: str, edge: Mapping[str, Any]) -> bool | None:
        """Whether an edge held on the day; None where its beginning is not known. Dates are ISO 8601 days."""
        if self.day is None:
            return True
        period = edge.get("period")
        if relation in self.periods and period is not None:
            return f"{str(period)[:4]}-12-31" <= self.day
        begin, end = edge.get("valid_from"), edge.get("valid_to")
        if begin is not None and begin > self.day:
            return False
        if end is not None and (end < self.day or (end == self.day and relation in self.states)):
            return False
        return None if self.unsure(edge) else True

    def unsure(self, edge: Mapping[str, Any]) -> bool:
        """Whether nothing says that the edge had begun by the day."""
        return self.day is not None and edge.get("valid_from") is None and (edge.get("as_of") or "9999") > self.day


NOW = AsOf()
