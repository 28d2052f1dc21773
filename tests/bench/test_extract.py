"""Speed of extraction on made documents: announcements each second, a long prospectus, memory."""

from __future__ import annotations

import json
import resource
import time
from pathlib import Path

import pytest

from kg.records import DocumentId
from nlp.extract import extract_files, extract_text
from nlp.text import Text

pytestmark = pytest.mark.bench

ANNOUNCEMENT = """证券代码：999001 证券简称：示例{n} 公告编号：2026-001
甬川示例{n}股份有限公司关于中标第{n}号泵站设备采购项目的公告
本公司及董事会全体成员保证公告内容真实、准确和完整，没有虚假记载、误导性陈述或重大遗漏。
甬川示例{n}股份有限公司（以下简称“公司”）于2026年3月2日收到清溪县水利局发来的《中标通知书》，确定公司为“第{n}号泵站设备采购项目”的中标单位。
一、项目名称：第{n}号泵站设备采购项目
二、招标人：清溪县水利局
三、中标金额：人民币{n},286.40万元。
四、公司与清溪县水利局不存在关联关系。合同履行对公司业务独立性不产生影响，最近一个会计年度未发生类似业务。
{filler}
甬川示例{n}股份有限公司董事会
2026年3月3日
"""
FILLER = "项目尚未签订正式合同，合同条款存在不确定性，敬请投资者注意投资风险，具体内容以最终签署的合同为准。" * 16
CHAPTER = (
    "公司主要产品包括第{n}型柱塞泵、第{n}型阀门和密封件，主要客户为示例{n}重工集团有限公司。报告期内公司营业收入为"
    "{n},200.50万元，净利润为1,100万元。公司与岭北机械制造有限公司于2020年3月1日签署采购协议，经营范围：泵、阀的研发。\n"
)


def test_speed(tmp_path: Path) -> None:
    """Wall and processor time; the floors leave room for a busy machine."""
    files = []
    for n in range(1, 601):
        path = tmp_path / f"{n}.txt"
        path.write_text(ANNOUNCEMENT.format(n=n, filler=FILLER), encoding="utf-8")
        files.append(path)
    figures: dict[str, float] = {"announcements": len(files)}
    list(extract_files(files[:2]))
    begun, used = time.monotonic(), time.process_time()
    assert all(file.facts for file in extract_files(files))
    figures["one_process_per_s"] = round(len(files) / (time.monotonic() - begun), 1)
    figures["processor_ms_each"] = round(1000 * (time.process_time() - used) / len(files), 2)
    begun = time.monotonic()
    assert sum(1 for _ in extract_files(files, workers=2)) == len(files)
    figures["two_processes_per_s"] = round(len(files) / (time.monotonic() - begun), 1)
    for size in (100_000, 300_000, 600_000):
        body = "甬川示例股份有限公司\n首次公开发行股票招股说明书\n"
        body += "".join(CHAPTER.format(n=n) for n in range(1, size // 100))
        used = time.process_time()
        assert extract_text(Text(body[:size], title="招股说明书"), "p.txt", DocumentId("0" * 64))
        figures[f"prospectus_{size // 1000}k_s"] = round(time.process_time() - used, 2)
    figures["memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    folder = Path(__file__).resolve().parents[2] / ".bench"
    folder.mkdir(exist_ok=True)
    (folder / "extract.json").write_text(json.dumps(figures, indent=1))
    print(json.dumps(figures))
    assert figures["processor_ms_each"] < 13 and figures["prospectus_300k_s"] < 3
    assert figures["prospectus_600k_s"] < 4 * max(0.2, figures["prospectus_300k_s"])
