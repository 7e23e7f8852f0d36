"""deploy/slack/manifest.json asks for what the code listens to and calls, and for nothing else."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import table
from bot.events import COMMAND
from bot.listeners import EVENTS
from bot.manifest import ALWAYS, PARTS, PATH, only, over_http
from retrieval.passage import SettingError

ROOT = Path(__file__).parents[2]
MANIFEST = json.loads((ROOT / "deploy/slack/manifest.json").read_text())
OF_EVENTS = {
    "agent_session_stopped": set[str](),
    "app_home_opened": set[str](),
    "app_mention": {"app_mentions:read"},
    "app_uninstalled": set[str](),
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
    "message.mpim": {"mpim:history"},
    "reaction_added": {"reactions:read"},
    "reaction_removed": {"reactions:read"},
    "tokens_revoked": set[str](),
}
OF_METHODS = {
    "auth_test": set[str](),
    "apps_connections_open": set[str](),  # by the app token's own scope, connections:write
    "chat_postMessage": {"chat:write"},
    "chat_update": {"chat:write"},
    "chat_startStream": {"chat:write"},
    "chat_appendStream": {"chat:write"},
    "chat_stopStream": {"chat:write"},
    "agents_sessions_setStatus": {"chat:write"},
    "agents_sessions_rename": {"chat:write"},
    "assistant_threads_setSuggestedPrompts": {"assistant:write"},
    "chat_postEphemeral": {"chat:write"},
    "conversations_replies": {"channels:history", "groups:history", "im:history", "mpim:history"},
    "conversations_history": {"channels:history", "groups:history", "im:history", "mpim:history"},
    "conversations_open": {"im:write"},
    "conversations_info": {"channels:read", "groups:read", "mpim:read"},
    "conversations_members": {"channels:read", "groups:read", "mpim:read"},
    "views_open": set[str](),
    "views_publish": set[str](),
    "views_update": set[str](),
    "users_conversations": {"channels:read", "groups:read"},
    "users_info": {"users:read"},
    "users_list": {"users:read"},
    "usergroups_list": {"usergroups:read"},
}
OF_FEATURES = {
    "agent_view": {"assistant:write"},
    "shortcuts": {"commands"},
    "slash_commands": {"commands"},
}


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
        {"files:read"},  # what bot/download.py fetches is no method
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


def asked(manifest: dict[str, Any]) -> tuple[set[str], set[str], set[str]]:
    """Scopes, events and features of a manifest."""
    events = manifest["settings"]["event_subscriptions"]["bot_events"]
    return set(manifest["oauth_config"]["scopes"]["bot"]), set(events), set(manifest["features"])


def test_it_has_the_command_that_the_code_listens_to_and_names_come_with_their_ids() -> None:
    (command,) = MANIFEST["features"]["slash_commands"]

    assert command["command"] == COMMAND and command["should_escape"]


def test_each_scope_event_and_feature_belongs_to_something_the_bot_does() -> None:
    parts = [ALWAYS, *PARTS.values()]
    known = ({s for p in parts for s in p.scopes}, {e for p in parts for e in p.events},
             {k for p in parts for k in p.keys})  # fmt: skip

    assert [left - mine for left, mine in zip(asked(MANIFEST), known, strict=True)] == [set(), set(), set()]


def test_all_parts_together_are_the_whole_manifest() -> None:
    assert only(MANIFEST, PARTS) == MANIFEST


def test_mentions_alone_ask_for_no_direct_messages_no_commands_and_no_reactions() -> None:
    scopes, events, features = asked(only(MANIFEST, ["mentions"]))

    beside = {f"{kind}:{what}" for kind in ("channels", "groups", "mpim") for what in ("history", "read")}
    assert scopes == beside | {"app_mentions:read", "chat:write", "usergroups:read", "users:read"}
    assert events == {"app_mention", "app_uninstalled", "tokens_revoked"}
    assert features == {"bot_user"}


def test_direct_messages_alone_read_no_channel() -> None:
    lean = only(MANIFEST, ["dm"])
    scopes, events, _ = asked(lean)

    assert not {scope for scope in scopes if scope.startswith(("channels:history", "groups:history", "mpim"))}
    assert events == {"message.im", "app_uninstalled", "tokens_revoked"}
    assert lean["features"]["app_home"]["messages_tab_enabled"]
    assert not lean["features"]["app_home"]["home_tab_enabled"]


@pytest.mark.parametrize("name", PARTS)
def test_a_part_alone_keeps_what_its_events_need(name: str) -> None:
    scopes, events, features = asked(only(MANIFEST, [name]))

    assert set[str]().union(*(OF_EVENTS[event] for event in events)) <= scopes
    assert set[str]().union(*(OF_FEATURES.get(feature, set()) for feature in features)) <= scopes
    assert "chat:write" in scopes and "users:read" in scopes


def test_the_command_prints_a_manifest_that_slack_takes() -> None:
    run = CliRunner()

    whole = json.loads(run.invoke(table.app, ["admin", "manifest"]).stdout)
    lean = json.loads(run.invoke(table.app, ["admin", "manifest", "--only", "mentions, dm"]).stdout)
    listed = run.invoke(table.app, ["admin", "manifest", "--list"]).stdout

    assert whole == MANIFEST and lean == only(MANIFEST, ["mentions", "dm"])
    assert all(name in listed for name in PARTS)


def test_a_part_that_there_is_not_is_named_with_those_there_are() -> None:
    with pytest.raises(SettingError, match="'telepathy': choose among mentions"):
        only(MANIFEST, ["dm", "telepathy"])


def test_over_http_all_that_slack_sends_comes_to_one_address() -> None:
    run = CliRunner()

    sent = json.loads(run.invoke(table.app, ["admin", "manifest", "--url", "https://bot.example/"]).stdout)

    url = "https://bot.example/slack/events"
    settings, (command,) = sent["settings"], sent["features"]["slash_commands"]
    assert not settings["socket_mode_enabled"]
    assert settings["event_subscriptions"]["request_url"] == settings["interactivity"]["request_url"] == url
    assert command["url"] == url and settings["interactivity"]["is_enabled"]
    assert settings["event_subscriptions"]["bot_events"] == sorted(EVENTS)


@pytest.mark.parametrize("site", ["http://bot.example", "bot.example", "https://", "https://bot.example/x"])
def test_an_address_that_slack_cannot_send_to_is_refused(site: str) -> None:
    with pytest.raises(SettingError, match="--url takes"):
        over_http(MANIFEST, site)


def test_the_address_is_the_one_that_footnote_serve_listens_on() -> None:
    assert f'"{PATH}"' in (ROOT / "bot" / "web" / "slack.py").read_text()
