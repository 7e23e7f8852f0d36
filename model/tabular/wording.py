"""A question in small letters in, the same in the words that it stands for out: "what is" for "whats"; and
numbers as they are written out."""

from __future__ import annotations

import re
from decimal import Decimal

_SHORT = re.compile(
    r"\b(?:(what|who|where|when|how|which|that|there|wer|was|wo|wie)['’]s|(what|who|where|when|how|that|there)s)\b"
)
_GENERAL = re.compile(  # what holidays are called that have names: a table of these does not say it
    r"\b(?:public|bank|national|official|statutory) (?=holidays?\b)|\bgesetzliche[nr]? (?=feiertage?n?\b)"
)
_PIECE = re.compile(r"\b(?:pieces?|bits?) of (?=\w)")
SCALE = r"(?:k|tsd\.?|thousand|tausend|mn|mio\.?|million(?:s|en)?)\b"
_SCALED = re.compile(rf"(?<![\d.,])(?P<number>\d{{1,12}}(?:[.,]\d{{1,2}})?)\s?(?P<scale>{SCALE}|m\b)")
_THOUSAND = frozenset("k tsd thousand tausend".split())


def plain(text: str) -> str:
    """Without what a question says as well as not."""
    text = _SHORT.sub(lambda found: f"{found[1] or found[2]} is", text)
    return _PIECE.sub("", _GENERAL.sub("", text))


def scaled(number: str) -> str:
    """A number with what it is times written out: 300k is 300000."""
    return _SCALED.sub(_times, number)


def _times(found: re.Match[str]) -> str:
    by = 1_000 if found["scale"].rstrip(".") in _THOUSAND else 1_000_000
    return str(int(Decimal(found["number"].replace(",", ".")) * by))
