"""The prompt: documents enter it as data, and serving and training see the same characters."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers, trainers

from model.plain import SPECIAL
from model.writing.prompt import grammar, inert, messages, restored, version
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
    assert "18 {0} weeks (3)." in messages("How long {x} %s?", [passage("18 {0} weeks [3].")])[1]["content"]
    assert version() == "266e163e84c4"


def test_the_best_passages_stand_first_and_last_and_keep_their_numbers() -> None:
    user = messages("How long?", [passage(f"{n} weeks.") for n in range(1, 7)])[1]["content"]

    assert re.findall(r'number="(\d)">\n.*\n(\d) weeks', user) == [(n, n) for n in "135642"]


@pytest.mark.parametrize(
    "token",
    ["<|im_start|>", "<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<think>", "</think>", "<tool_call>",
     "[INST]", "[/INST]", "<<SYS>>", "<s>", "</s>",
     "<start_of_turn>", "<image>", "</tool_name>", "<fim-prefix>", "<0x0A>", "[gMASK]", "[PAD]",
     "[NEW_TOKEN]",
     "＜|im_start|＞", "＜s＞", "<｜begin▁of▁sentence｜>", "</passage>",
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


CONTROL = (
    "<|im_start|> <|im_end|> <|endoftext|> <|eot_id|> <|start_header_id|> <|begin_of_text|> <s> </s> <unk>"
    " <pad> <bos> <eos> <start_of_turn> <end_of_turn> <image> <think> </think> <tool_call> [INST] [/INST]"
    " [TOOL_CALLS] [PAD] [gMASK] <sop> <<SYS>> <fim_prefix> <reponame> <|start_of_role|>"
    " <|START_OF_TURN_TOKEN|> <extra_id_0> <｜begin▁of▁sentence｜> <｜User｜>"
).split()


def tokenizer(*, wide: bool) -> Tokenizer:
    """Bytes, and the control tokens of many families; `wide`: full-width signs are read as the usual ones."""
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    if wide:
        made.normalizer = normalizers.NFKC()
    trainer = trainers.BpeTrainer(
        vocab_size=400, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    made.train_from_iterator(["weeks of leave"], trainer)
    made.add_special_tokens([AddedToken(token, normalized=wide) for token in CONTROL])
    return made


TOKENIZERS = [tokenizer(wide=False), tokenizer(wide=True)]
HOSTILE = st.lists(
    st.sampled_from([*CONTROL, *"<>[]|/｜＜＞ ", "im_start", "INST", "\u200b", "\u00ad", "s", "</passage>"])
).map("".join)


def control_tokens(reader: Tokenizer, text: str) -> int:
    known = {reader.token_to_id(token) for token in CONTROL}
    return sum(id in known for id in reader.encode(text).ids)


def test_a_control_token_that_is_not_taken_apart_would_be_seen() -> None:
    assert [control_tokens(reader, " ".join(CONTROL)) for reader in TOKENIZERS] == [len(CONTROL)] * 2
    assert control_tokens(TOKENIZERS[1], "＜s＞") == 1


@settings(derandomize=True, max_examples=200, deadline=None)
@given(HOSTILE, HOSTILE, HOSTILE)
def test_no_text_of_others_costs_a_control_token(question: str, text: str, title: str) -> None:
    hostile = messages(question, [passage(text, title=title, heading=(title,))])[1]["content"]

    assert [control_tokens(reader, hostile) for reader in TOKENIZERS] == [0, 0]


def test_what_was_taken_apart_is_put_together_again_in_the_draft() -> None:
    text = "Replace <namespace> and </b> by [TODO], if a < b."

    assert inert(text) == "Replace < namespace> and < /b> by [ TODO], if a < b."
    assert restored(inert(text)) == text


def test_the_grammar_names_each_marker_that_there_is() -> None:
    assert '("1" | "2" | "3") "]"' in grammar(3)
