"""Modals, home tabs and shortcuts of the stand-in: who may open what and when, through the real slack_sdk."""

from __future__ import annotations

from typing import Any

import pytest
from slack_calls import refused, section
from slack_sdk import WebClient

from bot.play import slack_views
from bot.play.slack import SlackStandIn
from bot.play.slack_views import submitted

pytestmark = pytest.mark.slow  # starts servers or processes of its own


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def modal(callback_id: str = "why", **more: Any) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain("Why?"),
        "blocks": [section("So?")],
        **more,
    }


REASONS = [{"text": plain(name), "value": name} for name in ("wrong", "old")]
FORM = modal(
    submit=plain("Send"),
    blocks=[
        {
            "type": "input",
            "block_id": "b1",
            "label": plain("Reasons"),
            "element": {"type": "checkboxes", "action_id": "reasons", "options": REASONS},
        },
        {
            "type": "input",
            "block_id": "b2",
            "label": plain("What would be right?"),
            "optional": True,
            "element": {"type": "plain_text_input", "action_id": "correction", "max_length": 20},
        },
    ],
)


def test_a_trigger_opens_one_modal_within_three_seconds(
    slack: SlackStandIn, client: WebClient, ada: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slack_views, "TRIGGER_S", 3.0)
    trigger, late = slack.shortcut(ada, "ask"), slack.shortcut(ada, "ask")

    assert client.views_open(trigger_id=trigger, view=modal())["view"]["callback_id"] == "why"
    assert refused(client.views_open, trigger_id=trigger, view=modal()) == "exchanged_trigger_id"
    slack.clock.advance(4)
    assert refused(client.views_open, trigger_id=late, view=modal()) == "expired_trigger_id"
    assert refused(client.views_open, trigger_id="made up", view=modal()) == "invalid_trigger_id"


def test_a_view_that_slack_refuses_costs_no_trigger(slack: SlackStandIn, client: WebClient, ada: str) -> None:
    trigger = slack.shortcut(ada, "ask")

    assert (
        refused(client.views_open, trigger_id=trigger, view=modal(title=plain("x" * 25)))
        == "invalid_arguments"
    )
    assert client.views_open(trigger_id=trigger, view=modal())["ok"]


@pytest.mark.parametrize(
    "view",
    [
        modal(title=None),
        modal(submit=plain("x" * 25)),
        modal(private_metadata="x" * 3001),
        modal(callback_id="x" * 256),
        modal(blocks=[section("x")] * 101),
        modal(blocks=[{"type": "markdown", "text": "x"}]),
        {**FORM, "submit": None},
        modal(
            submit=plain("Send"),
            blocks=[{"type": "input", "label": plain("x"), "element": {"type": "button"}}],
        ),
        modal(
            submit=plain("Send"),
            blocks=[
                {
                    "type": "input",
                    "label": plain("x"),
                    "element": {"type": "checkboxes", "action_id": "a", "options": REASONS * 6},
                }
            ],
        ),
    ],
)
def test_views_have_limits(slack: SlackStandIn, client: WebClient, ada: str, view: dict[str, Any]) -> None:
    trigger = slack.shortcut(ada, "ask")

    assert refused(client.views_open, trigger_id=trigger, view=view) == "invalid_arguments"


def test_a_person_fills_in_a_modal_as_slacks_client_lets_them(
    slack: SlackStandIn, client: WebClient, ada: str
) -> None:
    client.views_open(trigger_id=slack.shortcut(ada, "ask"), view=FORM)

    with pytest.raises(ValueError, match="required field: Reasons"):
        slack.submit(ada, "why", {"correction": "x"})
    with pytest.raises(ValueError, match="no more than 20"):
        slack.submit(ada, "why", {"reasons": ["old"], "correction": "x" * 21})
    with pytest.raises(ValueError, match="no input"):
        slack.submit(ada, "why", {"other": "x"})
    sent = slack.submit(ada, "why", {"reasons": ["old"]})["state"]["values"]
    assert [option["value"] for option in sent["b1"]["reasons"]["selected_options"]] == ["old"]
    assert sent["b2"]["correction"] == {"type": "plain_text_input", "value": None}


