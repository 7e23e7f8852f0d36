"""A file's address in, its bytes out: asked of Slack's own hosts only, and never more than allowed."""

from __future__ import annotations

import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from slack_sdk import WebClient

_HOSTS = ("slack.com", "slack-gov.com")
_BLOCK = 1 << 16
_WAIT_S = 10.0  # for one step of the network


class TooLarge(Exception):
    """The file has more bytes than are allowed."""


class NotGiven(Exception):
    """Slack did not hand the file over; the text says why, for the log."""


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows nothing: wherever a redirect leads, the token would go with it."""

    def redirect_request(self, *_: Any) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Download:
    """Gets files with the bot's token; beside Slack's hosts, only the one that SLACK_API_URL names."""

    slack: WebClient
    now: Callable[[], float] = time.monotonic

    def get(self, url: str, most: int, until: float) -> tuple[bytes, str]:
        """The bytes and their media type. Raises TooLarge, NotGiven."""
        if not self.trusts(url):
            raise NotGiven("another host")
        request = urllib.request.Request(url, headers={"Authorization": f"Bearer {self.slack.token}"})  # noqa: S310
        try:
            with self._opener().open(request, timeout=_WAIT_S) as response:
                return self._body(response, most, until), response.headers.get_content_type()
        except (OSError, HTTPException, ValueError) as error:
            status = getattr(error, "code", None)
            raise NotGiven(f"status {status}" if status else type(error).__name__) from None

    def trusts(self, url: str) -> bool:
        """Whether Slack serves this address."""
        try:
            asked, api = urlsplit(url), urlsplit(self.slack.base_url)
            host, port = asked.hostname or "", asked.port
        except ValueError:
            return False
        if (asked.scheme, asked.netloc) == (api.scheme, api.netloc):
            return True
        known = any(host == one or host.endswith(f".{one}") for one in _HOSTS)
        return known and asked.scheme == "https" and port in (None, 443) and "@" not in asked.netloc

    def _opener(self) -> urllib.request.OpenerDirector:
        proxy = {"http": self.slack.proxy, "https": self.slack.proxy} if self.slack.proxy else {}
        return urllib.request.build_opener(
            _Stay, urllib.request.ProxyHandler(proxy), urllib.request.HTTPSHandler(context=self.slack.ssl)
        )

    def _body(self, response: Any, most: int, until: float) -> bytes:
        said = response.headers.get("Content-Length", "")
        if said.isdecimal() and int(said) > most:
            raise TooLarge
        body = bytearray()
        while block := response.read1(_BLOCK):
            body += block
            if len(body) > most:
                raise TooLarge
            if self.now() > until:
                raise NotGiven("too slow")
        if said.isdecimal() and len(body) < int(said):
            raise NotGiven("broken off")
        return bytes(body)
