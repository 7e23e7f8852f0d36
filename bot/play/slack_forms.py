"""The inputs of a view: which there are, and what Slack reports when a person has filled them in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.play.slack_text import Json

_MANY = ("checkboxes", "multi_static_select")
_ONE = ("radio_buttons", "static_select")
_IDS = {
    "users_select": "selected_user",
    "channels_select": "selected_channel",
    "conversations_select": "selected_conversation",
}


class FormError(ValueError):
    """What a person is told about what they filled in."""


@dataclass(frozen=True)
class Field:
    """An input as a person sees it; `options` are value and label."""

    block_id: str
    action_id: str
    kind: str
    label: str
    optional: bool
    multiline: bool
    options: tuple[tuple[str, str], ...]
    element: Json


def fields(blocks: Sequence[Json]) -> Iterator[Field]:
    """The inputs of a view, in order."""
    for block in blocks:
        if block.get("type") != "input":
            continue
        element = block["element"]
        yield Field(
            str(block.get("block_id", "")),
            str(element.get("action_id", "")),
            str(element.get("type", "")),
            str(block["label"]["text"]),
            bool(block.get("optional")),
            bool(element.get("multiline")),
            tuple((o["value"], o["text"]["text"]) for o in element.get("options", [])),
            element,
        )


def values(blocks: Sequence[Json], answers: Mapping[str, str | list[str]]) -> Json:
    """view.state.values for these answers by action id. Raises FormError as Slack's client would refuse."""
    found: Json = {}
    known = list(fields(blocks))
    if unknown := set(answers) - {field.action_id for field in known}:
        raise FormError(f"the modal has no input {sorted(unknown)}; it has {[f.action_id for f in known]}")
    for field in known:
        given = answers.get(field.action_id)
        if not given and not field.optional:
            raise FormError(f"Please complete this required field: {field.label}")
        found.setdefault(field.block_id, {})[field.action_id] = _value(field, given)
    return found


def _value(field: Field, given: str | list[str] | None) -> Json:
    if field.kind in _MANY:
        return {"type": field.kind, "selected_options": [_option(field, value) for value in given or []]}
    if field.kind in _ONE:
        return {"type": field.kind, "selected_option": _option(field, str(given)) if given else None}
    if field.kind in _IDS:
        return {"type": field.kind, _IDS[field.kind]: given or None}
    most = field.element.get("max_length")
    if most and len(given or "") > most:
        raise FormError(f"{field.label}: no more than {most} characters")
    return {"type": field.kind, "value": given or None}


def _option(field: Field, value: str) -> Json:
    found = [option for option in field.element.get("options", []) if option["value"] == value]
    if not found:
        raise FormError(f"{field.label} has no choice {value!r}")
    return {"text": found[0]["text"], "value": value}
