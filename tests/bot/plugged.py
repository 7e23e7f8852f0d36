"""A service and the stand-in, connected in one process: over Socket Mode or over HTTP."""

from __future__ import annotations

import threading
from collections.abc import Callable

from bot.app import Service
from bot.meters import Meters
from bot.play.slack import SlackStandIn
from bot.play.slack_server import Server
from bot.web.slack import site
from bot.web.socket import Socket


def plug_in(slack: SlackStandIn, service: Service) -> Callable[[], None]:
    """Connects the two; what it returns takes them apart."""
    if slack.mode == "http":
        server = Server(site(service.app, slack.signing_secret, Meters()), 0)
        server.start()
        slack.events_url = f"http://{server.address}/slack/events"
        return server.stop
    socket = Socket(service.app, slack.app_token, slack.api_url)
    thread = threading.Thread(target=socket.run, daemon=True)
    thread.start()
    assert slack.wait_for_connections()

    def unplug() -> None:
        socket.stop()
        thread.join()
        socket.close()

    return unplug
