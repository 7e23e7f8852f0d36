"""The bot in a workspace of the stand-in, with the example handbook and a model that fails at will."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from plugged import plug_in

from bot import wiring
from bot.app import Credentials, build
from bot.house import House
from bot.meters import Meters
from bot.play.model import ModelStandIn
from bot.play.slack import SlackStandIn
from bot.play.slack_state import Message
from bot.settings import load
from bot.state import connect, upgrade
from bot.tracing import NONE, Traces
from bot.who.door import Rules
from bot.wiring import traced

LEAVE = "How many weeks of paid parental leave does each parent get?"


@dataclass
class Rig:
    slack: SlackStandIn
    model: ModelStandIn
    ada: str
    channel: str
    meters: Meters

    def asked(self, behaviour: str) -> Message:
        """The reply as it stays, of a model that behaves so."""
        self.model.plays["good"] = behaviour
        ts = self.slack.mention(self.ada, self.channel, LEAVE)
        reply = self.slack.wait_for_reply(
            self.channel, ts, 60, until=lambda m: bool(m.edited) and not m.streaming
        )
        assert [m.root for m in self.slack.replies_to(self.channel, ts)] == [ts]
        return reply


@contextlib.contextmanager
def failing(indexed: Path, home: Path, traces: Traces = NONE) -> Iterator[Rig]:
    """Over the index in `indexed`, with its state in `home`; a model that is silent for a second is left."""
    meters = Meters()
    with SlackStandIn() as slack, ModelStandIn() as model:
        settings = load(
            _env_file=None, home=indexed, writer="chat", vllm_base_url=model.base_url, model="good",
            writer_silence_s=1.0,
        )  # fmt: skip
        engine = connect(home)
        upgrade(engine)
        credentials = Credentials(slack.bot_token, slack.app_token, slack.signing_secret, slack.api_url)
        answer = wiring.chain(settings).with_config(callbacks=[traced.steps(settings, meters)]).stream
        house = House(answer, Rules(per_person=0), meters=meters, traces=traces)
        service = build(credentials, engine, house)
        service.start(home, alone=True)
        close = plug_in(slack, service)
        ada = slack.add_user("ada", locale="en-GB")
        yield Rig(slack, model, ada, slack.add_channel("help", ada), meters)
        close()
        assert service.jobs.close()
        engine.dispose()
