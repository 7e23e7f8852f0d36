"""The stand-in for Slack, with the real slack_bolt and slack_sdk on the other side of real sockets."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bot.play.slack import SlackStandIn
from bot.play.slack_delivery import Timing
from bot.play.slack_push import signed

pytestmark = pytest.mark.slow  # starts servers or processes of its own

QUICK = Timing(ack_timeout=3.0, retries=(0.0, 0.1, 0.2), hold=10.0)
FEEDBACK = {
    "type": "context_actions",
    "elements": [
        {
            "type": "feedback_buttons",
            "action_id": "vote",
            "positive_button": {"text": {"type": "plain_text", "text": "Good"}, "value": "up"},
            "negative_button": {"text": {"type": "plain_text", "text": "Bad"}, "value": "down"},
        }
    ],
}


def bolt(slack: SlackStandIn) -> App:
    client = WebClient(slack.bot_token, base_url=slack.api_url)
    return App(
        client=client, signing_secret=slack.signing_secret, logger=logging.getLogger("bolt-under-test")
    )


def echo(app: App, seen: list[dict[str, Any]] | None = None) -> None:
    @app.event("app_mention")
    def answer(event: dict[str, Any], body: dict[str, Any], say: Callable[..., Any]) -> None:
        if seen is not None:
            seen.append(body)
        say(text=f"heard: {event['text']}", thread_ts=event.get("thread_ts") or event["ts"])

    @app.event("message")
    def ignore() -> None:
        pass


@contextmanager
def socket_mode(slack: SlackStandIn, app: App, sockets: int = 1) -> Iterator[None]:
    handlers = [SocketModeHandler(app, slack.app_token, ping_interval=0.5) for _ in range(sockets)]
    for handler in handlers:
        handler.connect()
    try:
        assert slack.wait_for_connections(sockets)
        yield
    finally:
        for handler in handlers:
            handler.client.auto_reconnect_enabled = False
        slack.drop_connections()  # the client only notices its own closing after a read of three seconds
        for handler in handlers:
            handler.close()


@contextmanager
def http_mode(slack: SlackStandIn, app: App) -> Iterator[None]:
    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            headers = {name: [value] for name, value in self.headers.items()}
            answer = app.dispatch(BoltRequest(body=body, headers=headers))
            content = (answer.body or "").encode()
            self.send_response(answer.status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    slack.events_url = f"http://127.0.0.1:{server.server_port}/slack/events"
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def client_of(slack: SlackStandIn) -> WebClient:
    return WebClient(slack.bot_token, base_url=slack.api_url)


def test_a_mention_in_a_channel_is_answered_in_its_thread_over_socket_mode() -> None:
    with SlackStandIn(timing=QUICK) as slack:
        ada = slack.add_user("ada")
        channel = slack.add_channel("help", ada)
        app = bolt(slack)
        echo(app)
        with socket_mode(slack, app):
            ts = slack.mention(ada, channel, "is 3 < 4 & so on?")
            reply = slack.wait_for_reply(channel, ts)
            assert slack.settled()

        assert reply.shown == f"heard: @{slack.bot_user} is 3 < 4 & so on?"
        assert reply.thread_ts == ts
        assert [m.ts for m in slack.thread(channel, ts)] == [ts, reply.ts]
        acks = [d.acked_ms for d in slack.deliveries if d.id in slack.events_about(channel, ts)]
        assert len(acks) == 2 and None not in acks


def test_a_mention_in_a_joined_channel_is_two_events_with_two_ids() -> None:
    with SlackStandIn(timing=QUICK) as slack:
        ada = slack.add_user("ada")
        ts = slack.mention(ada, joined := slack.add_channel("help", ada), "hello")
        elsewhere = slack.mention(ada, other := slack.add_channel("other", ada, bot=False), "hello")

        assert len(set(slack.events_about(joined, ts))) == 2
        assert slack.events_about(other, elsewhere) == []


def test_a_direct_message_is_answered_over_signed_http() -> None:
    with SlackStandIn("http", timing=QUICK) as slack:
        app = bolt(slack)

        @app.event("message")
        def answer(event: dict[str, Any], say: Callable[..., Any]) -> None:
            say(text=f"dm: {event['text']} {event['channel_type']}")

        with http_mode(slack, app):
            ada = slack.add_user("ada")
            assert slack.verify_url()
            ts = slack.dm(ada, "hello")
            reply = slack.wait_for_reply(slack.dm_channel(ada), ts)

        assert reply.shown == "dm: hello im"
        assert [m.ts for m in slack.messages(slack.dm_channel(ada))] == [ts, reply.ts]


def test_an_app_with_another_signing_secret_refuses_every_delivery() -> None:
    with SlackStandIn("http", timing=QUICK) as slack:
        app = App(client=client_of(slack), signing_secret="another")
        echo(app)
        with http_mode(slack, app):
            ada = slack.add_user("ada")
            event = slack.raw_event(
                {"type": "app_mention", "user": ada, "text": "hi", "ts": "1.1", "channel": "C"}
            )
            assert slack.settled()

        attempts = [d for d in slack.deliveries if d.id == event]
        assert [(d.attempt, d.status, d.reason) for d in attempts] == [
            (n, 401, "http_error") for n in range(4)
        ]


def test_the_signature_is_the_documented_one() -> None:
    secret, body = (
        "8f742231b10e8888abcd99yyyzzz85a5",
        (
            b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
            b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
            b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
            b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
        ),
    )

    assert signed(secret, 1531420618, body)["X-Slack-Signature"] == (
        "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    )


def test_an_event_without_an_ack_comes_again_with_the_same_id() -> None:
    with SlackStandIn(timing=Timing(ack_timeout=5.0, retries=(0.0, 0.1, 0.2))) as slack:
        ada = slack.add_user("ada")
        channel = slack.add_channel("help", ada)
        app, seen = bolt(slack), []

        @app.middleware
        def refuse_twice(req: BoltRequest, next: Callable[[], Any]) -> Any:
            seen.append((req.body["event_id"], req.headers.get("x-slack-retry-num")))
            return BoltResponse(status=500) if len(seen) <= 2 else next()

        app.event("app_mention")(lambda: None)
        with socket_mode(slack, app):
            event = {"type": "app_mention", "user": ada, "text": "hi", "ts": "1.1", "channel": channel}
            event_id = slack.raw_event(event)
            assert slack.settled()

        attempts = [d for d in slack.deliveries if d.id == event_id]
        assert [d.attempt for d in attempts] == [0, 1, 2]
        assert seen[:3] == [(event_id, ["0"]), (event_id, ["1"]), (event_id, ["2"])]
        assert [d.acked_ms is None for d in attempts] == [True, True, False]


def test_an_event_whose_ack_was_lost_comes_again_with_its_retry_headers() -> None:
    with SlackStandIn("http", timing=QUICK) as slack:
        ada = slack.add_user("ada")
        channel, app, seen = slack.add_channel("help", ada), bolt(slack), []

        @app.middleware
        def note(req: BoltRequest, next: Callable[[], Any]) -> Any:
            seen.append((req.body["event_id"], req.headers.get("x-slack-retry-num")))
            return next()

        app.event("app_mention")(lambda: None)
        with http_mode(slack, app):
            slack.lose_acks(2)
            event = {"type": "app_mention", "user": ada, "text": "hi", "ts": "1.1", "channel": channel}
            event_id = slack.raw_event(event)
            assert slack.settled()

    assert seen == [(event_id, None), (event_id, ["1"]), (event_id, ["2"])]


def test_slack_tries_almost_at_once_then_after_a_minute_then_after_five() -> None:
    assert Timing().retries == (0.0, 60.0, 300.0)
    assert Timing().compressed(60).retries == (0.0, 1.0, 5.0)
    assert Timing().ack_timeout == Timing().compressed(60).ack_timeout == 3.0


def test_events_can_come_in_another_order_than_they_happened() -> None:
    with SlackStandIn(timing=QUICK) as slack:
        ada = slack.add_user("ada")
        channel, app, seen = slack.add_channel("help", ada), bolt(slack), []
        app.event("message")(lambda event: seen.append(event.get("subtype", event.get("text"))))
        slack.workspace.subscriptions = frozenset({"message.channels"})
        with socket_mode(slack, app):
            slack.hold_events()
            ts = slack.say(ada, channel, "first")
            slack.edit(channel, ts, "second")
            assert slack.settled() and not seen
            slack.release_events()
            assert slack.wait_until(lambda: len(seen) == 2)

    assert sorted(seen) == ["first", "message_changed"]


def test_a_press_while_no_socket_is_open_fails_for_its_person() -> None:
    with SlackStandIn(timing=Timing(ack_timeout=0.2)) as slack:
        slack.workspace.subscriptions = frozenset()
        ada = slack.add_user("ada")
        channel = slack.add_channel("help", ada)
        ts = client_of(slack).chat_postMessage(channel=channel, text="answer", blocks=[FEEDBACK])["ts"]
        slack.click(ada, channel, ts, "vote", "up")

        assert slack.settled()
        assert [person for person, _ in slack.workspace.troubles] == [ada]


def test_an_event_waits_for_an_app_that_died_before_its_ack() -> None:
    with SlackStandIn(timing=Timing(ack_timeout=5.0, retries=(0.0, 0.1, 0.2), hold=10.0)) as slack:
        ada = slack.add_user("ada")
        channel = slack.add_channel("help", ada)
        deaf, app = bolt(slack), bolt(slack)
        gate = threading.Event()

        @deaf.middleware
        def hang() -> None:
            gate.wait(10)

        echo(app)
        with socket_mode(slack, deaf):
            ts = slack.mention(ada, channel, "anyone?")
            assert slack.wait_until(lambda: bool(slack.events_about(channel, ts)))
            time.sleep(0.2)
            slack.drop_connections()
            gate.set()
        with socket_mode(slack, app):
            reply = slack.wait_for_reply(channel, ts)

        assert "anyone?" in reply.shown


def test_the_same_event_can_reach_two_sockets_at_once() -> None:
    with SlackStandIn(timing=QUICK) as slack:
        ada = slack.add_user("ada")
        channel = slack.add_channel("help", ada)
        app, seen = bolt(slack), []
        echo(app, seen)
        with socket_mode(slack, app, sockets=2):
            ts = slack.mention(ada, channel, "hello")
            assert slack.settled()
            event_id = slack.events_about(channel, ts)[0]
            slack.redeliver(event_id, copies=2)
            assert slack.settled()

        again = [d for d in slack.deliveries if d.id == event_id]
        assert len(again) == 3
        assert len({d.via for d in again}) == 2


def test_bolt_comes_back_after_a_disconnect_frame_and_after_a_broken_line() -> None:
    with SlackStandIn(timing=QUICK) as slack:
        ada = slack.add_user("ada")
        channel = slack.add_channel("help", ada)
        app = bolt(slack)
        echo(app)
        with socket_mode(slack, app):
            slack.disconnect("refresh_requested")
            assert slack.wait_for_connections()
            first = slack.wait_for_reply(channel, slack.mention(ada, channel, "one"))
            slack.drop_connections()
            second = slack.wait_for_reply(channel, slack.mention(ada, channel, "two"), timeout=20)

        assert "one" in first.shown and "two" in second.shown


def test_feedback_buttons_report_the_side_that_was_pressed() -> None:
    with SlackStandIn(timing=QUICK) as slack:
        ada = slack.add_user("ada")
        channel = slack.add_channel("help", ada)
        app, votes = bolt(slack), []

        @app.action("vote")
        def vote(ack: Callable[..., Any], body: dict[str, Any], respond: Callable[..., Any]) -> None:
            ack()
            votes.append((body["actions"][0]["value"], body["message"]["ts"], body["user"]["id"]))
            respond(text="Thank you", replace_original=False)

        posted = client_of(slack).chat_postMessage(channel=channel, text="answer", blocks=[FEEDBACK])
        ts = posted["ts"]
        with socket_mode(slack, app):
            slack.click(ada, channel, ts, "vote", "down")
            assert slack.wait_until(lambda: len(slack.messages(channel)) == 2)

        assert votes == [("down", ts, ada)]
        assert slack.messages(channel)[1].ephemeral_to == ada
        with pytest.raises(ValueError, match="no button"):
            slack.click(ada, channel, ts, "vote", "sideways")


def test_a_command_is_answered_to_the_one_who_typed_it() -> None:
    with SlackStandIn("http", timing=QUICK) as slack:
        app = bolt(slack)
        app.command("/docs")(lambda ack, body: ack(f"you typed {body['text']}"))
        with http_mode(slack, app):
            ada = slack.add_user("ada")
            slack.slash(ada, "/docs", "status")
            assert slack.settled()

        answer = slack.messages(slack.dm_channel(ada))[0]
        assert (answer.shown, answer.ephemeral_to) == ("you typed status", ada)


def test_a_new_workspace_tells_new_events_apart_from_those_of_the_last() -> None:
    ids = []
    for _ in range(2):
        with SlackStandIn() as slack:
            ada = slack.add_user("ada")
            channel = slack.add_channel("help", ada)
            heard = slack.events_about(channel, slack.mention(ada, channel, "Hello?"))
            ids.append({*heard, slack.slash(ada, "/footnote", "help")})

    assert ids[0] and not ids[0] & ids[1]
