"""A training whose base model is not there, or whose adapter is, ends with a sentence about what to do."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from model.learning import train
from model.learning.encoding import Mismatch
from model.learning.folders import alone
from model.learning.plan import Plan


@pytest.mark.parametrize("error", [OSError("no such repository"), ValueError("no model_type")])
def test_a_base_that_cannot_be_loaded_is_named_with_what_to_do(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(*_: Any, **__: Any) -> None:
        raise error

    loader = SimpleNamespace(from_pretrained=nothing)
    names = ("AutoTokenizer", "AutoModelForCausalLM", "BitsAndBytesConfig")
    monkeypatch.setitem(sys.modules, "transformers", SimpleNamespace(**dict.fromkeys(names, loader)))
    cpu = SimpleNamespace(cuda=SimpleNamespace(is_available=bool), float32=None)
    monkeypatch.setitem(sys.modules, "torch", cpu)

    with pytest.raises(Mismatch, match="nowhere/at-all cannot be loaded"):
        train._tokenizer("nowhere/at-all")
    with pytest.raises(Mismatch, match="HF_HUB_OFFLINE"):
        train._base(Plan("data", "nowhere/at-all", "out"))


def test_of_two_trainings_of_one_adapter_the_second_waits_and_finds_it_there(tmp_path: Path) -> None:
    plan = Plan(str(tmp_path / "dataset"), "base", str(tmp_path / "kb-0"))
    with ThreadPoolExecutor(1) as threads:
        with alone(tmp_path, ".kb-0.partial.lock"):  # as the first has it
            second = threads.submit(train.run, plan)
            assert not wait([second], timeout=0.2).done
            Path(plan.out).mkdir()

        with pytest.raises(Mismatch, match="kb-0 is there already"):
            second.result()
