"""What turns sentences of any language into questions: a figure's place, words cut and in small letters."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LONG = 12  # words of a question behind its subject
_HANGING = re.compile(
    r"(?:[\s,]+(?:and|or|of|to|the|a|an|in|on|at|for|with|by|from|than|not|as|und|oder|der|die|das|den|dem|ein"
    r"|eine|einen|einem|einer|in|im|am|an|auf|für|mit|von|vom|zu|zum|zur|bei|bis|nach|je|pro|per|about|up))+$",
    re.IGNORECASE,
)
SMALL = frozenset(
    """a an the every each all any some no your our my his her their its you we employees everybody everyone
    somebody people staff managers parents in on at for after before during if when above below without from
    until once where unless with by within since as der die das den dem des ein eine einen einem einer eines
    jede jeder jedes jeden alle wer wenn nach vor in im am an auf für mit ohne bei bis seit ab während unsere
    unser ihr ihre ihren dein deine man wir du sie kein keine beide pro zum zur innerhalb""".split()
)


@dataclass(frozen=True, slots=True)
class Found:
    """A figure that a pattern found, and the named parts of it that may be missing."""

    match: re.Match[str]

    def of(self, name: str) -> str:
        return self.match.groupdict().get(name) or ""


def without(text: str, figure: re.Match[str]) -> str:
    """`text` with the figure taken out."""
    return " ".join(f"{text[: figure.start()]} {text[figure.end() :]}".split())


def cut(text: str) -> str:
    """Its first words, and none at the end that leans on what is gone."""
    return _HANGING.sub("", " ".join(text.split()[:_LONG]).strip(" ,.;:-"))


def lowered(text: str) -> str:
    """As it stands inside a sentence: a name and a noun of German keep their letter."""
    first, space, rest = text.partition(" ")
    return f"{first.lower() if first.lower() in SMALL else first}{space}{rest}"
