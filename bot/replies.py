"""What Footnote says when it has no cited sentence to say: one honest sentence each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.phrases import german, numbers, say
from model.answer import Draft, Struck
from retrieval.passage import FootnoteError

if TYPE_CHECKING:
    from retrieval.syncs import Covered

_STEERING = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")  # ECMA-48: CSI, parameters, final byte
LONGEST_QUESTION = 4000  # characters; a longer one is asked back, never cut in silence
_REASONS = {
    "IndexMissing": "no_index",
    "IndexMismatch": "no_index",
    "SearchUnavailable": "no_search",
    "EmbedderUnavailable": "no_search",
    "NobodyKnown": "no_rights",
    "NotNow": "no_rights",
    "ReadersChanged": "rights_changed",
    "ReadersUnknown": "no_rights",
}


def printable(text: str) -> str:
    """`text` on one line, without what nobody sees and without what would steer a terminal."""
    return " ".join("".join(c if c.isprintable() else " " for c in _STEERING.sub("", text)).split())


def some(count: int, thing: str) -> str:
    """So many of it, at the terminal: 1 item, 2 items."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def unreadable(question: str, locale: str = "") -> str:
    """Why `question` cannot be searched and what to do; empty where it can."""
    if not any(c.isalnum() for c in question):
        return say("no_question", locale)
    if len(question) > LONGEST_QUESTION:
        length, most = numbers(len(question), locale), numbers(LONGEST_QUESTION, locale)
        return say("long_question", locale, length=length, most=most)
    return ""


def not_found(searched: str, locale: str = "") -> str:
    """`searched` says what was searched, as a clause: "the 18 documents of handbook"."""
    return say("not_found", locale, searched=searched)


def searched(covered: Covered, locale: str = "", *, outsiders: bool = False) -> str:
    """What was searched, as that clause; `outsiders`: somebody from elsewhere, or a guest, reads it."""
    if not covered.sources:
        hidden = "searched_guests" if outsiders else "searched_none"
        return say(hidden if covered.hidden else "searched_empty", locale)
    *most, last = covered.sources
    names = say("and", locale, many=", ".join(most), last=last) if most else last
    return say("searched", locale, count=covered.documents, sources=names)


def struck(sentence: Struck, locale: str = "") -> str:
    """Why the check took a sentence out of the draft, as a clause."""
    return say(f"struck_{sentence.fault}", locale, what=sentence.what)


def degraded(draft: Draft, locale: str = "") -> str:
    """Why a lower rung wrote the answer; empty where none did."""
    if not draft.degraded:
        return ""
    reason = say("model_away", locale) if german(locale) else draft.degraded
    return f"{reason} {say('verbatim', locale)}" if draft.writer == "extract" and draft.text else reason


def failure(error: FootnoteError, locale: str = "") -> str:
    """Why there is no answer: the error's own sentence, which is English, or one for its kind."""
    return say(_REASONS.get(type(error).__name__, "no_answer"), locale) if german(locale) else str(error)
