"""A table in, whether its rows are people, and which of its columns say who, as what and under whom, out."""

from __future__ import annotations

import re
from dataclasses import dataclass

from model.tabular.tables import Table
from retrieval.terms import words

_NAME = re.compile(
    r"(?:full |preferred |vor- und )?names?|vollname|(?:vor|nach)name|(?:first|last|given) name|surname|"
    r"(?:person|people|employee|colleague|staff member|team member|member|staff|mitarbeit\w*|kolleg\w*|wer|"
    r"who)(?: name)?"
)
_LAST = re.compile(r"(?:last|family) name|surname|nachname")
_PERSON = re.compile(
    r"(?:person|people|employee|colleague|staff|team member|mitarbeit|kolleg|vorname|first name)"
)
_ROLE = re.compile(
    r"(?:job )?(?:role|title|position)s?|job|rolle|funktion|stelle|position|beruf|titel|aufgabe"
)
_LEAD = re.compile(
    r"(?:line |direct |people |team )?(?:manager|supervisor|boss)(?: name)?|reports? to|managed by|"
    r"vorgesetzte\w*|führungskraft|chef(?:in)?|berichtet an"
)
_SINCE = re.compile(
    r"(?:joined|hired|birthday|date of birth|eintritt\w*|geburts\w+|angestellt seit)\b.*|.*\bjoined"
)
_GONE = re.compile(
    r".*\b(?:left|leaving|leaver|last day|end(?:ed)?|exit|status|austritt\w*|ausgeschieden|ende)\b.*"
)
_STAFF = re.compile(
    r"\b(?:people|persons?|staff|employees?|colleagues|directory|headcount|who is who|who we are|org chart|"
    r"personal|mitarbeit\w+|kolleg\w+|belegschaft|personen|wer ist wer|team)\b"
)
_STRANGERS = re.compile(  # who is listed by name and works elsewhere, or did
    r"\b(?:customers?|clients?|kund(?:e|en|innen)|candidates?|applicants?|applications?|bewerb\w+|guests?|gäste|"
    r"suppliers?|lieferant\w+|vendors?|visitors?|besucher\w*|speakers?|patients?|patienten|donors?|prospects?|"
    r"subscribers?|contacts|kontakte|alumni|former|ehemalige\w*|leavers?)\b"
)
_ELSEWHERE = re.compile(
    r"company|organi[sz]ation|employer|firm|firma|unternehmen|customer|client|kunde|applied (?:for|on)|stage|"
    r"supplier|lieferant"
)
_HOLDS = re.compile(  # who has something to do with what is no person
    r"owner|manager|lead(?:er)?\b|contact|responsible|person|head\b|host\b|\bby\b|verantwort|leit(?:er|ung)|"
    r"ansprech|inhaber|\bvon\b"
)
_CALLED = re.compile(r"[^\W\d_][\w'’.-]*(?: [^\W\d_][\w'’.-]*){0,3}")
_SMALL = frozenset("von van de der den del da di du la le el al bin ibn zu zur y und".split())
_VACANT = re.compile(r"\W*|.*\b(?:vacant|open|tbd|tba|tbc|hiring|offen|vakant|unbesetzt|n\.? ?n)\b.*")


@dataclass(frozen=True, slots=True)
class Staff:
    """Columns of a table of people. `more`: those of last names, where `name` has first names alone; `gone`:
    those that may say that somebody works there no more."""

    name: int
    role: int | None = None
    lead: int | None = None
    more: tuple[int, ...] = ()
    gone: tuple[int, ...] = ()

    @classmethod
    def of(cls, table: Table) -> Staff | None:
        """None where its rows are not surely people."""
        names = [name.casefold().strip() for name in table.columns]
        named = [n for n, name in enumerate(names) if _NAME.fullmatch(name)]
        if not named or not _people(table, named[0]) or _strangers(table, names):
            return None
        role = _first(_ROLE, names)
        lead = _first(_LEAD, names)
        more = tuple(n for n, name in enumerate(names) if n != named[0] and _LAST.fullmatch(name))
        gone = tuple(n for n, name in enumerate(names) if _GONE.fullmatch(name))
        made = cls(named[0], role, lead, more, gone)
        known = {*table.cells(made.name)}
        managers = set() if lead is None else {*table.cells(lead)} - {""}
        sure = (
            role is not None
            or bool(known & managers)
            or _first(_SINCE, names) is not None
            or bool(_PERSON.match(names[made.name]))
            or bool(_STAFF.search(table.about.casefold()))
        )
        return made if sure else None

    def people(self, table: Table) -> set[str]:
        """All who are named, as rows or as whom they report to."""
        leads = table.cells(self.lead) if self.lead is not None else []
        return {name for name in (*table.cells(self.name), *leads) if name}


def holders(table: Table) -> set[str]:
    """Those whom a table names that is of something else: who leads it, who has drawn it."""
    columns = [
        n
        for n, name in enumerate(table.columns)
        if _HOLDS.search(name.casefold()) and any(table.cells(n)) and _people(table, n)
    ]
    return {cell for n in columns for cell in table.cells(n) if cell}


def _strangers(table: Table, names: list[str]) -> bool:
    """Whether they are customers or such, and none of ours: by a column, or by what the table is called."""
    called = f"{table.name}\n{table.about.rpartition(chr(10))[2]}".casefold()
    about = table.about.casefold() if not _STAFF.search(called) else ""
    return _first(_ELSEWHERE, names) is not None or bool(_STRANGERS.search(about))


def vacant(cell: str) -> bool:
    """Whether a cell names nobody: a position that is open."""
    return bool(_VACANT.fullmatch(cell.casefold()))


def _first(pattern: re.Pattern[str], names: list[str]) -> int | None:
    return next((n for n, name in enumerate(names) if pattern.fullmatch(name)), None)


def _people(table: Table, column: int) -> bool:
    """Whether most of its cells could be names of people: capitals, no figures."""
    cells = [cell for cell in table.cells(column) if not vacant(cell)]
    like = [cell for cell in cells if _CALLED.fullmatch(cell) and _capital(cell)]
    return bool(cells) and len(like) * 4 >= len(cells) * 3


def _capital(cell: str) -> bool:
    return all(part[0].isupper() or part in _SMALL for part in cell.split()) and not cell.isupper()


def first_names(person: str) -> set[str]:
    """The words by which somebody may be called instead of the whole name."""
    said = words(person)
    return {said[0], said[-1]} if len(said) > 1 else set()
