"""The demo corpus: invented throughout, complete, reproducible, and readable in the way that it is meant to be."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from stdnum.cn import uscc

from kg.mapping import Manifest, facts, manifests
from kg.ontology import Ontology
from kg.records import Document, DocumentId
from kg.values.name import name_key
from nlp.errors import NlpError
from nlp.readers import read
from seeds.demo.make import __main__ as make
from seeds.demo.make.reports import FONT, reports
from seeds.demo.make.world import HOME, World, load

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
MARKS = ("虚构", "示例")


@pytest.fixture(scope="module")
def world() -> World:
    return load()


@pytest.fixture(scope="module")
def manifest() -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = yaml.safe_load((HOME / "manifest.yml").read_text(encoding="utf-8"))["documents"]
    return entries


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (HOME / name).read_text(encoding="utf-8").splitlines()]


def test_the_corpus_is_complete(world: World, manifest: list[dict[str, Any]]) -> None:
    assert len(world.small()) == 40
    assert len(world.buyers()) == 4
    assert (len(lines("needs.jsonl")), len(lines("bounties.jsonl"))) == (6, 2)
    listed = {entry["file"] for entry in manifest}
    assert len(listed) == len(manifest) == 80
    there = {str(path.relative_to(HOME)) for folder in ("documents", "lists") for path in _files(HOME / folder)}
    assert there == listed
    assert sum(path.stat().st_size for path in HOME.rglob("*") if path.is_file()) < 3 * 2**20


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.iterdir() if path.is_file())


def test_each_kind_of_trouble_is_there(world: World, manifest: list[dict[str, Any]]) -> None:
    kinds = Counter(entry["kind"] for entry in manifest)
    expected = "award pre_award signed progress framework prospectus annual_report profile bounty bounty_award list"
    for kind in (*expected.split(), "catalogue", "patents", "supplier_sheet", "bom", "certificate"):
        assert kinds[kind], kind
    endings = Counter(Path(entry["file"]).suffix for entry in manifest)
    assert set(endings) == {".html", ".pdf", ".docx", ".txt", ".png", ".xls", ".csv", ".xlsx", ".jsonl"}
    names = Counter(name_key(firm.name) for firm in world.small())
    namesakes = [firm for firm in world.small() if names[name_key(firm.name)] == 2]
    assert len({firm.region for firm in namesakes}) == len(namesakes) == 2
    assert any(firm.more.get("former") for firm in world.small())
    won = [fact["properties"] for fact in lines("truth.jsonl") if fact["relation"] == "WON_CONTRACT"]
    assert any(properties.get("currency") == "USD" for properties in won)
    assert any(properties["role"] == "member" for properties in won)


def test_every_line_says_that_it_is_invented(world: World, manifest: list[dict[str, Any]]) -> None:
    assert all(entry["demo"] is True for entry in manifest)
    for name in ("needs.jsonl", "bounties.jsonl", "firms.jsonl"):
        assert all(line["demo"] is True for line in lines(name))
    for entry in manifest:
        data = (HOME / entry["file"]).read_bytes()
        if entry.get("expect") in (None, "NL005"):
            assert any(mark in _plain(entry["file"], data) for mark in MARKS), entry["file"]


def _plain(name: str, data: bytes) -> str:
    if name.endswith((".xlsx", ".docx", "misnamed.pdf")):
        parts = zipfile.ZipFile(io.BytesIO(data))
        return "".join(parts.read(part).decode("utf-8", "replace") for part in parts.namelist())
    if name.endswith(".csv"):
        return data.decode("gb18030")
    if name.endswith(".xls"):
        return data.decode("utf-16-le", "replace") + data[1:].decode("utf-16-le", "replace")
    if name.startswith("documents/"):
        return read(data, Path(name).name).text
    return data.decode()


def test_documents_read_or_are_refused_as_the_manifest_says(manifest: list[dict[str, Any]]) -> None:
    for entry in manifest:
        if not entry["file"].startswith("documents/"):
            continue
        path = HOME / entry["file"]
        if "expect" in entry:
            with pytest.raises(NlpError) as caught:
                read(path.read_bytes(), path.name)
            assert caught.value.code == entry["expect"], path.name
        else:
            assert len(read(path.read_bytes(), path.name).text) > 150, path.name


def test_codes_can_belong_to_nobody(world: World) -> None:
    codes = [firm.code for firm in (*world.small(), *world.buyers())]
    assert len(set(codes)) == len(codes)
    for code in codes:
        assert code is not None
        assert uscc.is_valid(code)
        assert code[2:8] == "000000"
    assert all(place["code"].startswith("99") for place in world.raw["regions"])
    assert all((firm.region or "").startswith("99") for firm in (*world.small(), *world.buyers()))


def test_patent_numbers_have_check_digits_and_impossible_serials(world: World) -> None:
    for patent in world.patents():
        number = patent["number"]
        weights = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
        check = sum(w * int(digit) for w, digit in zip(weights, number[2:14], strict=True)) % 11
        assert number[14:] == f".{'X' if check == 10 else check}"
        assert number[7:9] == "99"


def test_the_generator_writes_what_is_committed() -> None:
    if not FONT.exists():
        pytest.skip("the font of the demo PDFs is not installed")
    for name, data in make.files(load()).items():
        committed = (HOME / name).read_bytes()
        if name.endswith((".pdf", ".png")):
            continue  # bytes depend on the font's version; the text is compared below
        assert _content(name, data) == _content(name, committed), name


def test_the_chapters_say_what_is_committed() -> None:
    if not FONT.exists():
        pytest.skip("the font of the demo PDFs is not installed")
    for written in reports(load()):
        committed = (HOME / written.file).read_bytes()
        assert read(written.data, "a.pdf").text == read(committed, "a.pdf").text


def _content(name: str, data: bytes) -> object:
    """Bytes, or the parts of a zip: their compression differs between versions of zlib."""
    if not name.endswith((".docx", ".xlsx")) or "broken" in name:
        return len(data) if "broken" in name else data
    parts = zipfile.ZipFile(io.BytesIO(data))
    return {part: parts.read(part) for part in parts.namelist()}


def test_needs_and_bounties_refer_to_what_exists(world: World) -> None:
    names = {firm.name: firm for firm in world.firms.values()}
    for need in lines("needs.jsonl"):
        assert names[need["buyer"]].id.startswith("B")
        assert need["products"] and need["published"] < need["deadline"]
        for condition in need["conditions"]["all"]:
            assert {"field", "op", "value", "hard", "unknown"} == set(condition)
            if condition["field"] == "region":
                assert condition["value"] in {place["code"] for place in world.raw["regions"]}
    for bounty in lines("bounties.jsonl"):
        assert bounty["poster"] in names
        assert bounty["targets"] and bounty["state"] in ("open", "contracted")
        assert all(member["name"] in names and member["name"] != bounty["poster"] for member in bounty.get("team", ()))


def test_bounties_at_work_speak_of_the_same_invented_world(world: World) -> None:
    work = yaml.safe_load((HOME / "work.yml").read_text(encoding="utf-8"))
    assert work["demo"] is True and "虚构" in work["notice"]
    codes = {firm.name: firm.code for firm in world.small()}
    for one in work["applicants"]:
        assert codes[one["name"]] == one["code"]
    known = {"demo-firm", "demo-individual", *(one["id"] for one in work["applicants"])}
    for bounty in work["bounties"]:
        days = list(bounty["days"].values())
        assert days == sorted(days), bounty["id"]
        assert bounty["targets"] and bounty["deadline"] < bounty["due"]
        for application in bounty.get("applications", ()):
            assert application["lead"] in known
            assert "member" not in application or application["member"]["name"] in codes
    assert set(work["posted"]) == {line["id"] for line in lines("bounties.jsonl")}
    assert work["gap"]["region"] in {place["code"] for place in world.raw["regions"]}


def test_the_makers_of_the_weak_node_do_not_say_so(world: World) -> None:
    for key in ("F02", "F03"):
        assert not any("柔轮" in product for product in world.firm(key).products)


def test_truth_keeps_to_the_ontology_and_to_the_files(manifest: list[dict[str, Any]]) -> None:
    ontology = Ontology.load()
    files = {entry["file"] for entry in manifest}
    for fact in lines("truth.jsonl"):
        assert fact["doc"] in files
        relation = ontology.relations[fact["relation"]]
        assert set(fact["properties"]) <= set(relation.properties), fact


def test_lists_carry_their_rows() -> None:
    text = (HOME / "lists/specialised_2025.csv").read_bytes().decode("gb18030")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[1][:2] == ["序号", "企业名称"]
    assert [row[4] for row in rows if row[1] == "岭禾机械制造有限公司"] == ["清溪县", "石浦县"]


def test_the_manifests_read_what_the_lists_state(manifest: list[dict[str, Any]]) -> None:
    known = manifests(HOME.parent)
    stated = lines("truth.jsonl")
    for entry in manifest:
        if "source" not in entry or "organisation" in entry:
            continue
        path, source = HOME / entry["file"], Manifest.load(known[entry["source"]])
        document = Document(DocumentId("0"), path.name, entry["title"], entry["kind"], "", published=entry["published"])
        made, refusals = facts(source, path, document)
        found = {_gist(fact.to_json()) for fact in made}
        assert refusals == [], path.name
        assert {_gist(fact) for fact in stated if fact["doc"] == entry["file"]} - found == set(), path.name


def _gist(fact: dict[str, Any]) -> tuple[str, ...]:
    target = fact["target"] or {"name": "", "key": ""}
    said = json.dumps({key: value for key, value in fact["properties"].items() if key != "recognition"}, sort_keys=True)
    if fact["relation"] in ("PRODUCES", "OWNS_PATENT"):
        said = ""
    return fact["relation"], fact["source"]["name"], str(target["name"]), str(target["key"]), said


@pytest.mark.shared
def test_brands_occur_in_no_real_list(world: World, shared: Path) -> None:
    text = "".join(
        (shared / "data" / name).read_text(encoding="utf-8")
        for name in ("names/firms.jsonl", "names/queries.dev.jsonl", "filings/listed_company_names.json",
                     "enterprises/small_giants_ningbo.jsonl", "ranking/enterprises.jsonl", "patents/patents.dev.jsonl")
    )  # fmt: skip
    with zipfile.ZipFile(shared / "data/chainkg/chainkg.zip") as archive:
        text += archive.read("company.json").decode()
    assert [brand for brand in world.raw["brands"] if brand in text] == []
    for firm in (*world.small(), *world.buyers()):
        assert any(brand in firm.name for brand in world.raw["brands"]), firm.name
