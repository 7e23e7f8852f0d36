"""A judge of answers, without the product's own check: what a bad model said and a person must not see."""

from __future__ import annotations

import re

from bot.play.model_text import FORGED, INVENTED
from model.answer import Answer
from model.checking.citations import markers

# What is no answer at all: a lower rung writes it. All other models finish a draft, which is then checked.
FAILING = frozenset(
    "slow ttft-5s stall-3 hang cut no-finish sse-error bytes page empty blank length over-long echo"
    " think-only wrong-model 400 401 429 500".split()
)  # fmt: skip
HALVED = frozenset("slow stall-3 cut no-finish sse-error bytes length over-long".split())
_FORMS = ("evil", "http", "<!", "<@", "](", "<|", "<think")


def forged(answer: Answer) -> list[str]:
    """Markers that point at no source, as they are."""
    known = {c.number for c in answer.citations}
    found = [f"[{n}]" for n in markers(answer.text) if n not in known]
    return found + ([f"[{FORGED}"] if f"[{FORGED}" in answer.text else [])


def foreign(answer: Answer) -> list[str]:
    """Links, mentions and control tokens: an answer has none of its own."""
    return [form for form in _FORMS if form in answer.text]


def unsupported(answer: Answer) -> list[str]:
    """Numbers that neither the quotes of a sentence nor their titles have, and what was invented."""
    found = [INVENTED] if "Halvorsen" in answer.text else []
    for sentence in re.findall(r"[^\n]+?(?:\[\d+\])+", answer.text):
        cited = [c for c in answer.citations if c.number in markers(sentence)]
        said = " ".join(f"{c.title} {c.heading} {c.quote}" for c in cited)
        found += [n for n in re.findall(r"\d+", re.sub(r"\[\d+\]", "", sentence)) if n not in said]
    return found
