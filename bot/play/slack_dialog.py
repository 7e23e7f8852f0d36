"""A modal in, its HTML out: blocks as in messages, inputs as what browsers have, errors beside them."""

from __future__ import annotations

import html
from collections.abc import Mapping

from bot.play.slack_forms import Field, fields
from bot.play.slack_html import blocks_html
from bot.play.slack_text import Json

_TYPES = {
    "number_input": "number",
    "email_text_input": "email",
    "url_text_input": "url",
    "datepicker": "date",
}


def dialog(view: Json, names: Mapping[str, str]) -> Json:
    """What the page shows of a modal."""
    known = {field.block_id: field for field in fields(view["blocks"])}
    errors = {str(block): str(text) for block, text in (view.get("errors") or {}).items()}
    parts = [
        _field(known[block["block_id"]], block, errors.get(block["block_id"], ""))
        if block.get("type") == "input"
        else blocks_html([block], names)
        for block in view["blocks"]
    ]
    return {
        "id": view["id"],
        "key": f"{view['id']} {view['hash']} {sorted(errors.items())}",
        "callback": view["callback_id"],
        "title": view["title"]["text"],
        "submit": (view.get("submit") or {}).get("text", ""),
        "close": (view.get("close") or {}).get("text", "Close"),
        "html": "".join(parts),
    }


def _field(field: Field, block: Json, error: str) -> str:
    hint = (block.get("hint") or {}).get("text", "")
    id = f"field-{html.escape(field.block_id)}-{html.escape(field.action_id)}"
    notes = "".join(f'<p class="{kind}">{html.escape(text)}</p>' for kind, text in _notes(hint, error))
    about = f'<div class="notes" id="{id}-notes">{notes}</div>' if notes else ""
    described = f' aria-describedby="{id}-notes"' if notes else ""
    label = html.escape(field.label) + ('<span class="optional"> (optional)</span>' if field.optional else "")
    data = f'data-field="{html.escape(field.action_id)}"{described}'
    if field.kind in ("checkboxes", "radio_buttons"):
        return f"<fieldset {data}><legend>{label}</legend>{_choices(field, id)}{about}</fieldset>"
    return f'<div class="field"><label for="{id}">{label}</label>{_control(field, id, data)}{about}</div>'


def _notes(hint: str, error: str) -> list[tuple[str, str]]:
    return [(kind, text) for kind, text in (("error", error), ("hint", hint)) if text]


def _choices(field: Field, id: str) -> str:
    kind = "checkbox" if field.kind == "checkboxes" else "radio"
    chosen = {option.get("value") for option in field.element.get("initial_options", [])}
    chosen |= {(field.element.get("initial_option") or {}).get("value")}
    return "".join(
        f'<label><input type="{kind}" name="{id}" value="{html.escape(value)}"'
        f"{' checked' if value in chosen else ''}> {html.escape(label)}</label>"
        for value, label in field.options
    )


def _control(field: Field, id: str, data: str) -> str:
    if field.options:
        many = " multiple" if field.kind.startswith("multi_") else ""
        options = "".join(f'<option value="{html.escape(v)}">{html.escape(t)}' for v, t in field.options)
        return f'<select id="{id}" {data}{many}>{"" if many else "<option value=>"}{options}</select>'
    initial = html.escape(str(field.element.get("initial_value") or ""))
    placeholder = html.escape((field.element.get("placeholder") or {}).get("text", ""))
    most = int(field.element.get("max_length") or 3000)
    rest = f'id="{id}" {data} maxlength="{most}" placeholder="{placeholder}"'
    if field.multiline:
        return f'<textarea rows="4" {rest}>{initial}</textarea>'
    return f'<input type="{_TYPES.get(field.kind, "text")}" {rest} value="{initial}">'
