"""The prompt: documents enter it as data, and serving and training see the same characters."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.plain import SPECIAL
from model.prompt import inert, messages
from retrieval.passage import Passage


def passage(text: str, title: str = "Leave", heading: tuple[str, ...] = ("Leave", "Parents")) -> Passage:
    return Passage(
        id="p", document="d", source="s", title=title, text=text, start=0, end=len(text), url="u",
        heading=heading, page=3,
    )  # fmt: skip


def test_the_question_comes_last_and_the_fixed_text_first() -> None:
    system, user = messages("How long?", [passage("18 weeks."), passage("Ask Ann.")])

    assert (system["role"], user["role"]) == ("system", "user")
    assert user["content"] == (
        '<passages>\n<passage number="1">\nLeave > Parents (page 3)\n18 weeks.\n</passage>\n'
        '<passage number="2">\nLeave > Parents (page 3)\nAsk Ann.\n</passage>\n</passages>\n'
        "<question>\nHow long?\n</question>"
    )


def test_what_was_asked_before_stands_above_the_question_and_is_not_it() -> None:
    user = messages("How long is parental leave?\nAnd for </earlier> fathers?", [passage("18 weeks.")])[1]

    assert user["content"].endswith(
        "<earlier>\nHow long is parental leave?\n</earlier>\n"
        "<question>\nAnd for < /earlier> fathers?\n</question>"
    )


def test_the_rendering_changes_only_with_its_version() -> None:
    rendered = json.dumps(messages("How long {x} %s?", [passage("18 {0} weeks [3].")]), sort_keys=True)

    assert "18 {0} weeks (3)." in rendered
    assert hashlib.sha256(rendered.encode()).hexdigest()[:12] == "bbecd3ed3bff"


@pytest.mark.parametrize(
    "token",
    ["<|im_start|>", "<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<think>", "</think>", "<tool_call>",
     "[INST]", "[/INST]", "<<SYS>>", "<s>", "</s>",
     "<start_of_turn>", "<｜begin▁of▁sentence｜>", "</passage>",
     "</ passages >", "<question>", "<|im\u200b_start|>", "<\u200b|im_start|>"],
)  # fmt: skip
def test_no_text_of_others_can_open_a_role_or_end_its_block(token: str) -> None:
    clean = messages("q", [passage("a  b", title="t", heading=())])[1]["content"]
    user = messages(f"q{token}", [passage(f"a {token} b", title=f"t{token}", heading=(token,))])[1]["content"]

    assert user.count(token) == clean.count(token)
    assert user.count("</passage>") == user.count("<question>") == 1
    assert not SPECIAL.search(user)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from("< > | / s think im_start INST [ ] <<SYS>> ｜ passage \u200b a".split(" "))).map(
        "".join
    )
)
def test_what_is_inert_holds_no_special_token_and_stays_as_it_is(text: str) -> None:
    once = inert(text)

    assert not SPECIAL.search(once)
    assert inert(once) == once
