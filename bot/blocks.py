"""An Answer in, Slack messages out: text, sources, votes. Pure; every link is from the citation table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from bot.events import VOTE
from bot.post import Message
from bot.sources import age, headings, page
from model.answer import Answer, Citation, Status

Block = dict[str, Any]

PART = 3000  # escaped characters in a message: `text` stays below 4,000, all its blocks below 12,000
ROWS = 40  # blocks, of the 50 that Slack takes
QUOTE, TITLE, WHERE = 300, 120, 160
DISCLAIMER = "AI-made from your documents. It can be wrong: check the sources."
QUOTED = "Found by AI and quoted word for word from your documents. Check that the sources fit."
_MARKER = re.compile(r"\[(\d{1,3})\]")
_SPLIT = re.compile(r"(?<=\n\n)|(?<=[.!?\]]\s)(?=[^\s\[])")
_STYLE = re.compile(r"\*\*(?P<bold>[^*\n]+)\*\*|`(?P<code>[^`\n]+)`|\[(?P<marker>\d{1,3})\]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def render(answer: Answer, now: datetime | None = None) -> list[Message]:
    """The messages of an answer: one, or for a long one several, with all sources, votes on the last."""
    table = {c.number: c.url for c in answer.citations}
    pieces = [Message(part, (_text(part, table),)) for part in _parts(_clean(answer.text) or "…", PART)]
    sources = [_source(c, now or datetime.now(UTC)) for c in answer.citations]
    if sources:
        first = sources[0]
        sources[0] = Message(f"Sources\n{first.text}", (_heading("Sources"), *first.blocks))
    packed = list(_packed([*pieces, *sources]))
    packed[-1] = [*packed[-1], *_closing(answer)]
    for number, message in enumerate(packed[:-1], 1):
        message.append(_line(f"Part {number} of {len(packed)}"))
    return [_joined(message) for message in packed]


def _packed(pieces: list[Message]) -> Iterator[list[Message]]:
    message: list[Message] = []
    for piece in pieces:
        together = [*message, piece]
        too_long = sum(len(escape(p.text)) for p in together) > PART
        if message and (too_long or sum(len(p.blocks) for p in together) > ROWS):
            yield message
            message = []
        message = [*message, piece]
    yield message


def _closing(answer: Answer) -> Iterator[Message]:
    label = QUOTED if answer.writer == "extract" else DISCLAIMER
    for text in (answer.notice, label if answer.citations else ""):
        if text:
            yield _line(_clean(text)[:300])
    if answer.status is not Status.FAILED and answer.id:
        yield Message("", (votes(answer.id),))


def _joined(pieces: list[Message]) -> Message:
    text = "\n".join(p.text for p in pieces if p.text)
    return Message(escape(text), tuple(block for p in pieces for block in p.blocks))


def _line(text: str) -> Message:
    element = {"type": "plain_text", "text": text, "emoji": False}
    return Message(text, ({"type": "context", "elements": [element]},))


def plain(text: str) -> Message:
    """A message of words only."""
    return Message(escape(_clean(text)), (_text(_clean(text), {}),))


def votes(answer: str) -> Block:
    """The two buttons; what they send names the answer."""
    sides = {
        f"{side}_button": {
            "text": {"type": "plain_text", "text": label},
            "accessibility_label": spoken,
            "value": f"{value}:{answer}",
        }
        for side, label, spoken, value in (
            ("positive", "Helpful", "This answer helped", "up"),
            ("negative", "Not helpful", "This answer did not help", "down"),
        )
    }
    return {
        "type": "context_actions",
        "elements": [{"type": "feedback_buttons", "action_id": VOTE, **sides}],
    }


def escape(text: str) -> str:
    """Words as Slack shows them to the letter: no mention, no command, no link can be in them."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _clean(text: str) -> str:
    return _CONTROL.sub("", text).strip()


