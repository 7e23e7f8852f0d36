"""A question that names somebody in, those who report to them, or whom they report to, out."""

from __future__ import annotations

import re

from model.tabular.asking import Op
from model.tabular.criteria import Test
from model.tabular.purpose import Wanted
from model.tabular.said import Said, none
from model.tabular.staff import Staff, first_names
from model.tabular.tables import Table
from retrieval.terms import STOP, words

_BY = r"(?:(?:line |direct )?(?:manager|boss|supervisor))"
_UNDER = re.compile(  # those whose manager is somebody
    r"\breport(?:s|ing)?(?: directly)? to @|\b(?:managed|led|supervised) by @|\bworks? (?:for|under) @|"
    r"\b(?:does|do) @ (?:manage|lead|supervise)\b|@ (?:direct )?reports\b(?! to)|"
    rf"\breports (?:of @|does @ have)|\bwhose {_BY} is @|"
    r"\bberichte(?:t|n)(?: direkt)? an @|@ unterstellt|\bunterste(?:ht|hen) @|"
    r"\barbeite(?:t|n) (?:für|unter) @|"
    r"\bwen (?:führt|leitet) @"
)
_OVER = re.compile(  # and the manager of somebody
    rf"\b(?:does|do) @ (?:directly )?report to\b|\bwho (?:manages|supervises|leads) @|@ {_BY}\b|"
    rf"\b{_BY} (?:of|for) @|\bto whom does @ report|\bis @ (?:managed|supervised|led) by|@ reports to\b|"
    r"\ban wen berichtet @|\bwem (?:untersteht @|ist @ unterstellt)|\bwer führt @|"
    r"\b(?:vorgesetzte\w*|chef(?:in)?|führungskraft) von @|@ (?:vorgesetzte\w*|chef(?:in)?|führungskraft)\b"
)


_OWNS = re.compile(r"['’](?:s\b)?")
_BEFORE_NAME = re.compile(
    r"\b(?:of|for|is|does|did|has|by|to|with|von|für|ist|hat|an|mit)\s\Z", re.IGNORECASE
)


def related(said: Said, staff: Staff, table: Table) -> Wanted | bool:
    """Whether those are meant whose manager is named, which is then a test; or who the manager of one is."""
    person, where = person_named(said, staff.people(table))
    if staff.lead is None or not where:
        return False
    text = " ".join(
        "@" if n == min(where) else w for n, w in enumerate(said.words) if n not in where - {min(where)}
    )
    found = _UNDER.search(text) or _OVER.search(text)
    if not found:
        return False
    if not person:
        unsure = Test(staff.lead, frozenset(), said=said.words[min(where)].title())
        return Wanted(Op.LOOK, None, (unsure,), frozenset(), 2, "namesakes", every=True, people=True)
    start, size = len(text[: found.start()].split()), len(found[0].split()) + len(where) - 1
    said.used |= set(range(start, start + size))
    if found.re is _UNDER:
        said.add(staff.lead, {person}, where)
        return True
    rows = [row for row in table.rows if row.cells[staff.name] == person]
    test = Test(staff.name, frozenset((person,)), said=person)
    if said.left or not rows:
        return none(said)
    empty = "" if all(row.cells[staff.lead] for row in rows) else "empty"
    used = len(where) + 2
    return Wanted(Op.LOOK, staff.lead, (test,), frozenset(), used, empty, columns=(staff.lead,), people=True)


def in_full(question: str, people: set[str]) -> str:
    """The question with the whole name of somebody who alone is called by a name that it has, in capitals and
    not as its first word, or behind a word that goes before names, or with what is theirs behind it; empty
    where there is none: "Where is Jon based?", "jon's team", and not "Will it rain?"."""
    called: dict[str, list[str]] = {}
    for name in people:
        for one in first_names(name):
            called.setdefault(one, []).append(name)
    for found in re.finditer(r"(?<!['’])\b[^\W\d_]+", question):
        word = found[0].casefold()
        if len(called.get(word, ())) == 1 and word not in STOP and _is_name(question, found):
            return f"{question[: found.start()]}{called[word][0]}{question[found.end() :]}"
    return ""


def _is_name(question: str, found: re.Match[str]) -> bool:
    before, behind = question[: found.start()], question[found.end() :]
    capital = found[0][0].isupper() and bool(re.search(r"[\w,] \Z", before))
    return capital or bool(_OWNS.match(behind) or _BEFORE_NAME.search(before))


def person_named(said: Said, people: set[str]) -> tuple[str, frozenset[int]]:
    """Who is named, whole or by a name that nobody else has, and where; no name where several have it."""
    parts = {name: words(name) for name in people}
    there = {word: n for n, word in reversed([*enumerate(said.words)])}
    whole = [
        (name, n)
        for name, one in parts.items()
        if one and one[0] in there
        for n in range(there[one[0]], len(said.words))
        if said.words[n : n + len(one)] == one
    ]
    if whole:
        name, n = max(whole, key=lambda one: len(one[0]))
        return name, frozenset(range(n, n + len(parts[name])))
    ends = {name: {one[0], one[-1]} if len(one) > 1 else set[str]() for name, one in parts.items()}
    for n, word in enumerate(said.words):
        if n not in said.used and (called := [name for name in people if word in ends[name]]):
            return called[0] if len(called) == 1 else "", frozenset((n,))
    return "", frozenset()
