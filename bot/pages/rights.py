"""The page of rights: who may read a document, and how much of each source somebody may read."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.pages.listing import Cell, Listing, Table, when
from bot.pages.visit import Entry, Reply, Visit, admins
from bot.phrases import numbers, say
from bot.shelf import Shelf
from bot.who.access import Named, said
from retrieval.passage import Audience, FootnoteError
from retrieval.rows import Found

HERE, MOST = "/rights", 50
_DOCUMENTS = ("page_document", "page_source", "page_who", "page_may", "page_read")
_SHARES = ("page_source", "page_readable", "page_documents")
_ID = re.compile(r"[UW][A-Z0-9]{1,31}")


@dataclass(frozen=True, slots=True)
class Rights:
    """`found` has documents of the live index by an address, a name or a part of a title; `readers` what
    somebody may read by now, `named` the words for a principal."""

    shelf: Shelf
    found: Callable[[str], Sequence[Found]]
    readers: Callable[[str], Audience]
    named: Named

    def entries(self) -> list[Entry]:
        return [Entry(HERE, self.shown, may=admins, menu="page_rights")]

    def shown(self, visit: Visit) -> Reply:
        locale = visit.who.locale
        document, person = (visit.query.get(name, "").strip()[:500] for name in ("document", "person"))
        notes, tables, who = list[str](), list[Table](), None
        if person:
            who, problem = self._person(person, locale)
            notes += [problem] if problem else []
        if who is not None and not document:
            notes.append(say("page_holds", locale, names=", ".join(sorted(map(self.named, who.principals)))))
            tables.append(self._shares(who, locale))
        if document:
            tables.append(self._documents(document, who, locale))
        asked = (("document", "page_ask_document", document), ("person", "page_ask_person", person))
        return Listing(HERE, "page_rights", "page_rights_why", tables, notes, asked).page()

    def _person(self, person: str, locale: str) -> tuple[Audience | None, str]:
        if not _ID.fullmatch(person):
            return None, say("page_no_id", locale)
        try:
            return self.readers(person), ""
        except FootnoteError as error:
            return None, str(error)

    def _shares(self, who: Audience, locale: str) -> Table:
        may = self.shelf.readable(who)
        rows = [
            (
                Cell(name),
                Cell(numbers(may.get(name, 0), locale), "number"),
                Cell(numbers(state.documents, locale), "number"),
            )
            for name, state in self.shelf.states(self.shelf.workspace).items()
        ]
        return Table(say("page_shares", locale), _SHARES, rows, "page_sources_none")

    def _documents(self, document: str, who: Audience | None, locale: str) -> Table:
        rows = []
        for one in self.found(document)[:MOST]:
            admitted = who is not None and one.audience.admits(who)
            may = (
                Cell("")
                if who is None
                else Cell(say("page_yes" if admitted else "page_no", locale), "good" if admitted else "bad")
            )
            readers = Cell(said(one.audience, self.named))
            rows.append((Cell(one.title), Cell(one.source), readers, may, Cell(when(one.indexed_at), "when")))
        return Table(say("page_documents", locale), _DOCUMENTS, rows, "page_no_document")
