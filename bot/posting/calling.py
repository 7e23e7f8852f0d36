"""One call of Slack's Web API in; its answer, or one of the three failures that matter, out."""

from __future__ import annotations

import logging
import socket
import ssl
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from typing import Any
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.tracing import here

log = logging.getLogger("footnote.calling")

Seen = Callable[[str, str], None]
LONGEST_WAIT_S = 60.0  # a Retry-After beyond it, missing or absurd, is capped
UNRESOLVED, UNSURE_TLS = "its name is not resolved", "TLS fails"
PROXY = "the proxy lets nothing through"
_CAUSES: tuple[tuple[type[BaseException], str], ...] = (  # the first that fits
    (socket.gaierror, UNRESOLVED),
    (ssl.SSLError, UNSURE_TLS),
    (ConnectionRefusedError, "the connection is refused"),
    (TimeoutError, "no answer in time"),
    (ConnectionError, "the connection broke"),
)
_UNSURE = {"internal_error", "fatal_error", "service_unavailable", "request_timeout"}


class Unclear(Exception):
    """Slack may or may not have done it: the connection broke, or it answered with a server error."""


class Unknowable(Unclear):
    """Slack may have done it and does not let us look: to do it again could show it twice."""


class Limited(Exception):
    """Slack has not done it and names the seconds to wait."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"limited for {seconds} s")
        self.seconds = seconds


class Refused(Exception):
    """Slack has not done it and will not: the text is its error code."""


class _Told(WebClient):
    """A client whose every call is told to somebody: the method, and what came of it."""

    seen: Seen = staticmethod(lambda *_: None)
    clock: Callable[[float], None] = staticmethod(lambda _: None)

    def api_call(self, api_method: str, **given: Any) -> Any:
        outcome, began = "unclear", time.time()
        try:
            answer = super().api_call(api_method, **given)
            outcome = "ok"
            self._compared(answer)
            return answer
        except SlackApiError as error:
            meant = _meaning(error)
            outcome = (
                "limited"
                if isinstance(meant, Limited)
                else str(meant)
                if isinstance(meant, Refused)
                else outcome
            )
            raise
        finally:
            self.seen(api_method, outcome)
            if at := here():
                at.child(f"slack {api_method}", began, time.time(), {"footnote.outcome": outcome})

    def _compared(self, answer: Any) -> None:
        """Tells how far Slack's clock is before ours, to the second."""
        said = {str(k).lower(): v for k, v in dict(answer.headers or {}).items()}.get("date", "")
        try:
            at = parsedate_to_datetime(said[0] if isinstance(said, list) else said)
        except (ValueError, TypeError, IndexError):
            return
        self.clock(at.timestamp() - time.time())


def client(
    token: str,
    api_url: str,
    timeout: int = 10,
    seen: Seen | None = None,
    clock: Callable[[float], None] | None = None,
) -> WebClient:
    """A client that never repeats a call by itself: what may be repeated is decided here. `seen` is told the
    method of each call, and ok, limited, unclear or the code that Slack refused with; `clock` how many
    seconds Slack's clock is before ours."""
    base = api_url if api_url.endswith("/") else api_url + "/"
    made = _Told(token=token, base_url=base, timeout=timeout, retry_handlers=[])
    if seen:
        made.seen = seen
    if clock:
        made.clock = clock
    return made


def call(ask: Callable[[], Any]) -> dict[str, Any]:
    """Slack's answer; its failures as the three that matter: Unclear, Limited, Refused."""
    try:
        answer = ask()
    except SlackApiError as error:
        raise _meaning(error) from None
    except (OSError, HTTPException, SlackClientError, ValueError) as error:
        raise Unclear(cause(error)) from None
    return dict(answer.data) if isinstance(answer.data, dict) else {}


def cause(error: BaseException) -> str:
    """Why a server was not reached, in a few words of ours; nothing of the call is in them, no token."""
    if isinstance(error, URLError) and isinstance(error.reason, BaseException):
        error = error.reason
    if status := getattr(getattr(error, "response", None), "status_code", 0):
        return f"status {status}"
    if "Proxy" in type(error).__name__ or "Tunnel connection failed" in str(error):
        return PROXY
    return next((said for kind, said in _CAUSES if isinstance(error, kind)), type(error).__name__)


def _meaning(error: SlackApiError) -> Exception:
    status = getattr(error.response, "status_code", 0)
    code = str(error.response.get("error", "")) if hasattr(error.response, "get") else ""
    if status == 429 or code in ("ratelimited", "rate_limited"):
        return Limited(retry_after(getattr(error.response, "headers", {})))
    if status >= 500 or not code.isidentifier() or code in _UNSURE:
        return Unclear(f"status {status}")
    return Refused(code)


def retry_after(headers: Any) -> float:
    """Seconds that Slack asks to wait, within reason."""
    given = {str(k).lower(): v for k, v in dict(headers).items()}.get("retry-after", "")
    given = given[0] if isinstance(given, list) and given else given
    try:
        seconds = float(str(given))
    except ValueError:
        return 5.0
    return min(max(seconds, 0.5), LONGEST_WAIT_S) if seconds == seconds else 5.0


def verify(slack: WebClient) -> str:
    """The bot's user id. Raises Refused for a bad token, Unclear where Slack cannot be asked."""
    try:
        return str(call(slack.auth_test).get("user_id") or "")
    except Limited as error:
        raise Unclear from error


def direct_channel(slack: WebClient, person: str) -> str:
    """The channel of the direct messages with somebody. Raises Refused, or Unclear."""
    try:
        found = call(lambda: slack.conversations_open(users=person)).get("channel") or {}
    except Limited as error:
        raise Unclear from error
    if not found.get("id"):
        raise Unclear("no channel")
    return str(found["id"])


def open_socket(app_token: str, api_url: str) -> str:
    """The address of a new socket for this app token. Raises as `verify` does."""
    try:
        return str(
            call(lambda: client("", api_url).apps_connections_open(app_token=app_token)).get("url") or ""
        )
    except Limited as error:
        raise Unclear("it asks to wait") from error


def welcome(slack: WebClient) -> bool:
    """Whether Slack takes the bot's token now."""
    try:
        verify(slack)
    except (Refused, Unclear):
        return False
    return True
