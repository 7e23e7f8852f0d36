"""A question about people and a table of them in, which of its rows are meant out; no word is left aside."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import takewhile

from model.tabular.amounts import amounts
from model.tabular.asking import IN, NUMBER_OF, Asked, Op, alike, same
from model.tabular.called import calls_rows
from model.tabular.criteria import columns_named, comparisons, fitting, months, others
from model.tabular.groups import by_most, grouped
from model.tabular.held import held
from model.tabular.jobs import noun
from model.tabular.purpose import Wanted
from model.tabular.reporting import in_full, person_named, related
from model.tabular.said import BESIDE, KIND, PERSON, PLAIN, Said, none
from model.tabular.staff import Staff, holders, vacant
from model.tabular.tables import UNEVEN, Table
from model.tabular.wanted import wanted
from model.tabular.wording import plain
from retrieval.terms import words

_LEADIN = (
    r"(?:(?:and|und|so|ok|okay|please|bitte|can you|could you|kannst du|hi|hey|also|tell me|"
    r"do you know|sag mir|weisst du)\s+)*"
)
_ALL = r"(?:(?:me|us|mir|uns|all|every|names?|alle[nr]?|of|the|our|die|der|unsere[nr]?)\s+)*"
_EACH = rf"(?:everyone|everybody|alle|{PERSON})\b"
_COUNTS = re.compile(
    rf"\A\W*{_LEADIN}(?:how many|(?:(?:what is )?the )?(?:total )?{NUMBER_OF}|wie ?viele(?: von)?|anzahl der)"
    rf"(?P<each>\s+(?:of us|von uns|(?:of\s+)?(?:the\s+|our\s+)?{PERSON})\b)?"
)
_LISTS = re.compile(
    rf"\A\W*{_LEADIN}(?P<each>who (?:all|else)|wer alles|"
    rf"(?:who|wer) (?:is|are|sind|ist) (?:(?:all|alle|the|our|die|of) )*{PERSON}|who|whom|wer|wen|"
    rf"(?:which|what|welche)\s+{PERSON}|"
    rf"everyone|everybody|alle(?:\s+{PERSON})?(?=\s+(?:im|in|aus|von)\b)|all\s+{PERSON}|"
    rf"(?:list|name|show|tell|give|find|nenne?|zeige?|liste)\s+{_ALL}{_EACH})(?=\W|\Z)|"
    rf"\A\W*{_LEADIN}(?:list|name|show|nenne?|zeige?|liste)\s+{_ALL}"
)
_BUT = frozenset("but aber sondern yet".split())  # has one thing, and not another
_ANY = re.compile(r"\b(?:who|whom|wer|wem|wen|reports)\b")
_IS = re.compile(r"\A\W*(?:who|wer)\s(?:is|ist)\b", re.IGNORECASE)
_WORKS = re.compile(
    r"\b(?:works?|working|sits?|sitting|employed|based|reports?|arbeite\w+|sitz\w+|gehör\w+|berichte\w+)\b"
)
_LEADS = re.compile(  # who leads something, in a question, and in a role
    r"lead|leads|leader|leading|head|heads|runs|charge|responsible|director|chief|leitet|leitung|"
    r"(?:team)?leiter(?:in)?|chef(?:in)?"
)
_HEADS = re.compile(r"lead|leader|head|director|chief|vp|leitung|(?:team)?leit(?:er|erin|ung)|chef(?:in)?")
_IN_PLACE = re.compile(
    r"\b(?:who|wer|everyone|everybody)\b.*\b(?:works?|sits?|arbeitet|sitzt)\s+(?:in|at|im|am|bei)\b"
)


def asked_of(question: str, table: Table) -> Wanted:
    """What `question` wants of `table`: of one of people, those who are meant."""
    text = plain(question.casefold())  # as words are read
    if _COUNTS.match(of_each := by_most(text)) and (each := grouped(of_each, table)):
        return _each(*each, table)
    cue = _COUNTS.match(text) or _LISTS.match(text)
    staff = Staff.of(table)
    if staff is None:
        return _of_others(question, text, table)
    asked = Asked.of(text)
    said = Said(asked, [re.sub(r"['’]s?\Z", "", word) for word in asked.words])
    said.cue = frozenset(range(len(words(text[: cue.end()])))) if cue else frozenset()
    said.used |= said.cue
    if cue and not cue["each"]:
        said.persons()
    said.acts()
    under = related(said, staff, table)
    if isinstance(under, Wanted):
        return under
    if not under and BESIDE & {*said.words} and said.beside(person_named(said, staff.people(table))[1]):
        return none(said)
    counts = bool(_COUNTS.match(text))
    if said.women:
        return Wanted(Op.COUNT, None, (), frozenset(said.women), 1) if counts else none(said)
    known = bool(under or (cue and cue["each"]) or said.known)
    made = _listed(said, staff, table, counts=counts, known=known) if cue or under else None
    if made is not None:
        return made
    if counts and (known or said.known):
        return Wanted(Op.COUNT, None, (), frozenset(said.left or said.words), 1)
    other = _looked_up(question, staff, table)
    loose = known and other.op is Op.LOOK and bool(said.found)  # some of it is named, and something else said
    return none(said) if loose else other


def _each(rest: str, column: int, table: Table) -> Wanted:
    """What is wanted where it is counted by the values of a column; `rest`: the question without that."""
    made, staff, cue = asked_of(rest, table), Staff.of(table), _COUNTS.match(rest)
    if staff and cue and cue["each"] and PLAIN.issuperset(words(rest[cue.end() :])):
        every = Wanted(Op.COUNT, staff.name, (), frozenset(), 1, people=True)
        made = _counted(replace(every, distinct=False), staff, table, {column})
    known = made.op is Op.COUNT and not made.distinct
    return replace(made, by=column, used=made.used + 1, left=made.left if known else made.left | {"each"})


def _looked_up(question: str, staff: Staff, table: Table) -> Wanted:
    """What is wanted of it as of any table, of people also by a part of their names."""
    made = wanted(question, table)
    named = in_full(question, staff.people(table)) if made.left or not made.tests else ""
    again = wanted(named, table) if named else made
    if named and _IS.match(question) and not (again.left or again.columns):
        return replace(again, doubt="", people=True)
    return made if again.left or not any(test.column == staff.name for test in again.tests) else again


def _of_others(question: str, text: str, table: Table) -> Wanted:
    """Of a table whose rows are no people: nobody works in an office because they manage it, nor leads a team
    because they lead one of its projects."""
    other = _in_full(question, table)
    tested = {test.column for test in other.tests}
    kinds = any(len(set(table.cells(n))) < len(table.rows) for n in tested)
    said = words(text)
    led = kinds and 0 not in tested and _ANY.search(text) and any(map(_LEADS.fullmatch, said))
    led = led and not any(calls_rows(word, table) for word in said if word not in PLAIN)
    aside = other.op is Op.LOOK and (led or _IN_PLACE.search(text))
    return replace(other, left=other.left | {"who"}) if aside else other


def _in_full(question: str, table: Table) -> Wanted:
    """What is wanted of it where somebody is named by a part of a name, as who leads it or owns it."""
    made = wanted(question, table)
    named = in_full(question, holders(table)) if made.left else ""
    again = wanted(named, table) if named else made
    return again if len(again.left) < len(made.left) and again.tests else made


def _listed(said: Said, staff: Staff, table: Table, *, counts: bool, known: bool) -> Wanted | None:
    """The rows of those who have what is named; None where the question says something else too. `known`:
    whether it is surely people that are asked for."""
    _role(said, staff, table)
    said.known |= known or bool(_WORKS.search(said.asked.text))
    held(said, staff, table)
    _leaders(said, staff, table)
    numbers = {n: a for n in range(len(table.columns)) if (a := amounts(table.cells(n))) and a.dates}
    named = {n: there for n, there in columns_named(said.asked, table).items() if there.whole}
    compared, unclear = comparisons(said.asked, table, named, numbers)
    dated = months(said.asked, table, {n: a for n, a in numbers.items() if n in named}, (), named=True)
    said.found += compared + dated
    said.used |= {n for _, where in dated for n in where}
    said.used |= {n for test, _ in compared + dated if test.column in named for n in named[test.column].where}
    denied, asked = said.asked.denied(), said.asked
    if _everyone(said) and not (said.found or said.left or denied or unclear or counts):
        return Wanted(Op.LOOK, None, (), frozenset(), 1, columns=_shown(staff), every=True, people=True)
    if unclear or not said.found or not said.known or said.left - denied - (_BUT if denied else set()):
        return None
    doubt = said.doubt
    if denied:
        turned = others(said.found, table, asked) if asked.others else []
        said.found, doubt = turned or said.found, doubt if turned else "ambiguous"
    columns = {test.column for test, _ in said.found}
    if said.apart():
        doubt = "ambiguous"
    tests = tuple(test for test, _ in said.found)
    if not fitting(table, tests) and _otherwise(said, staff, table):
        doubt = "ambiguous"
    shown = _shown(staff)
    used = len({n for _, where in said.found for n in where}) + 1
    if not counts:
        return Wanted(Op.LOOK, None, tests, frozenset(), used, doubt, columns=shown, every=True, people=True)
    again = len(set(table.cells(staff.name))) < len(table.rows)
    made = Wanted(Op.COUNT, staff.name, tests, frozenset(), used, doubt, again, (staff.name,), people=True)
    return _counted(made, staff, table, columns)


def _everyone(said: Said) -> bool:
    """Whether all who are there are asked for, and not who does something."""
    cue = {said.words[n] for n in said.cue}
    return bool(cue & {"everyone", "everybody", "alle", "all"}) or any(map(re.compile(PERSON).fullmatch, cue))


def _shown(staff: Staff) -> tuple[int, ...]:
    return tuple(n for n in (staff.name, *staff.more, staff.role, *staff.gone) if n is not None)


def _otherwise(said: Said, staff: Staff, table: Table) -> bool:
    """Whether somebody has all that is named, though in other columns or words: that it is nobody is not sure
    then."""
    strict = [test for test, _ in said.found if test.sign != "=" or amounts(table.cells(test.column))]
    loose = [{said.words[n] for n in where} - PLAIN for test, where in said.found if test not in strict]
    for row in fitting(table, strict):
        cells = [cell for n, cell in enumerate(row.cells) if n not in (staff.name, staff.lead)]
        has = {word for cell in cells for word in words(cell)}
        leads = any(map(_HEADS.fullmatch, has))
        if all(
            any(alike(w, one) for w in some for one in has) or (leads and any(map(_LEADS.fullmatch, some)))
            for some in loose
        ):
            return True
    return False


def _counted(made: Wanted, staff: Staff, table: Table, tested: set[int]) -> Wanted:
    """In doubt where a row is no person, or may be one who works there no more."""
    if any(map(vacant, table.cells(staff.name))):
        return replace(made, doubt=made.doubt or UNEVEN)
    unsaid = [n for n in staff.gone if n not in tested and len(set(table.cells(n))) > 1]
    return replace(made, column=unsaid[0], doubt=made.doubt or "kinds") if unsaid else made


def _role(said: Said, staff: Staff, table: Table) -> None:
    """Those of a role, where its noun stands before any preposition: "How many engineers are in Oslo?"."""
    if staff.role is None:
        return
    lead = words(table.columns[staff.lead])[:1] if staff.lead is not None else []
    roles = set(table.cells(staff.role))
    rest = (n for n in range(len(said.words)) if n not in said.used)
    for start in takewhile(lambda n: said.words[n] not in IN, rest):
        if start in said.verbs:
            continue
        sizes = {cell: noun(said.words[start:], cell) for cell in roles}
        most = max(sizes.values(), default=0)
        goes_on = {"of", "for", "von", "für"}.intersection(said.words[start + most : start + most + 1])
        if goes_on:
            return  # head of support: that is one role, as it is written
        if most and _elsewhere(said.words[start : start + most], staff, table):
            continue  # joined Engineering: that is a team
        if most and said.words[start] not in PLAIN and not any(alike(said.words[start], w) for w in lead):
            fit = {cell for cell, size in sizes.items() if size == most}
            said.add(staff.role, fit, frozenset(range(start, start + most)))
            said.known = True
            return


def _elsewhere(noun: list[str], staff: Staff, table: Table) -> bool:
    """Whether a cell of another column is called just so."""
    columns = [n for n in range(len(table.columns)) if n not in (staff.name, staff.role, staff.lead)]
    return any(noun == words(cell) for n in columns for cell in set(table.cells(n)))


def _leaders(said: Said, staff: Staff, table: Table) -> None:
    """Those who lead what is named, where their role says so: "Who runs support?"."""
    rest = {n: w for n, w in enumerate(said.words) if w not in PLAIN and not KIND.fullmatch(w)}
    rest = {n: w for n, w in rest.items() if n not in said.cue}
    leads = {n for n, w in rest.items() if n not in said.used and _LEADS.fullmatch(w)}
    topic = [w for n, w in rest.items() if n not in leads]
    if staff.role is None or not leads or not topic:
        return
    roles = {cell: words(cell) for cell in set(table.cells(staff.role))}
    fit = {
        cell
        for cell, role in roles.items()
        if any(map(_HEADS.fullmatch, role)) and all(any(same(w, one) for one in role) for w in topic)
    }
    if fit:
        said.found = []
        said.add(staff.role, fit, frozenset(rest))
