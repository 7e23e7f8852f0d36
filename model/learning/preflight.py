"""An adapter's folder in, every reason not to serve it out: read without torch, before a server sees it.

vLLM ends where a preloaded adapter is bad, and worse, serves the base model's words under the name of one
that fits nowhere. So each reason is found here, with a name and a sentence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model.learning import allowed, tensors
from model.learning.basis import PARTS, Basis, combined
from model.learning.tensors import Tensor
from model.writing import prompt
from retrieval.passage import FootnoteError

CONFIG, WEIGHTS, TRAINING = "adapter_config.json", "adapter_model.safetensors", "train.json"
FILES = (CONFIG, WEIGHTS, TRAINING)
_BESIDE = frozenset(".md .txt .svg .png .jsonl".split())  # for people; it is not taken into the registry
_PICKLES = frozenset(".bin .pt .pth .pkl .pickle .ckpt .joblib .npy .npz".split())
_PREFIX = "base_model.model."
_MOST = 16 << 20  # bytes of a JSON file
_PROBED = ("base", "adapter", "prompt_tokens")
_EMBEDDING = re.compile(r"(^|\.)(embed_tokens|lm_head|wte)\.|lora_embedding_[AB]$")
Told = Iterator[tuple[str, str]]


class Unfit(FootnoteError):
    """An adapter that is not to be served; the sentences say why."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A reason by name, and its sentence."""

    reason: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Report:
    """What speaks against an adapter, and what could not be compared."""

    refusals: tuple[Refusal, ...] = ()
    unsaid: tuple[str, ...] = ()

    @property
    def fit(self) -> bool:
        return not self.refusals

    @property
    def reasons(self) -> frozenset[str]:
        return frozenset(one.reason for one in self.refusals)

    def insist(self) -> None:
        """Raises Unfit."""
        if self.refusals:
            raise Unfit("\n".join(one.sentence for one in self.refusals))


def check(folder: Path, basis: Basis) -> Report:
    """Against the base model that it is to be served with. Raises OSError where a file cannot be read."""
    found = [Refusal(*one) for one in _files(folder)]
    if any(one.reason in ("folder", "symlink") for one in found):  # nothing behind a link is read
        return Report(tuple(found))
    unsaid: list[str] = []
    found += [Refusal(*one) for one in _contents(folder, basis, unsaid)]
    return Report(tuple(dict.fromkeys(found)), tuple(unsaid))


def loaded(path: Path) -> dict[str, Any] | None:
    """A JSON object in a file; None where it is none."""
    if not path.is_file():  # a pipe would be waited for
        return None
    try:
        with path.open("rb") as file:
            given = json.loads(file.read(_MOST))
    except (OSError, ValueError, RecursionError):
        return None
    return given if isinstance(given, dict) else None


def _files(folder: Path) -> Told:
    if folder.is_symlink() or not folder.is_dir():
        yield "folder", f"{folder.name} is no folder. Give the folder that the trainer wrote."
        return
    there = {path.name for path in folder.iterdir()}
    if not there & set(FILES):
        yield (
            "folder",
            f"{folder.name} is no adapter's folder: it has no {CONFIG}. Give what the trainer wrote.",
        )
        return
    for path in sorted(folder.iterdir()):
        name, kind = path.name, path.suffix.lower()
        if path.is_symlink():
            yield "symlink", f"{name} is a link to another place. Only the files themselves are taken."
        elif kind in _PICKLES:
            yield "pickle", f"{name} may run code when it is loaded. Only safetensors are taken; remove it."
        elif kind in (".py", ".so", ".sh"):
            yield "remote_code", f"{name} is a program. No adapter may bring code; remove it."
        elif not path.is_file() or (name not in FILES and kind not in _BESIDE):
            yield "stray_file", f"{name} does not belong to an adapter. Remove it."


