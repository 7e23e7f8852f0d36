"""The configuration of an adapter in, what of it vLLM would refuse or leave out unsaid out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

ALPHA = 1024  # what an update is multiplied by is this by the rank: nobody trains with more than a few dozen
RANK = 16  # as deploy/vllm/server.py serves: more costs every adapter memory and speed
_INITS = frozenset("gaussian eva orthogonal mica lora_ga".split())  # those that leave the base as it is
# What PEFT writes and vLLM reads, or may leave out because it says nothing of how the adapter computes.
_READ = frozenset(
    "base_model_name_or_path eva_config exclude_modules inference_mode layers_pattern layers_to_transform"
    " lora_dropout lora_ga_config megatron_core peft_version qalora_group_size revision runtime_config"
    " use_rslora".split()
)
# What PEFT computes with and vLLM does not: only as it is where it is not used.
_UNUSED = frozenset(
    "alora_invocation_tokens arrow_config corda_config ensure_weight_tying fan_in_fan_out kasa_config"
    " layer_replication loftq_config megatron_config monteclora_config target_parameters"
    " trainable_token_indices use_bdlora use_qalora velora_config".split()
)
_FIXED = {"peft_type": "LORA", "task_type": "CAUSAL_LM"}
Told = Iterator[tuple[str, str]]  # the name of a reason and its sentence


def refused(config: Mapping[str, Any]) -> Told:
    """Each reason for which an adapter with this configuration is not to be served."""
    for name in sorted(config):
        yield from _CHECKS[name](config[name]) if name in _CHECKS else _plain(name, config[name])
    if "r" not in config or "lora_alpha" not in config:
        yield "config", "adapter_config.json has no r or no lora_alpha. Save the adapter with PEFT again."


def _plain(name: str, value: Any) -> Told:
    if name in _UNUSED and value:
        yield (
            "unsupported",
            f"It was trained with {name}, which vLLM leaves out without a word. Train it without that.",
        )
    elif name in _FIXED and value != _FIXED[name]:
        yield (
            "unsupported",
            f"Its {name} is {value!r}. Footnote serves LoRA adapters of language models alone.",
        )
    elif name not in _UNUSED | _READ | _FIXED.keys():
        yield (
            "unknown_field",
            f"adapter_config.json has the field {name!r}, which is not known: vLLM would leave it out.",
        )


def _code(value: Any) -> Told:
    if value:
        yield "remote_code", "It wants code of its own to be run (auto_map). No adapter may bring code."


def _dora(value: Any) -> Told:
    if value:
        yield "dora", "It was trained with DoRA, which vLLM does not have. Train it with plain LoRA."


def _bias(value: Any) -> Told:
    if value not in ("none", False, None):
        yield "bias", "It was trained with biases, which vLLM leaves out. Train it with bias none."


def _modules(value: Any) -> Told:
    if value:
        yield (
            "whole_modules",
            "It brings whole modules (modules_to_save), which vLLM leaves out. Train without them.",
        )


def _init(value: Any) -> Told:
    if isinstance(value, str) and value.lower() not in _INITS:
        yield (
            "init",
            f"It began with {value[:20]}, which changes the base model's weights. Convert it to a plain "
            "LoRA, or train with init_lora_weights true.",
        )


def _rank(value: Any) -> Told:
    if type(value) is not int or value < 1:
        yield "rank", f"Its rank is {value!r}; a rank is a whole number from 1 on."
    elif value > RANK:
        yield "rank", f"Its rank {value} is higher than the {RANK} that is served. Train it with rank {RANK}."


def _ranks(value: Any) -> Told:
    yield from _patterns(value, "rank_pattern")
    for rank in (value or {}).values() if isinstance(value, dict) else ():
        yield from _rank(rank)


def _patterns(value: Any, name: str) -> Told:
    """Keys are searched for as patterns: one that is more than a name could take for ever."""
    if value and not (isinstance(value, dict) and all(re.fullmatch(r"[\w.]+", key) for key in value)):
        yield "config", f"Its {name} is no table by names of modules."


def _alpha(value: Any) -> Told:
    if type(value) not in (int, float) or not 0 < value < float("inf"):
        yield "config", f"Its lora_alpha is {value!r}; it has to be a number above zero."
    elif value > ALPHA:
        yield "config", f"Its lora_alpha is {value!r}, beyond {ALPHA}: it would drown what the base knows."


def _alphas(value: Any) -> Told:
    yield from _patterns(value, "alpha_pattern")
    for alpha in (value or {}).values() if isinstance(value, dict) else ():
        yield from _alpha(alpha)


def _targets(value: Any) -> Told:
    named = [value] if isinstance(value, str) else value
    if not (isinstance(named, list) and named and all(isinstance(one, str) and one for one in named)):
        yield "config", f"Its target_modules are {str(value)[:20]!r}; they are names of modules."


_CHECKS: Mapping[str, Callable[[Any], Told]] = {
    "auto_map": _code,
    "auto_mapping": _code,
    "trust_remote_code": _code,
    "use_dora": _dora,
    "bias": _bias,
    "lora_bias": _bias,
    "modules_to_save": _modules,
    "init_lora_weights": _init,
    "r": _rank,
    "rank_pattern": _ranks,
    "lora_alpha": _alpha,
    "alpha_pattern": _alphas,
    "target_modules": _targets,
}
