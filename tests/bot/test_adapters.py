"""footnote adapters: what is refused and why, what is promoted, and that the old adapter serves on."""

from __future__ import annotations

import json
import os
import shutil
import struct
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import small_adapter
from spoken import footnote

from bot.memory.audit import Audit
from bot.play.model import ModelStandIn
from bot.settings import load
from bot.wiring.models import registry
from model.learning import preflight
from model.learning.registry import Registry

WEIGHTS = "adapter_model.safetensors"
FIRST = f"{small_adapter.PREFIX}.0.self_attn.q_proj"
Change = Callable[[Path], object]
Alone = Callable[[Path], AbstractContextManager[None]]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_adapter.base(tmp_path_factory.mktemp("models") / "base")


@pytest.fixture
def home() -> Registry:
    return registry(load(_env_file=None))


@pytest.fixture(scope="module")
def promoted(base: Path, tmp_path_factory: pytest.TempPathFactory, alone: Alone) -> tuple[Path, str]:
    """A home with an adapter in production, and its name. Not to be changed."""
    place = tmp_path_factory.mktemp("promoted")
    folder = small_adapter.adapter(place / "old", base, seed=7)
    with alone(place / "home"):
        added = footnote("adapters", "add", str(folder)).stdout.strip()
        footnote("adapters", "promote", added, "--override", "the first")
    return place / "home", added


@pytest.fixture
def old(home: Registry, promoted: tuple[Path, str]) -> str:
    """An adapter in production."""
    shutil.copytree(promoted[0], load(_env_file=None).home)
    return promoted[1]


@pytest.fixture
def folder(base: Path, tmp_path: Path) -> Path:
    return small_adapter.adapter(tmp_path / "new", base)


def test_what_a_trainer_wrote_in_the_home_is_meant_by_its_name(home: Registry, folder: Path) -> None:
    shutil.copytree(folder, home.folder / "trained" / "kb-1-0")

    assert footnote("adapters", "check", "kb-1-0").stdout.endswith("It can be served.\n")
    assert footnote("adapters", "add", "kb-1-0").stdout.strip() in home.adapters()
    assert "is no folder" in footnote("adapters", "add", "kb-2-0").stderr


def setting(name: str, value: Any) -> Change:
    return lambda folder: edited(folder / preflight.CONFIG, {name: value})


def trained(**values: Any) -> Change:
    return lambda folder: edited(folder / preflight.TRAINING, values)


def edited(file: Path, values: dict[str, Any]) -> None:
    file.write_text(json.dumps(json.loads(file.read_text()) | values))


def weighing(change: Callable[[small_adapter.Weights], small_adapter.Weights]) -> Change:
    return lambda folder: (folder / WEIGHTS).write_bytes(
        small_adapter.safetensors(change(small_adapter.weights()))
    )


def piped(folder: Path) -> None:
    """Whoever opened it would wait for ever."""
    (folder / preflight.CONFIG).unlink()
    os.mkfifo(folder / preflight.CONFIG)


def cut(folder: Path) -> None:
    whole = (folder / WEIGHTS).read_bytes()
    (folder / WEIGHTS).write_bytes(whole[:-100])


def linked(folder: Path) -> None:
    outside = folder.parent / "elsewhere.safetensors"
    (folder / WEIGHTS).rename(outside)
    (folder / WEIGHTS).symlink_to(outside)


def other(**parts: str) -> Change:
    """Trained on a base that differs in these parts."""

    def change(folder: Path) -> None:
        from model.learning.basis import combined

        train = json.loads((folder / preflight.TRAINING).read_text())
        differing = train["base_parts"] | parts
        edited(folder / preflight.TRAINING, {"base_parts": differing, "base_digest": combined(differing)})

    return change


def without_b(given: small_adapter.Weights) -> small_adapter.Weights:
    return {name: array * (".lora_A." in name) for name, array in given.items()}


def renamed(was: str, now: str) -> Change:
    return weighing(lambda given: {name.replace(was, now): one for name, one in given.items()})


def plus(name: str) -> Change:
    return weighing(lambda given: given | {name: np.ones((4, 4), np.float32)})


