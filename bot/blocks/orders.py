"""What a command says in, a message out: its lines to the letter, and no link but those that we give."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from bot.blocks.markup import clean, link, mrkdwn
from bot.posting.post import Message

LONGEST = 8000  # characters; with what blocks add it stays below what Slack takes
_SPOKEN = 3000  # of them as plain text, for screen readers
_CODE = re.compile(r"`([^`\n]+)`")


def said(text: str, links: Sequence[Sequence[Any]] = ()) -> Message:
    """Lines that begin with "- " are a list; what stands between backticks is shown as it is to be typed. Of
    `links` each has the number of the line that it ends, its words and its address."""
    whole = clean(text).strip() or "…"
    whole = whole if len(whole) <= LONGEST else f"{whole[:LONGEST].rstrip()}…"
    elements: list[dict[str, Any]] = []
    for number, line in enumerate(whole.split("\n")):
        ends = [
            part for at, label, url in links if at == number for part in (_words(" · "), link(label, url))
        ]
        if not line.startswith("- "):
            elements.append(_section([*_inline(line), *ends, _words("\n")]))
            continue
        item = _section([*_inline(line[2:]), *ends])
        if elements and elements[-1]["type"] == "rich_text_list":
            elements[-1]["elements"].append(item)
        else:
            elements.append({"type": "rich_text_list", "style": "bullet", "elements": [item]})
    return Message(mrkdwn(whole[:_SPOKEN]), ({"type": "rich_text", "elements": elements},))


def _inline(line: str) -> list[dict[str, Any]]:
    found, at = list[dict[str, Any]](), 0
    for match in _CODE.finditer(line):
        if match.start() > at:
            found.append(_words(line[at : match.start()]))
        found.append({**_words(match[1]), "style": {"code": True}})
        at = match.end()
    return [*found, _words(line[at:])] if at < len(line) else found or [_words(" ")]


def _section(elements: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": elements}


def _words(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}
