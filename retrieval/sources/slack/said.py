"""A message as Slack writes it in, what a person said out; noise and deletions told apart."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from retrieval.loaders.decoding import clean
from retrieval.sources.slack.text import Names, Words, code, words

Json = Mapping[str, Any]

_KINDS = ("", "thread_broadcast", "file_share", "me_message")  # of all others nobody said them
_GONE_FILES = ("tombstone", "hidden_by_limit", "file_access")
_TS = re.compile(r"[0-9]{10}\.[0-9]{6}")
_ADDRESSED = re.compile(r"\s*<@([A-Z0-9]+)")


@dataclass(frozen=True, slots=True)
class Said:
    """A message. `thread` is the ts of its root, of the root itself too; empty where there is no thread."""

    ts: str
    author: str
    words: Words
    thread: str = ""
    edited: str = ""


@dataclass(frozen=True, slots=True)
class Gone:
    """A message that was deleted."""

    ts: str


def read(message: object, names: Names) -> Said | Gone | None:
    """What was said; None for what nobody said: joins, topics, apps, commands given to apps."""
    if not isinstance(message, Mapping):
        return None
    kind = _text(message.get("subtype"))
    if kind == "message_deleted":
        ts = _ts(message.get("deleted_ts"))
        return Gone(ts) if ts else None
    if kind == "message_changed":
        return read(_last_form(message), names)
    ts, user = _ts(message.get("ts")), _text(message.get("user"))
    if kind == "tombstone" and ts:
        return Gone(ts)
    if not (ts and user) or kind not in _KINDS or message.get("hidden") or message.get("is_ephemeral"):
        return None
    return None if _by_or_to_an_app(message, user, names) else _said(message, ts, user, names)


def _last_form(message: Json) -> object:
    now = message.get("message")
    inner = isinstance(now, Mapping) and now.get("subtype") not in ("message_changed", "message_deleted")
    return now if inner else None


def _by_or_to_an_app(message: Json, user: str, names: Names) -> bool:
    to = _ADDRESSED.match(_text(message.get("text")))
    return bool(message.get("bot_id")) or names.bot(user) or bool(to and names.bot(to[1]))


def _said(message: Json, ts: str, user: str, names: Names) -> Said | None:
    said = words(_text(message.get("text")), names)
    files = message.get("files")
    for file in files if isinstance(files, list) else ():
        said += _file(file)
    if not any(character.isalnum() for character in said.text):
        return None
    edited = message.get("edited")
    return Said(
        ts=ts,
        author=names.user(user) or _profile_name(message.get("user_profile")) or "Someone",
        words=said,
        thread=_ts(message.get("thread_ts")),
        edited=_ts(edited.get("ts")) if isinstance(edited, Mapping) else "",
    )


def _file(file: object) -> Words:
    """A file's title, and its text where Slack has it: of a snippet, an e-mail."""
    if not isinstance(file, Mapping) or file.get("mode") in _GONE_FILES:
        return Words("")
    title = _line(file.get("title")) or _line(file.get("name"))
    found = Words(f"File: {title}") if title else Words("")
    text = _text(file.get("plain_text"))
    if text:
        return found + Words(clean(text).strip())
    snippet = file.get("mode") == "snippet" or _text(file.get("mimetype")).startswith("text/plain")
    return found + code(clean(_text(file.get("preview")))) if snippet else found


def profile_name(user: Json) -> str:
    """What a person is called: as they asked to be, else by their full name."""
    profile = user.get("profile")
    return _profile_name(profile) or _line(user.get("real_name")) or _line(user.get("name"))


def _profile_name(profile: object) -> str:
    if not isinstance(profile, Mapping):
        return ""
    keys = ("display_name", "real_name", "name")
    return next((name for key in keys if (name := _line(profile.get(key)))), "")


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _line(value: object) -> str:
    return " ".join(clean(_text(value)).split())[:200]


def _ts(value: object) -> str:
    return value if isinstance(value, str) and _TS.fullmatch(value) else ""
