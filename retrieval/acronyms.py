"""A question and passages that it found in, the same question out with what its acronyms stand for, or with
the acronyms of what it spells out.

What an acronym means is read at each question, out of what its readers may see: nothing has to be kept,
nothing can leak, and a document that goes takes its meanings with it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from retrieval.passage import Passage
from retrieval.terms import STOP, stem, words

_COMPOUND = 7  # letters from which one word may be what an acronym stands for
_WORD = re.compile(r"(?<![\w-])[^\W\d_](?:[\w&/.-]*[^\W_])?(?![\w-])")
_FEW = 6  # passages in which a form is not common yet
_TOLD = 3  # letters from which an acronym may be told by the words that begin with them
_PART = re.compile(r"[\n|;:()•]+")  # between them stand headings, cells and names
MOST = 4  # meanings and acronyms that a question is given
_SHORT = re.compile(r"[^\W\d_][\w&/.-]{0,8}[^\W_]")
_BRACKETS = re.compile(r"\(([^()\n]{2,80})\)")
_BEFORE = re.compile(r"[\w&/.-]+(?=[\"'*_“”]*\s*\Z)")
_SAID = ("stands for", "short for", "steht für", "abbreviat", "Abkürzung für", "kurz für", "acronym")
_STANDS_FOR = re.compile(
    r"\b([A-Z][\w&/-]{1,9})[\"'*_“”]* (?:stands for|is short for|short for|is the (?:abbreviation|acronym) "
    r"(?:for|of)|steht für|ist die Abkürzung für|kurz für)[\"'*_“”:]* ([^\n.;()]{3,80})"
)
_LISTED = re.compile(  # PTO: paid time off; PTO | paid time off; Acronym: PTO; Meaning: paid time off
    r"^(?:[^\n:;]{2,20}: |[\s|*_•-]*)([A-Z][\w&/-]{1,9})[*_]*"
    r"(?:\s*[|:=]+\s*| [–—-] |; [^\n:;]{2,30}: )([^\n|;.]{4,80})",
    re.MULTILINE,
)
_OF_LETTERS = frozenset(
    "a an and at by for from in of on or the to with und der die das des von zu für im".split()
)


def familiar(question: str, told: str, passages: Sequence[Passage]) -> bool:
    """Whether one form is that of many passages found, so that asking with the other adds little; `told` is
    what spelt_out made of the question."""
    forms = [*_shorts(question, passages), *added([question], [told])]
    return any(sum(_stands(form, passage.text) for passage in passages) > _FEW for form in forms)


def _stands(form: str, text: str) -> bool:
    return form in text if form.isupper() else form.casefold() in text.casefold()


def spelt_out(question: str, passages: Sequence[Passage]) -> str:
    """`question` with what its acronyms stand for in `passages`, best first, and the acronyms of what it
    spells out itself; as it is where there are none."""
    asked = words(question)
    stems = [stem(word) for word in asked]
    shorts = _shorts(question, passages)
    runs = [f"{one} {two}" for one, two in pairwise(asked) if one not in STOP or two not in STOP]
    runs += [f"{word} (" for word in asked if len(word) > _COMPOUND]
    more: dict[str, None] = {}
    for short, long in _meanings(passages, shorts, runs):
        spelt = words(long)
        if short in shorts and not _has(stems, spelt):
            more.setdefault(" ".join(spelt))
        elif short.casefold() not in asked and _has(stems, spelt):
            more.setdefault(short)
    for short in shorts if not more else ():
        if long := _initialled(short, passages):
            more.setdefault(long)
    return f"{question} ({'; '.join(list(more)[:MOST])})" if more else question


def _initialled(short: str, passages: Sequence[Passage]) -> str:
    """What an acronym that no passage has or explains may stand for: the one heading, cell or name among them
    whose words begin with its letters ("Data protection officer"); empty where there are several."""
    if len(short) < _TOLD or any(short in passage.text for passage in passages):
        return ""
    parts = (part for p in passages for text in (p.text, p.title, *p.heading) for part in _PART.split(text))
    found = {
        " ".join(said) for part in parts if len(said := words(part)) == len(short) and _begins(short, said)
    }
    return found.pop() if len(found) == 1 else ""


def _begins(short: str, said: Sequence[str]) -> bool:
    return [word[0] for word in said] == list(short.casefold()) and not STOP.intersection(said)


def added(questions: Sequence[str], told: Sequence[str]) -> tuple[str, ...]:
    """What spelt_out, which made `told` of the questions, added to them."""
    more = (two[len(one) :].strip(" ()").split("; ") for one, two in zip(questions, told, strict=True))
    return tuple(dict.fromkeys(part for parts in more for part in parts if part))


def worded(question: str, more: Sequence[str]) -> list[str]:
    """`question` said with each of what was added to it, in the place of its other form."""
    return [made for one in more if (made := _put(question, one)) != question]


def _put(question: str, form: str) -> str:
    runs = list(_WORD.finditer(question))
    for n, first in enumerate(runs):
        if not _is_short(form):
            short = _singular(first[0])
            fits = (_is_short(first[0]) or short.islower()) and len(short) < _COMPOUND and _fits(short, form)
            if fits and short not in STOP:
                return f"{question[: first.start()]}{form}{question[first.end() :]}"
            continue
        for last in runs[n : n + len(form) + 5]:
            if _fits(form, question[first.start() : last.end()]):
                return f"{question[: first.start()]}{form}{question[last.end() :]}"
    return question


def _shorts(question: str, passages: Sequence[Passage]) -> frozenset[str]:
    """The acronyms of a question: words with capitals inside, and short ones without any that passages have
    in capitals only, as people type them."""
    said = [
        part for word in _WORD.findall(question) for part in ([word] if _is_short(word) else word.split("-"))
    ]
    found = {_singular(word) for word in said if _is_short(word)}  # BEM in BEM-Gespräch
    for word in {w for w in _WORD.findall(question) if w.islower() and 1 < len(w) < 7 and w not in STOP}:
        short, plain = word.upper(), re.compile(rf"\b{re.escape(word)}\b")
        having = [passage.text for passage in passages if short in passage.text]
        if having and not any(plain.search(passage.text) for passage in passages):
            found.add(short)
    return frozenset(found)


def _has(stems: list[str], spelt: list[str]) -> bool:
    wanted = [stem(word) for word in spelt]
    return any(stems[n : n + len(wanted)] == wanted for n in range(len(stems) - len(wanted) + 1))


def _meanings(
    passages: Sequence[Passage], shorts: Collection[str], runs: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """What is explained in those passages that have one of the acronyms or of the words, each once."""
    seen: set[tuple[str, str]] = set()
    for passage in passages:
        text, folded = passage.text, passage.text.casefold()
        if not any(short in text for short in shorts) and not any(run in folded for run in runs):
            continue
        for short, long in meanings(text):
            if (short, long.casefold()) not in seen:
                seen.add((short, long.casefold()))
                yield short, long


def meanings(text: str) -> Iterator[tuple[str, str]]:
    """Acronyms that `text` explains, each with what it stands for: "Paid Time Off (PTO)", "PTO (paid time
    off)", "PTO stands for", "PTO: paid time off"."""
    for found in _BRACKETS.finditer(text):
        inner = (
            found[1].strip(" \"'*_“”").removeprefix("short: ").removeprefix("kurz: ").removeprefix("kurz ")
        )
        before = text[max(0, found.start() - 120) : found.start()]
        if _is_short(inner):
            if long := aligned(_singular(inner), before[before.rfind("\n") + 1 :]):
                yield _singular(inner), long
        elif (word := _BEFORE.search(before)) and _is_short(word[0]) and _fits(_singular(word[0]), inner):
            yield _singular(word[0]), inner
    if any(said in text for said in _SAID):
        yield from _explained(_STANDS_FOR, text)
    yield from _explained(_LISTED, text)


