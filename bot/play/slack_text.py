"""Slack's markup in, what a person sees out: plain text, links and buttons of a message."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

Json = dict[str, Any]

_MARKUP = re.compile(r"<([@#!][^<>]+|(?:https?|mailto):[^<>]+)>")
_BARE_LINK = re.compile(r"https?://[^\s<>|]+[^\s<>|.,;:!?)\]}'\"]")
STYLES = (
    (re.compile(r"```\n?(.*?)```", re.S), "pre"),
    (re.compile(r"`([^`\n]+)`"), "code"),
    (re.compile(r"(?<!\w)\*([^*\n]+)\*(?!\w)"), "strong"),
    (re.compile(r"(?<!\w)_([^_\n]+)_(?!\w)"), "em"),
    (re.compile(r"(?<!\w)~([^~\n]+)~(?!\w)"), "s"),
)
_OF_BUTTONS = ("value", "url", "accessibility_label", "style")
_TEXT_KEYS = (
    "title",
    "subtitle",
    "text",
    "fields",
    "body",
    "details",
    "output",
    "elements",
    "blocks",
    "cards",
    "tasks",
)


@dataclass(frozen=True)
class Span:
    """A run of text as shown; `url` where it can be clicked, `mention` an id where it pings."""

    text: str
    url: str = ""
    mention: str = ""
    styles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Link:
    label: str
    url: str


@dataclass(frozen=True)
class Button:
    """Something a person can press; `value` is what a press reports."""

    label: str
    action_id: str
    value: str
    kind: str
    block_id: str
    url: str = ""
    spoken: str = ""  # what a screen reader says in place of the label
    style: str = ""


@dataclass(frozen=True)
class Piece:
    """One paragraph of a message: its notation (`mrkdwn`, `markdown`, `plain`, `rich`) and its source."""

    notation: str
    source: str
    block: str = ""
    runs: tuple[Span, ...] = ()


def mrkdwn_spans(source: str) -> Iterator[Span]:
    """Slack's own notation: `<url|label>`, `<@U1>`, `<!channel>` and bare addresses, which Slack links."""
    end = 0
    for match in _MARKUP.finditer(source):
        yield from _bare(source[end : match.start()])
        yield _markup(match[1])
        end = match.end()
    yield from _bare(source[end:])


def _markup(inner: str) -> Span:
    target, _, label = inner.partition("|")
    if target[0] == "!":
        return Span("@" + (label.lstrip("@") or target[1:].split("^")[0]), mention=target)
    if target[0] in "@#":
        return Span(target[0] + (label or target[1:]), mention=target[1:])
    return Span(html.unescape(label or target), url=html.unescape(target))


def _bare(source: str) -> Iterator[Span]:
    end = 0
    for match in _BARE_LINK.finditer(source):
        if match.start() > end:
            yield Span(html.unescape(source[end : match.start()]))
        address = html.unescape(match[0])
        yield Span(address, url=address)
        end = match.end()
    if end < len(source):
        yield Span(html.unescape(source[end:]))


@cache
def markdown() -> MarkdownIt:
    """The parser for `markdown` blocks; raw HTML stays text, pictures become links as in Slack."""
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.add_render_rule("image", _picture_as_link)
    return parser


def _picture_as_link(_: Any, tokens: Sequence[Token], position: int, *__: Any) -> str:
    token = tokens[position]
    address = html.escape(str(token.attrs.get("src", "")), quote=True)
    return f'<a href="{address}">{html.escape(token.content or address)}</a>'


def markdown_spans(source: str) -> Iterator[Span]:
    """Standard Markdown, as the `markdown` block and streams take it."""
    for token in markdown().parse(source):
        if token.type == "inline":
            yield from _inline(token.children or [])
            yield Span("\n")
        elif token.type == "list_item_open":
            yield Span("• " if token.markup in "-*+" else f"{token.info}. ")
        elif token.type in ("fence", "code_block"):
            yield Span(token.content)


def _inline(tokens: Sequence[Token]) -> Iterator[Span]:
    address, label = "", ""
    for token in tokens:
        if token.type == "link_open":
            address, label = str(token.attrs.get("href", "")), ""
        elif token.type == "link_close":
            yield Span(label, url=address)
            address = ""
        elif token.type == "image":
            yield Span(token.content, url=str(token.attrs.get("src", "")))
        elif text := "\n" if token.type in ("softbreak", "hardbreak") else token.content:
            if address:
                label += text
            else:
                yield from mrkdwn_spans(text)


def pieces(blocks: Sequence[Json]) -> Iterator[Piece]:
    """The readable paragraphs of blocks, in the order they are shown; buttons are not among them."""
    for block in blocks:
        yield from _pieces(block, str(block.get("type", "")))


def _pieces(part: Any, block: str) -> Iterator[Piece]:
    if isinstance(part, str):
        yield Piece("plain", part, block)
    elif isinstance(part, list):
        for item in part:
            yield from _pieces(item, block)
    elif isinstance(part, dict):
        yield from _of_mapping(part, block)