def test_the_apps_answer_says_what_becomes_of_a_submitted_modal(
    slack: SlackStandIn, client: WebClient, ada: str
) -> None:
    def answered(response: dict[str, Any] | None) -> dict[str, Any] | None:
        view = slack.modal(ada)
        submitted(slack.workspace, {"user": {"id": ada}, "view": view}, response)
        return slack.modal(ada)

    client.views_open(trigger_id=slack.shortcut(ada, "ask"), view=FORM)

    assert (answered(None) or {})["callback_id"] == "why"  # no ack: it stays, with Slack's words
    assert slack.workspace.troubles[-1][0] == ada
    assert (answered({"response_action": "errors", "errors": {"b1": "no"}}) or {})["errors"] == {"b1": "no"}
    assert (answered({"response_action": "update", "view": modal("thanks")}) or {})["callback_id"] == "thanks"
    assert (answered({"response_action": "push", "view": modal("more")}) or {})["callback_id"] == "more"
    assert (answered({}) or {})["callback_id"] == "thanks"
    assert answered({"response_action": "clear"}) is None


def test_three_modals_lie_on_each_other_at_most(slack: SlackStandIn, client: WebClient, ada: str) -> None:
    button = {"type": "button", "action_id": "more", "text": plain("More"), "value": "1"}
    view = modal(blocks=[{"type": "actions", "elements": [button]}])
    opened = client.views_open(trigger_id=slack.shortcut(ada, "ask"), view=view)["view"]
    for _ in range(2):
        trigger = slack.press(ada, opened["id"], "more")
        opened = client.views_push(trigger_id=trigger, view=view)["view"]
    trigger = slack.press(ada, opened["id"], "more")

    assert refused(client.views_push, trigger_id=trigger, view=view) == "push_limit_reached"
    assert refused(client.views_push, trigger_id=slack.shortcut(ada, "ask"), view=view) == "not_found"


def test_a_view_is_updated_only_by_who_saw_its_last_version(
    slack: SlackStandIn, client: WebClient, ada: str
) -> None:
    first = client.views_open(trigger_id=slack.shortcut(ada, "ask"), view=modal())["view"]
    client.views_update(view_id=first["id"], view=modal("second"))

    stale = {"view_id": first["id"], "hash": first["hash"], "view": modal("third")}
    assert refused(client.views_update, **stale) == "hash_conflict"
    assert (slack.modal(ada) or {})["callback_id"] == "second"
    slack.close_modal(ada)
    assert refused(client.views_update, view_id=first["id"], view=modal()) == "not_found"


def test_a_home_tab_is_kept_by_person_and_its_buttons_come_without_a_message(
    slack: SlackStandIn, client: WebClient, ada: str
) -> None:
    button = {"type": "button", "action_id": "ask", "text": plain("Ask"), "value": "1"}
    home = {"type": "home", "blocks": [section("Welcome"), {"type": "actions", "elements": [button]}]}
    client.views_publish(user_id=ada, view=home)

    assert slack.workspace.homes[ada]["blocks"][0]["text"]["text"] == "Welcome"
    trigger = slack.click_home(ada, "ask")
    payload = slack.parcel(trigger)
    assert (payload["container"]["type"], "message" in payload, "response_url" in payload) == (
        "view",
        False,
        False,
    )


def test_a_shortcut_on_a_message_works_where_the_app_is_no_member(slack: SlackStandIn, ada: str) -> None:
    elsewhere = slack.add_channel("elsewhere", ada, bot=False)
    ts = slack.say(ada, elsewhere, "How long is parental leave?")
    payload = slack.parcel(slack.shortcut(ada, "answer", elsewhere, ts))

    assert (payload["type"], payload["message"]["text"]) == ("message_action", "How long is parental leave?")
    assert payload["channel"]["id"] == elsewhere and payload["response_url"]
