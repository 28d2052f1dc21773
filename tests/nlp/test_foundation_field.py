"""Classes of the industrial foundation as facts: only sure ones, with the evidence of what names the product."""

from __future__ import annotations

from dataclasses import replace

from kg.ontology import Ontology
from kg.records import DocumentId, Fact, Mention
from nlp.relations.foundation_field import CORRECTED, LEAST, Word, with_fields


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


def test_a_persons_word_wins_over_the_rule_in_any_scheme() -> None:
    parts, none = "基础零部件和元器件", Word("catalogue-2021", "基础零部件和元器件", stands=False, reason="是试验台")
    added = Word("liuji-2026", "核心基础零部件", stands=True, reason="主机厂确认")
    facts = [_made("调心滚子轴承", 3), _made("安装服务", 9)]
    left = [one for one in with_fields(facts, {"调心滚子轴承": [none]}) if one not in facts]
    assert left == []
    both = [one for one in with_fields(facts, {"调心滚子轴承": [added], "安装服务": [added]}) if one not in facts]
    assert [(one.target.name if one.target else "", one.method, one.level) for one in both] == [
        (parts, "foundation.class_rule", "inferred"),
        ("核心基础零部件", CORRECTED, "strongly_inferred"),
        ("核心基础零部件", CORRECTED, "strongly_inferred"),
    ]
    assert both[1].properties == {"scheme": "liuji-2026", "score": 1.0, "reason": "主机厂确认"}
    assert all(Ontology.load().check_fact(one) == [] for one in both)
