"""A JSON schema that a channel wants answers in, and an answer, in; JSON that fits it, or nothing, out. Pure.

A small part of JSON Schema: an object of properties that we know how to fill, each by its name and type. What
fills them is the checked answer, its sentences, its one figure and its citations, and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from model.answer import Answer, Citation
from model.checking.figures import figures
from model.checking.support import MARKER
from model.writing.rewriting import sentences_of

LONGEST = 4000  # characters
_DEEP = 4  # an object of arrays of objects of strings
Json = Mapping[str, Any]
_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,), "array": (list,), "string": (str,), "number": (int, float), "integer": (int,),
    "boolean": (bool,),
}  # fmt: skip
_KEYWORDS = frozenset(
    "$schema title description type properties required additionalProperties items enum minLength maxLength "
    "minimum maximum minItems maxItems".split()
)
_SOURCES = frozenset("sources citations references quellen belege".split())
_FILLED = {  # by type: the names that we know
    "string": frozenset("answer text summary antwort status".split()),
    "number": frozenset("number value amount figure zahl betrag wert".split()),
    "integer": frozenset("number value amount figure zahl betrag wert".split()),
    "boolean": frozenset(("found",)),
    "array": frozenset("points sentences items punkte sätze".split()) | _SOURCES,
}
_OF_SOURCE = {"number": "integer", "title": "string", "url": "string", "quote": "string", "page": "integer"}


class Unfit(Exception):
    """A schema that cannot be filled: the phrase that says why, and what it names."""

    def __init__(self, key: str, name: str = "") -> None:
        super().__init__(key)
        self.key, self.name = key, name


def read(given: str) -> dict[str, Any]:
    """The schema. Raises Unfit."""
    if len(given) > LONGEST:
        raise Unfit("schema_long", str(LONGEST))
    try:
        schema = json.loads(given)
    except (ValueError, RecursionError):
        raise Unfit("schema_json") from None
    if not isinstance(schema, dict) or schema.get("type") != "object" or not schema.get("properties"):
        raise Unfit("schema_object")
    _known(schema, _DEEP)
    for name, of in schema["properties"].items():
        _fillable(name, of)
    for name in schema.get("required", ()):
        if name not in schema["properties"]:
            raise Unfit("schema_field", str(name)[:40])
    return schema


def _known(schema: Any, depth: int) -> None:
    """Raises Unfit where there is something in it that would not be looked at."""
    inside = schema.get("properties", {}) if isinstance(schema, dict) else None
    if not isinstance(inside, dict) or not isinstance(schema.get("required", []), list) or not depth:
        raise Unfit("schema_object")
    if schema.get("type") not in _TYPES:
        raise Unfit("schema_keyword", f"type {schema.get('type')}"[:40])
    if strange := set(schema) - _KEYWORDS:
        raise Unfit("schema_keyword", min(strange)[:40])
    for of in (*inside.values(), *([schema["items"]] if "items" in schema else [])):
        _known(of, depth - 1)


def _fillable(name: str, of: Json) -> None:
    kind, items = of["type"], of.get("items", {"type": "string"})
    objects = items["type"] == "object" and name in _SOURCES
    inside = items.get("properties", {}).items() if objects else ()
    known = name in _FILLED.get(kind, ()) and (kind != "array" or objects or items["type"] == "string")
    for inner, inner_of in inside:
        known = known and _OF_SOURCE.get(inner) == inner_of["type"]
    if not known:
        raise Unfit("schema_field", name[:40])


def filled(schema: Json, answer: Answer) -> str:
    """The answer as JSON in a block of code; empty where what there is does not fit the schema."""
    made = {
        name: value for name, of in schema["properties"].items() if (value := _value(name, of, answer)) != ""
    }
    if not _fits(made, schema):
        return ""
    return f"```json\n{json.dumps(made, ensure_ascii=False, indent=2)}\n```"


def _value(name: str, of: Json, answer: Answer) -> Any:
    """What a property is filled with; an empty string where there is nothing."""
    kind = of["type"]
    if kind == "boolean":
        return bool(answer.citations)
    if kind in ("number", "integer"):
        return _figure(answer.text)
    if kind == "string":
        return str(answer.status) if name == "status" else " ".join(sentences_of(answer.text))
    if name not in _SOURCES:
        return sentences_of(answer.text)
    items = of.get("items", {"type": "string"})
    if items["type"] == "string":
        return list(dict.fromkeys(c.title for c in answer.citations))
    return [_source(c, items.get("properties", {})) for c in answer.citations]


def _source(citation: Citation, wanted: Json) -> dict[str, Any]:
    values = {name: getattr(citation, name) for name in wanted or _OF_SOURCE}
    return {name: value for name, value in values.items() if value is not None}


def _figure(text: str) -> int | float | str:
    """The one number of the answer; nothing where there are several."""
    found = {min(f.values) for f in figures(MARKER.sub(" ", text)) if not f.loose and len(f.values) == 1}
    try:
        value = float(found.pop()) if len(found) == 1 else None
    except ValueError:  # a date
        value = None
    if value is None:
        return ""
    return int(value) if value.is_integer() else value


def _fits(value: Any, schema: Json) -> bool:
    kinds = _TYPES[schema["type"]]
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    if isinstance(value, dict):
        inside = schema.get("properties", {})
        if any(name not in value for name in schema.get("required", ())):
            return False
        return all(_fits(value[name], of) for name, of in inside.items() if name in value)
    if isinstance(value, list):
        return _within(len(value), schema, "Items") and all(
            _fits(one, schema.get("items", {"type": "string"})) for one in value
        )
    if isinstance(value, str):
        return _within(len(value), schema, "Length")
    return bool(schema.get("minimum", value) <= value <= schema.get("maximum", value))


def _within(size: int, schema: Json, of: str) -> bool:
    return bool(schema.get(f"min{of}", 0) <= size <= schema.get(f"max{of}", size))
