"""Blocks in, Slack's complaints about them out: the documented limits of Block Kit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from bot.play.slack_text import Json

MESSAGE_BLOCKS, VIEW_BLOCKS, CUMULATIVE = 50, 100, 12_000
_KINDS = frozenset(
    {
        "actions",
        "alert",
        "card",
        "carousel",
        "container",
        "context",
        "context_actions",
        "divider",
        "file",
        "header",
        "image",
        "input",
        "markdown",
        "plan",
        "rich_text",
        "section",
        "table",
        "task_card",
        "video",
    }
)
_ELEMENTS = {"context": 10, "actions": 25, "context_actions": 5}
_CONTEXT_ACTIONS = ("feedback_buttons", "icon_button")


def complaints(blocks: Any, limit: int = MESSAGE_BLOCKS) -> list[str]:
    """Sentences in Slack's manner, each with the place in the payload; empty when Slack would accept."""
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        return ["must be an array of blocks [json-pointer:/blocks]"]
    found = [f"no more than {limit} items allowed [json-pointer:/blocks]"] if len(blocks) > limit else []
    named = [block["block_id"] for block in blocks if block.get("block_id")]
    if len(set(named)) < len(named):
        found.append("block_id must be unique [json-pointer:/blocks]")
    for number, block in enumerate(blocks):
        found += [f"{what} [json-pointer:/blocks/{number}{where}]" for what, where in _block(block)]
    return found


def text_length(part: Any) -> int:
    """Characters of all texts; above about 12,000 Slack answers msg_blocks_too_long (bolt-js #2509)."""
    if isinstance(part, dict):
        own = len(part["text"]) if isinstance(part.get("text"), str) else 0
        return own + sum(text_length(value) for value in part.values())
    return sum(text_length(item) for item in part) if isinstance(part, list | tuple) else 0


Complaint = tuple[str, str]


def _block(block: Json) -> Iterator[Complaint]:
    kind = block.get("type")
    if kind not in _KINDS:
        yield f"unsupported type: {kind}", "/type"
        return
    yield from _at_most(block.get("block_id", ""), 255, "/block_id")
    check = {"section": _section, "header": _header, "markdown": _markdown, "table": _table}.get(str(kind))
    if check:
        yield from check(block)
    if kind == "container" and len(block.get("blocks") or block.get("child_blocks") or []) > 10:
        yield "no more than 10 items allowed", "/blocks"
    if kind in _ELEMENTS:
        yield from _elements(block, _ELEMENTS[str(kind)])


def _section(block: Json) -> Iterator[Complaint]:
    fields = block.get("fields") or []
    if not block.get("text") and not fields:
        yield "must provide text or fields", ""
    if block.get("text"):
        yield from _text(block["text"], 3000, "/text")
    if len(fields) > 10:
        yield "no more than 10 items allowed", "/fields"
    for number, field in enumerate(fields):
        yield from _text(field, 2000, f"/fields/{number}")
    if block.get("accessory"):
        yield from _element(block["accessory"], "/accessory")


def _header(block: Json) -> Iterator[Complaint]:
    yield from _text(block.get("text"), 150, "/text", ("plain_text",))


def _markdown(block: Json) -> Iterator[Complaint]:
    if not isinstance(block.get("text"), str) or not block["text"]:
        yield "missing required field: text", ""


def _table(block: Json) -> Iterator[Complaint]:
    rows = block.get("rows")
    if not isinstance(rows, list) or not rows:
        yield "missing required field: rows", ""
        return
    if len(rows) > 100:
        yield "no more than 100 items allowed", "/rows"
    if any(len(row) > 20 for row in rows):
        yield "no more than 20 items allowed", "/rows/0"
    if text_length(rows) > 10_000:
        yield "must be less than 10001 characters", "/rows"


def _elements(block: Json, limit: int) -> Iterator[Complaint]:
    elements = block.get("elements")
    if not isinstance(elements, list) or not elements:
        yield "missing required field: elements", ""
        return
    if len(elements) > limit:
        yield f"no more than {limit} items allowed", "/elements"
    actions = [element.get("action_id") for element in elements if element.get("action_id")]
    if len(set(actions)) < len(actions):
        yield "action_id must be unique within a block", "/elements"
    for number, element in enumerate(elements):
        where = f"/elements/{number}"
        if block["type"] == "context_actions" and element.get("type") not in _CONTEXT_ACTIONS:
            yield f"unsupported type: {element.get('type')}", where
        elif block["type"] == "context":
            yield from _context(element, where)
        else:
            yield from _element(element, where)


def _context(element: Json, where: str) -> Iterator[Complaint]:
    if element.get("type") == "image":
        if not element.get("alt_text"):
            yield "missing required field: alt_text", where
    else:
        yield from _text(element, 3000, where)


def _element(element: Json, where: str) -> Iterator[Complaint]:
    kind = element.get("type")
    yield from _at_most(element.get("action_id", ""), 255, f"{where}/action_id")
    if kind == "feedback_buttons":
        for side in ("positive_button", "negative_button"):
            if not element.get(side):
                yield f"missing required field: {side}", where
            else:
                yield from _button(element[side], f"{where}/{side}", named=True)
    elif kind in ("button", "icon_button"):
        yield from _button(element, where, named=kind == "button")


def _button(button: Json, where: str, named: bool) -> Iterator[Complaint]:
    if named or button.get("text"):
        yield from _text(button.get("text"), 75, f"{where}/text", ("plain_text",))
    for key, limit in (("value", 2000), ("url", 3000), ("accessibility_label", 75)):
        yield from _at_most(button.get(key, ""), limit, f"{where}/{key}")


def _text(
    value: Any, limit: int, where: str, kinds: Sequence[str] = ("plain_text", "mrkdwn")
) -> Iterator[Complaint]:
    if not isinstance(value, dict) or value.get("type") not in kinds:
        yield f"must be a text object of type {' or '.join(kinds)}", where
    elif not isinstance(value.get("text"), str) or not value["text"]:
        yield "must be more than 0 characters", f"{where}/text"
    else:
        yield from _at_most(value["text"], limit, f"{where}/text")


def _at_most(value: Any, limit: int, where: str) -> Iterator[Complaint]:
    if isinstance(value, str) and len(value) > limit:
        yield f"must be less than {limit + 1} characters", where
