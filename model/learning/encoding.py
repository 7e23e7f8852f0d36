"""Rows in, token ids out, as the server counts them; what would be cut or read otherwise stops the run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Count = Callable[[list[dict[str, str]]], int | None]
COMPARED = 20  # rows whose count is compared with the server's
GENERAL = 256  # tokens of a general text that are read


class Mismatch(Exception):
    """Training would teach something else than is served; the text says what, and what to do."""


@dataclass(frozen=True, slots=True)
class Example:
    """The ids of a prompt and of its answer with the end of the turn, and the row that they are of."""

    row: str
    prompt: tuple[int, ...]
    answer: tuple[int, ...]
    label: bool | None = None

    @property
    def ids(self) -> list[int]:
        return [*self.prompt, *self.answer]

    @property
    def labels(self) -> list[int]:
        """What is learnt: the answer; -100 leaves a token out."""
        return [-100] * len(self.prompt) + list(self.answer)


def examples(lines: Sequence[Mapping[str, Any]], tokenizer: Any, longest: int) -> list[Example]:
    """Each line's `messages` and `completion`. Raises Mismatch where one is longer than `longest` tokens, or
    where the tokenizer reads prompt and answer together otherwise than one after the other."""
    made = [_example(line, tokenizer) for line in lines]
    long = [one for one in made if len(one.ids) > longest]
    if long:
        worst = max(long, key=lambda one: len(one.ids))
        raise Mismatch(
            f"{len(long)} rows have more than {longest} tokens; row {worst.row} has {len(worst.ids)}. "
            "Nothing is cut: give --longest, as the server's --context, or build it with fewer passages."
        )
    return made


def texts(lines: Sequence[Mapping[str, Any]], tokenizer: Any) -> list[list[int]]:
    """The ids of each line's `text`, bare; of one with fewer than two there is nothing to say."""
    read = [tokenizer(str(line["text"]), add_special_tokens=False)["input_ids"][:GENERAL] for line in lines]
    return [list(ids) for ids in read if len(ids) > 1]


def rendered(line: Mapping[str, Any], tokenizer: Any) -> str:
    """The prompt as the chat template writes it."""
    return str(
        tokenizer.apply_chat_template(list(line["messages"]), tokenize=False, add_generation_prompt=True)
    )


def _example(line: Mapping[str, Any], tokenizer: Any) -> Example:
    text, answer = rendered(line, tokenizer), str(line["completion"])
    prompt, said = (tuple(tokenizer(part, add_special_tokens=False)["input_ids"]) for part in (text, answer))
    both = tuple(tokenizer(text + answer, add_special_tokens=False)["input_ids"])
    if both[: len(prompt)] != prompt:
        raise Mismatch(
            f"Row {line['id']}: the answer's first letters change how the end of the prompt is read, so a "
            "server would be asked otherwise than was learnt. End the template's prompt with a line break."
        )
    if tokenizer.eos_token_id is None or not _ends(line, tokenizer, text):
        raise Mismatch(
            f"The chat template does not end a turn with {tokenizer.eos_token!r}: the model would never "
            "stop. Train with the template that is served, deploy/vllm/chat_template.jinja."
        )
    return Example(str(line["id"]), prompt, (*said, tokenizer.eos_token_id), line.get("label"))


def _ends(line: Mapping[str, Any], tokenizer: Any, prompt: str) -> bool:
    """Whether the template ends the answer's turn with the token at which a server stops."""
    turn = [*line["messages"], {"role": "assistant", "content": line["completion"]}]
    whole = str(tokenizer.apply_chat_template(turn, tokenize=False))
    return whole.rstrip().endswith(str(tokenizer.eos_token)) and str(line["completion"]).strip() in whole


def compare(lines: Sequence[Mapping[str, Any]], made: Sequence[Example], count: Count) -> None:
    """`count` says how many tokens the server reads. Raises Mismatch where others than are learnt from."""
    for line, one in list(zip(lines, made, strict=True))[:COMPARED]:
        read = count(line["messages"])
        if read != len(one.prompt):
            raise Mismatch(
                f"Row {one.row}: the server reads {read} tokens where training reads {len(one.prompt)}. "
                "Both need the same tokenizer and deploy/vllm/chat_template.jinja."
            )
