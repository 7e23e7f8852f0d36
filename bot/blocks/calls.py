"""The message that calls an owner into a thread, and what becomes of it. Its mentions are ours, by id."""

from __future__ import annotations

import re

from bot.blocks.votes import SOLVED, Block, button
from bot.phrases import say
from bot.posting.post import Message

_NAME = re.compile(r"\0([A-Z0-9]+)\0")


def call_owner(answer: str, owner: str, asker: str, locale: str) -> Message:
    """Asks the owner, and offers them and the asker to close it."""
    asked = with_people(say("owner_called", locale, owner=person(owner), asker=person(asker)))
    pressed = button(SOLVED, say("solved", locale), f"{answer}:{owner}")
    return Message(asked.text, (*asked.blocks, {"type": "actions", "elements": [pressed]}))


def solved(owner: str, asker: str, by: str, locale: str) -> Message:
    """What stands there when it is closed."""
    return with_people(
        say("owner_called", locale, owner=person(owner), asker=person(asker))
        + "\n"
        + say("solved_by", locale, person=person(by))
    )


def person(id: str) -> str:
    """Somebody's place in a sentence for `with_people`."""
    return f"\0{id}\0"


def with_people(sentence: str) -> Message:
    """A sentence of ours with mentions; nothing in it is written by others."""
    elements: list[Block] = []
    for n, part in enumerate(_NAME.split(sentence)):
        if part:
            named = {"type": "user", "user_id": part}
            elements.append(named if n % 2 else {"type": "text", "text": part})
    section = {"type": "rich_text_section", "elements": elements}
    return Message(_NAME.sub(r"<@\1>", sentence), ({"type": "rich_text", "elements": [section]},))
