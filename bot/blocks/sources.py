"""A citation in, its line below the answer out; its quote travels in a button that shows it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.blocks.body import Block
from bot.blocks.look import Look
from bot.blocks.markup import clean, link, linkable, mrkdwn, short, words
from bot.phrases import say
from bot.posting.post import Message
from bot.sources import age, headings, page
from model.answer import Citation, Near

QUOTES = "footnote_quotes"  # the action id of the buttons that show quotes, with a number behind it
TITLE, WHERE = 120, 160
_EACH, _MOST, _VALUE = 6, 20, 2000  # quotes of a button, such buttons, the characters of its value


@dataclass(frozen=True, slots=True)
class Line(Message):
    """Lines of a list: those that follow each other stand in one block."""


def source(citation: Citation, look: Look) -> Line:
    """Number, title, section, page and age in one line; the title is the link."""
    title, where = short(citation.title, TITLE), _where(citation, look)
    line = [words(f"[{citation.number}] "), link(title, citation.url)]
    line += [words(f" · {where}")] if where else []
    spoken = mrkdwn(f"[{citation.number}] {title}{f' · {where}' if where else ''}")
    return Line(spoken, (lines(line),))


def near(page: Near) -> Line:
    """A page that may help where nothing was found."""
    title = short(page.title, TITLE)
    at = "" if linkable(page.url) else _path(page.url)
    line = [words("• "), link(title, page.url), *([words(f" · {at}")] if at else [])]
    return Line(mrkdwn(f"• {title}{f' · {at}' if at else ''}"), (lines(line),))


def headed(title: str, first: Line) -> Line:
    """The first line of a list, with our words above it."""
    above = lines([{**words(title), "style": {"bold": True}}])
    return Line(f"{mrkdwn(title)}\n{first.text}", (merged(above, *first.blocks),))


def lines(*some: Sequence[Block]) -> Block:
    """A block of rich lines."""
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [*one, words("\n")]} for one in some],
    }


def merged(*blocks: Block) -> Block:
    """One block of the lines of several."""
    return {"type": "rich_text", "elements": [element for block in blocks for element in block["elements"]]}


def quotes(citations: Sequence[Citation], locale: str) -> Iterator[Block]:
    """Buttons that show what the sources say: each carries its quotes, so that nothing is looked up and a
    press shows what this answer was made of, whatever has become of the documents."""
    groups = [citations[at : at + _EACH] for at in range(0, len(citations), _EACH)]
    for number, some in enumerate(groups[:_MOST]):
        label = say("show_quotes", locale)
        if len(groups) > 1:
            label = say("show_quotes_of", locale, first=some[0].number, last=some[-1].number)
        yield {
            "type": "button",
            "action_id": f"{QUOTES}{number or ''}",
            "text": {"type": "plain_text", "text": label, "emoji": False},
            "accessibility_label": say("show_quotes_spoken", locale),
            "value": _carried(some, locale),
        }


def _carried(some: Sequence[Citation], locale: str) -> str:
    for most in (1500, 900, 600, 450, 350, 300, 250, 200, 150, 100, 60):
        kept = [[c.number, short(c.title, 40), short(c.quote, most)] for c in some]
        value = json.dumps({"locale": locale, "quotes": kept}, ensure_ascii=False, separators=(",", ":"))
        if len(value) <= _VALUE:
            return value
    return json.dumps({"locale": locale, "quotes": []})


def carried(value: str) -> tuple[str, list[tuple[int, str, str]]]:
    """The locale and the quotes (number, title, words) that a button carries."""
    try:
        kept: dict[str, Any] = json.loads(value)
        return str(kept["locale"]), [(int(n), str(title), str(quote)) for n, title, quote in kept["quotes"]]
    except (ValueError, KeyError, TypeError):
        return "", []


def _where(citation: Citation, look: Look) -> str:
    heading = " > ".join(clean(h) for h in headings(citation, look.locale))
    path = "" if re.match(r"https?://", citation.url) else _path(citation.url)
    old = age(citation.updated_at, look.now or datetime.now(UTC), look.locale)
    known = (short(heading, WHERE) if heading else "", page(citation, look.locale), path, old)
    return " · ".join(part for part in known if part)


def _path(url: str) -> str:
    """The end of a file's address: enough to find it, nothing about the machine."""
    return "/".join(clean(url).split("#")[0].rstrip("/").split("/")[-2:])[-WHERE:] if url else ""
