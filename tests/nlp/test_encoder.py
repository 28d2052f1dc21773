"""The encoder: windows of tokens, merging, reading; and contracts read with it, on invented announcements."""

from __future__ import annotations

import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from kg.learned.weights import BadWeightsError, read_card
from kg.parts import Parts
from kg.workers import Processes
from nlp.contracts.contexts import ROLES
from nlp.contracts.encoded import COLUMNS, UNREAD, mixed, said, whole
from nlp.contracts.reader import ENCODED
from nlp.contracts.reader import WEIGHTS as READER
from nlp.encoder.encoder import Encoder
from nlp.encoder.merged import MODEL, NUMBERS, TOKENIZER, WEIGHTS, NoEncoderError, merged
from nlp.encoder.train import main
from nlp.encoder.windows import OVERLAP, SIZE, Tokens, said_of_signs
from nlp.extract import Scorer, extract_file, extract_files
from web.settings import load_settings

TITLE = "甬川砺岚精密传动股份有限公司关于中标柔性关节减速器采购项目的公告"
TEXT = """甬川砺岚精密传动股份有限公司(以下简称“公司”)近日收到甬川云桁机器人集团有限公司发来的《中标通知书》,
确定公司为“柔性关节减速器年度采购项目”的中标单位,中标金额为人民币1,286.40万元。
"""


@pytest.fixture(scope="module")
def model() -> Path:
    return Parts(load_settings().parts_folder).model()


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("encoder")


@pytest.fixture(scope="module")
def encoder(model: Path, cache: Path) -> Encoder:
    return Encoder.load(model, cache)


def test_windows_cover_every_sign_and_overlap(model: Path) -> None:
    text = "".join(f"第{n}号泵站采购项目由清溪县水利局招标。" for n in range(60))
    windows = Tokens.load(model / TOKENIZER).windows("关于中标的公告", text)
    assert len(windows) > 2 and all(len(window.tokens) <= SIZE for window in windows)
    assert all(len(window.tokens) == window.first + len(window.signs) + 1 for window in windows)
    covered = np.zeros(len(text), np.bool_)
    for window in windows:
        for start, end in window.signs:
            covered[start:end] = True
    assert covered.all()
    assert all((a.signs[-OVERLAP] == b.signs[0]).all() for a, b in pairwise(windows))
    said_ = [np.full((len(window.signs), 15), float(n), np.float32) for n, window in enumerate(windows)]
    signs = said_of_signs(len(text), windows, said_)
    assert signs.shape == (len(text) + 1, 15) and set(np.unique(signs[:-1, 2])) <= set(range(len(windows)))


def test_an_empty_text_has_one_window_and_says_nothing(encoder: Encoder) -> None:
    assert len(encoder.tokens.windows("", "")) == 1
    assert (encoder.read("", "", np.zeros(0, np.int64)) == UNREAD).all()


def test_scores_of_spans() -> None:
    encoded = np.full((11, 15), -2.0, np.float32)
    encoded[3, 0], encoded[6, 1], encoded[3:6, 2] = 4.0, 5.0, 6.0
    at = np.array([3, 0]), np.array([6, 2])
    assert said(encoded, *at, 0).tolist() == [[4.0, 5.0, 6.0], [-2.0, -2.0, -2.0]]
    assert whole(encoded, *at, 0).tolist() == [5.0, -2.0]
    places = np.zeros((11, 10), np.float32)
    assert mixed(places, None) is places and mixed(places, encoded)[3, 0] == 2.0 and mixed(places, encoded)[6, 1] == 2.5


def test_it_reads_who_buys_and_for_how_much(encoder: Encoder) -> None:
    said_ = encoder.read(TITLE, TEXT, np.arange(len(TEXT)))
    assert said_.shape == (len(TEXT) + 1, COLUMNS * len(ROLES))
    for role, value in (("buyer", "甬川云桁机器人集团有限公司"), ("project", "柔性关节减速器年度采购项目")):
        column = COLUMNS * ROLES.index(role)
        assert said_[:, column].argmax() == TEXT.index(value), role
    assert said_[TEXT.index("1,286") : TEXT.index("万元"), COLUMNS * ROLES.index("amount") + 2].min() > -1