def _explained(pattern: re.Pattern[str], text: str) -> Iterator[tuple[str, str]]:
    for found in pattern.finditer(text):
        short = _singular(found[1])
        if _is_short(short) and (long := _begun(short, found[2])):
            yield short, long


def _begun(short: str, after: str) -> str:
    """The shortest beginning of `after` that `short` stands for."""
    parts = after.split()
    for n in range(1, min(len(parts), len(short) + 5) + 1):
        long = " ".join(parts[:n]).strip(" \"'*_“”,:")
        if _fits(short, long):
            return long
    return ""


def _is_short(text: str) -> bool:
    capitals = sum(c.isupper() for c in text)
    return bool(_SHORT.fullmatch(text)) and capitals >= 2 and capitals * 2 >= len(text.rstrip("s"))


def _singular(short: str) -> str:
    return short[:-1] if short.endswith("s") and short[:-1].isupper() else short


def aligned(short: str, before: str) -> str:
    """The words at the end of `before` that `short` stands for; empty where none are."""
    parts = before.split()[-min(len(short) + 5, 2 * len(short)) :]
    for n in range(1, len(parts) + 1):
        long = " ".join(parts[-n:]).strip(" \"'*_“”,:")
        if _fits(short, long):
            return long
    return ""


def _fits(short: str, long: str) -> bool:
    """Whether the letters of `short` are the first letters of the words of `long`, in order, little words
    aside; or, as in German compounds, stand inside of them, if most of them begin one."""
    letters = [c for c in short.casefold() if c.isalnum()]
    spelt = words(long)
    content = [word for word in spelt if word not in _OF_LETTERS]
    if len(letters) < 2 or not content or short.casefold() in spelt or spelt[0] in _OF_LETTERS - set(letters):
        return False
    if [word[0] for word in spelt] == letters or [word[0] for word in content] == letters:
        return True
    return len(content) < len(letters) and content[0][0] == letters[0] and _inside(letters, content)


def _inside(letters: list[str], content: list[str]) -> bool:
    """Whether the letters can be read along the words, each word giving its first and some further on."""
    if not content or not letters:
        return not content and not letters
    if content[0][0] != letters[0]:
        return False
    rest, letters = iter(content[0][3:]), letters[1:]
    while True:
        if _inside(letters, content[1:]):
            return True
        if not letters or letters[0] not in rest:
            return False
        letters = letters[1:]
