"""An index built anew beside the one that answers, caught up, probed, and only then put in its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from retrieval.expected import Expected
from retrieval.index import Index
from retrieval.passage import (
    FootnoteError,
    IndexMismatch,
    IndexMissing,
    SearchUnavailable,
    SourceUnavailable,
)
from retrieval.probe import probe
from retrieval.sources import Source
from retrieval.store import Store, Table
from retrieval.sync import Show, Summary
from retrieval.turns import Busy, Turns

LOST = (
    "The new index would be without what the index has of {names}, of which no source is known. Declare its "
    "sources in sources.toml, take it out with `footnote forget --source`, rebuild another alone with "
    "`footnote index --rebuild --workspace NAME`, or run it again with --force."
)
UNDER_WAY = "Another rebuild of this index is under way. Wait until it has ended, then run this again."


class RebuildRefused(FootnoteError):
    """What was built, or would be, is worse than what answers; the text says in what."""


@dataclass(frozen=True, slots=True)
class Part:
    """A workspace: its index, and all its sources, each beside the one that keeps the live index current."""

    index: Index
    sources: Sequence[Source[Any]]


class Rebuild:
    """One rebuild of `parts`, all of a generation, or `alone` one workspace inside the live one; `expected`
    are questions that it must answer as well as the live one."""

    def __init__(
        self,
        parts: Sequence[Part],
        *,
        alone: bool = False,
        show: Show | None = None,
        expected: Sequence[Expected] = (),
    ) -> None:
        self._parts = parts
        self._expected = expected
        self._alone = alone
        self._show = show
        self._store = parts[0].index.store
        self._turns = parts[0].index.turns

    def run(self, *, force: bool = False) -> list[Summary]:
        """Builds, catches up with syncs that came meanwhile, probes and swaps. Until the swap nothing that
        answers has changed; cut off at any point, the next one goes on from there.

        Raises RebuildRefused (not with `force`), and what sources, store and embedder raise.
        """
        with self._only_one():
            self._cover(force=force)
            self._begin_anew()
            tables = [self._begun(part) for part in self._parts]
            done = [self._built(part, table) for part, table in zip(self._parts, tables, strict=True)]
            seen = [summary for summaries, _ in done for summary in summaries]
            with self._still():
                for part, table, (_, marks) in zip(self._parts, tables, done, strict=True):
                    self._catch_up(part, table, marks)
                    self._probe(part, table, force=force)
                self._swap(force=force)
        return seen

    @property
    def _workspace(self) -> str:
        return self._parts[0].index.workspace if self._alone else ""

    @contextmanager
    def _only_one(self) -> Iterator[None]:
        try:
            with self._turns.take("rebuild", wait=False):
                yield
        except Busy:
            raise FootnoteError(UNDER_WAY) from None

    def _cover(self, *, force: bool) -> None:
        """Refused where a workspace has passages and is not among the parts: the swap would remove them."""
        lost = [] if force or self._alone else self._others(self._store.workspaces())
        if names := [f"workspace {one}" for one in lost if self._holds(one)]:
            raise RebuildRefused(LOST.format(names=" and ".join(names)))

    def _others(self, workspaces: Sequence[str]) -> list[str]:
        mine = {part.index.workspace for part in self._parts}
        return [one for one in workspaces if one not in mine]

    def _holds(self, workspace: str) -> bool:
        try:
            return self._store.live(workspace).count() > 0
        except IndexMissing:
            return False
        except SearchUnavailable:  # damaged: what it holds may be mended
            return True

    def _begin_anew(self) -> None:
        """Removes a build that was cut off where it has a workspace that is rebuilt no longer: half of it
        would be swapped with the others."""
        if not self._alone and self._others(self._store.workspaces(building=True)):
            with self._turns.take("generations"):
                self._discard()

    def _discard(self) -> None:
        with self._dropping():
            self._store.discard(self._workspace)

    @contextmanager
    def _dropping(self) -> Iterator[None]:
        """What waits for tables that are removed inside, and the ledger's rows of them, go with them."""
        before = set(self._store.tables(self._workspace))
        yield
        after = set(self._store.tables(self._workspace))
        index, gone = self._parts[0].index, sorted(before - after)
        if index.batches:
            index.batches.drop(gone)
        index.ledger.drop(gone)

    def _begun(self, part: Part) -> Table:
        """The table to build, one that was cut off if it was made the same way."""
        made, workspace = part.index.made, part.index.workspace
        with self._turns.take("generations"):
            table = self._store.build(made, workspace, alone=self._alone)
            if table.made != made:
                self._discard()
                table = self._store.build(made, workspace, alone=self._alone)
        return table

    def _built(self, part: Part, table: Table) -> tuple[list[Summary], dict[str, int]]:
        """Everything read once, and how many changes the live index had seen of each source before that."""
        marks = self._changes(part)
        summaries = [self._read(part, table, source) for source in part.sources]
        self._catch_up(part, table, marks)  # while syncs go on: what is left for the last time is little
        return summaries, marks

    def _read(self, part: Part, table: Table, source: Source[Any]) -> Summary:
        try:
            return part.index.bring_up(table, source, self._show)
        except SourceUnavailable as error:
            raise SourceUnavailable(
                f"{source.name}: {error} A rebuild needs every source; what was built so far is kept, "
                "and the old index answers on."
            ) from error

    def _catch_up(self, part: Part, table: Table, marks: dict[str, int]) -> None:
        """Reads again what a sync of the live index has changed since."""
        now = self._changes(part)
        for source in part.sources:
            if now.get(source.name, 0) != marks.get(source.name, 0):
                part.index.bring_up(table, source, self._show)
        marks.clear()
        marks.update(now)

    def _changes(self, part: Part) -> dict[str, int]:
        with suppress(IndexMissing, IndexMismatch):  # one of an older release cannot be asked
            live = part.index.store.live(part.index.workspace)
            return {name: state.changes for name, state in part.index.syncs.states(live.name).items()}
        return {}

    @contextmanager
    def _still(self) -> Iterator[None]:
        """Inside, no source is synced: those who come wait, and then write to the new index."""
        with ExitStack() as turns:
            for part in self._parts:
                for name in sorted(source.name for source in part.sources):
                    turns.enter_context(part.index.turn(name))
            yield

    def _probe(self, part: Part, table: Table, *, force: bool) -> None:
        reasons = probe(part.index, table, self._expected)
        if reasons and not force:
            self._discard()
            raise RebuildRefused(
                f"The new index is worse and was not put in place: {' '.join(reasons)} "
                "The old one answers on. Mend the cause, or run it again with --force."
            )

    def _swap(self, *, force: bool) -> None:
        """Puts it in place, if no workspace has come since that would be lost."""
        with self._turns.take("generations"):
            self._cover(force=force)
            with self._dropping():
                self._store.swap(self._workspace)


def back(store: Store, turns: Turns, workspace: str = "") -> None:
    """The index before the last swap answers again. What was deleted or made private since then stays so.
    Raises IndexMissing where there is none."""
    with turns.take("generations"):
        store.back(workspace)
