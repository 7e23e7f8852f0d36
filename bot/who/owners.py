"""A question that the documents do not answer in, the person who may know out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.events import Row
from model.answer import Answer, Status
from retrieval.passage import FootnoteError

log = logging.getLogger("footnote.owners")


@dataclass(frozen=True, slots=True)
class Owners:
    """`declared`: the owners of sources by name, as sources.toml has them; `expert`: that of a channel."""

    declared: Callable[[], Mapping[str, str]]
    expert: Callable[[str], str]

    def of(self, row: Row, answer: Answer) -> str:
        """The Slack id of the owner of the nearest page's source, else of the channel's expert; empty where
        there is neither, or it is who asked."""
        if answer.status is not Status.NOT_FOUND:
            return ""
        named = self.named() if answer.nearest else {}
        asked = [named.get(page.source, "") for page in answer.nearest]
        asked += [self.expert(row.channel)] if not row.direct else []
        return next((one for one in asked if one and one != row.person), "")

    def named(self) -> Mapping[str, str]:
        """The owners by source; none where the file has a mistake."""
        try:
            return self.declared()
        except FootnoteError as error:  # a mistake in sources.toml is said where it is read
            log.warning("owners are not known: %s", type(error).__name__)
            return {}