def _of_mapping(part: Json, block: str) -> Iterator[Piece]:
    kind = part.get("type", "")
    if kind in ("mrkdwn", "plain_text", "markdown", "raw_text"):
        notation = "plain" if kind in ("plain_text", "raw_text") else str(kind)
        yield Piece(notation, str(part.get("text", "")), block)
    elif kind == "rich_text":
        yield from _rich_pieces(part)
    elif kind == "table":
        for row in part.get("rows", []):
            yield Piece("rich", "", block, tuple(_row(row, block)))
    elif kind == "image":
        yield Piece("plain", str(part.get("alt_text", "")), block)
    elif kind not in ("actions", "context_actions", "button", "divider"):
        for key in _TEXT_KEYS:
            yield from _pieces(part.get(key), kind or block)


def _row(cells: Sequence[Json], block: str) -> Iterator[Span]:
    for number, cell in enumerate(cells):
        if number:
            yield Span(" | ")
        for piece in _pieces(cell, block):
            yield from spans(piece)


def _rich_pieces(part: Json) -> Iterator[Piece]:
    """A rich_text block by paragraph: its text is literal, its styles are fields beside it."""
    for element in part.get("elements", []):
        kind, marker = str(element.get("type", "")), "• " if element.get("style") == "bullet" else ""
        if kind != "rich_text_list":
            yield Piece("rich", "", kind, tuple(_rich(element)))
            continue
        for number, child in enumerate(element.get("elements", []), 1):
            yield Piece("rich", "", kind, (Span(marker or f"{number}. "), *_rich(child)))


def _rich(element: Json) -> Iterator[Span]:
    for part in element.get("elements", []):
        kind, given = part.get("type", ""), part.get("style")
        styles = tuple(name for name, on in given.items() if on) if isinstance(given, dict) else ()
        if kind == "link":
            address = str(part.get("url", ""))
            yield Span(str(part.get("text") or address), address, styles=styles)
        elif kind in ("user", "channel"):
            id = str(part.get(f"{kind}_id", ""))
            yield Span(("@" if kind == "user" else "#") + id, mention=id)
        elif kind == "broadcast":
            yield Span(f"@{part.get('range', '')}", mention=f"!{part.get('range', '')}")
        else:
            yield Span(f":{part['name']}:" if kind == "emoji" else str(part.get("text", "")), styles=styles)


def spans(piece: Piece) -> Iterator[Span]:
    """A piece as spans, by its notation."""
    if piece.notation in ("markdown", "rich"):
        return iter(piece.runs) if piece.runs else markdown_spans(piece.source)
    return iter((Span(piece.source),)) if piece.notation == "plain" else mrkdwn_spans(piece.source)


def message_pieces(text: str, blocks: Sequence[Json]) -> list[Piece]:
    """What a client shows: the blocks if there are any, else the text."""
    return list(pieces(blocks)) if blocks else [Piece("mrkdwn", text)]


def shown(text: str, blocks: Sequence[Json], names: Mapping[str, str] | None = None) -> str:
    """The message as plain text, mentions by name where `names` (id to name) knows them."""
    known = names or {}
    lines = (_plain(piece, known).strip("\n") for piece in message_pieces(text, blocks))
    return "\n".join(lines).strip()


def _plain(piece: Piece, names: Mapping[str, str]) -> str:
    text = "".join(s.text[0] + names[s.mention] if s.mention in names else s.text for s in spans(piece))
    for pattern, _ in STYLES if piece.notation == "mrkdwn" else ():
        text = pattern.sub(r"\1", text)
    return text


def links(text: str, blocks: Sequence[Json]) -> list[Link]:
    """Everything a person can click on in the text, in order; buttons apart."""
    found = (span for piece in message_pieces(text, blocks) for span in spans(piece))
    return [Link(span.text, span.url) for span in found if span.url]


def buttons(blocks: Sequence[Json]) -> list[Button]:
    """Everything a person can press, in order; each side of feedback buttons is one."""
    return [
        button for block in blocks for element in _elements(block) for button in _pressable(element, block)
    ]


def _elements(block: Json) -> list[Json]:
    found = [*block.get("elements", []), block.get("accessory") or {}]
    for child in block.get("blocks") or block.get("child_blocks") or []:
        found += _elements(child)
    return [element for element in found if isinstance(element, dict)]


def _pressable(element: Json, block: Json) -> Iterator[Button]:
    kind, action = str(element.get("type", "")), str(element.get("action_id", ""))
    block_id = str(block.get("block_id", ""))
    sides: list[Any] = [element] if kind in ("button", "icon_button") else []
    if kind == "feedback_buttons":
        sides = [element.get("positive_button"), element.get("negative_button")]
    for side in sides:
        given = {key: str((side or {}).get(key) or "") for key in _OF_BUTTONS}
        label = (side or {}).get("text", {}).get("text", "")
        spoken, style = given["accessibility_label"], given["style"]
        yield Button(label, action, given["value"], kind, block_id, given["url"], spoken, style)
