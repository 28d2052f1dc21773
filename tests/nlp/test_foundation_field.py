"""Classes of the industrial foundation as facts: only sure ones, with the evidence of what names the product."""

from __future__ import annotations

from dataclasses import replace

from kg.ontology import Ontology
from kg.records import DocumentId, Fact, Mention
from nlp.relations.foundation_field import LEAST, with_fields


def _made(product: str, start: int = 0) -> Fact:
    firm = Mention("Enterprise", "甬川岚峤传动股份有限公司")
    return Fact("a.txt", DocumentId("0" * 64), "PRODUCES", firm, Mention("Product", product),
                start=start, end=start + len(product), quote=product, method="made")  # fmt: skip


def test_a_sure_class_quotes_the_fact_that_names_the_product() -> None:
    facts = [_made("调心滚子轴承", 3), _made("调心滚子轴承", 30), _made("安装服务"), _made("岚峤")]
    found = [one for one in with_fields(facts) if one.relation == "IN_FOUNDATION_FIELD"]
    (field,) = found
    assert field.source == Mention("Product", "调心滚子轴承") and field.start == 3 and field.level == "inferred"
    assert field.target is not None and field.target.name == "基础零部件和元器件"
    assert field.properties["score"] >= LEAST and "轴承" in field.properties["reason"]
    assert Ontology.load().check_fact(field) == []


def test_all_facts_go_through_in_order() -> None:
    facts = [_made(f"{number}号轴承", number) for number in range(1100)]
    assert [one for one in with_fields(facts) if one.relation == "PRODUCES"] == facts


def test_a_patent_has_the_class_of_what_it_is_about() -> None:
    patent = Mention("Patent", "一种调心滚子轴承", local="甬川岚峤传动股份有限公司")
    about = replace(_made("调心滚子轴承"), relation="ABOUT", source=patent)
    found = [one for one in with_fields([about]) if one.relation == "IN_FOUNDATION_FIELD"]
    assert [one.source.type for one in found] == ["Product", "Patent"] and found[1].source == patent
    assert all(Ontology.load().check_fact(one) == [] for one in found)
