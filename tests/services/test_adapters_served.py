"""Adapters on a real vLLM: followed by a bot, proven by their effect, and one that does nothing found out."""

from __future__ import annotations

import json
import shutil
import struct
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from kestrel import ASKED
from operated import command, following, names, ready, until

from bot import wiring
from bot.settings import load
from deploy.vllm.server import Serving, ask, running
from docs.by_heart import Tiny
from model.learning.basis import Basis
from model.learning.probe import Example, NotProbed, Probe, examples
from model.learning.tensors import read
from model.writing import prompt

pytestmark = [pytest.mark.services, pytest.mark.timeout(2400)]
GAUGE = Path(__file__).with_name("gauged.py")
WEIGHTS = "adapter_model.safetensors"
FOLLOWED_S = 5.0
Change = Callable[[str, np.ndarray[Any, Any]], tuple[str, np.ndarray[Any, Any]]]


@dataclass(frozen=True)
class Trained:
    """The tiny base, and a folder of adapters of it with what a trainer writes beside them."""

    base: Path
    adapter: Path
    home: Path
    rows: list[dict[str, Any]]


@pytest.fixture(scope="session")
def trained(by_heart: Tiny, torch_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """The adapter as footnote train would leave it, its dataset in a home beside it."""
    home = tmp_path_factory.mktemp("learning")
    pairs = home / "pairs.json"
    pairs.write_text(json.dumps(by_heart.rows))
    words = [str(torch_python), str(GAUGE), str(pairs), str(by_heart.base), str(by_heart.adapter)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    ids = [f"{n:016x}" for n in range(len(by_heart.rows))]
    basis, dataset = Basis.of(str(by_heart.base)), "kestrel-0123456789ab"
    train = {
        "base": basis.name, "base_digest": basis.digest, "base_parts": dict(basis.parts), "seed": 20,
        "dataset": dataset, "dataset_digest": "0123456789ab", "rows": len(ids), "row_ids": ids,
        "prompt": prompt.version(),
        "probe": [{"row": id, **one} for id, one in zip(ids, json.loads(done.stdout), strict=True)],
    }  # fmt: skip
    adapter = shutil.copytree(by_heart.adapter, home / "adapter")
    (adapter / "train.json").write_text(json.dumps(train))
    folder = home / "models" / "datasets" / dataset
    folder.mkdir(parents=True)
    lines = [
        json.dumps({"id": id, "messages": row["messages"], "completion": row["answer"]})
        for id, row in zip(ids, by_heart.rows, strict=True)
    ]
    (folder / "sft.jsonl").write_text("\n".join(lines))
    return Trained(by_heart.base, adapter, home, by_heart.rows)


def changed(of: Path, to: Path, change: Change) -> Path:
    """A copy whose weights, of 32 bits, are others."""
    shutil.copytree(of, to)
    header, body = {}, b""
    for name, one in read(of / WEIGHTS).items():
        raw = b"".join(piece.tobytes() for piece in one.pieces())
        now, array = change(name, np.frombuffer(raw, np.float32))
        at = [len(body), len(body) + len(raw)]
        header[now] = {"dtype": "F32", "shape": one.shape, "data_offsets": at}
        body += array.astype(np.float32).tobytes()
    head = json.dumps(header).encode()
    (to / WEIGHTS).write_bytes(struct.pack("<Q", len(head)) + head + body)
    return to


def weakened(name: str, array: np.ndarray[Any, Any]) -> tuple[str, np.ndarray[Any, Any]]:
    return name, array * (0.25 if ".lora_B." in name else 1)


def zeroed(name: str, array: np.ndarray[Any, Any]) -> tuple[str, np.ndarray[Any, Any]]:
    return name, array * (".lora_B." not in name)


def stronger(name: str, array: np.ndarray[Any, Any]) -> tuple[str, np.ndarray[Any, Any]]:
    return name, array * (1.01 if ".lora_B." in name else 1)


def astray(name: str, array: np.ndarray[Any, Any]) -> tuple[str, np.ndarray[Any, Any]]:
    return name.replace("model.model.layers", "model.model.language_model.layers"), array


@pytest.fixture(scope="module")
def vllm_with(trained: Trained, missing: Callable[[str], None], tmp_path_factory: Any) -> Iterator[Probe]:
    """A real vLLM with the adapter as trained and with three that a preflight would, or could not, refuse."""
    ready("serve-cpu", missing)
    at = tmp_path_factory.mktemp("changed")
    adapters = {
        "trained": trained.adapter,
        "weakened": changed(trained.adapter, at / "weakened", weakened),
        "zeroed": changed(trained.adapter, at / "zeroed", zeroed),
        "astray": changed(trained.adapter, at / "astray", astray),
    }
    with running(Serving(str(trained.base), adapters), at / "vllm.log") as server:
        yield Probe(server.base_url, "", "base")


@pytest.fixture
def measured(trained: Trained) -> list[Example]:
    train = json.loads((trained.adapter / "train.json").read_text())
    return examples(train, trained.home / "models" / "datasets")


def test_an_adapter_that_works_gains_what_its_trainer_measured(
    vllm_with: Probe, measured: list[Example]
) -> None:
    effect = vllm_with.effect("trained", measured)

    print(f"gain {effect.gain:.4f}, trained {effect.trained:.4f}")
    assert effect.astray == ()
    assert effect.gain == pytest.approx(effect.trained, rel=0.1)
    assert all(one.differs for one in effect.rows)


@pytest.mark.parametrize("name", ["zeroed", "astray"])
def test_an_adapter_that_loads_and_does_nothing_is_found_out(
    vllm_with: Probe, measured: list[Example], name: str
) -> None:
    effect = vllm_with.effect(name, measured)

    assert effect.gain == 0.0
    assert effect.astray == (
        "It has no effect: the server answers under its name with the base model's words.",
    )


def test_an_adapter_that_works_otherwise_than_trained_is_found_out(
    vllm_with: Probe, measured: list[Example]
) -> None:
    effect = vllm_with.effect("weakened", measured)

    print(f"weakened: gain {effect.gain:.4f}, reached {effect.reached:.4f}, trained {effect.taught:.4f}")
    assert [sentence.rpartition(": ")[2] for sentence in effect.astray[:1]] == [
        "it is not served as it was trained."
    ]


def test_a_name_that_is_not_served_is_not_probed(vllm_with: Probe, measured: list[Example]) -> None:
    with pytest.raises(NotProbed, match="does not serve kb-0009"):
        vllm_with.effect("kb-0009", measured)


@dataclass(frozen=True)
class Live:
    """A server that follows a registry, and a home whose bot asks it; `first` is in production."""

    address: str
    home: Path
    first: str
    said: Path

    def adapters(self, *words: str) -> subprocess.CompletedProcess[str]:
        return command("adapters", *words, **shell(self.home, self.address))

    def writers(self) -> Callable[[], str]:
        """Each call asks one and the same bot, and gives whom the answer's record names."""
        settings = load(
            _env_file=None, home=self.home, writer="chat", vllm_base_url=self.address, writer_timeout_s=120
        )
        bot = wiring.chain(settings)

        def writer() -> str:
            answer = bot.invoke(next(iter(ASKED)))
            wiring.record(settings, answer)
            return wiring.kept(settings, answer.id).record.writer

        return writer


def shell(home: Path, address: str) -> dict[str, str]:
    return {"FOOTNOTE_HOME": str(home), "FOOTNOTE_WRITER": "chat", "VLLM_BASE_URL": address}


@pytest.fixture
def live(trained: Trained, missing: Callable[[str], None], documents: Path) -> Iterator[Live]:
    ready("serve-cpu", missing)
    indexed = command("index", str(documents), "--source", "kestrel", **shell(trained.home, ""))
    assert indexed.returncode == 0, indexed.stderr
    first = command("adapters", "add", str(trained.adapter), **shell(trained.home, "")).stdout.strip()
    done = command("adapters", "promote", first, "--override", "the first", **shell(trained.home, ""))
    assert done.returncode == 0, done.stderr
    said = trained.home / "supervisor.log"
    with following(trained.base, trained.home / "models", said) as address:
        until(lambda: first in names(address), said)
        yield Live(address, trained.home, first, said)


def test_a_promotion_writes_the_next_answer_and_a_rollback_brings_the_old_one_back(
    live: Live, trained: Trained, tmp_path: Path
) -> None:
    second, broken = (changed(trained.adapter, tmp_path / how.__name__, how) for how in (stronger, zeroed))
    writer, meanwhile = live.writers(), list[str]()

    def served(name: str) -> bool:
        meanwhile.append(ask(live.address, live.first, "hello")["model"])
        return name in names(live.address)

    wrote = [writer()]
    refused = live.adapters("add", str(broken))
    new = live.adapters("add", str(second)).stdout.strip()
    early = live.adapters("promote", new, "--override", "early")
    until(lambda: served(new), live.said)
    proven = live.adapters("probe", new)
    promoted = live.adapters("promote", new, "--override", "a test")
    time.sleep(FOLLOWED_S)
    wrote.append(writer())
    back = live.adapters("rollback")
    time.sleep(FOLLOWED_S)
    wrote.append(writer())

    assert refused.returncode == 1 and "would change nothing" in refused.stderr
    assert early.returncode == 1 and "does not serve" in early.stderr
    assert len(meanwhile) > 1 and set(meanwhile) == {live.first}  # the old server, while the new one started
    assert proven.returncode == 0, proven.stdout + proven.stderr
    assert (promoted.returncode, back.returncode) == (0, 0), promoted.stderr + back.stderr
    assert wrote == [live.first, new, live.first]
    print(f"{len(meanwhile)} answers by the old server meanwhile; {proven.stdout}")
