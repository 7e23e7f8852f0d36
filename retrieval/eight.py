"""The graph of retrieval.bert with its products in whole numbers of eight bits, and the ranges they need.

Weights have a scale for each column; what they are multiplied by has one that is fixed when the graph is
built, so that the vector of a text does not depend on which others are beside it in a batch. Two things keep
the vectors where they are. Before heads and widening, channels of a wide range are divided by what their
weights are multiplied by (SmoothQuant, arXiv:2211.10438, with its alpha of a half); after the activation, the
few channels that reach far beyond all others are multiplied in float32 (LLM.int8, arXiv:2208.07339).
docs/benchmarks.md says what that costs and gives.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

from retrieval.bert import Array, At, Dense, Draft, graph

Range = tuple[Array, Array]  # the least and the greatest that was seen of each channel
Ids = NDArray[np.int32]
# A graph and what it is given, time after time, in; all of its outputs each time out.
Run = Callable[[onnx.ModelProto, Iterable[Ids]], Iterable[Sequence[Array]]]

_TEXTS, _TOKENS = 64, 128  # of the random ones that the ranges are measured on
_AT_ONCE = 4  # texts: each keeps what every product of the graph is of, 8 MB
_EVENED = ("heads", "widened")  # fed by a normalisation: each channel has its own range, and keeps it
_FAR = 32  # channels after the activation that reach beyond all others


def eight(folder: Path, run: Run, frame: Sequence[int], words: int) -> onnx.ModelProto:
    """The graph of the model in `folder`. `frame`: the tokens around each text; `words`: how many there are.

    Ranges are measured on random words, since no text is at hand: those of real ones are hardly different,
    for the normalisations before them are the model's.
    """
    seen = _Seen()
    outputs = run(graph(folder, seen), np.split(_random(frame, words), _TEXTS // _AT_ONCE))
    return graph(folder, _Eight(ranges=_ranges(seen.inputs, outputs)))


def _ranges(places: Collection[At], outputs: Iterable[Sequence[Array]]) -> dict[At, Range]:
    """Of each product, what all runs of the graph reached; its vectors come first and are passed over."""
    found: dict[At, Range] = {}
    for _, *seen in outputs:
        for at, values in zip(places, seen, strict=True):
            low, high = values.min((0, 1)), values.max((0, 1))
            least, greatest = found.get(at, (low, high))
            found[at] = (np.minimum(low, least), np.maximum(high, greatest))
    return found


def _random(frame: Sequence[int], words: int) -> Ids:
    """The first thirtieth of BERT's words are signs and what was never trained. Every eighth text is one word
    over and over, as in a broken table: its ranges are wider, and cost the others nothing."""
    first, last = frame
    drawn = np.random.default_rng(0).integers(words // 30, words, (_TEXTS, _TOKENS), np.int32)
    drawn[::8] = drawn[::8, :1]
    drawn[:, 0], drawn[:, -1] = first, last
    return drawn


@dataclass
class _Seen(Draft):
    """In float32; what each product is of is an output as well."""

    inputs: dict[At, str] = field(default_factory=dict)

    def product(self, hidden: str, dense: Dense, at: At) -> str:
        self.inputs[at] = hidden
        return super().product(hidden, dense, at)

    def model(self, size: int) -> onnx.ModelProto:
        model = super().model(size)
        # A second name for each: an output has one, and two products may be of the same.
        for n, hidden in enumerate(self.inputs.values()):
            model.graph.node.append(helper.make_node("Identity", [hidden], [f"seen{n}"]))
            output = helper.make_tensor_value_info(f"seen{n}", TensorProto.FLOAT, None)
            model.graph.output.append(output)
        return model


@dataclass
class _Eight(Draft):
    """Products in whole numbers; all else in float32."""

    ranges: Mapping[At, Range] = field(default_factory=dict)

    def product(self, hidden: str, dense: Dense, at: At) -> str:
        if at[1] == "narrowed":
            return self._narrowed(hidden, dense, at)
        low, high = self.ranges[at]
        if at[1] in _EVENED:
            by = _evening(np.maximum(high, -low), dense.weight)
            hidden = self.node("Mul", [hidden, self.weight(1 / by)])
            dense, low, high = Dense(dense.weight * by[:, None], dense.bias), low / by, high / by
        if at[1] == "widened":
            order = self._order(at[0])
            dense = Dense(dense.weight[:, order], dense.bias[order])
        return self._whole(hidden, dense, low, high)

    def _order(self, layer: int) -> Array:
        """Channels after the activation, those last that reach far: so they are one slice."""
        low, high = self.ranges[layer, "narrowed"]
        return np.argsort(np.maximum(high, -low), kind="stable")

    def _narrowed(self, hidden: str, dense: Dense, at: At) -> str:
        """Of channels that are in order already: the near ones in whole numbers, the far ones in float32."""
        order = self._order(at[0])
        (low, high), weight = (ends[order[:-_FAR]] for ends in self.ranges[at]), dense.weight[order]
        near = np.concatenate([weight[:-_FAR], np.zeros_like(weight[-_FAR:])])
        product = self._whole(hidden, Dense(near, dense.bias), low, high)
        cut = [self.weight(np.array([n], np.int64)) for n in (-_FAR, len(weight), 2)]
        far = self.node("MatMul", [self.node("Slice", [hidden, *cut]), self.weight(weight[-_FAR:])])
        return self.node("Add", [product, far])

    def _whole(self, hidden: str, dense: Dense, low: Array, high: Array) -> str:
        """What lies beyond the range is taken as its end."""
        least, greatest = min(0.0, float(low.min())), max(0.0, float(high.max()))
        step = (greatest - least) / 255
        scale = self.weight(np.array(step, np.float32))
        zero = self.weight(np.array(round(-least / step), np.uint8))
        columns = np.abs(dense.weight).max(0).astype(np.float32) / np.float32(127)
        columns[columns == 0] = 1
        numbers = np.round(dense.weight / columns).astype(np.int8)
        even = self.weight(np.zeros(len(columns), np.int8))
        quantized = self.node("QuantizeLinear", [hidden, scale, zero])
        matrix = [self.weight(numbers), scale, self.weight(columns)]
        inputs = [quantized, *matrix, zero, even, self.weight(dense.bias)]
        return self.fused("MatMulIntegerToFloat", inputs)[0]


def _evening(reach: Array, weight: Array) -> Any:
    """What each channel is divided by, one in the geometric mean."""
    by = np.sqrt(np.maximum(reach, 1e-5) / np.maximum(np.abs(weight).max(1), 1e-5))
    return (by / np.exp(np.log(by).mean())).astype(np.float32)