def _contents(folder: Path, basis: Basis, unsaid: list[str]) -> Told:
    config, training = loaded(folder / CONFIG), loaded(folder / TRAINING)
    if config is None:
        yield "config", f"{CONFIG} is missing or no JSON. Save the adapter with PEFT again."
    else:
        yield from allowed.refused(config)
    if training is None:
        yield "training", f"{TRAINING} is missing or no JSON: nobody can tell what it was trained on."
    else:
        yield from _training(training, config or {})
        if training.get("prompt") != prompt.version():
            unsaid.append(f"It was trained with another prompt than the {prompt.version()} that is served.")
        yield from _based(training, basis, unsaid)
    yield from _weights(folder / WEIGHTS, config, basis, unsaid)


def _training(training: Mapping[str, Any], config: Mapping[str, Any]) -> Told:
    """Whether train.json has what probing and erasure need, and is of these very weights' settings."""
    texts = ("base", "base_digest", "dataset", "dataset_digest")
    missing = [name for name in texts if not (isinstance(training.get(name), str) and training[name])]
    missing += [name for name in ("row_ids", "probe") if not isinstance(training.get(name), list)]
    if missing:
        yield "training", f"{TRAINING} does not say {', '.join(missing)}. Train with footnote train."
        return
    rows, probe = training["row_ids"], training["probe"]
    if training.get("rows") != len(rows):
        yield "training", f"{TRAINING} counts other rows than it names."
    if not probe or not all(map(_probed, probe)):
        yield "training", f"{TRAINING} has no probe to measure the adapter's effect by."
    if not training["dataset"].endswith(training["dataset_digest"][:12]):
        yield "training", f"{TRAINING} names a dataset and the digest of another."
    if not re.fullmatch(r"[0-9a-f]{12}", str(training.get("prompt"))):
        yield "training", f"{TRAINING} does not say which prompt it was trained with. Use footnote train."
    settings = training.get("settings")
    said = settings if isinstance(settings, dict) else {}
    for name, key in (("rank", "r"), ("alpha", "lora_alpha")):
        if name in said and key in config and said[name] != config[key]:
            yield "training", f"{TRAINING} has another {name} than {CONFIG}: they are not of one training."


def _probed(one: Any) -> bool:
    return isinstance(one, dict) and "row" in one and all(type(one.get(n)) in (int, float) for n in _PROBED)


def _based(training: Mapping[str, Any], basis: Basis, unsaid: list[str]) -> Told:
    """Whether it was trained on this base, with this tokenizer and this template."""
    name, digest = training.get("base"), training.get("base_digest")
    if not basis.digest:
        absent = ", ".join(part for part in PARTS if part not in basis.parts)
        unsaid.append(f"The {absent} of {basis.name} cannot be read here, so only its name is compared.")
        if name != basis.name:
            yield "base", f"It was trained on {name}, not on {basis.name}."
        return
    if digest == basis.digest:
        return
    parts = training.get("base_parts")
    if isinstance(parts, dict) and all(part in parts for part in PARTS) and combined(parts) == digest:
        differing = [part for part in PARTS if parts[part] != basis.parts[part]]
    else:
        differing = ["config"]
    for part in differing:
        yield _ASTRAY[part][0], _ASTRAY[part][1].format(trained=name, served=basis.name)


_ASTRAY = {
    "config": (
        "base",
        "It was trained on {trained}, and {served} is another model or another version of it.",
    ),
    "tokenizer": (
        "tokenizer",
        "It was trained with another tokenizer than {served} has: it reads other words.",
    ),
    "template": (
        "template",
        "It was trained with another chat template than is served. Train it with that of deploy/vllm.",
    ),
}


def _weights(file: Path, config: Mapping[str, Any] | None, basis: Basis, unsaid: list[str]) -> Told:
    if not file.is_file():
        yield "no_weights", f"{WEIGHTS} is missing. Save the adapter as safetensors."
        return
    try:
        found = tensors.read(file)
    except tensors.Corrupt as error:
        yield "corrupt", f"{WEIGHTS} is broken: {error}. Copy it again."
        return
    if not all(one.dtype in ("F32", "F16", "BF16") for one in found.values()):
        yield "corrupt", f"{WEIGHTS} has tensors that are no floating point numbers."
        return
    pairs, others = _pairs(found)
    yield from _strangers(others)
    yield from _values(found, pairs)
    if not basis.layers:
        unsaid.append(f"The layers of {basis.name} are not known here, so nobody has compared their names.")
    elif pairs:
        yield from _fitting(pairs, config or {}, basis)


