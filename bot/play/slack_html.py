"""Messages in, safe HTML out: the page's rendering of Slack's blocks. Nothing an app wrote becomes markup."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence

from bot.play.slack_records import Message
from bot.play.slack_text import STYLES, Button, Json, Piece, Span, buttons, markdown, mrkdwn_spans, pieces

_RICH = {"bold": "strong", "italic": "em", "strike": "s", "code": "code"}
_PARAGRAPH = {"rich_text_quote": "blockquote", "rich_text_preformatted": "pre", "header": "h3"}
_STATES = {
    "pending": ("○", "not begun"),
    "in_progress": ("◐", "under way"),
    "complete": ("✓", "done"),
    "error": ("✕", "failed"),
}
_HELD = re.compile("\x00(\\d+)\x00")


def message_html(message: Message, names: Mapping[str, str]) -> str:
    """The body of a message; `names` are people and channels by id."""
    if not message.blocks:
        return f'<div class="text">{mrkdwn_html(message.text, names)}</div>'
    return blocks_html(message.blocks, names)


def blocks_html(blocks: Sequence[Json], names: Mapping[str, str]) -> str:
    """Blocks of a view that are not inputs."""
    return "".join(_block(block, names) for block in blocks)


def mrkdwn_html(source: str, names: Mapping[str, str]) -> str:
    """Slack's notation as HTML. Links and mentions are set aside while the rest is styled."""
    held: list[str] = []
    text = ""
    for span in mrkdwn_spans(source.replace("\x00", "")):
        if span.url or span.mention:
            held.append(_span(span, names))
            text += f"\x00{len(held) - 1}\x00"
        else:
            text += html.escape(span.text, quote=False)
    for pattern, tag in STYLES:
        text = pattern.sub(rf"<{tag}>\1</{tag}>", text)
    return _HELD.sub(lambda match: held[int(match[1])], text).replace("\n", "<br>")


def _span(span: Span, names: Mapping[str, str]) -> str:
    if span.mention:
        name = names.get(span.mention)
        return f'<span class="mention">{html.escape(span.text[0] + name if name else span.text)}</span>'
    return _link(span.text, span.url)


def _link(label: str, url: str) -> str:
    if not url.startswith(("http://", "https://", "mailto:")):
        return html.escape(label)
    return f'<a href="{html.escape(url)}" target="_blank" rel="noreferrer noopener">{html.escape(label)}</a>'


def _block(block: Json, names: Mapping[str, str]) -> str:
    kind = str(block.get("type", ""))
    if kind == "divider":
        return "<hr>"
    if kind in ("actions", "context_actions"):
        return f'<div class="actions">{_buttons(block)}</div>'
    if kind == "table":
        return _table(block, names)
    if kind == "task_card":
        return _task(block)
    content = "".join(_piece(piece, names) for piece in pieces([block]))
    return f'<div class="{re.sub("[^a-z_]", "", kind)}">{content}{_buttons(block)}</div>'


def _piece(piece: Piece, names: Mapping[str, str]) -> str:
    if piece.notation == "markdown":
        rendered = str(markdown().render(piece.source))
        return rendered.replace("<a href=", '<a target="_blank" rel="noreferrer noopener" href=')
    gap = ""
    if piece.notation == "rich":
        body, breaks = _unended("".join(_run(span, names) for span in piece.runs))
        gap = ' class="gap"' if breaks > 1 else ""
    else:
        body = html.escape(piece.source) if piece.notation == "plain" else mrkdwn_html(piece.source, names)
    tag = _PARAGRAPH.get(piece.block, "p")
    return f"<{tag}{gap}>{body}</{tag}>"


def _unended(body: str) -> tuple[str, int]:
    """A paragraph without the line ends at its end, and how many these were: one is not seen, more are."""
    kept = body
    while kept.endswith("<br>"):
        kept = kept.removesuffix("<br>")
    return kept, (len(body) - len(kept)) // len("<br>")


def _run(span: Span, names: Mapping[str, str]) -> str:
    body = _span(span, names) if span.url or span.mention else html.escape(span.text).replace("\n", "<br>")
    for style in span.styles:
        body = f"<{_RICH[style]}>{body}</{_RICH[style]}>" if style in _RICH else body
    return body


def _table(block: Json, names: Mapping[str, str]) -> str:
    def cell(part: Json, tag: str) -> str:
        return f"<{tag}>{''.join(_piece(piece, names) for piece in pieces([part]))}</{tag}>"

    rows = block.get("rows", [])
    marked = (
        "".join(cell(part, "td" if number else "th") for part in row) for number, row in enumerate(rows)
    )
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in marked) + "</table>"


def _task(block: Json) -> str:
    """A step of the work, as a line with its state in words for those who do not see the sign."""
    state = str(block.get("status", "pending"))
    sign, spoken = _STATES.get(state, _STATES["pending"])
    details = html.escape(str(block.get("details") or ""))
    more = f'<span class="details">{details}</span>' if details else ""
    title = html.escape(str(block.get("title", "")))
    seen = f'<span aria-hidden="true">{sign}</span><span class="unseen">{spoken}: </span>'
    return f'<div class="task">{seen} {title} {more}</div>'


def _buttons(block: Json) -> str:
    return "".join(_button(button) for button in buttons([block]))


def _button(button: Button) -> str:
    if button.url.startswith(("http://", "https://")):
        return _link(button.label, button.url)
    data = f'data-action="{html.escape(button.action_id)}" data-value="{html.escape(button.value)}"'
    kind = f"{re.sub('[^a-z_]', '', button.kind)} {'primary' if button.style == 'primary' else ''}".strip()
    spoken = f' aria-label="{html.escape(button.spoken)}"' if button.spoken else ""
    pressed = ' aria-pressed="false"' if button.kind == "feedback_buttons" else ""
    label = html.escape(button.label)
    return f'<button type="button" class="{kind}"{pressed}{spoken} {data}>{label}</button>'
