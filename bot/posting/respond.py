"""A command or a press in, an answer that only its person sees out: by its response_url, else directly."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient

from bot.events import Row
from bot.posting.calling import Limited, Refused, Unclear, direct_channel, retry_after
from bot.posting.post import QUIET, Message, Place, Posts

log = logging.getLogger("footnote.respond")

USES, LIVES_S = 5, 29 * 60.0  # Slack takes five answers within thirty minutes
_TRIES = 2
_MOST_KEPT = 1000


class Responses:
    """Answers by response_url; each replaces the one before, so that one that is sent twice is seen once."""

    def __init__(
        self,
        slack: WebClient,
        posts: Posts,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._slack, self._posts = slack, posts
        self._clock, self._sleep = clock, sleep
        self._uses: dict[str, int] = {}

    def say(self, row: Row, message: Message, key: str = "reply", *, replace: bool = True) -> None:
        """Shows it to the row's person: where they asked, in the place of what they saw there or beside it;
        in their direct messages where that address is used up, too old or out of reach. Raises Refused or
        Unclear where neither works."""
        try:
            self._respond(row, message, replace=replace)
        except (Refused, Unclear, Limited) as error:
            log.info("by message instead: event=%s %s", row.event_id, type(error).__name__)
            self.direct(row, message, key)

    def progress(self, row: Row, message: Message) -> None:
        """Shows how far it is, if that costs nothing that the end needs. Best effort."""
        if self._uses.get(row.event_id, 0) >= USES - 2:
            return
        try:
            self._respond(row, message, tries=1, replace=True)
        except (Refused, Unclear, Limited) as error:
            log.info("progress not shown: event=%s %s", row.event_id, type(error).__name__)

    def direct(self, row: Row, message: Message, key: str) -> None:
        """Writes to the row's person, once for each key. Raises Refused or Unclear."""
        place = Place(direct_channel(self._slack, row.person), "")
        self._posts.once(f"{row.event_id}/{key}", place, message)

    def _respond(self, row: Row, message: Message, *, replace: bool, tries: int = _TRIES) -> None:
        url = str(row.payload.get("response_url") or "")
        if not url or self._clock() - row.received_at > LIVES_S:
            raise Refused("no_response_url")
        if not trusted(url, str(self._slack.base_url)):
            log.error("a response_url that is not Slack's: event=%s", row.event_id)
            raise Refused("untrusted_url")
        for left in reversed(range(tries)):
            self._use(row.event_id)
            try:
                return _send(url, message, replace=replace)
            except (Limited, Unclear) as error:
                if not left:
                    raise
                self._sleep(error.seconds if isinstance(error, Limited) else 1.0)

    def _use(self, event_id: str) -> None:
        if self._uses.get(event_id, 0) >= USES:
            raise Refused("used_url")
        if len(self._uses) >= _MOST_KEPT:
            self._uses.pop(next(iter(self._uses)))
        self._uses[event_id] = self._uses.get(event_id, 0) + 1


def trusted(url: str, api_url: str) -> bool:
    """Whether an address that came with a payload is Slack's: at the host of its API, or at hooks. of it."""
    given, api = urlsplit(url), urlsplit(api_url)
    hosts = {api.netloc, f"hooks.{api.netloc}"}
    return bool(api.netloc) and given.scheme == api.scheme and given.netloc in hosts


def _send(url: str, message: Message, *, replace: bool) -> None:
    body: dict[str, Any] = {"response_type": "ephemeral", "replace_original": replace, "text": message.text}
    body |= QUIET
    if message.blocks:
        body["blocks"] = list(message.blocks)
    hook = WebhookClient(url, timeout=10, retry_handlers=[])
    try:
        answer = hook.send_dict(body)
    except Exception as error:  # urllib's, http's and the SDK's own: nothing is known of what came of it
        raise Unclear(type(error).__name__) from None
    if (problem := _problem(answer.status_code, str(answer.body), answer.headers)) is not None:
        raise problem


def _problem(status: int, body: str, headers: Mapping[str, Any]) -> Exception | None:
    """What an answer of the address means: nothing where it was taken."""
    try:
        said = json.loads(body)
    except ValueError:
        said = {"ok": body in ("ok", ""), "error": body}
    said = said if isinstance(said, dict) else {}
    code = str(said.get("error") or "refused")
    if status == 429:
        return Limited(retry_after(headers))
    if status >= 500:
        return Unclear(f"status {status}")
    taken = status < 300 and bool(said.get("ok"))
    return None if taken else Refused(code if code.isidentifier() else f"status {status}")
