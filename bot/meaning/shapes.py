"""A message in, the form in which it wants our last answer out: shorter, a table, German. A rule, no model.

Each of its words has to be a form or one that people say around it; two others may stand before the form in
what is clearly a request: "as a table" is one about our answer, "the table of rates" is not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace

from bot.meaning.wordings import AROUND, ASKS, FORMS, LANGUAGES, REQUESTS, TALK

LONGEST = 25  # words: who says more than that asks for more than another form
_REMARK = 8  # words of a clause beside it that asks nothing: "my German is not great"
_UNKNOWN = 2
_COUNTS = {
    name: number
    for number, names in enumerate(
        "one 1 ein einem einen|two 2 zwei|three 3 drei|four 4 vier|five 5 fünf".split("|"), 1
    )
    for name in names.split()
}


@dataclass(frozen=True, slots=True)
class Form:
    """`sentences`: at most so many, 0 for about half; `layout`: table, bullets, steps, json, prose or as it
    is; `style`: simple, formal, casual, other or as it is; `language` as "de"."""

    shorter: bool = False
    sentences: int = 0
    figure: bool = False  # only the number
    layout: str = ""
    style: str = ""
    language: str = ""


def _alone(ways: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w']){ways}(?![\w'])")


_READ = tuple(
    (_alone(f"(?:{'|'.join(map(str.strip, ways.splitlines()))})"), field, value)
    for field, value, ways in FORMS
)
_COUNTED = _alone(rf"({'|'.join(_COUNTS)}) (?:short |kurzen? )?(?:sentences?|lines?|s[aä]tz(?:en?)?|zeilen?)")
_LANGUAGE = {name: code for code, names in LANGUAGES.items() for name in names.split()}
_SPOKEN = _alone(f"({'|'.join(_LANGUAGE)})")
_ASKS, _REQUESTS = re.compile(ASKS), _alone(f"(?:{REQUESTS})")
_TALK = _alone(f"(?:{TALK})s?")
_CLAUSES = re.compile(r"[.,:!?\n()–—]+|\s-+\s")
_TAKEN = "\0"  # stands where a form was said


def form(text: str) -> Form | None:
    """The form that `text` asks for; None where it asks for anything else."""
    read = [(clause, *_read(clause)) for clause in clauses(text, LONGEST)]
    found = Form()
    for number, (clause, one, left) in enumerate(read, 1):
        whole = _whole(clause, left) and not _TALK.search(clause)
        remark = number < len(read) and len(clause.split()) <= _REMARK
        if _ASKS.match(clause) or not (whole or remark):
            return None
        found = _both(found, one) if whole else found
    return found if found != Form() else None


def clauses(text: str, longest: int) -> list[str]:
    """Its clauses in small letters, words only; none where it is longer than `longest` words."""
    said = re.sub(r":[a-z0-9_+-]+:", " ", text.casefold().replace("’", "'"))
    said = re.sub(r", (?=dass\b|that\b)", " ", said)
    if len(said.split()) > longest:
        return []
    found = (" ".join(re.findall(r"[\w';-]+", clause)) for clause in _CLAUSES.split(said))
    return [clause for clause in found if clause]


def _both(one: Form, other: Form) -> Form:
    """What either says."""
    said = {field.name: getattr(other, field.name) for field in fields(other)}
    return replace(one, **{name: value for name, value in said.items() if value})


def _whole(clause: str, left: str) -> bool:
    """Whether all of it is about the form, by what is left of it."""
    before, taken, after = left.rpartition(_TAKEN)
    strange = [_strange(part) for part in (before, after)]
    if strange[1]:
        return False
    return not strange[0] or bool(taken and strange[0] <= _UNKNOWN and _REQUESTS.search(clause))


def _strange(left: str) -> int:
    words = (word.strip("';-") for word in left.replace(_TAKEN, " ").split())
    return sum(word not in AROUND for word in words if word)


def _read(said: str) -> tuple[Form, str]:
    """The form that a clause says, and what is left of it, with a mark for each form."""
    found = Form()
    if counted := _COUNTED.search(said):
        found = replace(found, shorter=True, sentences=_COUNTS[counted[1]])
        said = said[: counted.start()] + _TAKEN + said[counted.end() :]
    for way, field, value in _READ:
        if way.search(said):
            said, found = way.sub(_TAKEN, said), replace(found, **{field: value})  # type: ignore[arg-type]
    if language := _SPOKEN.search(said):
        found = replace(found, language=_LANGUAGE[language[1]])
        said = _SPOKEN.sub(_TAKEN, said)
    return found, said
