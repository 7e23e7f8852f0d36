"""A question, the passages that were shown and the right answer: what is learnt from, and measured on."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from model.writing import prompt
from retrieval.passage import Passage

_KEPT = "id document source title text start end url heading page lead revision".split()  # of a passage


@dataclass(frozen=True, slots=True)
class Row:
    """One example. `passages` come best first, as the writer got them; `gold` are the numbers, from 1, of
    those that carry the answer, and are empty where a refusal is right: `answer` is then prompt.NOT_FOUND.

    `facts` are the figures and names without which an answer is wrong. `people` are the ids of those whose
    vote, correction or question it is. `origin` is correction, confirmed, votes, documents or augmented;
    `rights` says what else than the documents' text it holds: documents (nothing), own (what we wrote) or
    consented (what people wrote to us to be learnt from: a question, a correction). `cluster` groups what
    asks the same.
    """

    question: str
    passages: tuple[Passage, ...]
    answer: str
    gold: tuple[int, ...] = ()
    facts: tuple[str, ...] = ()
    origin: str = "documents"
    answer_id: str = ""
    people: tuple[str, ...] = ()
    reviewer: str = ""
    channel: str = ""
    language: str = ""
    topic: str = ""
    rights: str = "documents"
    made_at: str = ""
    cluster: str = ""

    @property
    def id(self) -> str:
        """What it is known by: it changes with whatever a model would read or write."""
        shown = [[passage.document, passage.text] for passage in self.passages]
        held = json.dumps([self.question, shown, self.answer, list(self.gold)], ensure_ascii=False)
        return hashlib.sha256(held.encode()).hexdigest()[:16]

    @property
    def refuses(self) -> bool:
        """Whether the right answer is that the passages carry none."""
        return not self.gold

    @property
    def documents(self) -> frozenset[str]:
        """The uris of the documents that it holds words of."""
        return frozenset(passage.document for passage in self.passages)

    def messages(self) -> list[dict[str, str]]:
        """What a model is sent, in serving as in training."""
        return prompt.messages(self.question, self.passages)

    def to_line(self) -> str:
        """One line of JSON. `messages` and `completion` are there for a trainer that knows nothing of us."""
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        values["passages"] = [_passage_json(passage) for passage in self.passages]
        more = {"id": self.id, "messages": self.messages(), "completion": self.answer}
        return json.dumps(values | more, ensure_ascii=False, sort_keys=True)

    @classmethod
    def of_line(cls, line: str) -> Row:
        """The row that `to_line` wrote."""
        given = json.loads(line)
        kept = {one.name: given[one.name] for one in fields(cls) if one.name in given}
        for name in ("gold", "facts", "people"):
            kept[name] = tuple(kept.get(name, ()))
        return cls(**kept | {"passages": tuple(_passage(one) for one in given["passages"])})


def _passage_json(passage: Passage) -> dict[str, Any]:
    """Without its readers: a row is only made of what everyone may read."""
    values = {name: getattr(passage, name) for name in _KEPT}
    return values | {"updated_at": passage.updated_at.isoformat() if passage.updated_at else None}


def _passage(values: dict[str, Any]) -> Passage:
    at = values.get("updated_at")
    kept = {name: values[name] for name in _KEPT if name in values}
    heading = tuple(kept.pop("heading", ()))
    return Passage(**kept, heading=heading, updated_at=datetime.fromisoformat(at) if at else None)
