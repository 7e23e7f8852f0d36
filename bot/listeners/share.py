"""A press of "Share here" under an answer that one person saw: in the channel, if all there may read."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from bot.blocks import Look, render
from bot.blocks.markup import mrkdwn
from bot.blocks.orders import said
from bot.events import Row
from bot.memory.recall import Changed, Recall, Recalled
from bot.phrases import say
from bot.posting.calling import Refused
from bot.posting.post import Message, Place, Posts
from bot.posting.respond import Responses
from bot.who.audience import Audiences
from bot.who.readers import ReadersUnknown

log = logging.getLogger("footnote.share")


@dataclass(frozen=True, slots=True)
class Share:
    """`locale` is somebody's language, `called` has the words for a principal."""

    recall: Recall
    audiences: Audiences
    posts: Posts
    responses: Responses
    locale: Callable[[str], str]
    called: Callable[[str], str]

    def __call__(self, row: Row) -> None:
        """Posts the answer once, however often the button is pressed, and tells who pressed it. The button
        carries the answer's id and the question, which we have erased."""
        locale = self.locale(row.person)
        answer, _, question = str(row.payload.get("value") or "").partition(" ")
        try:
            recalled = self.recall.of(answer)
            barred = recalled is not None and not self._may(recalled, row)
        except (Changed, ReadersUnknown) as error:
            return self._tell(row, say("share_changed", locale) if isinstance(error, Changed) else str(error))
        if row.direct or recalled is None or barred:
            key = "channel_direct" if row.direct else "share_barred" if barred else "share_gone"
            return self._tell(row, say(key, locale))
        try:
            self._post(row, recalled, question, locale)
        except Refused as error:
            log.info("not shared: event=%s error=%s", row.event_id, error)
            return self._tell(row, say("share_refused", locale))
        self.responses.say(row, said(say("shared", locale)))

    def _may(self, recalled: Recalled, row: Row) -> bool:
        return recalled.fits(self.audiences.of(row.channel, row.person, direct=False))

    def _post(self, row: Row, recalled: Recalled, question: str, locale: str) -> None:
        first, *more = render(recalled.answer, Look(locale))
        asked = say("shared_by", locale, name=self.called(f"user:{row.person}"))
        key = f"{recalled.answer.id}/shared"
        ts = self.posts.once(key, Place(row.channel, ""), _under(f"{asked}: {question}", first))
        for number, message in enumerate(more, 2):
            self.posts.once(f"{key}/{number}", Place(row.channel, ts), message)

    def _tell(self, row: Row, text: str) -> None:
        """Beside the answer, which stays."""
        self.responses.say(row, said(text), replace=False)


def _under(line: str, message: Message) -> Message:
    """The message below a line of what was asked, and by whom."""
    words = {"type": "plain_text", "text": line[:2000], "emoji": False}
    block = {"type": "context", "elements": [words]}
    return Message(f"{mrkdwn(line)}\n{message.text}", (block, *message.blocks))
