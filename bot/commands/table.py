"""What commands work with in, all that can be typed after /footnote out: one line for each of its files."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from bot.channels import Channels, Switches
from bot.commands import Command
from bot.commands.add import Add
from bot.commands.channel import Settings
from bot.commands.forget import Forget
from bot.commands.gaps import Gaps
from bot.commands.help import Help
from bot.commands.learning import Learning
from bot.commands.reindex import Reindex
from bot.commands.report import Report
from bot.commands.sources import Listing
from bot.indexing.trial import Looked
from bot.learning.desk import Desk
from bot.learning.keeper import Keeper
from bot.memory.recall import Recall
from bot.shelf import Shelf
from bot.who.people import People
from bot.who.readers import Readers, ReadersUnknown
from retrieval.rows import Forgotten, Found
from retrieval.sources import Spec


@dataclass(frozen=True, slots=True)
class Means:
    """What the settings give: the sources and how they stand, the file they are declared in, what tries one
    out and what syncs one, what takes a document out, what recalls an answer, the admins beside those of the
    workspace, and where answers are reviewed, by whom beside the admins, and verified."""

    shelf: Shelf
    file: Path
    look: Callable[[Spec], Looked]
    sync: Callable[[str, Callable[[], None]], object]
    forget: Callable[[str], Collection[str]]
    forgotten: Callable[[], Collection[Forgotten]]
    recall: Recall
    admins: frozenset[str] = frozenset()
    desk: Desk | None = None
    reviewers: frozenset[str] = frozenset()
    keeper: Keeper | None = None
    found: Callable[[str], Found | None] = lambda _: None  # a document of the index, by its name
    lent: bool = False  # whether the index is that of others: in footnote play it is the real one
    stop: Callable[[], object] = lambda: None  # ends the syncs under way


@dataclass(frozen=True, slots=True)
class Around:
    """What there is of Slack, and what admins set. `called` has the words for a principal."""

    people: People
    readers: Readers
    channels: Channels
    switches: Switches
    called: Callable[[str], str]
    learning: Learning | None = None
    gaps: Gaps | None = None
    report: Report | None = None

    def member(self, user: str) -> bool:
        """Whether the id is that of somebody who works here."""
        try:
            return self.people.about(user).kind == "member"
        except ReadersUnknown:
            return False


def table(means: Means, around: Around, waiting: Callable[[], int]) -> dict[str, Command]:
    """The commands by name, in the order in which help shows them. `waiting`: rows to be done."""
    shelf, known = means.shelf, dict[str, Command]()
    parts = (
        Listing(shelf, around.switches, around.readers.of, waiting).commands(),
        Settings(around.channels, around.switches, shelf.names, around.member, around.called).commands(),
        Reindex(shelf, means.sync).commands(),
        Forget(means.forget, means.forgotten, means.lent).commands(),
        Add(means.file, means.look, shelf.names, shelf.turns).commands(),
        around.learning.commands() if around.learning else (),
        around.gaps.commands() if around.gaps else (),
        around.report.commands() if around.report else (),
        Help(known).commands(),
    )
    known |= {command.name: command for command in chain.from_iterable(parts)}
    return known
