"""A message in, whether it is nothing but a greeting, thanks or a question about the bot, out: rules. Pure.

Every word has to belong to it, so that what is asked behind a "hi" is answered.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache

from bot.meaning.pleasantries import FILLS, HEDGES, LOOSELY, WAYS, WRONG
from bot.phrases import say

LONGEST = 120  # characters: who says more says something
KINDS = ("about", "greeting", "thanks", "goodbye", "done")
LANGUAGES = tuple(WAYS)
_EMOJI = re.compile(r":[a-z0-9_+-]+:|(?<!\w)[:;]-?[)dp](?!\w)")
_CALLED = re.compile(r"<@[^>]*>|@[\w.-]+")
_THIS = re.compile(r"\bthis\b")
_BETWEEN = re.compile(r"[^\w']+|_+")


def kind(text: str, *, opening: bool = True) -> str:
    """One of KINDS; nothing where the message asks or says anything else. Unless it is the `opening` of a
    thread, "this" is what was spoken of there."""
    said = _words(text)
    if not said:
        return "thanks" if _cheers(text) else ""
    if len(said) > LONGEST:
        return ""
    if not _whole().fullmatch(said):
        return _loosely(said) if opening else ""
    shares = {one: sum(len(found[0]) for found in _has(one).finditer(said)) for one in KINDS}
    told = [one for one in KINDS if shares[one]]
    if "about" in told:
        return "about" if opening or not _THIS.search(said) else ""
    return max([one for one in told if one != "done"] or told, key=lambda one: shares[one], default="")


def _loosely(said: str) -> str:
    """The kind of which it has nothing but words."""
    words, fills = set(said.split()), FILLS.split("|")
    found = (one for one, key, own in LOOSELY if words <= {*fills, *own.split()} and re.search(key, said))
    return next(found, "")


def disagrees(text: str) -> str:
    """The language in which it says that our answer is wrong, and nothing else; else nothing."""
    said = _words(text)
    bare = (
        " ".join(re.sub(rf"(?<![\w'])(?:{HEDGES})(?![\w'])", " ", said).split())
        if len(said) < LONGEST
        else ""
    )
    return next((of for of in WRONG if _wrong(of).fullmatch(bare)), "")


def reply(text: str, locale: str = "", example: Callable[[str], str] = lambda _: "") -> str:
    """What is said to small talk: in its own language, and where that cannot be told, in the locale's;
    `example` has a question in it that the documents answer, or nothing."""
    said, one = _words(text), kind(text)
    spoken = [of for of in ("de", "en") if any(_has(one, (of,)).search(said) for one in KINDS)]
    tongue = spoken[0] if spoken else locale
    question = example(tongue) if one in ("greeting", "about") else ""
    more = " " + say("small_example", tongue, question=question) if question else ""
    return say(f"small_{one}", tongue) + more


def _words(text: str) -> str:
    """Its words in small letters, a space between two, without emoji and whom it calls."""
    bare = unicodedata.normalize("NFC", text[: 4 * LONGEST]).lower().replace("’", "'")
    return _BETWEEN.sub(" ", _CALLED.sub(" ", _EMOJI.sub(" ", bare))).strip()


def _cheers(text: str) -> bool:
    """Whether there is an emoji in what has no words."""
    return bool(_EMOJI.search(text)) or any(unicodedata.category(c) == "So" for c in text)


@cache
def _whole() -> re.Pattern[str]:
    ways = "|".join(way for one in KINDS for way in _ways(one, LANGUAGES))
    return re.compile(rf"(?:(?:{ways}|{FILLS})(?: |$))+")


@cache
def _wrong(of: str) -> re.Pattern[str]:
    return re.compile("|".join(line.strip() for line in WRONG[of].splitlines() if line.strip()))


@cache
def _has(one: str, languages: tuple[str, ...] = LANGUAGES) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w'])(?:{'|'.join(_ways(one, languages)) or '(?!)'})(?![\w'])")


def _ways(one: str, languages: tuple[str, ...]) -> list[str]:
    lines = "\n".join(WAYS[of].get(one, "") for of in languages).splitlines()
    return [line.strip() for line in lines if line.strip()]
