"""Nothing enters the journal that the ontology does not allow; what is left out is named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg.ontology import Ontology
from kg.records import Fact
from web.errors import WebError
from web.jobs.lines import Refuse


def checked(ontology: Ontology, facts: Iterable[Fact], refuse: Refuse) -> Iterator[Fact]:
    """The facts that the ontology allows; each other one goes to `refuse` with its place (WE017)."""
    for fact in facts:
        problems = ontology.check_fact(fact)
        if not problems:
            yield fact
            continue
        refuse(
            WebError(
                f"a statement was left out: {'; '.join(problems)}",
                code="WE017",
                hint=f"it was read by {fact.method}: correct its rule, its manifest or the ontology",
                file=fact.doc,
                place=f"{fact.page}:{fact.start}",
            )
        )
