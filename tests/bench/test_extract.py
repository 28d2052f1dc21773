"""Speed of extraction on made documents: announcements each second, long documents, workers, memory over many.

The machine's own pace stands beside every figure: `yardstick_s` is a fixed piece of work of the same kind (regular
expressions over the same signs) in the same run, so that two runs on busy or different machines can be compared.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from spacy.language import Language

from kg.parts import Parts
from kg.records import DocumentId
from nlp.extract import extract_text
from nlp.pipeline import build
from nlp.readers import read_file
from nlp.text import Text
from web.settings import load_settings

pytestmark = pytest.mark.bench

ROOT = Path(__file__).resolve().parents[2]
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
KINDS: dict[str, tuple[str, Callable[[str], str]]] = {
    "prospectus": ("招股说明书", str),
    "one_line": ("招股说明书", lambda text: text.replace("\n", "")),
    "no_sentence": ("供应商简介", lambda text: re.sub(r"[\n，。；]", "", text)),
    "announcement": ("关于签订重大合同的公告", str),
    "report": ("2025年年度报告", str),
}
SCORED = ("bulian_contract", "bulian_product")
"""The components that have a learned reader."""


def pipeline(scorer: str) -> Language:
    config: dict[str, dict[str, object]] = {name: {"scorer": scorer} for name in SCORED}
    if scorer == "encoder":
        settings = load_settings()
        model = Parts(settings.parts_folder).model()
        config["bulian_contract"] |= {"model": str(model), "cache": str(settings.encoder_folder)}
    return build(config=config)


def save(name: str, figures: dict[str, float]) -> None:
    folder = ROOT / ".bench"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(figures, indent=1) + "\n")
    print(json.dumps(figures))


def yardstick() -> float:
    """Processor seconds of a fixed piece of work."""
    text, begun = CHAPTER.format(n=7) * 20_000, time.process_time()
    for pattern in (
        r"[\u4e00-\u9fff]{2,8}公司",
        r"(?:营业|净)(?:收入|利润)为([\d,.]+)",
        r"(?<=、)[^、。]{2,9}(?=[、。])",
    ):
        assert re.findall(pattern, text)
    return time.process_time() - begun


def announcements(folder: Path, count: int) -> list[Path]:
    files = [folder / f"{n}.txt" for n in range(1, count + 1)]
    for n, path in enumerate(files, start=1):
        path.write_text(ANNOUNCEMENT.format(n=n, filler=FILLER), encoding="utf-8")
    return files


def body(size: int) -> str:
    head = "甬川示例股份有限公司\n首次公开发行股票招股说明书\n"
    return (head + "".join(CHAPTER.format(n=n) for n in range(1, size // 100)))[:size]


@pytest.mark.parametrize(("scorer", "per_s", "long_s"), [("rules", 150, 3), ("learned", 60, 30), ("encoder", 20, 30)])
def test_speed(tmp_path: Path, scorer: str, per_s: int, long_s: int) -> None:
    """Processor time in one process: announcements, from the file to the facts, and prospectuses of growing length."""
    reader = pipeline(scorer)
    files = announcements(tmp_path, 400)
    extract_text(Text(body(2_000), title="公告"), "a.txt", DocumentId("0" * 64), reader)
    figures: dict[str, float] = {"announcements": len(files), "yardstick_s": round(yardstick(), 3)}
    used = time.process_time()
    assert all(extract_text(read_file(path)[1], path.name, DocumentId("0" * 64), reader) for path in files)
    processor = (time.process_time() - used) / len(files)
    figures["per_s"] = round(1 / processor, 1)
    figures["per_yardstick"] = round(figures["yardstick_s"] / processor, 1)
    for size in (100_000, 300_000, 600_000):
        text = Text(body(size), title="招股说明书")
        used = time.process_time()
        assert extract_text(text, "p.txt", DocumentId("0" * 64), reader)
        figures[f"prospectus_{size // 1000}k_s"] = round(time.process_time() - used, 2)
    figures |= {"goal_per_s": per_s, "goal_prospectus_300k_s": long_s}
    save(f"extract_{scorer}", figures)


def test_workers_scale_to_the_cores(tmp_path: Path) -> None:
    """The same files by `bulian extract --workers 1` and `--workers 2`, what few files take taken off."""
    documents = tmp_path / "documents"
    few, many = documents / "few", documents / "many"
    for folder, count in ((few, 200), (many, 2_000)):
        folder.mkdir(parents=True)
        announcements(folder, count)
    figures: dict[str, float] = {"cores": os.cpu_count() or 1, "load_before": os.getloadavg()[0]}
    for workers in (1, 2):
        spent = []
        for folder in (few, many):
            begun = time.monotonic()
            command = ["extract", str(folder), "--jsonl", str(tmp_path / "facts.jsonl"), "--workers", str(workers)]
            done = subprocess.run([ROOT / ".venv/bin/bulian", *command], capture_output=True, text=True)
            assert done.returncode == 0, done.stderr[-2000:]
            spent.append(time.monotonic() - begun)
        figures[f"per_s_{workers}"] = round(1_800 / (spent[1] - spent[0]), 1)
        figures[f"start_s_{workers}"] = round(spent[0] - 200 / figures[f"per_s_{workers}"], 2)
    figures["gain_of_two"] = round(figures["per_s_2"] / figures["per_s_1"], 2)
    save("extract_workers", figures)


@pytest.mark.parametrize("kind", KINDS)
def test_ten_times_the_text_takes_ten_times_as_long(kind: str) -> None:
    """A text of 5 million signs against one of 500,000, by processor time."""
    title, form = KINDS[kind]
    long = form(body(6_500_000))
    spent = {}
    reader = pipeline("learned")
    for size in (500_000, 5_000_000):
        begun = time.process_time()
        extract_text(Text(long[:size], title=title), "p.txt", DocumentId("0" * 64), reader)
        spent[size] = time.process_time() - begun
    ratio = spent[5_000_000] / spent[500_000]
    save(
        f"extract_long_{kind}", {"s_500k": round(spent[500_000], 2), "s_5m": round(spent[5_000_000], 2), "ratio": ratio}
    )
    assert ratio < 13


_MANY = """
import sys
from pathlib import Path
import psutil
from kg.records import DocumentId
from nlp.extract import extract_text
from nlp.readers import read_file
from tests.bench.test_extract import pipeline
reader = pipeline(sys.argv[2])
for number, path in enumerate(sorted(Path(sys.argv[1]).iterdir()), start=1):
    assert extract_text(read_file(path)[1], path.name, DocumentId("0" * 64), reader)
    if number in (500, 2500, 5000):
        print(psutil.Process().memory_info().rss >> 20)
"""


@pytest.mark.parametrize("scorer", ["rules", "learned"])
def test_memory_stays_flat_over_many_documents(tmp_path: Path, scorer: str) -> None:
    """Resident memory of one process after 500, 2,500 and 5,000 announcements, the names in them all different."""
    announcements(tmp_path, 5_000)
    run = [sys.executable, "-c", _MANY, str(tmp_path), scorer]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    at = [int(line) for line in done.stdout.split()]
    save(
        f"extract_memory_{scorer}",
        {"mb_500": at[0], "mb_2500": at[1], "mb_5000": at[2], "total_mb": psutil.virtual_memory().total >> 20},
    )
    assert at[2] <= at[0] + 20
