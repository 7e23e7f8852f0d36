"""A bot follows the registry: what is promoted writes the next answer, what was under way stays as it was."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import small_adapter

from bot.play.model import ModelStandIn
from bot.settings import Settings, load
from bot.wiring.models import registry, rungs
from model.answer import WriterUnavailable
from model.learning import pointer as pointers
from model.learning.basis import Basis
from model.learning.pointer import EVERY_S, Pointer
from model.learning.registry import Registry
from model.writing.rung import Rung
from retrieval.passage import Passage, SettingError

TEXT = "Each parent gets 20 weeks at full pay."
PASSAGES = [Passage("p", "leave.md", "handbook", "Leave", TEXT, 0, len(TEXT), "u")]
FOLLOWED_S = 5.0


SOON_S = 0.1  # between two looks at the registry, here


@pytest.fixture(autouse=True)
def _looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pointers, "EVERY_S", SOON_S)


@pytest.fixture
def server() -> Iterator[ModelStandIn]:
    with ModelStandIn() as running:
        yield running


@pytest.fixture
def settings(server: ModelStandIn, tmp_path: Path) -> Settings:
    return load(_env_file=None, home=tmp_path / "home", writer="chat", vllm_base_url=server.base_url)


@pytest.fixture
def home(settings: Settings) -> Registry:
    return registry(settings)


@pytest.fixture
def ids(home: Registry, server: ModelStandIn, tmp_path: Path) -> list[str]:
    """Two adapters that the server has, as the stand-in has any name it is told."""
    base = small_adapter.base(tmp_path / "base")
    folders = (small_adapter.adapter(tmp_path / str(n), base, n) for n in (1, 2))
    ids = [home.add(folder, Basis.of(str(base)), "ada") for folder in folders]
    server.plays.update({"base": "good", **dict.fromkeys(ids, "good")})
    return ids


def writer(rung: Rung) -> str:
    return rung.write("How many weeks?", PASSAGES, 10).writer


def until(rung: Rung, name: str) -> float:
    """Seconds until it writes under that name."""
    began = time.monotonic()
    while writer(rung) != name:
        assert time.monotonic() - began < FOLLOWED_S
        time.sleep(0.02)
    return time.monotonic() - began


def test_a_promoted_adapter_writes_the_next_answer_and_a_rollback_brings_the_old_one_back(
    settings: Settings, home: Registry, ids: list[str]
) -> None:
    home.promote(ids[0], "ada", "the first")
    (rung,) = rungs(settings)
    first = writer(rung)

    home.promote(ids[1], "ada", "the second")
    until(rung, ids[1])
    home.rollback("ada")
    until(rung, ids[0])
    home.rollback("ada")
    until(rung, "base")

    assert first == ids[0]


def test_an_answer_under_way_keeps_the_model_it_began_with(
    settings: Settings, home: Registry, ids: list[str], server: ModelStandIn
) -> None:
    server.plays[ids[0]] = "ttft-5s"
    home.promote(ids[0], "ada", "the first")
    (rung,) = rungs(settings)
    wrote: list[str] = []
    under_way = threading.Thread(target=lambda: wrote.append(writer(rung)))
    under_way.start()
    while not server.requests:
        time.sleep(0.01)

    home.promote(ids[1], "ada", "the second")
    time.sleep(SOON_S + 0.1)
    after, before_it = writer(rung), list(wrote)
    under_way.join()

    assert (after, before_it, wrote) == (ids[1], [], [ids[0]])


def test_a_set_model_is_asked_whatever_the_registry_says(
    settings: Settings, home: Registry, ids: list[str]
) -> None:
    home.promote(ids[0], "ada", "the first")

    ladder = rungs(settings.model_copy(update={"model": "good"}))

    assert [writer(rung) for rung in ladder] == ["good"]


def test_without_a_model_a_base_or_a_registry_there_is_nobody_to_ask(settings: Settings) -> None:
    with pytest.raises(SettingError, match="FOOTNOTE_MODEL: is empty"):
        rungs(settings)


def test_a_new_adapter_does_not_suffer_for_the_failures_of_the_old_one(
    settings: Settings, home: Registry, ids: list[str], server: ModelStandIn
) -> None:
    server.plays[ids[0]] = "wrong-model"
    home.promote(ids[0], "ada", "the first")
    (rung,) = rungs(settings)
    for _ in range(4):
        with pytest.raises(WriterUnavailable):
            writer(rung)

    home.promote(ids[1], "ada", "the second")
    time.sleep(SOON_S + 0.1)

    assert writer(rung) == ids[1]


def test_an_answer_is_made_again_by_the_adapter_that_wrote_it(
    settings: Settings, home: Registry, ids: list[str]
) -> None:
    home.promote(ids[0], "ada", "the first")
    home.promote(ids[1], "ada", "the second")

    assert [rung.name for rung in rungs(settings, ids[0])] == [ids[0], ids[1]]
    assert [rung.name for rung in rungs(settings, "kb-9999-00000000")] == [ids[1]]


def test_a_pointer_that_cannot_be_read_changes_nothing(home: Registry, ids: list[str]) -> None:
    now = [0.0]
    pointer = Pointer(home.pointer, lambda: now[0])
    home.promote(ids[0], "ada", "the first")
    seen = [pointer.production()]
    for broken in ("{", '{"production": "../../etc"}', "[]", '{"production": 7}'):
        home.pointer.write_text(broken)
        now[0] += EVERY_S
        seen.append(pointer.production())
    home.pointer.unlink()
    now[0] += EVERY_S
    seen.append(pointer.production())

    assert seen == [ids[0]] * 5 + [""]


def test_the_file_is_looked_at_once_a_second_at_most(
    home: Registry, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pointers, "EVERY_S", EVERY_S)
    now = [0.0]
    pointer = Pointer(home.pointer, lambda: now[0])
    seen = [pointer.production()]
    home.promote(ids[0], "ada", "the first")
    for after in (0.5, 0.4, 0.2):
        now[0] += after
        seen.append(pointer.production())

    assert seen == ["", "", "", ids[0]]