def test_far_from_names_and_sums_nothing_is_read(encoder: Encoder) -> None:
    text = TEXT + "特此公告。" * 400
    said_ = encoder.read(TITLE, text, np.array([3]))
    assert (said_[3] > UNREAD).any() and (said_[-500:] == UNREAD).all()
    again = encoder.read(TITLE, text, np.arange(len(text)))
    assert np.array_equal(said_[:100], again[:100])


def test_the_merged_file_is_made_once(model: Path, cache: Path, encoder: Encoder) -> None:
    file = merged(model, cache)
    made = file.stat().st_mtime_ns
    assert merged(model, cache) == file and file.stat().st_mtime_ns == made
    assert [path.name for path in cache.iterdir() if path.suffix == ".onnx"] == [file.name]


def test_what_is_missing_or_damaged_is_said(tmp_path: Path, model: Path) -> None:
    with pytest.raises(NoEncoderError, match=r"no model\.onnx") as caught:
        Encoder.load(tmp_path, tmp_path)
    assert caught.value.code == "NL044" and "bulian parts fetch" in str(caught.value.hint)
    with pytest.raises(BadWeightsError):
        merged(model, tmp_path, tmp_path)
    (tmp_path / MODEL).write_bytes(b"no model")
    (tmp_path / TOKENIZER).write_bytes((model / TOKENIZER).read_bytes())
    with pytest.raises(NoEncoderError):
        Encoder.load(tmp_path, tmp_path)
    assert not list(tmp_path.glob("encoder-*"))


def test_the_numbers_are_small_and_have_a_card() -> None:
    assert len(WEIGHTS.joinpath(NUMBERS).read_bytes()) < 12_000_000
    figures = read_card(WEIGHTS)["figures"]
    assert set(figures) == set(ROLES) and figures["supplier"] > 0.85
    card = read_card(READER.joinpath(ENCODED))
    floors = {"pair": 0.73, "supplier": 0.835, "buyer": 0.785, "amount": 0.855, "title": 0.89, "project": 0.88}
    below = {}
    for field, floor in floors.items():
        score = card["figures"][field]
        found = 2 * score["hit"] / (score["wanted"] + score["found"])
        if found < floor:
            below[field] = found
    assert not below and "--encoder" in card["command"]


def test_contracts_by_the_encoder_whatever_the_workers(tmp_path: Path, model: Path, cache: Path) -> None:
    files = [tmp_path / f"{n}.txt" for n in range(3)]
    for n, file in enumerate(files):
        file.write_text(f"{TITLE}\n{TEXT.replace('1,286', f'{n + 1},286')}", encoding="utf-8")
    scorer = Scorer("encoder", model, cache)
    one = [made.facts for made in extract_files(files, scorer=scorer)]
    two = [made.facts for made in extract_files(files, Processes(2), scorer=scorer)]
    assert one == two
    (won,) = [fact for fact in one[0] if fact.relation == "WON_CONTRACT"]
    assert won.properties["buyer"] == "甬川云桁机器人集团有限公司" and won.properties["amount_max"] == 12_864_000
    with pytest.raises(NoEncoderError):
        extract_file(files[0], scorer=Scorer("encoder", tmp_path, tmp_path))


def test_training_without_torch_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    assert main([str(tmp_path), "--model", str(tmp_path)]) == 1
    assert "bulian[train]" in capsys.readouterr().err


def test_torch_and_the_merged_model_agree(model: Path, encoder: Encoder) -> None:
    """The layers that are trained and the file that reads say the same, but for the rounding to whole numbers."""
    torch = pytest.importorskip("torch")
    from nlp.encoder.net import fetched, odds, states

    (window,) = encoder.tokens.windows(TITLE, TEXT)
    held = fetched(model / MODEL)
    with WEIGHTS.joinpath(NUMBERS).open("rb") as file, np.load(file) as numbers:
        learnt = {name: torch.from_numpy(numbers[name].astype(np.float32)) for name in numbers}
    tokens = torch.from_numpy(window.tokens[None])
    with torch.no_grad():
        told = odds(held, learnt, states(held, tokens, tokens > 0), tokens > 0)[0].numpy()
    told = told[window.first : window.first + len(window.signs)]
    merged_ = encoder.read(TITLE, TEXT, np.arange(len(TEXT)))[window.signs[:, 0], 0::COLUMNS]
    assert np.corrcoef(merged_.ravel(), told[:, 0::COLUMNS].ravel())[0, 1] > 0.99
