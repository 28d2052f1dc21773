"""Certificates: names without versions, number and validity, what is only asked for."""

from __future__ import annotations

import pytest

from tests.nlp.conftest import PROSPECTUS, Facts


def names(facts: Facts, sentence: str) -> list[str]:
    return [f.target.name for f in facts(PROSPECTUS + sentence, "HOLDS_CERTIFICATE") if f.target]


def test_systems_and_marks(facts: Facts) -> None:
    assert names(facts, "公司通过了ISO9001:2015质量管理体系、IATF16949认证，产品通过了欧盟CE认证。") == [
        "ISO 9001质量管理体系认证",
        "IATF 16949汽车质量管理体系认证",
        "CE认证",
    ]


def test_number_and_validity(facts: Facts) -> None:
    text = PROSPECTUS + "公司通过了ISO 14001环境管理体系认证（证书编号EX12345E，有效期至2027年6月30日）。"
    (held,) = facts(text, "HOLDS_CERTIFICATE")
    assert (held.properties, held.valid_to) == ({"number": "EX12345E", "valid_to": "2027-06-30"}, "2027-06-30")


@pytest.mark.parametrize(
    "sentence",
    [
        "公司正在申请IATF16949认证。",
        "公司按照ISO9001标准建立制度。",
        "客户要求公司通过ISO14001认证。",
        "发行人所属行业需取得CE认证。",
    ],
)
def test_no_certificates(facts: Facts, sentence: str) -> None:
    assert names(facts, sentence) == []
