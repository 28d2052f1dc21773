"""What the ontology does not allow stays out of the journal and is named."""

from __future__ import annotations

from dataclasses import replace

from kg.errors import BulianError
from kg.ontology import Ontology
from kg.records import DocumentId, Fact, Mention
from web.jobs.checked import checked


def test_a_statement_that_breaks_the_ontology_is_left_out_and_named() -> None:
    good = Fact(
        doc="a.txt",
        document=DocumentId("0" * 64),
        relation="PRODUCES",
        source=Mention("Enterprise", "示例轴承有限公司"),
        target=Mention("Product", "轴承"),
    )
    bad = replace(good, relation="DREAMS_OF", page=3, start=7, end=9)
    refused: list[BulianError] = []
    assert list(checked(Ontology.load(), [good, bad, good], refused.append)) == [good, good]
    assert [(error.code, error.file, error.place) for error in refused] == [("WE017", "a.txt", "3:7")]
