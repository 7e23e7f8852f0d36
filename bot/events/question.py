"""A message, a slash command or a message shortcut in; the question in it out. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.events.row import Row, bot_user, made, spoken, words

SHORTCUT = "footnote_answer_with_sources"  # the callback id in the manifest
COMMAND = "/footnote"
_SPOKEN = (None, "file_share", "thread_broadcast")  # message subtypes in which a person speaks
_FILES = 10
_OF_FILE = ("id", "name", "mimetype", "size", "url_private_download", "permalink")


def parse_question(body: Mapping[str, Any]) -> Row | None:
    """The question in a message that somebody wrote. None for everything else.

    What is said in a channel without a mention is a candidate only: its surface is `thread` or `channel`,
    and the inbox decides whether the bot has anything to do with it.
    """
    event = body.get("event") or {}
    if body.get("type") != "event_callback" or event.get("type") not in ("app_mention", "message"):
        return None
    bot = event.get("subtype") == "bot_message" and event.get("bot_id")
    if (event.get("subtype") not in _SPOKEN and not bot) or not _somebody(body, event):
        return None
    ids = {name: event.get(name) for name in ("channel", "ts", "user")} | {"id": body.get("event_id")}
    if not all(isinstance(value, str) and value for value in ids.values()):
        return None
    return Row(
        event_id=str(ids["id"]),
        team=str(body.get("team_id") or ""),
        channel=str(ids["channel"]),
        message_ts=str(ids["ts"]),
        thread_ts=str(event.get("thread_ts") or ids["ts"]),
        person=str(ids["user"]),
        direct=event.get("channel_type") == "im",
        text=spoken(str(event.get("text") or ""), bot_user(body)),
        payload=_payload(body, event),
    )


def _somebody(body: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    ours = body.get("api_app_id")
    own = event.get("user") == bot_user(body) or (ours and event.get("app_id") == ours)
    return not (own or event.get("hidden") or event.get("user") == "USLACKBOT")


def _payload(body: Mapping[str, Any], event: Mapping[str, Any]) -> dict[str, Any]:
    found = {
        "surface": _surface(body, event),
        "us": bot_user(body),
        "bot": str(event.get("bot_id") or ""),
        "home": str(event.get("user_team") or event.get("team") or ""),
        "outside": bool(body.get("is_ext_shared_channel")),
        "files": _files(event.get("files") or ()),
    }
    return {name: value for name, value in found.items() if value}


def _surface(body: Mapping[str, Any], event: Mapping[str, Any]) -> str:
    bot = bot_user(body)
    if event.get("channel_type") == "im":
        return "direct"
    if event.get("type") == "app_mention" or (bot and f"<@{bot}" in str(event.get("text") or "")):
        return "mention"
    return "thread" if event.get("thread_ts") not in (None, event.get("ts")) else "channel"


def _files(given: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    some = [file for file in given if isinstance(file, Mapping)][:_FILES]
    return [{name: words(file.get(name), 1000) for name in _OF_FILE if file.get(name)} for file in some]


def parse_command(body: Mapping[str, Any]) -> Row | None:
    """A slash command: `ask` is a question whose answer one person sees, everything else a command."""
    if body.get("command") != COMMAND or not body.get("user_id"):
        return None
    verb, _, rest = words(body.get("text"), 8000).strip().partition(" ")
    asking = verb.lower() == "ask"
    return Row(
        event_id=made("cmd", body.get("trigger_id"), body.get("user_id"), body.get("text")),
        team=str(body.get("team_id") or ""),
        channel=str(body.get("channel_id") or ""),
        message_ts="",
        thread_ts="",
        person=str(body["user_id"]),
        direct=str(body.get("channel_id") or "").startswith("D"),
        text=spoken(rest, "") if asking else f"{verb} {rest}".strip(),
        kind="question" if asking else _kind_of(verb, rest),
        payload={
            "surface": "command",
            "response_url": words(body.get("response_url"), 1000),
            "trigger": words(body.get("trigger_id"), 200),
        },
    )


def _kind_of(verb: str, rest: str) -> str:
    """`labour` is a command that may take long, so that it stands in no other's way."""
    typed = [verb.lower(), *rest.lower().split()[:1]]
    return "labour" if typed[0] == "reindex" or typed == ["sources", "add"] else "command"


def parse_shortcut(body: Mapping[str, Any]) -> Row | None:
    """ "Answer with sources" on a message: that message is the question, its thread the place."""
    message, channel = body.get("message") or {}, str((body.get("channel") or {}).get("id") or "")
    if body.get("type") != "message_action" or body.get("callback_id") != SHORTCUT:
        return None
    person = str((body.get("user") or {}).get("id") or "")
    if not channel or not person or not message.get("ts"):
        return None
    return Row(
        event_id=made("cut", channel, message["ts"], body.get("trigger_id")),
        team=str((body.get("team") or {}).get("id") or ""),
        channel=channel,
        message_ts="",
        thread_ts=str(message.get("thread_ts") or message["ts"]),
        person=person,
        direct=channel.startswith("D"),
        text=spoken(str(message.get("text") or ""), ""),
        payload={
            "surface": "shortcut",
            "response_url": words(body.get("response_url"), 1000),
            "files": _files(message.get("files") or ()),
        },
    )
