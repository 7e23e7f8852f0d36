"""The modals: why an answer did not help, and what its sources say to the letter."""

from __future__ import annotations

from typing import Any

from bot.blocks.markup import words
from bot.blocks.sources import carried
from bot.events.votes import LONGEST, REASONS, WHY
from bot.phrases import say

Block = dict[str, Any]


def why(answer: str, locale: str) -> Block:
    """Asks what was wrong; everything in it may be left empty: the vote has been counted already."""
    options = [{"text": _plain(say(f"reason_{one}", locale)), "value": one} for one in REASONS]
    reasons = {"type": "checkboxes", "action_id": "reasons", "options": options}
    correction = {
        "type": "plain_text_input",
        "action_id": "correction",
        "multiline": True,
        "max_length": LONGEST,
    }
    return {
        "type": "modal",
        "callback_id": WHY,
        "private_metadata": answer,
        "title": _plain(say("why_title", locale)),
        "submit": _plain(say("why_send", locale)),
        "close": _plain(say("why_skip", locale)),
        "blocks": [
            _small(say("thanks_down", locale)),
            _input("reasons", say("why_reasons", locale), reasons),
            _input("correction", say("why_correction", locale), correction),
            _small(say("why_use", locale)),
        ],
    }


def _input(name: str, label: str, element: Block) -> Block:
    return {"type": "input", "block_id": name, "optional": True, "label": _plain(label), "element": element}


def quoted(value: str) -> Block:
    """The quotes that a button carries (bot.blocks.sources.quotes)."""
    locale, quotes = carried(value)
    return {
        "type": "modal",
        "title": _plain(say("quotes_title", locale)),
        "close": _plain(say("close", locale)),
        "blocks": [_quote(*quote) for quote in quotes] or [_small(say("quotes_none", locale))],
    }


def _quote(number: int, title: str, quote: str) -> Block:
    head = {**words(f"[{number}] {title}"), "style": {"bold": True}}
    return {
        "type": "rich_text",
        "elements": [
            {"type": "rich_text_section", "elements": [head]},
            {"type": "rich_text_quote", "elements": [words(quote)]},
        ],
    }


def _small(text: str) -> Block:
    return {"type": "context", "elements": [_plain(text)]}


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}
