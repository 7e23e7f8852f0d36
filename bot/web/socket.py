"""Socket Mode: envelopes in over a WebSocket that is always open, acknowledgements out over the same one."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

from slack_bolt import App
from slack_bolt.adapter.socket_mode.internals import run_bolt_app
from slack_sdk.socket_mode.request import SocketModeRequest
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from bot.failpoint import failpoint
from bot.log import frames
from bot.posting.calling import PROXY, UNRESOLVED, UNSURE_TLS, Refused, Unclear, cause, open_socket
from retrieval.passage import FootnoteError, SettingError

log = logging.getLogger("footnote.socket")

BEAT_S = 10.0  # a connection that answers no ping within two of these is given up
BRIEF_S = 1.0  # one that is lost sooner was no success: the next waits
LONGEST_WAIT_S = 15.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 60.0, 3600.0  # between two lines of the log that say the same
TOO_MANY = "too_many_websockets"
CHECKS = {
    UNRESOLVED: "Check the name server of this machine; where all has to go by a proxy, set HTTPS_PROXY.",
    UNSURE_TLS: "Check this machine's clock; where a proxy opens TLS, name its certificate: SSL_CERT_FILE.",
    PROXY: "Check HTTPS_PROXY, and whether the proxy lets this machine go there.",
    "status": "Check https://slack-status.com, and SLACK_API_URL where it is set.",
    "refused": "Slack refuses SLACK_APP_TOKEN. Where that stays, copy it again or run footnote setup.",
    f"refused {TOO_MANY}": "Ten sockets of this app are open: end other processes with this SLACK_APP_TOKEN.",
}
OTHERWISE = "Check this machine's way out: firewall, HTTPS_PROXY, and SLACK_API_URL where it is set."


class Socket:
    """Keeps one connection open until `stop`. The next is opened as soon as Slack says the last will close.

    slack-sdk's own client takes 50 s to leave a connection that broke without a word (seen with 3.47).
    """

    def __init__(self, app: App, app_token: str, api_url: str) -> None:
        self._app = app
        self._app_token = app_token
        self._api_url = api_url
        self._workers = ThreadPoolExecutor(10, thread_name_prefix="footnote-socket")
        self._stopping = threading.Event()
        self._lost = threading.Event()
        self._open: set[ClientConnection] = set()
        self._outage = Outage()
        self._was_open = False

    def state(self) -> str:
        """How it is. Raises FootnoteError where nothing can come in."""
        if not self._open:
            raise FootnoteError("No socket to Slack is open. It is tried again by itself; look at the log.")
        return "socket open"

    def run(self) -> None:
        """Serves until `stop`. Raises SettingError where Slack refuses the app token before any socket was
        open; later that may pass, as after a change of addresses, and it is tried again."""
        failures = 0
        while not self._stopping.is_set():
            failures = 0 if self._served() else failures + 1
            if failures:
                self._stopping.wait(pause_s(failures))

    def stop(self) -> None:
        """Takes nothing more; what was taken is acknowledged first. May be called from a signal handler."""
        self._stopping.set()
        self._lost.set()

    def close(self) -> None:
        """Once `run` is over: lets the workers end, then closes."""
        self._workers.shutdown()
        for connection in list(self._open):
            connection.close()

    def _served(self) -> bool:
        """Opens a connection and returns when the next is needed; whether this one was there for a while, or
        was asked to make way."""
        self._lost = lost = threading.Event()  # its own: when it is closed at last, the next is there already
        connection, began = self._connect(), time.monotonic()
        if connection is None:
            return False
        log.info("socket open")
        threading.Thread(
            target=self._read, args=(connection, lost), name="footnote-socket", daemon=True
        ).start()
        if not self._stopping.is_set():  # `stop` has set the event before where it came in between
            lost.wait()
        return connection in self._open or time.monotonic() - began >= BRIEF_S

    def _connect(self) -> ClientConnection | None:
        url = self._api_url
        try:
            url = open_socket(self._app_token, self._api_url)
            connection = connect(
                url, ping_interval=BEAT_S, ping_timeout=BEAT_S, close_timeout=1, logger=_silent()
            )
        except Refused as error:
            if self._was_open or str(error) == TOO_MANY:
                self._outage.told(url, f"refused {error}")
                return None
            raise SettingError(
                f"SLACK_APP_TOKEN: Slack refuses it ({error}). It begins with xapp- and needs the scope "
                "connections:write. Copy it again or run footnote setup."
            ) from None
        except (Unclear, OSError, WebSocketException, ValueError) as error:
            self._outage.told(url, str(error) if isinstance(error, Unclear) else cause(error))
            return None
        except Exception as error:  # whatever it was: a bot without a socket tries again
            log.error("no socket: %s", frames(error))
            return None
        self._outage, self._was_open = Outage(), True
        self._open.add(connection)
        return connection

    def _read(self, connection: ClientConnection, lost: threading.Event) -> None:
        try:
            with connection:
                for text in connection:
                    envelope = json.loads(text)
                    if envelope.get("type") == "disconnect":
                        lost.set()  # a new one is opened while this one is still read
                    elif not self._stopping.is_set():
                        self._workers.submit(self._taken, connection, envelope)
        except (WebSocketException, OSError, ValueError, RuntimeError) as error:
            log.warning("socket lost (%s)", type(error).__name__)
        finally:
            self._open.discard(connection)
            lost.set()

    def _taken(self, connection: ClientConnection, envelope: dict[str, Any]) -> None:
        try:
            self._take(connection, envelope)
        except Exception as error:  # not acknowledged: Slack delivers it again
            log.error("envelope not taken: %s", frames(error))

    def _take(self, connection: ClientConnection, envelope: dict[str, Any]) -> None:
        """Acknowledges what Bolt answers with 200; for anything else Slack delivers again."""
        request = SocketModeRequest.from_dict(envelope)
        if request is None:
            return
        answer = run_bolt_app(self._app, request)
        if answer.status != 200:
            return
        ack: dict[str, Any] = {"envelope_id": request.envelope_id}
        if answer.body:
            is_json = answer.headers.get("content-type", [""])[0].startswith("application/json")
            ack["payload"] = json.loads(answer.body) if is_json else {"text": answer.body}
        try:
            connection.send(json.dumps(ack))
        except (WebSocketException, OSError) as error:
            log.warning("acknowledgement lost (%s)", type(error).__name__)
        failpoint("acked")


def pause_s(failures: int) -> float:
    """How long to wait after so many failures in a row; there may be thousands, over a weekend."""
    return min(0.5 * 2.0 ** min(failures, 10), LONGEST_WAIT_S)


class Outage:
    """Says why no socket opens: at once, again when that changes, and else at growing intervals."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._said, self._due, self._pause = "", 0.0, FIRST_PAUSE_S

    def told(self, url: str, why: str) -> None:
        """That this address was not reached."""
        said, now = f"{_host(url)}: {why}", self._clock()
        if said == self._said and now < self._due:
            return
        self._pause = min(self._pause * 4, LONGEST_PAUSE_S) if said == self._said else FIRST_PAUSE_S
        self._said, self._due = said, now + self._pause
        check = CHECKS.get(why) or CHECKS.get(why.partition(" ")[0], OTHERWISE)
        log.warning("no socket to %s (%s); it is tried again all the while. %s", _host(url), why, check)


def _host(url: str) -> str:
    """Without what may be a secret: the address of a socket carries a ticket."""
    try:
        return urlsplit(url).hostname or "Slack"
    except ValueError:
        return "Slack"


def _silent() -> logging.Logger:
    logger = logging.getLogger("footnote.websocket")  # the library's debug lines hold whole frames
    logger.setLevel(logging.CRITICAL)
    return logger
