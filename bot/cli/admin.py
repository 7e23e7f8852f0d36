"""footnote admin: who can read what, before anybody asks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.manifest import manifest
from bot.cli.migrate import migrate
from bot.cli.person import HELP, Person, names, person
from bot.cli.sources import ago
from bot.replies import printable
from bot.who.access import Named, reason, said
from retrieval.copied import addresses
from retrieval.passage import Audience

if TYPE_CHECKING:
    from bot.settings import Settings
    from retrieval.rows import Found

MOST = 20  # documents shown of those that a word of a title names

admin = typer.Typer(
    help="Rights, the manifest of the Slack app, and the state's schema.", no_args_is_help=True
)
admin.command()(manifest)
admin.command(short_help="Bring the schema of the state up to date.")(migrate)


@dataclass(frozen=True, slots=True)
class Shelved:
    """A document as the tables of the index have it: the one that answers, if that has it, and others."""

    live: Found | None
    others: Mapping[str, Found]  # by the name of the table

    @property
    def any(self) -> Found:
        return self.live or next(iter(self.others.values()))


@admin.callback()
def _group() -> None: ...


@admin.command()
def access(
    document: Annotated[
        str, typer.Argument(help="Its address, its name in the index, or part of its title.")
    ] = "",
    user: Annotated[str, typer.Option("--as", metavar="USER", help=HELP)] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, for scripts.")] = False,
) -> None:
    """Who may read a document; with --as whether somebody may, or how much of each source.

    Every workspace and generation of the index is looked into, one still being built too. Exit code 1: there
    is no such document, or USER may not read it.
    """
    from bot.settings import load

    if not (document or user):
        raise typer.BadParameter("name a document, or somebody with --as.")
    settings = load()
    who, named = person(settings, user) if user else None, names(settings)
    if not document and who:
        counts = _counts(settings, who.readers)
        typer.echo(json.dumps(counts) if as_json else "\n".join(_shares(counts, who)))
        return
    found = shelved(settings, document)
    if as_json:
        typer.echo(json.dumps([_json(one, who) for one in found], ensure_ascii=False))
    else:
        typer.echo(
            "\n\n".join("\n".join(_lines(one, who, named)) for one in found) or _missing(settings, document)
        )
    barred = who is not None and not all(one.any.audience.admits(who.readers) for one in found)
    raise typer.Exit(1 if barred or not found else 0)


def shelved(settings: Settings, document: str) -> list[Shelved]:
    """The documents of that address, of that name, or else with that in their title, in every table."""
    from bot import wiring

    ledger, (live, tables) = wiring.ledger(settings), _tables(settings)
    held = {table: ledger.find(table, document) for table in tables}
    if not any(held.values()):
        held = {table: ledger.at(table, addresses(document)) for table in tables}
    if not any(held.values()):
        held = {table: _titled(ledger.all(table), document) for table in tables}
    uris = sorted({one.uri for some in held.values() for one in some})[:MOST]
    by_uri = {table: {one.uri: one for one in some} for table, some in held.items()}
    return [
        Shelved(
            next((by_uri[table][uri] for table in live if uri in by_uri[table]), None),
            {table: some[uri] for table, some in by_uri.items() if table not in live and uri in some},
        )
        for uri in uris
    ]


def _titled(documents: Sequence[Found], words: str) -> list[Found]:
    wanted = words.casefold()
    return [one for one in documents if wanted in one.title.casefold() or wanted in one.uri.casefold()]


def _tables(settings: Settings) -> tuple[list[str], list[str]]:
    """The tables that answer, each of a workspace, and all there are."""
    from bot import wiring
    from retrieval.passage import IndexMissing

    store = wiring.store(settings)
    try:
        tables, live = store.tables(""), []
        for workspace in sorted({settings.workspace, *store.workspaces()}):
            with suppress(IndexMissing):
                live.append(store.live(workspace).name)
        return [table for table in live if table in tables], tables
    finally:
        store.close()


def _counts(settings: Settings, readers: Audience) -> dict[str, dict[str, int]]:
    """For each source, how many documents there are and how many of them `readers` may read: in what answers,
    else in what is being built."""
    from bot import wiring

    live, tables = _tables(settings)
    counts: dict[str, dict[str, int]] = {}
    for one in (one for table in live or tables[-1:] for one in wiring.ledger(settings).all(table)):
        of_it = counts.setdefault(one.source, {"documents": 0, "readable": 0})
        of_it["documents"] += 1
        of_it["readable"] += one.audience.admits(readers)
    return dict(sorted(counts.items()))


def _shares(counts: Mapping[str, Mapping[str, int]], who: Person) -> Iterator[str]:
    yield f"{who.id} may read" if counts else "There is no index yet. Run footnote index."
    for name, of_it in counts.items():
        yield f"  {of_it['readable']:,} of the {of_it['documents']:,} documents of {printable(name)}"


def _lines(one: Shelved, who: Person | None, named: Named) -> Iterator[str]:
    found, now = one.any, datetime.now(UTC)
    yield printable(found.title)
    yield f"  name      {printable(found.uri)}"
    yield f"  opens     {printable(found.url)}"
    yield f"  source    {found.source}"
    revision = found.revision or "none yet"
    yield f"  indexed   {ago(found.indexed_at, now)}, {found.passages} passages, revision {revision}"
    yield f"  readers   {said(found.audience, named)}"
    yield f"  answers   {'yes' if one.live and found.revision else 'no: it is not in the index that answers'}"
    for table, other in one.others.items():
        same = "the same readers" if other.audience == found.audience else said(other.audience, named)
        yield f"  also in   {table}: {same}"
    if who:
        yield f"  {named(f'user:{who.id}')} {reason(found.audience, who.readers, named)}"


def _json(one: Shelved, who: Person | None) -> dict[str, object]:
    found = one.any
    shown: dict[str, object] = {name: getattr(found, name) for name in ("uri", "url", "title", "source")}
    shown |= {
        "passages": found.passages,
        "revision": found.revision,
        "indexed_at": found.indexed_at.isoformat(),
    }
    shown |= {"audience": sorted(found.audience.principals), "live": one.live is not None}
    shown["others"] = {table: sorted(other.audience.principals) for table, other in one.others.items()}
    return shown | ({"user": who.id, "may_read": found.audience.admits(who.readers)} if who else {})


def _missing(settings: Settings, document: str) -> str:
    from bot import wiring

    if document in wiring.ledger(settings).forgotten():
        return "It was forgotten and stays out of the index."
    return "No document of the index has that address, that name or that in its title."
