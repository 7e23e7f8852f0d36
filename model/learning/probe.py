"""Whether a served adapter does what it was trained to do: "loaded" proves nothing.

vLLM answers under the name of an adapter that fits nowhere, with the base model's words. So the answers that
the trainer has measured (train.json, `probe`) are measured again, over HTTP: the mean log-probability of an
answer's tokens, its end of turn included, under the base and under the adapter. The gain has to be above zero
and the trainer's within a tenth, and at least one answer has to be written differently.

One request at a time: vLLM for CPUs up to 0.32 applies an adapter to the base's part of a batch with it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from retrieval.passage import FootnoteError

WITHIN = 0.1  # of the trainer's gain
FLOOR = 0.05  # nats a token that bfloat16 in two engines may differ by, whatever the gain
NOTHING = 1e-3  # nats a token; below it there is no effect at all
WRITTEN = 48  # tokens of an answer that are compared
PATIENCE_S = 120.0


class NotProbed(FootnoteError):
    """The effect could not be measured; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Example:
    """A row that the trainer has measured: what is sent, the answer, tokens of the prompt, and the mean
    log-probability of the answer's tokens under base and adapter."""

    row: str
    messages: Sequence[Mapping[str, str]]
    answer: str
    prompt_tokens: int
    base: float
    adapter: float


@dataclass(frozen=True, slots=True)
class Measured:
    """An example, measured at the server."""

    example: Example
    prompt_tokens: int
    base: float
    adapter: float
    differs: bool  # whether the two write different answers


@dataclass(frozen=True, slots=True)
class Effect:
    """What the server shows of an adapter."""

    rows: tuple[Measured, ...]

    @property
    def gain(self) -> float:
        """Nats a token that the adapter makes the answers likelier by."""
        return fmean(one.adapter - one.base for one in self.rows)

    @property
    def trained(self) -> float:
        """The same, as the trainer has measured it."""
        return fmean(one.example.adapter - one.example.base for one in self.rows)

    @property
    def reached(self) -> float:
        """Mean log-probability of the answers' tokens under the adapter, which a small gap shows that is lost
        in a large gain."""
        return fmean(one.adapter for one in self.rows)

    @property
    def taught(self) -> float:
        """The same, as the trainer has measured it."""
        return fmean(one.example.adapter for one in self.rows)

    @property
    def astray(self) -> tuple[str, ...]:
        """Each reason for which it does not work as trained, as a sentence."""
        differs = any(one.differs for one in self.rows)
        if any(one.prompt_tokens != one.example.prompt_tokens for one in self.rows):
            return (
                "The server reads prompts in other tokens than the trainer: template or tokenizer differ.",
            )
        if abs(self.gain) < NOTHING and not differs:
            return ("It has no effect: the server answers under its name with the base model's words.",)
        found = []
        if self.gain <= 0:
            found.append(f"It makes the answers it was trained on less likely ({self.gain:+.3f} a token).")
        elif not (_near(self.gain, self.trained) and _near(self.reached, self.taught)):
            gains = f"Its gain is {self.gain:+.3f} a token, and the trainer measured {self.trained:+.3f}"
            reached = f"its answers reach {self.reached:+.3f}, and reached {self.taught:+.3f}"
            found.append(f"{gains}; {reached}: it is not served as it was trained.")
        if not differs:
            found.append("Each answer is written as the base model writes it.")
        return tuple(found)


def _near(seen: float, trained: float) -> bool:
    return abs(seen - trained) <= max(WITHIN * abs(trained), FLOOR)


def examples(training: Mapping[str, Any], datasets: Path) -> list[Example]:
    """What train.json names, with the texts that the dataset still has. Raises NotProbed if none is left."""
    file = datasets / str(training.get("dataset")) / "sft.jsonl"
    wanted = {str(one["row"]): one for one in training.get("probe", ())}
    found = []
    for line in file.read_text(encoding="utf-8").splitlines() if file.is_file() else ():
        row = json.loads(line)
        if one := wanted.get(str(row["id"])):
            measured = (int(one["prompt_tokens"]), float(one["base"]), float(one["adapter"]))
            found.append(Example(str(row["id"]), row["messages"], row["completion"], *measured))
    if not found:
        raise NotProbed("None of the rows that its effect was measured by is there any more. Train it again.")
    return found


class Probe:
    """Measures at a server; `base` is the name of the model without an adapter there."""

    def __init__(self, base_url: str, api_key: str, base: str) -> None:
        self._url, self._key, self._base = base_url.rstrip("/"), api_key, base

    def effect(self, adapter: str, of: Sequence[Example]) -> Effect:
        """Raises NotProbed where the server does not answer, or does not have the adapter."""
        tokens = [self._tokens(one) for one in of]
        base, own = (
            [self._seen(name, one, *t) for one, t in zip(of, tokens, strict=True)]
            for name in (self._base, adapter)
        )
        return Effect(
            tuple(
                Measured(one, len(prompt), was, now, wrote != writes)
                for one, (prompt, _), (was, wrote), (now, writes) in zip(of, tokens, base, own, strict=True)
            )
        )

    def _tokens(self, one: Example) -> tuple[list[int], list[int]]:
        """Of the prompt, and of the answer with its end of turn, as the server's template makes them."""
        turns = [*one.messages, {"role": "assistant", "content": one.answer}]
        prompt = self._encoded({"messages": list(one.messages), "add_generation_prompt": True})
        said, behind = (
            self._encoded({"prompt": text, "add_special_tokens": False}) for text in (one.answer, "\n")
        )
        whole = self._encoded({"messages": turns, "add_generation_prompt": False})
        ended = whole[: -len(behind)] if whole[-len(behind) :] == behind else whole
        return prompt, [*said, ended[-1]]

    def _encoded(self, what: dict[str, Any]) -> list[int]:
        url = f"{self._url.removesuffix('/v1')}/tokenize"
        return [int(token) for token in self._asked(url, {"model": self._base, **what})["tokens"]]

    def _seen(self, model: str, one: Example, prompt: list[int], answer: list[int]) -> tuple[float, str]:
        """The mean log-probability of the answer's tokens under a model, and what that writes itself."""
        asked = {"model": model, "prompt": prompt + answer, "max_tokens": 1, "prompt_logprobs": 0}
        said = self._asked(f"{self._url}/completions", asked | {"temperature": 0})
        places = said["choices"][0]["prompt_logprobs"][len(prompt) :]
        likely = [place[str(token)]["logprob"] for place, token in zip(places, answer, strict=True)]
        chat = {"model": model, "messages": list(one.messages), "max_tokens": WRITTEN, "temperature": 0}
        wrote = self._asked(f"{self._url}/chat/completions", chat)["choices"][0]["message"]["content"]
        return fmean(likely), str(wrote)

    def _asked(self, url: str, body: dict[str, Any]) -> dict[str, Any]:
        import httpx

        headers = {"Authorization": f"Bearer {self._key or 'none'}"}
        try:
            answer = httpx.post(url, json=body, headers=headers, timeout=PATIENCE_S)
            if answer.status_code == httpx.codes.NOT_FOUND and "model" in body:
                raise NotProbed(f"The model server does not serve {body['model']}.")
            said = answer.raise_for_status().json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise NotProbed(f"The model server did not answer the probe ({type(error).__name__}).") from None
        if said.get("model", body["model"]) != body["model"]:
            raise NotProbed("The model server answered with another model than it was asked for.")
        return dict(said)
