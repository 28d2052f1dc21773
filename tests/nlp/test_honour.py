"""Honours: tiers, status, dates, and what is no honour of the firm."""

from __future__ import annotations

import pytest

from tests.nlp.conftest import PROSPECTUS, Facts


@pytest.mark.parametrize(
    ("sentence", "name", "tier", "status", "since"),
    [
        (
            "公司于2022年被列入第四批专精特新“小巨人”企业名单。",
            "专精特新“小巨人”企业",
            "little_giant",
            "recognised",
            "2022",
        ),
        ("2021年5月，公司被认定为甬川市专精特新中小企业。", "专精特新中小企业", "specialised", "recognised", "2021-05"),
        ("公司于2023年荣获制造业单项冠军示范企业称号。", "制造业单项冠军企业", "champion", "recognised", "2023"),
        ("公司于2023年被评为创新型中小企业。", "创新型中小企业", "innovative", "recognised", "2023"),
        ("公司于2019年11月1日通过高新技术企业复审。", "高新技术企业", "other", "rechecked", "2019-11-01"),
        ("公司是一家专业从事减速机研发的高新技术企业。", "高新技术企业", "other", "recognised", None),
        ("公司设有省级企业技术中心。", "省级企业技术中心", "other", "recognised", None),
    ],
)
def test_honours(facts: Facts, sentence: str, name: str, tier: str, status: str, since: str | None) -> None:
    (honour,) = facts(PROSPECTUS + sentence, "HAS_HONOUR")
    assert honour.target is not None and honour.source.name == "甬川岚峤传动股份有限公司"
    assert (honour.target.name, honour.properties["tier"], honour.properties["status"], honour.valid_from) == (
        name,
        tier,
        status,
        since,
    )


@pytest.mark.parametrize(
    "sentence",
    [
        "如果公司不能继续被认定为高新技术企业，所得税率将提高。",
        "公司拟申请专精特新“小巨人”企业。",
        "国家需要重点扶持的高新技术企业，减按15%的税率征收企业所得税。",
        "根据《高新技术企业认定管理办法》，公司研发人员占比符合要求。",
        "公司多家供应商被认定为高新技术企业。",
        "公司收到高新技术企业补助10万元。",
    ],
)
def test_no_honours(facts: Facts, sentence: str) -> None:
    assert facts(PROSPECTUS + sentence, "HAS_HONOUR") == []


@pytest.mark.parametrize("others", ["子公司岚峤测绘于2018年", "公司的子公司石浦检测被"])
def test_the_honour_of_a_subsidiary_is_not_the_firms(facts: Facts, others: str) -> None:
    head = PROSPECTUS + "岚峤\t指\t甬川岚峤传动股份有限公司\n"
    assert facts(head + f"2、{others}被认定为高新技术企业。".replace("被被", "被"), "HAS_HONOUR") == []


def test_the_honour_of_another_firm_is_its_own(facts: Facts) -> None:
    found = facts(PROSPECTUS + "石浦礁岩液压有限公司于2018年被认定为高新技术企业。", "HAS_HONOUR")
    assert [f.source.name for f in found] == ["石浦礁岩液压有限公司"]
