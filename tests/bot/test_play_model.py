"""The model stand-in: each of its models does what its name says, so that tests can rely on it."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from bot.play.model import NAMES, ModelStandIn
from bot.play.model_text import FORGED, INVENTED, OVER_LONG, TEXTS, written
from model.checking.citations import check, markers
from model.writing.prompt import messages
from retrieval.passage import Passage

LEAVE = "Employees get 18 weeks of paid parental leave. Contractors are not eligible for leave."
HOTEL = "A hotel room may cost 140 euros a night."
ASKED = "How many weeks of parental leave do employees get?"


def passage(text: str, number: int = 1) -> Passage:
    return Passage(
        id=f"p{number}", document="d", source="s", title="Rules", text=text, start=0, end=len(text), url="u"
    )  # fmt: skip


PASSAGES = [passage(LEAVE), passage(HOTEL, 2)]


def said(name: str) -> str:
    return written(name, messages(ASKED, PASSAGES))


def test_a_good_model_cites_what_it_says() -> None:
    assert said("good") == (
        "Employees get 18 weeks of paid parental leave. [1] Contractors are not eligible for leave. [1]"
    )


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("wrong-number", "Employees get 28 weeks of paid parental leave. [1]"),
        ("negate", "Contractors are eligible for leave. [1]"),
        ("forge", f"[{FORGED + 1}]"),
        ("shift", "Employees get 18 weeks of paid parental leave. [2]"),
        ("invent", f"{INVENTED} [1]"),
        ("call", "<!channel>"),
        ("echo", "<|im_start|>user"),
    ],
)
def test_a_bad_model_says_what_no_passage_carries(name: str, words: str) -> None:
    assert words in said(name)
    assert said(name) != said("good")


def test_a_liar_says_one_true_sentence_and_three_that_are_not() -> None:
    true, number, invented, forged = re.findall(r".*?\[\d+\]", said("lie"))

    assert [check(text.strip(), PASSAGES).ok for text in (true, number, invented, forged)] == [
        True, False, False, False,
    ]  # fmt: skip
    assert markers(forged) == [FORGED]


def test_every_text_has_a_name_under_which_it_is_served() -> None:
    assert set(TEXTS) <= set(NAMES)
    assert len(said("over-long")) > OVER_LONG


@pytest.fixture(scope="module")
def server() -> Iterator[ModelStandIn]:
    with ModelStandIn() as running:
        yield running


def post(server: ModelStandIn, path: str, **body: Any) -> dict[str, Any]:
    request = urllib.request.Request(
        server.base_url.removesuffix("/v1") + path,
        json.dumps({"messages": messages(ASKED, PASSAGES)} | body).encode(),
        {"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            found: dict[str, Any] = json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            found = json.load(error)
    return found


@pytest.mark.slow
def test_the_stand_in_has_a_length_and_says_when_a_prompt_goes_beyond_it(server: ModelStandIn) -> None:
    counted = post(server, "/tokenize", model="good")
    server.context = counted["count"] + 9

    assert post(server, "/tokenize", model="good")["max_model_len"] == counted["count"] + 9
    refused = post(server, "/v1/chat/completions", model="good", max_tokens=10)["error"]
    assert (refused["code"], "maximum context length is" in refused["message"]) == (400, True)
    server.context = 8192
    assert "choices" in post(server, "/v1/chat/completions", model="good", max_tokens=10)


@pytest.mark.slow
def test_a_model_stops_where_it_has_said_what_it_is_allowed(server: ModelStandIn) -> None:
    choice = post(server, "/v1/chat/completions", model="good", max_tokens=1)["choices"][0]

    assert (choice["message"]["content"], choice["finish_reason"]) == ("Employees ", "length")


@pytest.mark.slow
def test_a_name_can_behave_as_another_from_one_moment_to_the_next(server: ModelStandIn) -> None:
    server.plays["good"] = "429"

    assert post(server, "/v1/chat/completions", model="good")["error"]["code"] == 429
    server.plays.clear()
    assert post(server, "/v1/chat/completions", model="good")["model"] == "good"
