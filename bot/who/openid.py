"""Where somebody signs in with Slack, and the code they come back with in; who they are out."""

from __future__ import annotations

import base64
import json
import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlencode, urlsplit

from slack_sdk import WebClient

from bot.posting.calling import Limited, Refused, Unclear, call
from retrieval.passage import FootnoteError

log = logging.getLogger("footnote.openid")

ISSUER = "https://slack.com"
_CLOCKS_S = 60.0  # that two clocks may differ by
_KNOWN_S = 3600.0  # that what Slack said of our workspace holds
AT_ONCE = 4  # calls of Slack for people who are nobody yet: whoever can reach the pages can have them made


class SlackAway(FootnoteError):
    """Slack could not be asked."""


@dataclass(frozen=True, slots=True)
class Claims:
    """Who Slack says came, of which workspace, and what it was asked with."""

    user: str
    team: str
    nonce: str


@dataclass(frozen=True, slots=True)
class OpenId:
    """The app as Slack knows it, and the address of ours that people come back to.

    An id token comes straight from Slack over TLS in answer to our secret, which is why its signature says
    nothing more (OpenID Connect Core 1.0, 3.1.3.7); issuer, audience and time are looked at.
    """

    slack: WebClient
    client: str
    secret: str
    back: str
    clock: Callable[[], float] = time.monotonic
    _room: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(AT_ONCE))
    _known: dict[str, float] = field(default_factory=dict)  # until when, by workspace: one or none

    def address(self, state: str, nonce: str) -> str:
        """Where a browser is sent."""
        at = urlsplit(self.slack.base_url)
        asked = {"response_type": "code", "scope": "openid", "client_id": self.client, "state": state}
        asked |= {"nonce": nonce, "redirect_uri": self.back}
        if team := self._home():
            asked["team"] = team
        return f"{at.scheme}://{at.netloc}/openid/connect/authorize?{urlencode(asked)}"

    def claims(self, code: str) -> Claims | None:
        """What the code stands for; None for one that Slack does not take, or that says nothing good. Raises
        SlackAway."""
        ask = partial(
            self.slack.openid_connect_token, self.client, self.secret, code=code, redirect_uri=self.back
        )
        try:
            said = _said(str(self._asked(ask).get("id_token") or ""))
        except Refused as error:
            log.warning("signing in with Slack was refused: %s", error)
            return None
        except (Unclear, Limited):
            raise SlackAway("Slack cannot be reached. Please try again in a minute.") from None
        current = float(said.get("exp") or 0) > time.time() - _CLOCKS_S
        if said.get("iss") != ISSUER or said.get("aud") != self.client or not current:
            log.warning("signing in with Slack: the id token is not for us, or over")
            return None
        user, team = (str(said.get(f"{ISSUER}/{name}_id") or "") for name in ("user", "team"))
        return Claims(user, team, str(said.get("nonce") or "")) if user and team else None

    def ours(self, team: str) -> bool:
        """Whether that is the workspace of the app. Raises SlackAway."""
        home = self._home()
        if not home:
            raise SlackAway("Slack cannot be reached. Please try again in a minute.")
        return team == home

    def _home(self) -> str:
        """Our workspace, as Slack said within the hour; empty where it cannot be asked."""
        for team, until in tuple(self._known.items()):
            if self.clock() < until:
                return team
        try:
            team = str(self._asked(self.slack.auth_test).get("team_id") or "")
        except (Refused, Unclear, Limited):
            return ""
        if team:
            self._known[team] = self.clock() + _KNOWN_S
        return team

    def _asked(self, ask: Callable[[], Any]) -> Any:
        """What Slack says. Raises Unclear where as many ask as may, Refused, Limited."""
        if not self._room.acquire(blocking=False):
            raise Unclear("others are signing in")
        try:
            return call(ask)
        finally:
            self._room.release()


def _said(token: str) -> Mapping[str, Any]:
    """The claims of an id token; none where it is no such thing."""
    try:
        body = token.split(".")[1]
        said = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (IndexError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}
