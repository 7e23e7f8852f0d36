"""What Footnote says when it has no cited sentence to say: one honest sentence each."""

from __future__ import annotations

import re

from model.answer import Draft

_STEERING = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")  # ECMA-48: CSI, parameters, final byte
LONGEST_QUESTION = 4000  # characters; a longer one is asked back, never cut in silence


def printable(text: str) -> str:
    """`text` on one line, without what nobody sees and without what would steer a terminal."""
    return " ".join("".join(c if c.isprintable() else " " for c in _STEERING.sub("", text)).split())


def unreadable(question: str) -> str:
    """Why `question` cannot be searched and what to do; empty where it can."""
    if not any(c.isalnum() for c in question):
        return (
            "I did not see a question there. Ask me something in words, for example: How do I claim expenses?"
        )
    if len(question) > LONGEST_QUESTION:
        return (
            f"Your question is {len(question):,} characters long and I read up to {LONGEST_QUESTION:,}. "
            "Please ask it in a few sentences."
        )
    return ""


def not_found(searched: str) -> str:
    """`searched` says what was searched, as a clause: "the 18 documents of handbook"."""
    return f"I did not find an answer to that in {searched}."


def degraded(draft: Draft) -> str:
    """Why a lower rung wrote the answer; empty where none did."""
    if draft.degraded and draft.writer == "extract":
        return f"{draft.degraded} These sentences are taken from the documents as they stand."
    return draft.degraded
