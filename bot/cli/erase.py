"""footnote erase: what somebody said to the bot, or what was learnt of a document, out of everything kept."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.person import ANYBODY, WHO, who
from bot.cli.stopped import ERASE, stoppable
from bot.replies import printable

if TYPE_CHECKING:
    from bot.learning.erasing import Receipt
    from bot.learning.receipts import Issued
    from bot.settings import Settings

NOTHING = "There was nothing left to erase: nothing was asked, voted or learnt, or it is erased already."


@stoppable(ERASE)
def erase(
    user: Annotated[str, typer.Option(metavar="USER", help=WHO)] = "",
    document: Annotated[str, typer.Option(metavar="URL", help="Address of a document, or its name.")] = "",
    receipt: Annotated[str, typer.Option(metavar="NUMBER", help="Print a receipt again.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="The receipt as one JSON object.")] = False,
) -> None:
    """Erase somebody, or a document, from records, votes, reviews, lessons and datasets; prints a receipt.

    Of a person: questions, votes, corrections, reviews, and the id wherever a row has to stay. Of a document:
    its words in records of answers and in what is learnt; footnote forget takes it out of the index. Adapters
    that were trained with it are named: train the next one without it.

    The receipt has a number and is kept in the audit, without anybody's name.

    Exit code 0: done, 1: nothing is known of that document or number, 2: wrong usage.
    """
    from bot.settings import load
    from bot.wiring.models import models_of

    if [bool(user), bool(document), bool(receipt)].count(True) != 1 or (user and not ANYBODY.fullmatch(user)):
        raise typer.BadParameter("give --user with a Slack id such as U0ADA0001, --document or --receipt.")
    settings = load()
    models_of(settings)  # where it is no folder, nothing is begun
    if receipt:
        return _again(settings, receipt, as_json=as_json)
    made, issued = _erased(settings, user, document)
    lines = [*_lines(made), f"Receipt {issued.id}: footnote erase --receipt {issued.id}"]
    if document:
        lines += [f"What is indexed of it stays: footnote forget {printable(document)} takes it out."]
    said = json.dumps(asdict(made) | {"receipt": issued.whole()}, ensure_ascii=False)
    typer.echo(said if as_json else "\n".join(lines))
    return None


def _erased(settings: Settings, user: str, document: str) -> tuple[Receipt, Issued]:
    from bot import wiring
    from bot.learning import erasing, receipts
    from bot.wiring.verified import keeper

    state = wiring.engine(settings)
    if user:
        made = erasing.person(state, settings.home, user, keeper(settings, state).publish, who())
        kind, names = receipts.PERSON, [user]
    else:
        kind, names = receipts.LEARNT, sorted(_meant(settings, document))
        made = erasing.documents(state, settings.home, names, who())
    made = receipts.whole(state, made, kind, names)
    return made, receipts.issue(state, made, kind, names, who())


def _again(settings: Settings, id: str, *, as_json: bool) -> None:
    from bot import wiring
    from bot.learning import receipts
    from retrieval.passage import FootnoteError

    found = receipts.again(wiring.engine(settings), id)
    if found is None:
        raise FootnoteError(f"No receipt has the number {printable(id)}, or it is older than the audit.")
    typer.echo(json.dumps(found.whole()) if as_json else "\n".join(found.lines()))


def _meant(settings: Settings, name: str) -> set[str]:
    """The documents of that name or address: in any table, forgotten, or in lessons alone."""
    from bot import wiring
    from model.learning import reviews
    from retrieval.copied import addresses
    from retrieval.passage import FootnoteError

    ledger, store = wiring.ledger(settings), wiring.store(settings)
    places = {name, *addresses(name)}
    try:
        tables = store.tables("")
    finally:
        store.close()
    found = {
        one.uri
        for table in tables
        for one in (ledger.find(table, name) or ledger.at(table, sorted(places - {name})))
    }
    found |= {one.uri for one in ledger.kept_out() if places & {one.uri, one.url, one.url.partition("#")[0]}}
    with wiring.engine(settings).connect() as connection:
        passages = [one for row in reviews.kept(connection).values() for one in row.passages]
    found |= {p.document for p in passages if places & {p.document, p.url, p.url.partition("#")[0]}}
    if not found:
        raise FootnoteError(f"Nothing is known of {printable(name)}; footnote admin access finds documents.")
    return found


def _lines(receipt: Receipt) -> list[str]:
    from bot.learning.receipts import UNREAD

    lines = [f"{count:6}  {what}" for what, count in receipt.counts.items()]
    lines += [f"Dataset {name} is gone. Build it again: footnote dataset build." for name in receipt.datasets]
    lines += [f"Golden set {name} is gone; it is frozen anew without those rows." for name in receipt.golden]
    lines += [f"{name} was trained with erased rows: train the next one." for name in receipt.adapters]
    lines += [f"Not searched whole: {UNREAD.format(name=printable(name))}." for name in receipt.unread]
    lines += [f"Still named in {printable(where)}, which others wrote." for where in receipt.left]
    if receipt.nothing:
        return [NOTHING, *lines[len(receipt.counts) :], *receipt.notes]
    return ["Erased:", *lines, *receipt.notes]
