"""A network to Slack and to the model that goes wrong: what people see."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from failing import Rig, failing

from bot.web import socket

pytestmark = [
    pytest.mark.slow,  # indexes the example handbook, starts servers
    # slack_sdk leaves a response whose body never came to the collector, which may see its socket first
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]

FOUND, QUOTED = "20 weeks", "taken from the documents as they stand"


@pytest.fixture(scope="module")
def whole(indexed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "BEAT_S", 2.0)  # a connection is given up after two
        with failing(indexed, tmp_path_factory.mktemp("lines")) as made:
            yield made


@pytest.fixture
def rig(whole: Rig) -> Iterator[Rig]:
    """Well before and after."""
    assert FOUND in whole.asked("good").shown
    yield whole
    gc.collect()  # here, where what was cut off is no finding
    for line in (whole.calls, whole.socket, whole.writing):
        line.fault = ""
    assert whole.slack.wait_for_connections(timeout=30)
    assert FOUND in whole.asked("good").shown


@pytest.mark.parametrize("fault", ["reset", "black hole", "cut", "slow"])
def test_a_broken_line_to_the_model_is_an_answer_in_the_words_of_the_documents(rig: Rig, fault: str) -> None:
    rig.writing.delay_s, rig.writing.limit = 1.5, 900  # beyond the head and the first words
    rig.writing.fault = fault

    reply = rig.ended(rig.ask())

    assert FOUND in reply.shown and QUOTED in reply.shown and reply.buttons


def test_a_half_open_line_to_the_model_costs_no_answer(rig: Rig) -> None:
    rig.writing.fault = "half open"

    assert FOUND in rig.ended(rig.ask()).shown
    rig.writing.fault = ""
    assert QUOTED not in rig.ended(rig.ask()).shown


@pytest.mark.parametrize("fault", ["reset", "black hole", "half open", "slow"])
def test_a_broken_line_of_slacks_methods_is_one_answer_once_it_works(rig: Rig, fault: str) -> None:
    rig.calls.delay_s = 0.3
    before = rig.calls.taken
    rig.calls.fault = fault
    ts = rig.ask()
    assert rig.slack.wait_until(lambda: rig.calls.taken > before, timeout=30)  # it was met
    rig.calls.fault = ""

    assert FOUND in rig.ended(ts).shown
    assert rig.slack.wait_until(lambda: rig.taken(ts))


@pytest.mark.parametrize("fault", ["reset", "half open"])
def test_a_socket_that_broke_without_a_word_is_replaced_and_what_was_asked_meanwhile_is_answered(
    rig: Rig, fault: str
) -> None:
    before = rig.socket.taken
    rig.socket.fault = fault
    ts = rig.ask()
    if fault == "reset":
        assert rig.slack.wait_until(lambda: rig.socket.taken > before, timeout=30)
        rig.socket.fault = ""

    assert FOUND in rig.ended(ts).shown
    assert rig.socket.taken > before
