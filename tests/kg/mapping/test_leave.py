"""Rows that leave before anything of them is printed: natural persons on lists of firms; all of it invented."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
import yaml

from kg.mapping import Manifest, Refusal, SourceError, facts, manifests, rows
from kg.ontology import Ontology
from kg.records import Document, DocumentId, Fact
from kg.values.credit_code import check_sign

SEEDS = Path(__file__).parents[3] / "seeds"
DOCUMENT = Document(DocumentId("0" * 64), "list.csv", "名单", "dishonest", "csv", published="2026-11-01")
PERSON, SHOP = "330204198301011234", "92330200MA2000001X"
CODE = "91330200MA2000001" + check_sign("91330200MA2000001")
HEAD = "被执行人姓名/名称,性别,年龄,身份证号码/组织机构代码,法定代表人,执行法院,案号,发布时间,移出日期,义务\n"
FIRM = f"宁波岚川泵业有限公司,,,{CODE},章小秘,宁波市北仑区人民法院,（2026）浙0206执123号,2026年3月5日,,付李某人货款\n"


def read(source: str, path: Path) -> tuple[list[Fact], list[Refusal], list[str]]:
    manifest = Manifest.load(manifests(SEEDS)[source])
    made, refusals = facts(manifest, path, DOCUMENT)
    found, ontology = list(made), Ontology.load()
    texts = {row.page: row.text for row in rows(manifest, path)}
    for fact in found:
        assert ontology.check_fact(fact) == []
        assert fact.quote == texts[str(fact.page)][fact.start : fact.end] != ""
    return found, refusals, list(texts.values())


def listing(folder: Path, *lines: str, head: str = HEAD) -> Path:
    path = folder / "list.csv"
    path.write_text(head + "".join(line.rstrip("\n") + "\n" for line in lines), "utf-8")
    return path


def test_an_entry_of_a_firm_is_a_fact_with_its_day(tmp_path: Path) -> None:
    (fact,), refusals, (text,) = read("dishonest", listing(tmp_path, FIRM))
    assert refusals == []
    assert (fact.source.name, fact.source.key) == ("宁波岚川泵业有限公司", CODE)
    assert (fact.properties, fact.valid_from) == ({"dishonest": "（2026）浙0206执123号"}, "2026-03-05")
    assert fact.valid_to is None and "执行法院: 宁波市北仑区人民法院" in text
    assert "章小秘" not in text and "李某人" not in text
    (fact,), _, _ = read("dishonest", listing(tmp_path, FIRM.replace("5日,,", "5日,2026-09-01,")))
    assert fact.valid_to == "2026-09-01"


@pytest.mark.parametrize(
    "line",
    [
        f"王小川,男,43,{PERSON},,法院,号,2026-03-05,,",
        "王小川,,,,,法院,号,2026-03-05,,",
        ",,,,王小川,法院,号,2026-03-05,,",
        f"王小川（宁波恒越有限公司）,,,{CODE},,法院,号,2026-03-05,,",
        f"王小川、宁波恒越有限公司,,,{CODE},,法院,号,2026-03-05,,",
        f"王小川 宁波恒越有限公司,,,{CODE},,法院,号,2026-03-05,,",
        f"宁波恒越有限公司（法定代表人王小川）,,,{CODE},,法院,号,2026-03-05,,",
        f"宁波恒越有限公司负责人王小川的公司,,,{CODE},,法院,号,2026-03-05,,",
        "宁波恒越有限公司,女,,,王小川,法院,号,2026-03-05,,",
        "宁波恒越有限公司,,４３岁,,王小川,法院,号,2026-03-05,,",
        f"宁波恒越有限公司,,,{PERSON},王小川,法院,号,2026-03-05,,",
        "宁波恒越有限公司,,,3302041983****1234,王小川,法院,号,2026-03-05,,",
        "宁波恒越有限公司,,,３３０２０４１９８３０１０１１２３４,王小川,法院,号,2026-03-05,,",
        "宁波恒越有限公司,,,330204830101123,王小川,法院,号,2026-03-05,,",
        "宁波恒越有限公司,,,120101198301011234,王小川,法院,号,2026-03-05,,",
        f"王小川五金厂,,,{SHOP},王小川,法院,号,2026-03-05,,",
    ],
)
def test_nothing_is_kept_of_a_person(tmp_path: Path, line: str) -> None:
    found, refusals, texts = read("dishonest", listing(tmp_path, FIRM, line))
    assert [fact.source.name for fact in found] == ["宁波岚川泵业有限公司"] and len(texts) == 1
    assert [(r.code, r.place, r.reason[:6]) for r in refusals] == [("KG814", "1", "1 rows")]
    said = repr(found) + repr(refusals) + repr(texts)
    for secret in ("王小川", "恒越", "1983", "８３", "330204", "1234", SHOP):
        assert secret not in said


@pytest.mark.parametrize(
    ("name", "number", "key"),
    [
        ("恒越（宁波）轴承有限公司", "71725021-3", None),
        ("宁波恒越投资合伙企业（有限合伙）", CODE, CODE),
        ("宁波恒越轴承厂", "", None),
        ("宁波恒越轴承有限公司（曾用名：宁波恒越轴承厂）", CODE, CODE),
        ("宁波恒越轴承有限公司镇海分公司", "91330200****0000XX", None),
    ],
)
def test_firms_stay(tmp_path: Path, name: str, number: str, key: str | None) -> None:
    found, refusals, _ = read("dishonest", listing(tmp_path, f"{name},,,{number},,法院,号,2026-03-05,,"))
    assert [fact.source.key for fact in found] == [key]
    assert all(refusal.kept for refusal in refusals)


def test_other_heads_sheets_and_lines(tmp_path: Path) -> None:
    head = "姓名,身份证号,企业名称,统一社会信用代码,公布日期\n"
    lines = (f"王小川,{PERSON},宁波恒越有限公司,{CODE},2026-3-5", f",,宁波岚川泵业有限公司,{CODE},2026-3-5")
    with pytest.raises(SourceError) as caught:  # where a column for persons' names stands, it is the name
        read("dishonest", listing(tmp_path, *lines, head=head))
    assert caught.value.code == "KG804" and "王小川" not in str(caught.value)
    book = openpyxl.Workbook()
    for line in ((HEAD + FIRM) + f"王小川,男,43,{PERSON},,法院,号,2026-03-05,,\n").splitlines():
        book.active.append(line.split(","))
    book.save(tmp_path / "list.xlsx")
    found, refusals, texts = read("dishonest", tmp_path / "list.xlsx")
    assert len(found) == len(texts) == 1 and [r.code for r in refusals] == ["KG814"]
    path = tmp_path / "list.jsonl"
    told = [
        {"被执行人名称": "宁波岚川泵业有限公司", "发布时间": "2026-03-05"},
        {"被执行人姓名": "王小川"},
        {"性别": "男"},
    ]
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in told), "utf-8")
    found, refusals, texts = read("dishonest", path)
    assert len(found) == len(texts) == 1 and "2 rows" in refusals[0].reason


def test_abnormal_operation(tmp_path: Path) -> None:
    head = "企业名称,统一社会信用代码/注册号,法定代表人,列入原因,列入日期,列入决定机关,移出日期\n"
    found, refusals, texts = read(
        "abnormal",
        listing(
            tmp_path,
            "宁波岚川泵业有限公司,330204000012345,章小秘,未按规定公示年度报告,2025/7/8,宁波市北仑区市场监督管理局,",
            f"王小川五金厂,{SHOP},王小川,查无下落,2025/7/8,局,",
            "宁波恒越轴承有限公司,,,查无下落,2024/7/8,局,2025-01-02",
            head=head,
        ),
    )
    assert [(fact.source.name, fact.valid_from, fact.valid_to) for fact in found] == [
        ("宁波岚川泵业有限公司", "2025-07-08", None),
        ("宁波恒越轴承有限公司", "2024-07-08", "2025-01-02"),
    ]
    assert [refusal.code for refusal in refusals] == ["KG814"]
    assert "未按规定公示年度报告" in texts[0] and not any(s in repr(texts) for s in ("章小秘", "330204", "王小川"))


@pytest.mark.parametrize(
    ("entry", "private", "said"),
    [
        ({"column": "name", "pattern": "x"}, False, "private column"),
        ({"column": "other", "pattern": "x"}, True, "no column"),
        ({"column": "name"}, True, "pattern or unless"),
        ({"column": "name", "patern": "x"}, True, "pattern or unless"),
    ],
)
def test_a_wrong_entry_is_refused(tmp_path: Path, entry: dict[str, str], private: bool, said: str) -> None:
    columns = {"name": {"heads": "名称", "private": private}}
    tree = {"id": "x", "title": "x", "tables": [{"columns": columns, "leave": [entry], "facts": []}]}
    (tmp_path / "manifest.yml").write_text(yaml.safe_dump(tree), "utf-8")
    with pytest.raises(SourceError, match=said):
        Manifest.load(tmp_path)
