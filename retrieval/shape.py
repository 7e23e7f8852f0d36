"""A BERT-family model's folder in, what its graph needs to know out; read without onnx, at every start."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retrieval.passage import EmbedderUnavailable

GRAPH = 2  # part of the cache key: raise it whenever retrieval.bert or eight writes another graph


@dataclass(frozen=True, slots=True)
class Shape:
    """What the graph needs to know from the folder's json files."""

    layers: int
    heads: int
    dimension: int
    epsilon: float
    pooling: str  # mean or cls
    length: int  # word pieces a text is cut to
    prompts: dict[str, str]


def shape(folder: Path) -> Shape:
    """The shape of the model in `folder`. EmbedderUnavailable where the graph would not fit it."""
    config = _json(folder / "config.json")
    positions = config.get("position_embedding_type", "absolute")
    if (config.get("model_type"), config.get("hidden_act"), positions) != ("bert", "gelu", "absolute"):
        raise EmbedderUnavailable(
            f"{folder.name} is not a BERT model with absolute positions; set FOOTNOTE_EMBEDDER to hf:NAME."
        )
    longest = int(config["max_position_embeddings"])
    cut = int(_json(folder / "sentence_bert_config.json").get("max_seq_length") or longest)
    return Shape(
        layers=int(config["num_hidden_layers"]),
        heads=int(config["num_attention_heads"]),
        dimension=int(config["hidden_size"]),
        epsilon=float(config.get("layer_norm_eps", 1e-12)),
        pooling=_pooling(_json(folder / "1_Pooling" / "config.json"), folder.name),
        length=min(longest, cut),
        prompts=dict(_json(folder / "config_sentence_transformers.json").get("prompts") or {}),
    )


def _pooling(config: dict[str, Any], name: str) -> str:
    chosen = {mode for mode, on in config.items() if mode.startswith("pooling_mode_") and on is True}
    if chosen == {"pooling_mode_cls_token"}:
        return "cls"
    if chosen <= {"pooling_mode_mean_tokens"}:
        return "mean"
    raise EmbedderUnavailable(f"{name} pools its tokens in another way; set FOOTNOTE_EMBEDDER to hf:NAME.")


def _json(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}