def _parts(text: str, limit: int) -> Iterator[str]:
    """Pieces of at most `limit` characters, cut after a paragraph or a sentence where there is one."""
    piece = ""
    for bit in _SPLIT.split(text):
        if len(escape(piece + bit)) <= limit:
            piece += bit
            continue
        if piece:
            yield piece.strip()
        while len(escape(bit)) > limit:  # words without an end: cut so that even escaped they fit
            yield bit[: limit // 5]
            bit = bit[limit // 5 :]
        piece = bit
    yield piece.strip()


def _text(text: str, table: dict[int, str]) -> Block:
    """Paragraphs and lists; bold, code and markers are the only markup, and only markers are links."""
    elements: list[Block] = []
    for line in text.split("\n"):
        item = re.match(r"\s*(?:[-*•]|\d+[.)])\s+(.*)", line)
        heading = re.match(r"#{1,6}\s+(.*)", line)
        if item:
            style = "ordered" if line.strip()[0].isdigit() else "bullet"
            row = {"type": "rich_text_section", "elements": _inline(item.group(1), table)}
            if elements and elements[-1].get("style") == style:
                elements[-1]["elements"].append(row)
            else:
                elements.append({"type": "rich_text_list", "style": style, "elements": [row]})
        else:
            words = f"**{heading.group(1)}**" if heading else line
            section = {"type": "rich_text_section", "elements": [*_inline(words, table), _words("\n")]}
            elements.append(section)
    return {"type": "rich_text", "elements": elements}


def _inline(line: str, table: dict[int, str]) -> list[Block]:
    found: list[Block] = []
    at = 0
    for match in _STYLE.finditer(line):
        found += [_words(line[at : match.start()])] if match.start() > at else []
        at = match.end()
        if match["marker"]:
            found.append(_link(f"[{match['marker']}]", table.get(int(match["marker"]), "")))
        else:
            name = "bold" if match["bold"] else "code"
            found.append({**_words(match[name]), "style": {name: True}})
    found += [_words(line[at:])] if at < len(line) else []
    return found or [_words(" ")]


def _words(text: str) -> Block:
    return {"type": "text", "text": text}


def _link(text: str, url: str) -> Block:
    """A link where a browser can follow it; a file's path is words."""
    if re.fullmatch(r"https?://[^\s<>|]+", url) and len(url) <= 3000:
        return {"type": "link", "url": url, "text": text}
    return _words(text)


def _heading(text: str) -> Block:
    words = {**_words(text), "style": {"bold": True}}
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [words]}]}


def _source(citation: Citation, now: datetime) -> Message:
    title, where, quote = _short(citation.title, TITLE), _where(citation, now), _short(citation.quote, QUOTE)
    line = [_words(f"[{citation.number}] "), _link(title, citation.url)]
    line += [_words(f" · {where}")] if where else []
    elements = [
        {"type": "rich_text_section", "elements": line},
        {"type": "rich_text_quote", "elements": [_words(quote)]},
    ]
    spoken = f"[{citation.number}] {title}{f' · {where}' if where else ''}: “{quote}”"
    return Message(spoken, ({"type": "rich_text", "elements": elements},))


def _where(citation: Citation, now: datetime) -> str:
    heading = " > ".join(_clean(h) for h in headings(citation))
    path = "" if re.match(r"https?://", citation.url) else _path(citation.url)
    known = (_short(heading, WHERE) if heading else "", page(citation), path, age(citation.updated_at, now))
    return " · ".join(part for part in known if part)


def _path(url: str) -> str:
    """The end of a file's address: enough to find it, nothing about the machine."""
    return "/".join(_clean(url).split("#")[0].rstrip("/").split("/")[-2:])[-WHERE:] if url else ""


def _short(text: str, limit: int) -> str:
    words = " ".join(_clean(text).split()) or "…"
    return words if len(words) <= limit else words[: limit - 1].rstrip() + "…"
