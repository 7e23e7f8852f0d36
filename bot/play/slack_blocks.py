"""Blocks in, Slack's complaints about them out: the documented limits of Block Kit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
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
_IN_MESSAGES = ("context_actions", "markdown", "plan", "table", "task_card")
_TITLE = 24
_INPUTS = frozenset(
    {
        "channels_select",
        "checkboxes",
        "conversations_select",
        "datepicker",
        "email_text_input",
        "multi_static_select",
        "number_input",
        "plain_text_input",
        "radio_buttons",
        "static_select",
        "url_text_input",
        "users_select",
    }
)
_OPTIONS = {"checkboxes": 10, "radio_buttons": 10, "static_select": 100, "multi_static_select": 100}
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


def view_complaints(view: Any) -> list[str]:
    """The same of a modal or a home tab: its blocks, its words and what it lacks."""
    found = complaints(view.get("blocks"), VIEW_BLOCKS)
    modal, inputs = view["type"] == "modal", False
    for number, block in enumerate(view.get("blocks") or []):
        if isinstance(block, dict) and block.get("type") in _IN_MESSAGES:
            found.append(f"unsupported type: {block['type']} [json-pointer:/view/blocks/{number}/type]")
        inputs = inputs or (isinstance(block, dict) and block.get("type") == "input")
    if modal and not (view.get("title") or {}).get("text"):
        found.append("missing required field: title [json-pointer:/view]")
    if modal and inputs and not view.get("submit"):
        found.append("missing required field: submit [json-pointer:/view]")
    for key in ("title", "submit", "close"):
        if len((view.get(key) or {}).get("text", "")) > _TITLE:
            found.append(f"must be less than {_TITLE + 1} characters [json-pointer:/view/{key}/text]")
    for key, limit in (("private_metadata", 3000), ("callback_id", 255)):
        if len(view.get(key) or "") > limit:
            found.append(f"must be less than {limit + 1} characters [json-pointer:/view/{key}]")
    return found


Complaint = tuple[str, str]


def _block(block: Json) -> Iterator[Complaint]:
    kind = block.get("type")
    if kind not in _KINDS:
        yield f"unsupported type: {kind}", "/type"
        return
    yield from _at_most(block.get("block_id", ""), 255, "/block_id")
    check = _CHECKS.get(str(kind))
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


def _input(block: Json) -> Iterator[Complaint]:
    yield from _text(block.get("label"), 2000, "/label", ("plain_text",))
    if block.get("hint"):
        yield from _text(block["hint"], 2000, "/hint", ("plain_text",))
    element = block.get("element") or {}
    if element.get("type") not in _INPUTS:
        yield f"unsupported type: {element.get('type')}", "/element"
        return
    yield from _at_most(element.get("action_id", ""), 255, "/element/action_id")
    if element.get("placeholder"):
        yield from _text(element["placeholder"], 150, "/element/placeholder", ("plain_text",))
    if element["type"] in _OPTIONS:
        yield from _options(element, _OPTIONS[element["type"]])


def _options(element: Json, limit: int) -> Iterator[Complaint]:
    options = element.get("options") or []
    if not 1 <= len(options) <= limit:
        yield f"must have between 1 and {limit} items", "/element/options"
    for number, option in enumerate(options):
        where = f"/element/options/{number}"
        yield from _text(option.get("text"), 75, f"{where}/text")
        yield from _at_most(option.get("value", ""), 150, f"{where}/value")
        if not option.get("value"):
            yield "missing required field: value", where


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


_CHECKS: Mapping[str, Callable[[Json], Iterator[Complaint]]] = {
    "section": _section,
    "header": _header,
    "markdown": _markdown,
    "table": _table,
    "input": _input,
}
