"""Weights of a BERT-family model in (a sentence-transformers folder), an ONNX graph of unit vectors out."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file

from retrieval.shape import Shape, shape

# onnxruntime's fused kernels are named outright, so that nothing hangs on its search for patterns.
_FUSED = "com.microsoft"
FLOAT = TensorProto.FLOAT

Array = NDArray[Any]
At = tuple[int, str]  # a product with weights: which layer, and what is multiplied there


@dataclass(frozen=True, slots=True)
class Dense:
    """What a row is multiplied by (in, out), and what is added then (out)."""

    weight: Array
    bias: Array


def graph(folder: Path, draft: Draft) -> onnx.ModelProto:
    """input_ids: int32 (texts, tokens), all of one length -> vectors: float32 (texts, dimension), length one.

    How its products are computed is the draft's: `Draft` in float32, `retrieval.eight` in whole numbers.
    """
    form, weights = shape(folder), _Weights.load(folder / "model.safetensors")
    hidden = _embeddings(draft, weights, form)
    for n in range(form.layers):
        hidden = _layer(draft, weights.under(f"encoder.layer.{n}."), form, hidden, n)
    _pool(draft, form, hidden)
    return draft.model(form.dimension)


def _embeddings(draft: Draft, weights: _Weights, form: Shape) -> str:
    part = weights.under("embeddings.")
    # One text is one segment, so its segment vector is the same at every position.
    positions = part["position_embeddings.weight"] + part["token_type_embeddings.weight"][0]
    hidden, _ = draft.fused(
        "EmbedLayerNormalization",
        [
            "input_ids",
            "",
            draft.weight(part["word_embeddings.weight"]),
            draft.weight(positions),
            "",
            draft.weight(part["LayerNorm.weight"]),
            draft.weight(part["LayerNorm.bias"]),
        ],
        outputs=2,
        epsilon=form.epsilon,
    )
    return hidden


def _layer(draft: Draft, weights: _Weights, form: Shape, hidden: str, n: int) -> str:
    attended = draft.attended(hidden, _heads(weights.under("attention.self.")), form.heads, n)
    attended = draft.product(attended, weights.dense("attention.output.dense"), (n, "attended"))
    hidden = draft.residual(weights.under("attention.output."), form.epsilon, attended, hidden)
    wide = draft.product(hidden, weights.dense("intermediate.dense"), (n, "widened"))
    (wide,) = draft.fused("Gelu", [wide])
    narrow = draft.product(wide, weights.dense("output.dense"), (n, "narrowed"))
    return draft.residual(weights.under("output."), form.epsilon, narrow, hidden)


def _heads(weights: _Weights) -> Dense:
    """Queries, keys and values, side by side."""
    parts = [weights.dense(part) for part in ("query", "key", "value")]
    return Dense(np.concatenate([p.weight for p in parts], axis=1), np.concatenate([p.bias for p in parts]))


def _pool(draft: Draft, form: Shape, hidden: str) -> None:
    if form.pooling == "cls":
        pooled = draft.node("Gather", [hidden, draft.weight(np.array(0, np.int64))], axis=1)
    else:
        # The sum has the direction of the mean, and only the direction is kept.
        pooled = draft.node("ReduceSum", [hidden, draft.weight(np.array([1], np.int64))], keepdims=0)
    draft.node("LpNormalization", [pooled], name="vectors", axis=-1, p=2)


class _Weights:
    """Tensors by name, below a prefix."""

    def __init__(self, tensors: dict[str, Array], prefix: str = "") -> None:
        self._tensors, self._prefix = tensors, prefix

    @classmethod
    def load(cls, path: Path) -> _Weights:
        tensors = load_file(path)
        return cls(tensors, "bert." if any(name.startswith("bert.") for name in tensors) else "")

    def under(self, prefix: str) -> _Weights:
        return _Weights(self._tensors, self._prefix + prefix)

    def dense(self, name: str) -> Dense:
        return Dense(self[f"{name}.weight"].T, self[f"{name}.bias"])

    def __getitem__(self, name: str) -> Array:
        return self._tensors[self._prefix + name].astype(np.float32, copy=False)


@dataclass
class Draft:
    """A graph that is being written."""

    nodes: list[onnx.NodeProto] = field(default_factory=list)
    weights: list[onnx.TensorProto] = field(default_factory=list)

    def weight(self, array: Array) -> str:
        name = f"w{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.asarray(array, order="C"), name))
        return name

    def node(self, op: str, inputs: list[str], *, name: str = "", **attributes: Any) -> str:
        name = name or f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, inputs, [name], name=f"{op}_{name}", **attributes))
        return name

    def fused(self, op: str, inputs: list[str], *, outputs: int = 1, **attributes: Any) -> list[str]:
        names = [f"n{len(self.nodes)}" + "x" * n for n in range(outputs)]
        named = f"{op}_{names[0]}"
        self.nodes.append(helper.make_node(op, inputs, names, name=named, domain=_FUSED, **attributes))
        return names

    def product(self, hidden: str, dense: Dense, at: At) -> str:
        product = self.node("MatMul", [hidden, self.weight(dense.weight)])
        return self.node("Add", [product, self.weight(dense.bias)])

    def attended(self, hidden: str, dense: Dense, heads: int, n: int) -> str:
        three = self.product(hidden, dense, (n, "heads"))
        parts = [f"{three}{part}" for part in "qkv"]
        sizes = self.weight(np.full(3, len(dense.bias) // 3, np.int64))
        self.nodes.append(helper.make_node("Split", [three, sizes], parts, axis=2))
        return self.node("Attention", parts, q_num_heads=heads, kv_num_heads=heads)

    def residual(self, weights: _Weights, epsilon: float, hidden: str, skip: str) -> str:
        """Not as onnxruntime's SkipLayerNormalization, which takes five times as long."""
        norm = [self.weight(weights[f"LayerNorm.{part}"]) for part in ("weight", "bias")]
        both = self.node("Add", [hidden, skip])
        return self.node("LayerNormalization", [both, *norm], epsilon=epsilon, axis=-1)

    def model(self, size: int) -> onnx.ModelProto:
        inputs = [helper.make_tensor_value_info("input_ids", TensorProto.INT32, ["texts", "tokens"])]
        output = helper.make_tensor_value_info("vectors", FLOAT, ["texts", size])
        made = helper.make_graph(self.nodes, "bert", inputs, [output], self.weights)
        opsets = [helper.make_opsetid("", 23), helper.make_opsetid(_FUSED, 1)]
        return helper.make_model(made, opset_imports=opsets, ir_version=11)
