"""The stand-in's page: what it shows of a workspace, what people do in it, and whom it refuses."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.play.slack import SlackStandIn
from bot.play.slack_html import mrkdwn_html

pytestmark = pytest.mark.slow  # starts servers or processes of its own


@pytest.fixture
def slack() -> Iterator[SlackStandIn]:
    with SlackStandIn() as running:
        running.workspace.subscriptions = frozenset()
        yield running


def fetch(
    slack: SlackStandIn, path: str, body: dict[str, Any] | None = None, **headers: str
) -> tuple[int, str]:
    data = None if body is None else json.dumps(body).encode()
    sent = {
        "Content-Type": "application/json",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    try:
        with urllib.request.urlopen(urllib.request.Request(slack.url + path, data, sent)) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode()


def state(slack: SlackStandIn, me: str) -> dict[str, Any]:
    return dict(json.loads(fetch(slack, f"/play/state?me={me}")[1]))


def test_the_page_is_served_and_may_load_nothing_from_elsewhere(slack: SlackStandIn) -> None:
    with urllib.request.urlopen(slack.url) as answer:
        page, policy = answer.read().decode(), answer.headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "http://" not in page and "https://" not in page


def test_a_question_typed_on_the_page_is_a_mention(slack: SlackStandIn) -> None:
    ada = slack.add_user("ada")
    channel = slack.add_channel("help", ada)
    slack.workspace.subscriptions = frozenset({"app_mention"})
    _, body = fetch(slack, "/play/say", {"me": ada, "channel": channel, "text": "@footnote how long?"})
    ts = json.loads(body)["ts"]
    shown = state(slack, ada)["channels"][0]["messages"]

    assert slack.messages(channel)[0].text == f"<@{slack.bot_user}> how long?"
    assert len(slack.events_about(channel, ts)) == 1
    assert 'class="mention">@footnote</span> how long?' in shown[0]["html"]


def test_a_guest_writes_only_where_they_were_invited(slack: SlackStandIn) -> None:
    ada, guest = slack.add_user("ada"), slack.add_guest("gus")
    general, joint = slack.add_channel("general", ada), slack.add_channel("joint", ada, guest)

    refused = fetch(slack, "/play/say", {"me": guest, "channel": general, "text": "hello"})
    said = fetch(slack, "/play/say", {"me": guest, "channel": joint, "text": "hello"})

    assert refused[0] == 400 and "gus is a guest, and #general is none of the channels" in refused[1]
    assert guest not in slack.workspace.channels[general].members and slack.messages(general) == []
    assert said[0] == 200


def test_a_person_sees_their_own_private_messages_and_channels_only(slack: SlackStandIn) -> None:
    ada, bob = slack.add_user("ada"), slack.add_user("bob")
    channel = slack.add_channel("help", ada, bob)
    slack.add_channel("leads", ada, kind="group")
    WebClient(slack.bot_token, base_url=slack.api_url).chat_postEphemeral(
        channel=channel, user=ada, text="psst"
    )
    seen = {me: state(slack, me)["channels"] for me in (ada, bob)}

    assert [place["name"] for place in seen[ada]] == ["help", "leads", "footnote"]
    assert [place["name"] for place in seen[bob]] == ["help", "footnote"]
    assert (len(seen[ada][0]["messages"]), len(seen[bob][0]["messages"])) == (1, 0)


def test_nothing_that_was_written_becomes_markup_of_the_page(slack: SlackStandIn) -> None:
    ada = slack.add_user("ada")
    channel = slack.add_channel("help", ada)
    evil = "<img src=x onerror=alert(1)> [x](javascript:alert(1)) ![y](https://a.example/y.png)"
    client = WebClient(slack.bot_token, base_url=slack.api_url)
    client.chat_postMessage(channel=channel, text=evil)
    client.chat_postMessage(channel=channel, markdown_text=evil)
    slack.say(ada, channel, evil)
    shown = "".join(message["html"] for message in state(slack, ada)["channels"][0]["messages"])

    assert "<img" not in shown and 'href="javascript' not in shown
    assert 'href="https://a.example/y.png"' in shown


def test_slacks_styles_are_shown() -> None:
    shown = mrkdwn_html("*bold* _it_ ~gone~ `a < b` <https://a.example|*label*>", {})

    assert shown.startswith("<strong>bold</strong> <em>it</em> <s>gone</s> <code>a &lt; b</code> <a href=")


def luminance(colour: str) -> float:
    wide = colour if len(colour) == 7 else "#" + "".join(digit * 2 for digit in colour[1:])
    parts = [int(wide[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(
    ("sheet", "pairs"),
    [
        (
            "slack_page.css",
            "ink/bg soft/bg soft/panel soft/hover accent/bg accent/hover on-accent/accent ink/mention "
            "ink/pick side-ink/side side-soft/side bad/bg",
        ),
        ("slack_read.css", "ink/bg soft/bg mark-ink/mark"),
    ],
)
def test_words_stand_out_from_what_is_behind_them_by_day_and_by_night(sheet: str, pairs: str) -> None:
    text = files("bot.play").joinpath(sheet).read_text("utf-8")
    day, night = (dict(re.findall(r"--([\w-]+): (#\w+)", part)) for part in text.split("{ :root", 1))
    faint = [
        f"{pair} {ratio:.1f}"
        for colours in (day, day | night)
        for pair in pairs.split()
        for low, high in [sorted(luminance(colours[name]) for name in pair.split("/"))]
        if (ratio := (high + 0.05) / (low + 0.05)) < 4.5
    ]

    assert faint == []


def test_other_origins_and_host_names_are_refused(slack: SlackStandIn) -> None:
    ada = slack.add_user("ada")
    say = {"me": ada, "channel": slack.add_channel("help", ada), "text": "hi"}

    assert fetch(slack, "/play/say", say, Content_Type="text/plain")[0] == 403
    assert fetch(slack, "/play/say", say, Host="evil.example")[0] == 403
    assert fetch(slack, "/play/state", Host="evil.example:80")[0] == 403
    assert fetch(slack, "/", Host="evil.example")[0] == 403
    assert fetch(slack, "/play/say", say | {"channel": "C404"})[0] == 400
    assert fetch(slack, "/play/say", say)[0] == 200
