"""Text in, at most so many tokens out: a guess that is rather too high, without a tokenizer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

TURN = 8  # tokens by which a chat template surrounds a message, and opens the answer
_PIECE = re.compile(r"(?P<letters>[A-Za-z]+)|(?P<space> +)|(?P<other>[^\x00-\x7f]+)|.", re.DOTALL)


def at_most(text: str) -> int:
    """Tokens of `text`: two ASCII letters a token, though vocabularies of today need one for four; one for
    each digit and sign; one a byte for what is not ASCII, which none exceeds."""
    count = 0
    for found in _PIECE.finditer(text):
        if found["letters"]:
            count += (len(found[0]) + 1) // 2
        elif found["other"]:
            count += len(found[0].encode())
        elif not found["space"]:
            count += 1
        elif len(found[0]) > 1:  # a single space belongs to the word after it
            count += (len(found[0]) + 1) // 2
    return count


def of_messages(messages: Iterable[Mapping[str, str]]) -> int:
    """The same of a chat."""
    return sum(TURN + at_most(message["content"]) for message in messages)
