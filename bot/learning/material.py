"""The index in, what a dataset may be made of out: documents that everyone may read, and their passages."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from retrieval.ledger import Ledger
from retrieval.passage import EVERYONE, Passage
from retrieval.rows import Found
from retrieval.store import Table

POOL = 20_000  # passages that seed rows and hard negatives are drawn from
_ALL = 1 << 40  # more characters than a document has
_MESSAGE = re.compile(r"^https?://[^/]+/archives/[A-Z0-9]+/p\d+")  # what a message of Slack opens with


@dataclass(frozen=True, slots=True)
class Open:
    """The documents of one table that everyone may read now. `of_slack` says of a source by its name whether
    it is messages; where they may not be learnt from (`slack_text` off), their documents are not among these.
    """

    table: Table
    ledger: Ledger
    of_slack: Callable[[str], bool]
    slack_text: bool = False

    def documents(self) -> frozenset[str]:
        """Their uris."""
        return frozenset(found.uri for found in self._found())

    def passages(self, most: int = POOL) -> list[Passage]:
        """Passages of them, as they are answered from; of a large index some, each document whole."""
        return list(islice(self._passages(), most))

    def _passages(self) -> Iterator[Passage]:
        for found in sorted(self._found(), key=lambda one: hashlib.sha256(one.uri.encode()).digest()):
            for passage in self.table.around(found.uri, found.revision, 0, _ALL):
                yield replace(passage, audience=found.audience)

    def _found(self) -> Iterator[Found]:
        for found in self.ledger.all(self.table.name):
            message = self.of_slack(found.source) or bool(_MESSAGE.match(found.url))
            if found.revision and EVERYONE in found.audience.principals and (self.slack_text or not message):
                yield found
