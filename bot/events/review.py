"""A press in the form that reviewers have, or the form itself, in; what they say of an answer out. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.events.row import Row, made, words

REVIEW = "footnote_review_"  # the action ids of its buttons and the callback ids of its forms begin with it
PRESSED = ("confirm", "write", "reject", "skip")  # write and reject open a form, which then says the word
SUBMITTED = ("corrected", "rejected")
LONGEST = 3000  # characters of what is right
_SEEN = 2000


def parse_review(body: Mapping[str, Any]) -> Row | None:
    """What is to be done: `payload` has the action, the answer, how many words there were on it, the text or
    the cause, the modal, and the answers that this reviewer has passed over. None for everything else."""
    view, kind = body.get("view") or {}, body.get("type")
    action: Mapping[str, Any] = next(iter(body.get("actions") or ()), {})
    pressed = kind == "block_actions"
    name = str((action.get("action_id") if pressed else view.get("callback_id")) or "")
    done, known = name.removeprefix(REVIEW), PRESSED if pressed else SUBMITTED
    person = words((body.get("user") or {}).get("id"), 32)
    if kind not in ("block_actions", "view_submission") or not name.startswith(REVIEW) or done not in known:
        return None
    about = words(view.get("private_metadata"), _SEEN).split()
    answer, _, turn = (about[0] if about else "").partition(":")
    if not (person and answer and turn.isdecimal()):
        return None
    said = (view.get("state") or {}).get("values") or {}
    chosen = ((said.get("cause") or {}).get("cause") or {}).get("selected_option") or {}
    own = (action.get("action_ts"), view.get("id")) if pressed else (body.get("trigger_id"), view.get("id"))
    return Row(
        event_id=made("rev", person, name, *own),
        team=str((body.get("team") or {}).get("id") or ""),
        channel="",
        message_ts="",
        thread_ts="",
        person=person,
        direct=True,
        kind="review",
        payload={
            "action": done,
            "answer": words(answer, 64),
            "turn": int(turn),
            "text": words(((said.get("text") or {}).get("text") or {}).get("value"), LONGEST).strip(),
            "cause": words(chosen.get("value"), 16),
            "view": words(view.get("id"), 64),
            "seen": about[1:],
        },
    )
