"""HTTP events: signed POSTs to the app's address, with Slack's headers; an answer of 2xx is the ack."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import http.client
import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode, urlsplit

from bot.play.slack_delivery import Attempt, Outcome, Parcel
from bot.play.slack_state import Workspace
from bot.play.slack_text import Json

_THREADS = 64


def signed(secret: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The two headers by which an app knows that Slack sent this body (v0)."""
    digest = hmac.new(secret.encode(), b"v0:%d:%s" % (timestamp, body), hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(timestamp), "X-Slack-Signature": f"v0={digest}"}


def encoded(parcel: Parcel) -> tuple[str, bytes]:
    """Content type and body: events are JSON, presses a form with JSON inside, commands a plain form."""
    if parcel.kind == "events_api":
        return "application/json", json.dumps(parcel.payload).encode()
    form = parcel.payload if parcel.kind == "slash_commands" else {"payload": json.dumps(parcel.payload)}
    return "application/x-www-form-urlencoded", urlencode(form).encode()


class Push:
    """Posts to `url(kind)`, at most 64 requests at a time."""

    def __init__(self, workspace: Workspace, secret: str, timeout: float, url: Callable[[str], str]) -> None:
        self._workspace, self._secret, self._timeout, self._url = workspace, secret, timeout, url
        self._threads = ThreadPoolExecutor(_THREADS, "slack-push")

    def close(self) -> None:
        self._threads.shutdown(wait=True, cancel_futures=True)

    async def attempt(self, parcel: Parcel, attempt: Attempt) -> Outcome:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._post, parcel, attempt)

    def _post(self, parcel: Parcel, attempt: Attempt) -> Outcome:
        kind, body = encoded(parcel)
        headers = {"Content-Type": kind, "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)"}
        if attempt.number:
            headers |= {"X-Slack-Retry-Num": str(attempt.number), "X-Slack-Retry-Reason": attempt.reason}
        url = self._url(parcel.kind)
        if not url:
            return Outcome(False, "", "connection_failed")
        try:
            return self.post(url, body, headers)
        except TimeoutError:
            return Outcome(False, url, "http_timeout")
        except (OSError, http.client.HTTPException):
            return Outcome(False, url, "connection_failed")

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
        """One signed POST. Raises OSError or HTTPException where no answer comes."""
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=self._timeout)
        stamped = {**headers, **signed(self._secret, int(self._workspace.clock.now()), body)}
        try:
            connection.request(
                "POST", f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}", body, stamped
            )
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        good = 200 <= answer.status < 300
        final = answer.getheader("X-Slack-No-Retry") == "1"
        return Outcome(good, url, "" if good else "http_error", answer.status, _parsed(content), final)


def _parsed(content: bytes) -> Json | None:
    """A JSON answer as such, words as a message's text (Slack shows both for a command)."""
    if not content.strip():
        return None
    try:
        loaded = json.loads(content)
    except ValueError:
        loaded = None
    return loaded if isinstance(loaded, dict) else {"text": content.decode("utf-8", "replace")}
