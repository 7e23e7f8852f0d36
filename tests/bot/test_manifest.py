"""deploy/slack/manifest.json asks for what the code listens to and calls, and for nothing else."""

from __future__ import annotations

import json
import re
from pathlib import Path

from bot.listeners import EVENTS

ROOT = Path(__file__).parents[2]
MANIFEST = json.loads((ROOT / "deploy/slack/manifest.json").read_text())
OF_EVENTS = {"app_mention": {"app_mentions:read"}, "message.im": {"im:history"}}
OF_METHODS = {
    "auth_test": set[str](),
    "apps_connections_open": set[str](),  # by the app token's own scope, connections:write
    "chat_postMessage": {"chat:write"},
    "chat_update": {"chat:write"},
    "chat_startStream": {"chat:write"},
    "chat_appendStream": {"chat:write"},
    "chat_stopStream": {"chat:write"},
    "agents_sessions_setStatus": {"chat:write"},
    "chat_postEphemeral": {"chat:write"},
    "conversations_replies": {"channels:history", "groups:history", "im:history", "mpim:history"},
    "conversations_history": {"channels:history", "groups:history"},
    "conversations_info": {"channels:read", "groups:read", "mpim:read"},
    "conversations_members": {"channels:read", "groups:read", "mpim:read"},
    "views_open": set[str](),
    "views_publish": set[str](),
    "users_conversations": {"channels:read", "groups:read"},
    "users_info": {"users:read"},
    "users_list": {"users:read"},
    "usergroups_list": {"usergroups:read"},
}
OF_FEATURES = {"agent_view": {"assistant:write"}}


def called() -> set[str]:
    """Web API methods that the product calls, by slack_sdk or by name; the stand-in only names them."""
    files = [f for f in (ROOT / "bot").rglob("*.py") if "play" not in f.parts]
    kinds = "auth|apps|chat|conversations|users|usergroups|views|reactions|agents|assistant|files"
    by_sdk = {m for f in files for m in re.findall(rf"\.((?:{kinds})_[a-zA-Z_]+)\b", f.read_text())}
    files = list((ROOT / "retrieval" / "sources" / "slack").glob("*.py"))
    by_name = {m for f in files for m in re.findall(rf'"((?:{kinds})\.[a-zA-Z.]+)"', f.read_text())}
    exports = {"users.json", "usergroups.json"}
    return (by_sdk | {m.replace(".", "_") for m in by_name - exports}) - {"apps_connections"}


def test_it_subscribes_to_the_events_the_code_listens_to() -> None:
    assert MANIFEST["settings"]["event_subscriptions"]["bot_events"] == sorted(EVENTS)


def test_its_scopes_are_those_of_the_events_methods_and_features_in_use() -> None:
    needed = set[str]().union(
        *(OF_EVENTS[e] for e in EVENTS),
        *(OF_METHODS[m] for m in called()),
        *(scopes for feature, scopes in OF_FEATURES.items() if feature in MANIFEST["features"]),
    )

    assert MANIFEST["oauth_config"]["scopes"]["bot"] == sorted(needed)


def test_people_can_write_to_it_and_press_its_buttons() -> None:
    home = MANIFEST["features"]["app_home"]

    assert home["messages_tab_enabled"] and not home["messages_tab_read_only_enabled"]
    assert MANIFEST["settings"]["interactivity"]["is_enabled"]


def test_it_keeps_to_slacks_lengths() -> None:
    display, agent = MANIFEST["display_information"], MANIFEST["features"]["agent_view"]

    assert len(display["name"]) <= 35 and len(display["description"]) <= 140
    assert len(agent["agent_description"]) <= 300 and len(agent["suggested_prompts"]) <= 4
