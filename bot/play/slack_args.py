"""A Web API request in, typed arguments out; and the error every method answers with."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

from bot.play.slack_text import Json

_STRUCTURED = (
    "blocks",
    "metadata",
    "attachments",
    "view",
    "chunks",
    "manifest",
    "prompts",
    "loading_messages",
)


class SlackError(Exception):
    """Slack answers `ok: false` with this code; `messages` go into response_metadata, `about` beside it."""

    def __init__(self, code: str, messages: list[str] | None = None, about: Json | None = None) -> None:
        super().__init__(code)
        self.code, self.messages, self.about = code, messages or [], about or {}


class Args:
    """Arguments of one call, from a JSON or form body, wherever structures hide in strings."""

    def __init__(self, values: Json) -> None:
        self.values = values

    @classmethod
    def read(cls, content_type: str, body: bytes, query: str) -> Args:
        values: Json = dict(parse_qsl(query, keep_blank_values=True))
        if content_type.startswith("application/json"):
            loaded = _loads(body.decode("utf-8", "replace") or "{}", "invalid_json")
            if not isinstance(loaded, dict):
                raise SlackError("json_not_object")
            values |= loaded
        else:
            values |= dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        return cls(values)

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name)
        return default if value is None else str(value)

    def flag(self, name: str, default: bool = False) -> bool:
        value = self.values.get(name)
        return default if value in (None, "") else str(value).lower() in ("1", "true")

    def number(self, name: str, default: int) -> int:
        value = self.text(name)
        return int(value) if value.isdigit() else default

    def structure(self, name: str) -> Any:
        """A list or mapping, given as such or as JSON in a string; None where it is missing."""
        value = self.values.get(name)
        if isinstance(value, str):
            return (
                _loads(value, f"invalid_{name}_format" if name == "blocks" else "invalid_arguments")
                if value
                else None
            )
        return value

    def need(self, name: str) -> str:
        value = self.text(name)
        if not value:
            raise SlackError("invalid_arguments", [f"[ERROR] missing required field: {name}"])
        return value

    def shown(self) -> Json:
        """For the record: structures opened up, the token left out."""
        return {
            name: self._opened(name) if name in _STRUCTURED else value
            for name, value in self.values.items()
            if name not in ("token", "client_secret")
        }

    def _opened(self, name: str) -> Any:
        try:
            return self.structure(name)
        except SlackError:
            return self.values[name]


def _loads(text: str, code: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise SlackError(code) from None
