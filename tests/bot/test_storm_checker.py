"""The checker of storms complains of what it is there for: a checker that never does proves nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from slack_sdk import WebClient
from storm_checker import Asked, judged

from bot.play.slack import SlackStandIn

pytestmark = pytest.mark.slow  # starts a server of its own


@pytest.fixture
def asked(slack: SlackStandIn, ada: str, channel: str) -> Asked:
    ts = slack.mention(ada, channel, "Q000001, how long?")
    return Asked("Q000001", channel, ts, ts, slack.clock.now())


def say(client: WebClient, asked: Asked, text: str, root: str = "") -> str:
    answer = client.chat_postMessage(channel=asked.channel, thread_ts=root or asked.root, text=text)
    return str(answer["ts"])


def test_one_answer_that_repeats_the_name_is_nothing_to_complain_of(
    slack: SlackStandIn, client: WebClient, asked: Asked
) -> None:
    ts = say(client, asked, "Searching…")
    client.chat_update(channel=asked.channel, ts=ts, text="26 weeks, Q000001.")
    client.chat_postEphemeral(channel=asked.channel, user="U00000001", text="Thank you.")

    verdict = judged(slack, [asked])
    assert verdict.complaints == () and len(verdict.waits) == 1 and verdict.failed == 0


def test_a_sentence_with_a_reference_is_an_end_and_counted(
    slack: SlackStandIn, client: WebClient, asked: Asked
) -> None:
    say(client, asked, "Something went wrong. (Reference 0A1B2C3D)")

    verdict = judged(slack, [asked])
    assert verdict.complaints == () and verdict.failed == 1


def test_silence_is_a_lost_question(slack: SlackStandIn, asked: Asked) -> None:
    assert judged(slack, [asked]).complaints == ("Q000001: lost (mention), never brought",)


def test_two_answers_are_one_too_many_even_where_one_was_deleted(
    slack: SlackStandIn, client: WebClient, asked: Asked
) -> None:
    say(client, asked, "26 weeks, Q000001.")
    client.chat_delete(channel=asked.channel, ts=say(client, asked, "26 weeks, Q000001."))

    assert any("doubled" in complaint for complaint in judged(slack, [asked]).complaints)


def test_a_placeholder_that_stays_is_no_end(slack: SlackStandIn, client: WebClient, asked: Asked) -> None:
    say(client, asked, "Searching…")

    found = " ".join(judged(slack, [asked]).complaints)
    assert "without an end" in found and "lost" in found


def test_a_stream_that_is_not_stopped_is_no_end(
    slack: SlackStandIn, client: WebClient, asked: Asked, ada: str
) -> None:
    client.api_call(
        "chat.startStream",
        params={
            "channel": asked.channel,
            "thread_ts": asked.root,
            "recipient_user_id": ada,
            "recipient_team_id": slack.workspace.team_id,
            "markdown_text": "26 weeks, Q000001.",
        },
    )

    assert any("without an end: live" in complaint for complaint in judged(slack, [asked]).complaints)


def test_a_status_that_still_says_at_work_is_a_complaint(
    slack: SlackStandIn, client: WebClient, asked: Asked
) -> None:
    say(client, asked, "26 weeks, Q000001.")
    about = {"channel_id": asked.channel, "thread_ts": asked.root, "status": "processing"}
    client.api_call("agents.sessions.setStatus", params=about)

    assert any("still at work" in complaint for complaint in judged(slack, [asked]).complaints)


def test_an_answer_in_another_thread_is_a_complaint(
    slack: SlackStandIn, client: WebClient, asked: Asked, ada: str
) -> None:
    other = slack.say(ada, asked.channel, "lunch?")
    say(client, asked, "26 weeks, Q000001.", other)

    found = " ".join(judged(slack, [asked]).complaints)
    assert "answered elsewhere" in found and "where nobody asked" in found


def test_an_end_that_comes_late_is_a_complaint(slack: SlackStandIn, client: WebClient, asked: Asked) -> None:
    slack.clock.advance(100)
    say(client, asked, "26 weeks, Q000001.")

    assert judged(slack, [asked]).complaints == ("an end came 100 s after the last fault",)


def test_why_there_is_no_answer_may_be_said_to_who_asked_alone(
    slack: SlackStandIn, client: WebClient, asked: Asked, ada: str
) -> None:
    client.chat_postEphemeral(channel=asked.channel, user=ada, thread_ts=asked.root, text="Not now.")

    verdict = judged(slack, [replace(asked, person=ada)])
    assert verdict.complaints == () and verdict.alone == 1


def test_what_mentions_nobody_may_be_let_be_but_not_doubled(
    slack: SlackStandIn, client: WebClient, asked: Asked
) -> None:
    unmentioned = replace(asked, way="unmentioned")

    assert judged(slack, [unmentioned]).left == 1
    say(client, asked, "26 weeks, Q000001.")
    say(client, asked, "26 weeks, Q000001.")
    assert any("doubled" in complaint for complaint in judged(slack, [unmentioned]).complaints)
