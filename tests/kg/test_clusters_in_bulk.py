"""Many descriptions taken together at once: codes, names, units, and what keeps apart."""

from __future__ import annotations

from kg.identity.bulk import clusters
from kg.identity.firm import Firm

CODES = ("91000000MADEM0038R", "91000000MADEM0417B")
FIRMS = [
    Firm("0", "宁波砺岚精密机械有限公司", key=CODES[0]),
    Firm("1", " 宁波砺岚精密机械有限公司（盖章）"),
    Firm("2", "宁波砺岚精密机械股份有限公司"),
    Firm("3", "另一个名称有限公司", key=CODES[0]),
    Firm("4", "宁波砺岚精密机械有限公司", key=CODES[1]),
    Firm("5", "宁波砺岚精密机械有限公司杭州分公司"),
    Firm("6", "温州天曜离心泵业有限公司", region="浙江省温州市"),
    Firm("7", "温州夭曜离心泵业有限公司"),
    Firm("8", "成都天曜离心泵业有限公司", region="四川省成都市"),
]


def test_what_is_one_and_what_is_not() -> None:
    found = clusters(FIRMS).tolist()
    assert found[0] == found[3] != found[4]  # two codes are never one
    assert found[1] == found[2] and found[1] in (found[0], found[4])
    assert found[5] == 5  # a branch
    assert found[6] == found[7] != found[8]


def test_nothing_and_one() -> None:
    assert clusters([]).tolist() == [] and clusters(FIRMS[:1]).tolist() == [0]
