"""Modals, Home tabs and suggested questions on their way to Slack."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from slack_sdk import WebClient

from bot.posting.calling import Limited, Refused, Unclear, call
from bot.posting.post import FEW, Posts

log = logging.getLogger("footnote.views")


class Views:
    """Opens what a press asks for, shows what a visit asks for."""

    def __init__(self, slack: WebClient, posts: Posts) -> None:
        self._slack, self._posts, self._address = slack, posts, ""

    def open(self, trigger: str, view: dict[str, Any]) -> bool:
        """A modal, within three seconds of the press or not at all; whether it is there."""
        try:
            call(lambda: self._slack.views_open(trigger_id=trigger, view=view))
            return True
        except (Unclear, Limited, Refused) as error:
            log.warning("modal not opened: %s %s", type(error).__name__, error)
            return False

    def update(self, view_id: str, view: dict[str, Any]) -> bool:
        """Another modal in the place of one that is open; whether that is still there. Can be repeated.
        Raises Unclear where Slack cannot be asked."""
        try:
            self._posts.repeat(lambda: self._slack.views_update(view_id=view_id, view=view), FEW)
            return True
        except Refused as error:
            log.info("modal not replaced: %s", error)
            return False

    def address(self) -> str:
        """That of the workspace, with which links to its messages begin; empty where Slack does not say."""
        if not self._address:
            try:
                self._address = str(call(self._slack.auth_test).get("url") or "")
            except (Unclear, Limited, Refused) as error:
                log.info("address of the workspace not known: %s", type(error).__name__)
        return self._address

    def publish(self, person: str, view: dict[str, Any]) -> None:
        """Somebody's Home tab; repeating it is harmless. Raises Refused or Unclear."""
        self._posts.repeat(lambda: self._slack.views_publish(user_id=person, view=view), FEW)

    def suggest(self, channel: str, questions: Sequence[str]) -> None:
        """What may be asked, above where somebody types; can be repeated. Raises Refused or Unclear."""
        prompts = [{"title": question[:75], "message": question} for question in questions]
        self._posts.repeat(
            lambda: self._slack.assistant_threads_setSuggestedPrompts(channel_id=channel, prompts=prompts),
            FEW,
        )
