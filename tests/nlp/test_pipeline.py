"""The spaCy pipeline: factories that declare themselves, a package that another process opens, exact spans."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from kg.records import DocumentId
from kg.workers import Processes
from nlp.entities import LABELS, entities
from nlp.extract import extract_files, extract_text
from nlp.pipeline import COMPONENTS, build
from nlp.text import Text

SENTENCE = "宁波市镇海区的甬川云桁机器人集团有限公司与清溪县水利局签订合同，主要产品包括谐波减速器、柔性轴承。"
CUES = (
    *("股份有限公司", "有限公司", "水利局", "中标", "签订《", "》", "合同", "项目名称：", "与", "、", "公告"),
    *("（以下简称“", "”）", "主要产品包括", "经营范围：", "注册资本：", "万元", "1,200", "亿元", "招标人："),
    *("成立日期：", "2020年3月1日", "住所：", "\n", "\t", "。", "，", "宁波市", "指", "Ⅲ", "ﬁ", "㎡", "惩元"),
    *("\u200b", " ", "　", "1、", "联合体", "ZL201610611945.6"),
)


def test_factories_declare_what_they_assign_and_require() -> None:
    pipeline = build()
    assert tuple(pipeline.pipe_names) == COMPONENTS
    analysis = pipeline.analyze_pipes(keys=["assigns", "requires"])
    assert analysis is not None and not any(analysis["problems"].values())
    assert all("doc._.facts" in pipeline.get_pipe_meta(name).assigns for name in COMPONENTS[3:])


def test_a_notebook_opens_the_saved_package(tmp_path: Path) -> None:
    build().to_disk(tmp_path / "bulian")
    code = (
        "import spacy, sys\n"
        "doc = spacy.load(sys.argv[1])(sys.argv[2])\n"
        "print('|'.join(f'{e.label_}:{e.text}' for e in doc.ents), len(doc._.facts), doc.text == sys.argv[2])\n"
    )
    text = "甬川云桁机器人集团有限公司关于签订合同的公告。甬川云桁机器人集团有限公司与清溪县水利局签订《闸门合同》。"
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "bulian"), text],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    entities_, count, same = done.stdout.rsplit(" ", 2)
    assert "ENTERPRISE:甬川云桁机器人集团有限公司" in entities_ and "ORG:清溪县水利局" in entities_
    assert int(count) >= 1 and same.strip() == "True"


def test_entities_of_a_sentence() -> None:
    found = {(entity.label, entity.text) for entity in entities(SENTENCE)}
    assert {
        ("REGION", "宁波市镇海区"),
        ("ENTERPRISE", "甬川云桁机器人集团有限公司"),
        ("ORG", "清溪县水利局"),
        ("PRODUCT", "谐波减速器"),
        ("PRODUCT", "柔性轴承"),
    } <= found


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(CUES), st.text(max_size=8)), max_size=60).map("".join))
def test_every_span_is_a_slice_of_any_text(text: str) -> None:
    whole = Text(text, pages=(0, max(1, len(text) // 2)), title=text[:20])
    for fact in extract_text(whole, "x.txt", DocumentId("2" * 64)):
        assert fact.quote == text[fact.start : fact.end] and fact.quote
        assert fact.page == whole.page_of(fact.start)
    found = entities(text)
    assert all(text[e.start : e.end] == e.text and e.label in LABELS for e in found)
    assert all(one.end <= two.start for one, two in pairwise(found))


def test_files_in_order_with_refusals_and_workers(tmp_path: Path) -> None:
    good, empty = tmp_path / "a.txt", tmp_path / "b.txt"
    good.write_text("甬川云桁机器人集团有限公司（以下简称“云桁机器人”）\n" * 2, encoding="utf-8")
    empty.write_bytes(b"")
    paths = [good, empty, tmp_path / "none.txt", good]
    one = list(extract_files(paths))
    two = list(extract_files(paths, Processes(2)))
    assert [x.refusal.code if x.refusal else None for x in one] == [None, "NL002", "NL001", None]
    assert [x.path for x in two] == [str(path) for path in paths]
    assert [x.facts for x in one] == [x.facts for x in two] and one[0].facts