def infinite(given: small_adapter.Weights) -> small_adapter.Weights:
    given[f"{FIRST}.lora_A.weight"][0, 0] = np.inf
    return given


def huge(given: small_adapter.Weights) -> small_adapter.Weights:
    given[f"{FIRST}.lora_A.weight"][0, 0] = -3e38
    return given


REFUSED: dict[str, tuple[Change, str, str]] = {
    "a pickle": (lambda f: (f / "adapter_model.bin").write_bytes(b"\x80"), "pickle", "may run code"),
    "another pickle": (lambda f: (f / "optimizer.pt").write_bytes(b"\x80"), "pickle", "Only safetensors"),
    "a folder in it": (lambda f: (f / "ref").mkdir(), "stray_file", "does not belong to an adapter"),
    "a link out of it": (linked, "symlink", "is a link to another place"),
    "no file but a pipe": (piped, "stray_file", "does not belong to an adapter"),
    "a program": (lambda f: (f / "modeling.py").write_text("x"), "remote_code", "is a program"),
    "code of its own": (setting("auto_map", {"AutoModel": "x.y"}), "remote_code", "code of its own"),
    "another base": (other(config="0" * 64), "base", "is another model or another version"),
    "a base by digest alone": (trained(base_digest="0" * 64), "base", "is another model"),
    "another tokenizer": (other(tokenizer="0" * 64), "tokenizer", "another tokenizer"),
    "another template": (other(template="0" * 64), "template", "another chat template"),
    "DoRA": (setting("use_dora", True), "dora", "DoRA"),
    "DoRA by its tensors": (plus(f"{FIRST}.lora_magnitude_vector"), "dora", "magnitudes"),
    "biases": (setting("bias", "all"), "bias", "biases"),
    "a bias of LoRA": (setting("lora_bias", True), "bias", "biases"),
    "a rank too high": (setting("r", 64), "rank", "rank 64 is higher than the 16"),
    "a rank that is none": (setting("r", 0), "rank", "whole number"),
    "a rank too high for some": (setting("rank_pattern", {"q_proj": 32}), "rank", "rank 32"),
    "B all zero": (weighing(without_b), "zero", "would change nothing"),
    "an unknown field": (setting("sparkle", 1), "unknown_field", "'sparkle'"),
    "a field that vLLM leaves out": (setting("kasa_config", {"beta": 1}), "unsupported", "kasa_config"),
    "activated LoRA": (setting("alora_invocation_tokens", [1]), "unsupported", "alora_invocation_tokens"),
    "another kind": (setting("peft_type", "IA3"), "unsupported", "LoRA adapters of language models"),
    "a prefix that fits nowhere": (
        renamed("model.layers", "language_model.layers"),
        "modules",
        "change noth",
    ),
    "a layer too many": (renamed("layers.1", "layers.9"), "modules", "2 of its 4 modules"),
    "another shape": (weighing(lambda g: {n: a[:, :2] for n, a in g.items()}), "shape", "another rank"),
    "whole modules": (setting("modules_to_save", ["lm_head"]), "whole_modules", "whole modules"),
    "an embedding": (renamed("self_attn.q_proj", "embed_tokens"), "whole_modules", "embed_tokens"),
    "PiSSA": (setting("init_lora_weights", "pissa_niter_4"), "init", "pissa_niter_4"),
    "OLoRA": (setting("init_lora_weights", "olora"), "init", "olora"),
    "no weights": (lambda f: (f / WEIGHTS).unlink(), "no_weights", "is missing"),
    "weights cut short": (cut, "corrupt", "ends within a tensor"),
    "weights of another kind": (lambda f: (f / WEIGHTS).write_bytes(b"PK" * 99), "corrupt", "broken"),
    "one half": (weighing(lambda g: dict(list(g.items())[1:])), "corrupt", "only one half"),
    "no numbers": (weighing(infinite), "not_finite", "no numbers"),
    "values that no training ends with": (weighing(huge), "huge", "beyond 1000"),
    "an alpha beyond all": (setting("lora_alpha", 1e30), "config", "beyond 1024"),
    "targets that are none": (setting("target_modules", 5), "config", "names of modules"),
    "a prompt that is none": (trained(prompt="zzz"), "training", "which prompt"),
    "no train.json": (lambda f: (f / "train.json").unlink(), "training", "is missing"),
    "a train.json of another": (trained(settings={"rank": 8}), "training", "not of one training"),
    "no probe": (trained(probe=[]), "training", "no probe"),
    "another dataset": (trained(dataset_digest="f" * 64), "training", "digest of another"),
    "a broken configuration": (lambda f: (f / preflight.CONFIG).write_text("{"), "config", "no JSON"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_bad_adapter_is_refused_by_name_and_the_old_one_serves_on(
    old: str, folder: Path, home: Registry, what: str
) -> None:
    change, reason, words = REFUSED[what]
    change(folder)

    checked = footnote("adapters", "check", str(folder))
    added = footnote("adapters", "add", str(folder))

    said = dict(line.partition(": ")[::2] for line in checked.stdout.splitlines())
    assert checked.returncode == added.returncode == 1
    assert words in said.get(reason, ""), checked.stdout
    assert words in added.stderr
    assert home.serving().production == old and home.adapters() == [old]
    assert sorted(path.name for path in (home.folder / "adapters").iterdir()) == [old]


def test_every_reason_has_a_sentence_of_its_own(old: str, base: Path, tmp_path: Path) -> None:
    said: dict[str, set[str]] = {}
    for n, (change, _, _) in enumerate(REFUSED.values()):
        folder = small_adapter.adapter(tmp_path / str(n), base)
        change(folder)
        for one in json.loads(footnote("adapters", "check", str(folder), "--json").stdout)["refusals"]:
            said.setdefault(one["sentence"], set()).add(one["reason"])

    assert all(len(reasons) == 1 for reasons in said.values())
    assert len({reason for reasons in said.values() for reason in reasons}) >= 14


def test_a_good_adapter_can_be_served(old: str, folder: Path) -> None:
    (folder / "README.md").write_text("as PEFT writes it")

    done = footnote("adapters", "check", str(folder))

    assert (done.returncode, done.stdout) == (0, "It can be served.\n")


def test_weights_in_half_precision_are_read_as_such(old: str, folder: Path) -> None:
    as_bfloat = {
        name: (array.view(np.uint32) >> 16).astype(np.uint16)
        for name, array in small_adapter.weights().items()
    }
    (folder / WEIGHTS).write_bytes(small_adapter.safetensors(as_bfloat, "BF16"))
    good = footnote("adapters", "check", str(folder))
    as_bfloat[f"{FIRST}.lora_A.weight"][0, 0] = 0x7FC0  # not a number
    (folder / WEIGHTS).write_bytes(small_adapter.safetensors(as_bfloat, "BF16"))

    assert good.returncode == 0, good.stdout
    assert "not_finite" in footnote("adapters", "check", str(folder)).stdout


@pytest.mark.parametrize("length", [0, 7, 1 << 20, 1 << 62])
def test_a_header_that_lies_about_its_length_is_no_header(old: str, folder: Path, length: int) -> None:
    (folder / WEIGHTS).write_bytes(struct.pack("<Q", length) + b"{}")

    assert "corrupt" in footnote("adapters", "check", str(folder)).stdout


def test_a_base_that_is_not_here_is_compared_by_name_and_that_is_said(old: str, folder: Path) -> None:
    done = footnote("adapters", "check", str(folder), "--base", "Someone/Model-4B")

    assert done.returncode == 1
    assert "not on Someone/Model-4B" in done.stdout
    assert "Not compared: The config, tokenizer of Someone/Model-4B cannot be read here" in done.stdout


def test_a_base_in_the_hubs_cache_is_compared_whole(
    old: str, folder: Path, base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cached = tmp_path / "hub" / "models--Someone--Model-4B"
    (cached / "refs").mkdir(parents=True)
    (cached / "refs" / "main").write_text("abc")
    (cached / "snapshots").mkdir()
    os.symlink(base, cached / "snapshots" / "abc")
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))

    done = footnote("adapters", "check", str(folder), "--base", "Someone/Model-4B")

    assert (done.returncode, done.stdout) == (0, "It can be served.\n")


def judged(home: Registry, candidate: str, production: str, verdict: str, **more: str) -> None:
    place = home.folder / "verdicts" / f"{candidate}-vs-{production or 'base'}"
    place.mkdir(parents=True, exist_ok=True)
    said = {"verdict": verdict, "candidate": candidate, "production": production or "base", **more}
    (place / "verdict.json").write_text(json.dumps(said))


@pytest.mark.parametrize("verdict", ["fail", "insufficient"])
def test_only_a_verdict_pass_against_todays_production_promotes(
    old: str, folder: Path, home: Registry, verdict: str
) -> None:
    new = footnote("adapters", "add", str(folder)).stdout.strip()
    unjudged = footnote("adapters", "promote", new)
    judged(home, new, "", "pass")  # against the base, which does not answer today
    stale = footnote("adapters", "promote", new)
    judged(home, new, old, verdict)
    refused = footnote("adapters", "promote", new)

    assert (unjudged.returncode, stale.returncode, refused.returncode) == (1, 1, 1)
    assert "has not been judged" in unjudged.stderr and "has not been judged" in stale.stderr
    assert f"is '{verdict}'" in refused.stderr
    assert home.serving().production == old


def test_a_verdict_promotes_once_and_only_where_it_asked_for_as_much_as_is_usual(
    old: str, folder: Path, home: Registry
) -> None:
    new = footnote("adapters", "add", str(folder)).stdout.strip()
    judged(home, new, old, "pass", at=datetime.now(UTC).isoformat(), lowered="It has 20 items.")
    lowered = footnote("adapters", "promote", new)
    judged(home, new, old, "pass", at=datetime.now(UTC).isoformat())
    promoted = footnote("adapters", "promote", new)
    footnote("adapters", "rollback")
    again = footnote("adapters", "promote", new)
    judged(home, new, old, "pass", at=datetime.now(UTC).isoformat())
    anew = footnote("adapters", "promote", new)

    assert [one.returncode for one in (lowered, promoted, again, anew)] == [1, 0, 1, 0]
    assert "less than is usual: It has 20 items." in lowered.stderr
    assert f"{new} was rolled back after its verdict" in " ".join(again.stderr.split())


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("WRITER", "extract", "where FOOTNOTE_WRITER is chat"),
        ("MODEL", "other", "where FOOTNOTE_MODEL is empty"),
    ],
)
def test_a_promotion_says_what_answers_where_the_adapter_does_not(
    old: str, folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv("FOOTNOTE_WRITER", "chat")
    monkeypatch.setenv(f"FOOTNOTE_{name}", value)
    new = footnote("adapters", "add", str(folder)).stdout.strip()

    done = footnote("adapters", "promote", new, "--override", "a try")

    assert said in done.stdout and "answers now" not in done.stdout


def test_the_candidate_is_shown_and_goes_only_where_somebody_says_so(old: str, folder: Path) -> None:
    new = footnote("adapters", "add", str(folder)).stdout.strip()

    shown = [footnote("adapters", "candidate") for _ in range(2)]

    assert [one.stdout for one in shown] == [f"Candidate: {new}.\n"] * 2
    assert footnote("adapters", "candidate", new, "--none").returncode == 2
    assert footnote("adapters", "candidate", "--none").stdout == "Candidate: none.\n"
    assert footnote("adapters", "candidate", new).stdout == f"Candidate: {new}.\n"


def test_a_promotion_and_its_rollback_are_in_the_log_and_in_the_audit(
    old: str, folder: Path, home: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = footnote("adapters", "add", str(folder)).stdout.strip()
    judged(home, new, old, "pass")
    monkeypatch.setenv("FOOTNOTE_WRITER", "chat")
    promoted = footnote("adapters", "promote", new)
    during = home.serving()
    back = footnote("adapters", "rollback", "--why", "wrong citations")
    base = footnote("adapters", "rollback")
    none = footnote("adapters", "rollback")

    assert promoted.stdout == f"{new} answers now; {old} is kept to go back to.\n"
    assert (during.production, during.previous, during.candidate) == (new, old, "")
    assert old in back.stdout and "base model" in base.stdout.lower()
    assert home.serving().production == "" and none.returncode == 1
    log = [(event.what, event.adapter, event.why) for event in home.events()]
    assert log == [
        ("add", old, ""), ("candidate", old, ""), ("promote", old, "override: the first"), ("add", new, ""),
        ("candidate", new, ""), ("promote", new, "pass"), ("rollback", new, "wrong citations"),
        ("rollback", old, ""),
    ]  # fmt: skip
    rows = [(row.what, row.about) for row in Audit(_engine()).latest()]
    assert rows[:4] == [
        ("rollback", "ended=RegistryError"),
        ("rollback", f"{old} to base"), ("rollback", f"{new} to {old}"), ("promote", f"{new} pass"),
    ]  # fmt: skip


def _engine() -> Any:
    from bot import wiring

    return wiring.engine(load(_env_file=None))


def test_an_adapter_shows_what_it_was_made_of_and_the_erased_rows_it_saw(
    old: str, folder: Path, home: Registry
) -> None:
    new = footnote("adapters", "add", str(folder)).stdout.strip()
    judged(home, new, old, "insufficient")
    before = footnote("adapters", "show", new[:8]).stdout
    (home.folder / "erased.jsonl").write_text(
        '{"row": "00000000000000b2", "answer": ""}\n{"row": "ffffffffffffffff", "answer": "a7"}\n'
    )
    shown = footnote("adapters", "show", new).stdout
    again = footnote("adapters", "add", str(folder))

    assert again.stdout.strip() == new and "with erased rows: 1 of 2." in again.stderr
    assert "dataset: kb-0123456789ab" in shown and f"verdict: insufficient ({new}-vs-{old})" in shown
    assert "erased" not in before
    assert "trained with erased rows: 1 (00000000000000b2)" in shown
    assert json.loads(footnote("adapters", "show", new, "--json").stdout)["erased_rows"] == [
        "00000000000000b2"
    ]


def test_an_adapter_that_was_changed_after_it_was_added_is_not_promoted(
    old: str, folder: Path, home: Registry
) -> None:
    new = footnote("adapters", "add", str(folder)).stdout.strip()
    changed = small_adapter.safetensors(small_adapter.weights(seed=99))
    (home.path(new) / WEIGHTS).write_bytes(changed)

    done = footnote("adapters", "promote", new, "--override", "I know better")

    assert done.returncode == 1 and "are not those that were added" in done.stderr
    assert home.serving().production == old


def test_the_same_weights_are_one_adapter_in_whatever_order_they_were_written(
    old: str, folder: Path, home: Registry, base: Path, tmp_path: Path
) -> None:
    again = small_adapter.adapter(tmp_path / "again", base, target_modules=["q_proj", "v_proj"])
    turned = dict(reversed(small_adapter.weights().items()))
    (again / WEIGHTS).write_bytes(small_adapter.safetensors(turned))

    ids = {footnote("adapters", "add", str(one)).stdout for one in (folder, again)}

    assert len(ids) == 1
    assert len(home.adapters()) == 2


@pytest.mark.parametrize("writer", ["chat", "extract"])
def test_an_adapter_that_the_model_server_has_not_loaded_is_not_promoted(
    old: str, folder: Path, home: Registry, monkeypatch: pytest.MonkeyPatch, writer: str
) -> None:
    new = footnote("adapters", "add", str(folder)).stdout.strip()
    with ModelStandIn() as server:
        monkeypatch.setenv("FOOTNOTE_WRITER", writer)
        monkeypatch.setenv("VLLM_BASE_URL", server.base_url)
        refused = footnote("adapters", "promote", new, "--override", "soon")
        anyway = footnote("adapters", "promote", new, "--override", "soon", "--unproven")

    assert refused.returncode == 1 and f"does not serve {new} yet" in refused.stderr
    assert anyway.returncode == 0 and home.serving().production == new


def test_a_folder_that_is_no_adapters_is_one_sentence(base: Path) -> None:
    done = footnote("adapters", "check", str(base))

    assert "is no adapter's folder" in done.stdout and "emove it" not in done.stdout
