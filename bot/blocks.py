"""An Answer in, Slack messages out: text, sources, votes. Pure; every link is from the citation table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from bot.events import VOTE
from bot.post import Message
from model.answer import Answer, Citation, Status

Block = dict[str, Any]

PART = 3500  # characters in a message: its copy in `text` stays below 4,000, all its blocks below 12,000
QUOTE = 400
DISCLAIMER = "AI-made from your documents. It can be wrong: check the sources."
_MARKER = re.compile(r"\[(\d{1,3})\]")
_SPLIT = re.compile(r"(?<=\n\n)|(?<=[.!?])\s+")
_STYLE = re.compile(r"\*\*(?P<bold>[^*\n]+)\*\*|`(?P<code>[^`\n]+)`|\[(?P<marker>\d{1,3})\]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def render(answer: Answer, now: datetime | None = None) -> list[Message]:
    """The messages of an answer: one, or for a long one several, sources and votes on the last."""
    moment = now or datetime.now(UTC)
    sources = [_source(c, moment) for c in answer.citations]
    table = {c.number: c.url for c in answer.citations}
    parts = list(_parts(_clean(answer.text), PART))
    spoken = "\n".join(_spoken_source(c, moment) for c in answer.citations)
    if len(parts[-1]) + len(spoken) > PART:
        parts.append("")
    messages = [_message(part, table, f"{n} of {len(parts)}") for n, part in enumerate(parts[:-1], 1)]
    return [*messages, _last(answer, parts[-1], table, (sources, spoken))]


def _message(part: str, table: dict[int, str], place: str) -> Message:
    blocks = [_text(part, table), _context(f"Part {place}")]
    return Message(escape(part), tuple(blocks))


def _last(
    answer: Answer, part: str, table: dict[int, str], sources: tuple[list[list[Block]], str]
) -> Message:
    blocks: list[Block] = [_text(part, table)] if part else []
    text = [part] if part else []
    if sources[0]:
        blocks.append(_heading("Sources"))
        blocks += [{"type": "rich_text", "elements": elements} for elements in sources[0][:40]]
        text += ["Sources", sources[1]]
    for line in (answer.notice, DISCLAIMER if answer.citations else ""):
        if line:
            blocks.append(_context(_clean(line)))
            text.append(_clean(line))
    if answer.status is not Status.FAILED and answer.id:
        blocks.append(votes(answer.id))
    return Message(escape("\n".join(text)), tuple(blocks))


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


def age(moment: datetime | None, now: datetime) -> str:
    """How old a source is, in words; empty where it is not known."""
    if moment is None:
        return ""
    days = (now - (moment if moment.tzinfo else moment.replace(tzinfo=UTC))).days
    for size, unit in ((365, "year"), (30, "month"), (7, "week"), (1, "day")):
        if days >= size:
            count = days // size
            return f"updated {count} {unit}{'s' if count > 1 else ''} ago"
    return "updated today"


def _clean(text: str) -> str:
    return _CONTROL.sub("", text).strip()


def _parts(text: str, limit: int) -> Iterator[str]:
    """Pieces of at most `limit` characters, cut after a paragraph or a sentence where there is one."""
    piece = ""
    for bit in _SPLIT.split(text):
        joined = f"{piece} {bit}" if piece and not piece.endswith("\n") else piece + bit
        if len(joined) <= limit:
            piece = joined
            continue
        if piece:
            yield piece.strip()
        while len(bit) > limit:
            yield bit[:limit]
            bit = bit[limit:]
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


def _source(citation: Citation, now: datetime) -> list[Block]:
    where = _where(citation, now)
    line = [_words(f"[{citation.number}] "), _link(_clean(citation.title), citation.url)]
    line += [_words(f" · {where}")] if where else []
    quote = {"type": "rich_text_quote", "elements": [_words(_quote(citation))]}
    return [{"type": "rich_text_section", "elements": line}, quote]


def _spoken_source(citation: Citation, now: datetime) -> str:
    where = _where(citation, now)
    return (
        f"[{citation.number}] {_clean(citation.title)}{f' · {where}' if where else ''}: “{_quote(citation)}”"
    )


def _where(citation: Citation, now: datetime) -> str:
    heading = " > ".join(_clean(h) for h in citation.heading if h != citation.title)
    page = f"page {citation.page}" if citation.page else ""
    path = "" if re.match(r"https?://", citation.url) else _path(citation.url)
    return " · ".join(part for part in (heading, page, path, age(citation.updated_at, now)) if part)


def _path(url: str) -> str:
    """The end of a file's address: enough to find it, nothing about the machine."""
    return "/".join(_clean(url).split("#")[0].rstrip("/").split("/")[-2:]) if url else ""


def _quote(citation: Citation) -> str:
    words = " ".join(_clean(citation.quote).split()) or "…"
    return words if len(words) <= QUOTE else words[: QUOTE - 1].rstrip() + "…"


def _context(text: str) -> Block:
    return {"type": "context", "elements": [{"type": "plain_text", "text": text[:2000], "emoji": False}]}
