"""A model that fails, as people in Slack see it: a sign at once, an honest answer soon, nothing untrue."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from failing import Rig, failing

pytestmark = pytest.mark.slow  # indexes the example handbook, starts servers

FOUND, QUOTED = "20 weeks", "taken from the documents as they stand"


@pytest.fixture(scope="module")
def rig(indexed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with failing(indexed, tmp_path_factory.mktemp("ladder")) as made:
        yield made


@pytest.mark.parametrize("behaviour", ["ttft-5s", "stall-3", "cut", "no-finish", "429"])
def test_a_model_that_fails_is_replaced_and_the_reply_says_so(rig: Rig, behaviour: str) -> None:
    assert FOUND in rig.asked("good").shown  # so that failures do not add up

    reply = rig.asked(behaviour)

    assert FOUND in reply.shown and QUOTED in reply.shown
    assert reply.buttons


@pytest.mark.parametrize("behaviour", ["lie", "call", "invent", "echo"])
def test_what_a_bad_model_makes_up_is_in_no_version_of_the_reply(rig: Rig, behaviour: str) -> None:
    reply = rig.asked(behaviour)

    for version in reply.history:
        said = f"{version.text} {version.blocks}"
        assert not any(words in said for words in ("Halvorsen", "[97]", "evil.example", "<!channel>"))
        assert not re.search(r"417 (crowns|days)", said)  # ids have any figures in them
    assert "Sources" in reply.shown


def test_the_reply_is_there_before_the_model_has_said_a_word(rig: Rig) -> None:
    reply = rig.asked("ttft-5s")

    first = reply.history[0]
    assert "Searching" in first.text or "Searching" in str(first.blocks)
    assert FOUND not in first.text
