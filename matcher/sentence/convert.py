"""The bundled model in the form of sentence-transformers, and a tuned one back in the form that is served.

`python -m matcher.sentence.convert MODEL OUT`: MODEL holds model.onnx and tokenizer.json, OUT becomes a folder that
`SentenceTransformer(OUT)` reads. Both forms hold the same numbers: the vectors differ by rounding alone. `onnx_model`
goes the other way, so that what was tuned with torch is served without it.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.learned.linear import tables, weights
from matcher.embed import LONGEST, OnnxEmbedder
from matcher.errors import BadModelError
from matcher.sentence.library import sentence_transformers

MODEL, TOKENIZER, NUMBERS = "model.onnx", "tokenizer.json", "model.safetensors"
_HEADS = 8
_SPECIAL = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}


def sentence_model(model: Path, out: Path) -> Path:
    """Write the ONNX model of a folder as a folder of sentence-transformers: token 0, of unit length, lower case.

    Raises BadModelError (MA003) for another kind of model, NoSentenceTransformersError (MA020).
    """
    sentence_transformers()
    from safetensors.numpy import save_file

    numbers = weights(_graph(model))
    out.mkdir(parents=True, exist_ok=True)
    (out / "1_Pooling").mkdir(exist_ok=True)
    (out / "2_Normalize").mkdir(exist_ok=True)
    save_file(numbers, str(out / NUMBERS), metadata={"format": "pt"})
    shape = _shape(numbers)
    _write(out / "config.json", shape)
    tokens = json.loads((model / TOKENIZER).read_text(encoding="utf-8"))
    tokens["normalizer"] = {**tokens["normalizer"], "lowercase": True}
    _write(out / TOKENIZER, tokens)
    special = {"model_max_length": LONGEST, "do_lower_case": True, **_SPECIAL}
    _write(out / "tokenizer_config.json", {"tokenizer_class": "PreTrainedTokenizerFast", **special})
    _write(out / "sentence_bert_config.json", {"max_seq_length": LONGEST, "do_lower_case": False})
    pooling = {"word_embedding_dimension": shape["hidden_size"], "pooling_mode_cls_token": True}
    _write(out / "1_Pooling" / "config.json", {**pooling, "pooling_mode_mean_tokens": False})
    parts = (("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize"))
    modules = [
        {"idx": at, "name": str(at), "path": path, "type": f"sentence_transformers.models.{kind}"}
        for at, (path, kind) in enumerate(parts)
    ]
    _write(out / "modules.json", modules)
    return out


def onnx_model(tuned: Path, model: Path, out: Path) -> OnnxEmbedder:
    """Write the numbers of a tuned folder of sentence-transformers into the ONNX graph that it came from.

    `tuned` was made by `sentence_model` of the folder `model` and then trained. `out` gets model.onnx and
    tokenizer.json. Raises BadModelError (MA003) where the tables are not those of that graph.
    """
    import onnx
    from onnx import numpy_helper
    from safetensors.numpy import load_file

    made = onnx.load(str(model / MODEL))
    numbers: Mapping[str, NDArray[Any]] = load_file(str(tuned / NUMBERS))
    table_of = {bias.removesuffix("bias") + "weight": table for bias, table in tables(made.graph).items()}
    wanted = weights(made.graph)
    other = [name for name in wanted if name not in numbers or numbers[name].shape != wanted[name].shape]
    if other:
        raise BadModelError(
            f"the tuned model has no table {other[0]!r} of that shape",
            file=str(tuned),
            hint="tune what `python -m matcher.sentence.convert` made of the same model",
        )
    held = {tensor.name: tensor for tensor in made.graph.initializer}
    for name in wanted:
        values = numbers[name].astype(np.float32)
        place = table_of.get(name, name)
        values = values.T if name in table_of else values
        held[place].CopyFrom(numpy_helper.from_array(np.ascontiguousarray(values), place))
    out.mkdir(parents=True, exist_ok=True)
    onnx.save(made, str(out / MODEL))
    shutil.copyfile(model / TOKENIZER, out / TOKENIZER)
    return OnnxEmbedder(out)


def _graph(model: Path) -> Any:
    import onnx

    file = model / MODEL
    if not file.is_file() or not (model / TOKENIZER).is_file():
        raise BadModelError(f"no {MODEL} and {TOKENIZER}", file=str(model), hint="run `bulian parts fetch`")
    return onnx.load(str(file)).graph


def _shape(numbers: Mapping[str, NDArray[Any]]) -> dict[str, Any]:
    """The configuration of a BERT of these tables."""
    try:
        words, width = numbers["embeddings.word_embeddings.weight"].shape
        layers = len({name.split(".")[2] for name in numbers if name.startswith("encoder.layer.")})
        return {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "vocab_size": words,
            "hidden_size": width,
            "num_hidden_layers": layers,
            "num_attention_heads": _HEADS,
            "intermediate_size": numbers["encoder.layer.0.intermediate.dense.weight"].shape[0],
            "hidden_act": "gelu",
            "max_position_embeddings": numbers["embeddings.position_embeddings.weight"].shape[0],
            "type_vocab_size": 2,
            "layer_norm_eps": 1e-12,
            "pad_token_id": 0,
            "dtype": "float32",
        }
    except KeyError as error:
        raise BadModelError(f"the model is no BERT: it has no table {error}", hint="give the bundled model") from error


def _write(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1), encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Convert one folder."""
    parser = argparse.ArgumentParser(prog="python -m matcher.sentence.convert", description=__doc__)
    parser.add_argument("model", type=Path, help=f"the folder that holds {MODEL} and {TOKENIZER}")
    parser.add_argument("out", type=Path, help="the folder for sentence-transformers")
    options = parser.parse_args(arguments)
    print(sentence_model(options.model, options.out))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