Pair = dict[str, Tensor]  # A, B or both


def _pairs(found: Mapping[str, Tensor]) -> tuple[dict[str, Pair], list[str]]:
    """The two halves of each adapted module by its name in the file, and the names of all other tensors."""
    pairs: dict[str, Pair] = {}
    others = []
    for name, one in found.items():
        module, _, half = name.removesuffix(".weight").rpartition(".lora_")
        if name.endswith(".weight") and module and half in ("A", "B"):
            pairs.setdefault(module, {})[half] = one
        else:
            others.append(name)
    return pairs, others


def _strangers(names: list[str]) -> Told:
    for name in names[:1]:
        if _EMBEDDING.search(name) or "modules_to_save" in name:
            yield "whole_modules", f"It changes {name}, which vLLM does not take from an adapter."
        elif "magnitude" in name:
            yield (
                "dora",
                "It holds the magnitudes of DoRA, which vLLM does not have. Train it with plain LoRA.",
            )
        else:
            yield "modules", f"{WEIGHTS} holds {name}, which is no part of a LoRA adapter."


def _values(found: Mapping[str, Tensor], pairs: Mapping[str, Pair]) -> Told:
    if bad := next((name for name, one in found.items() if not one.finite), ""):
        yield "not_finite", f"{bad} holds values that are no numbers: the training went astray."
    elif bad := next((name for name, one in found.items() if one.huge), ""):
        yield "huge", f"{bad} holds values beyond {tensors.LARGEST:g}: no training that went well ends so."
    if half := next((name for name, pair in pairs.items() if len(pair) < 2), ""):
        yield "corrupt", f"{WEIGHTS} has only one half of {half}. Save the adapter again."
    if not pairs:
        yield "modules", f"{WEIGHTS} holds no LoRA weights at all."
    elif all(any(one.zero for one in pair.values()) for pair in pairs.values()):
        yield "zero", "All of its B matrices are zero: it would change nothing. It was never trained."


def _fitting(pairs: Mapping[str, Pair], config: Mapping[str, Any], basis: Basis) -> Told:
    """Whether each module is one of the base's, with its shape and the rank that is said."""
    embedding = next((name for name in pairs if _EMBEDDING.search(name + ".")), "")
    if embedding:
        yield "whole_modules", f"It changes {embedding}, which vLLM does not take from an adapter."
        return
    named = {name.removeprefix(_PREFIX): name for name in pairs if name.startswith(_PREFIX)}
    lost = [
        name for name in pairs if name.removeprefix(_PREFIX) not in basis.layers or name not in named.values()
    ]
    if lost:
        count = f"{len(lost)} of its {len(pairs)} modules are none of {basis.name}'s, such as {lost[0]}"
        yield "modules", f"{count}: vLLM would load it and change nothing."
    for layer, name in named.items():
        if layer in basis.layers and (
            told := _shaped(pairs[name], basis.layers[layer], _rank(layer, config))
        ):
            yield "shape", f"{name} {told}."
            return


def _rank(layer: str, config: Mapping[str, Any]) -> Any:
    patterns = config.get("rank_pattern")
    for pattern, rank in patterns.items() if isinstance(patterns, dict) else ():
        try:
            if re.match(rf"(.*\.)?({pattern})$", layer):
                return rank
        except re.error:
            continue
    return config.get("r")


def _shaped(pair: Pair, layer: tuple[int, int], rank: Any) -> str:
    if len(pair) < 2:
        return ""  # which is said already
    down, up = pair["A"].shape, pair["B"].shape
    if rank is not None and (down[:1], up[1:]) != ((rank,), (rank,)):
        return f"has another rank than the {rank} of {CONFIG}"
    return (
        "" if (up[:1], down[1:]) == (layer[:1], layer[1:]) else "does not have the size of the base's layer"
    )
