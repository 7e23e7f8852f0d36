"""What the check took out of a draft in, a message that shows it struck out, each with its reason, out."""

from __future__ import annotations

from collections.abc import Sequence

from bot.blocks.markup import clean, mrkdwn, words
from bot.phrases import say
from bot.posting.post import Message
from bot.replies import struck
from model.answer import Struck

_MOST, _LONG = 10, 400  # sentences that are shown, and characters of each


def struck_out(sentences: Sequence[Struck], locale: str) -> Message:
    """A head and a list; of many the first."""
    head, some = say("struck_out", locale), [(_said(s), struck(s, locale)) for s in sentences[:_MOST]]
    items = [
        {
            "type": "rich_text_section",
            "elements": [{**words(said), "style": {"strike": True}}, words(f" \u2014 {why}")],
        }
        for said, why in some
    ]
    section = {"type": "rich_text_section", "elements": [words(head)]}
    listed = {"type": "rich_text_list", "style": "bullet", "elements": items}
    spoken = "\n".join([head, *(f"{said} ({why})" for said, why in some)])
    return Message(mrkdwn(spoken), ({"type": "rich_text", "elements": [section, listed]},))


def _said(sentence: Struck) -> str:
    text = clean(sentence.text)
    return text if len(text) <= _LONG else text[: _LONG - 1] + "…"
