"""The bot in a workspace of the stand-in, with the example handbook, a model that fails at will, and lines to
both that break at will."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from plugged import plug_in

from bot.app import Credentials, build
from bot.cli.serve import answering
from bot.house import House
from bot.meters import Meters
from bot.play.model import ModelStandIn
from bot.play.slack import SlackStandIn
from bot.play.slack_delivery import Timing
from bot.play.slack_state import Message
from bot.settings import load
from bot.state import connect, upgrade
from bot.tracing import NONE, Traces
from bot.who.door import Rules
from tests.broken_line import Line

LEAVE = "How many weeks of paid parental leave does each parent get?"


@dataclass
class Rig:
    slack: SlackStandIn
    model: ModelStandIn
    ada: str
    channel: str
    meters: Meters
    calls: Line  # of Slack's methods
    socket: Line
    writing: Line  # to the model

    def ask(self) -> str:
        return self.slack.mention(self.ada, self.channel, LEAVE)

    def taken(self, ts: str) -> bool:
        """Whether each event about it was acknowledged, if not the first time."""
        told = {one.id for one in self.slack.deliveries if one.acked_ms is not None}
        return set(self.slack.events_about(self.channel, ts)) <= told

    def ended(self, ts: str) -> Message:
        """The one reply to it, as it stays."""
        reply = self.slack.wait_for_reply(
            self.channel, ts, 60, until=lambda m: bool(m.edited) and not m.streaming
        )
        assert [m.root for m in self.slack.replies_to(self.channel, ts)] == [ts]
        return reply

    def asked(self, behaviour: str) -> Message:
        """The reply of a model that behaves so."""
        self.model.plays["good"] = behaviour
        return self.ended(self.ask())


@contextlib.contextmanager
def failing(
    indexed: Path, home: Path, traces: Traces = NONE, state: str = "", **more: object
) -> Iterator[Rig]:
    """Over the index in `indexed`, with its state in the database `state` or in `home`, and `more` settings.
    A model that is silent for a second is left; Slack delivers again six seconds later and not a minute."""
    meters = Meters()
    with contextlib.ExitStack() as stack:
        slack = stack.enter_context(SlackStandIn(timing=Timing().compressed(10)))
        model = stack.enter_context(ModelStandIn())
        served = int(urlsplit(slack.url).port or 0), int(urlsplit(model.base_url).port or 0)
        calls, socket, writing = (stack.enter_context(Line(served[n])) for n in (0, 0, 1))
        slack._sockets.address = f"ws://127.0.0.1:{socket.port}/link"
        settings = load(
            _env_file=None, home=indexed, writer="chat", vllm_base_url=f"http://127.0.0.1:{writing.port}/v1",
            model="good", **{"writer_silence_s": 1.0} | more,
        )  # fmt: skip
        engine = connect(state or home)
        upgrade(engine)
        api = f"http://127.0.0.1:{calls.port}/api/"
        credentials = Credentials(slack.bot_token, slack.app_token, slack.signing_secret, api)
        house = House(answering(settings, meters), Rules(per_person=0), meters=meters, traces=traces)
        service = build(credentials, engine, house)
        service.start(state or home, alone=not state)
        close = plug_in(slack, service)
        ada = slack.add_user("ada", locale="en-GB")
        channel = slack.add_channel("help", ada)
        yield Rig(slack, model, ada, channel, meters, calls, socket, writing)
        close()
        assert service.jobs.close()
        engine.dispose()
