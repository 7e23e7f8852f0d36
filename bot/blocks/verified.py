"""A reply that may be kept as the answer in, the messages that ask its expert and tell of it out."""

from __future__ import annotations

from datetime import date

from bot.blocks.calls import person, with_people
from bot.blocks.markup import clean, link, mrkdwn, short
from bot.blocks.markup import words as text
from bot.blocks.votes import button
from bot.phrases import say
from bot.posting.post import Message
from model.learning.verified import Verified
from retrieval.rows import Found

KEEP = "keep"  # an action whose work is a row; value: <answer>:<ts of the reply>
HOLDS, OVER = "holds", "over"  # the same; value: <answer>


def offer(answer: str, reply: str, expert: str, locale: str) -> Message:
    """Asks the expert, once, below their reply."""
    asked = with_people(say("verify_offer", locale, expert=person(expert)))
    pressed = button(KEEP, say("verify_keep", locale), f"{answer}:{reply}", primary=True)
    return Message(asked.text, (*asked.blocks, {"type": "actions", "elements": [pressed]}))


def kept(expert: str, asker: str, due: date, locale: str) -> Message:
    """Tells who asked, if that is somebody else, that there is an answer now, whose, and until when."""
    told = {"expert": person(expert), "due": due.isoformat()}
    if asker in ("", expert):
        return with_people(say("verify_kept", locale, **told))
    return with_people(say("verify_kept_for", locale, asker=person(asker), **told))


def answered(asker: str, one: Verified, locale: str) -> Message:
    """Tells who asked the same elsewhere where the answer is."""
    told = with_people(say("told_answer", locale, asker=person(asker), name=one.name))
    return _opened(told, say("told_open", locale), one.url)


def filled(asker: str, page: Found, locale: str) -> Message:
    """Tells who asked it that a page may answer it now."""
    told = with_people(say("told_filled", locale, asker=person(asker)))
    return _opened(told, short(page.title, 200), page.url)


def _opened(told: Message, label: str, url: str) -> Message:
    """The sentence, with a link behind it."""
    *blocks, last = told.blocks
    line = last["elements"][0]
    ended = {**line, "elements": [*line["elements"], text(" "), link(label, url)]}
    return Message(told.text, (*blocks, {**last, "elements": [ended]}))


def due(one: Verified, locale: str) -> Message:
    """Asks who verified it whether it still holds."""
    told = words(say("verify_due", locale, title=short(one.document().title, 200), due=one.due.isoformat()))
    pressed = [
        button(HOLDS, say("verify_holds", locale), one.answer, primary=True),
        button(OVER, say("verify_over", locale), one.answer),
    ]
    opened = {"type": "rich_text_section", "elements": [link(say("told_open", locale), one.url)]}
    buttons = {"type": "actions", "elements": pressed}
    return Message(told.text, (*told.blocks, {"type": "rich_text", "elements": [opened]}, buttons))


def words(sentence: str) -> Message:
    """A sentence in which others' words may stand: to the letter."""
    line = {"type": "rich_text_section", "elements": [text(clean(sentence))]}
    return Message(mrkdwn(clean(sentence)), ({"type": "rich_text", "elements": [line]},))
