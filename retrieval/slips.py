"""A question and what it found in, the question without slips of spelling out: hollidays, holidays."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from string import ascii_lowercase

from retrieval.languages import likely
from retrieval.passage import Passage
from retrieval.terms import stem, words

_LEAST = 5  # letters from which a word is no other one by a slip
_TWICE = 9  # letters from which it may have two of them
_FEW = 2  # languages that a question may be in, where its words tell any
_AHEAD = 6  # characters before a word that say whether it begins something
_GOES_ON = re.compile(r"(?!\S*[ \t]+[A-Z])[^\n]*?\s[a-z]")
_ROW = re.compile(r".*[|\t]|[^:;\n]+: [^;\n]*; [^:;\n]+:")  # cells side by side, or each behind its name
_TYPED = re.compile(r"(?<![\w'’-])[^\W\d_]{5,}(?=(?:['’]s)?(?![\w'’-]))")


def mended(question: str, passages: Sequence[Passage], spells: Callable[[str], bool]) -> str:
    """`question` with what is no word, as far as `spells` knows, and in none of `passages`, as the word of
    theirs that it nearly is. Names are left, and a question that may be in another language than English."""
    if not (typed := _unknown(question, spells)):
        return question
    names = {word for one in passages for word in _named(one)}
    said = Counter(word for one in passages for word in _said(one, names, spells))
    return _put(question, typed, {stem(word) for word in said}, lambda slip: _meant(slip, said))


def meant(texts: Sequence[str], passages: Sequence[Passage], spells: Callable[[str], bool]) -> list[str]:
    """Each of the texts that a question is searched in, guessed; of a follow-up's two, whose hits take the
    place of those before, beside what was typed."""
    said = [guessed(one, passages, spells) for one in texts]
    both = len(texts) > 1 and said != list(texts)
    return [f"{one} {guess}" for one, guess in zip(texts, said, strict=True)] if both else said


def guessed(question: str, passages: Sequence[Passage], spells: Callable[[str], bool]) -> str:
    """`question` with what is no word, as far as `spells` knows, and in none of `passages` as the only word
    that it is one slip away from: what was meant may stand where nothing of the question led."""
    if not (typed := _unknown(question, spells)):
        return question
    stems = {stem(word) for one in passages for word in words(one.indexed_text)}
    return _put(question, typed, stems, lambda slip: _known(slip, spells))


def changed(question: str, read: str) -> Iterator[tuple[str, str]]:
    """The words that were typed and those that they were read as, where that is all that differs."""
    typed, said = words(question), words(read)
    if len(typed) == len(said):
        for one, other in zip(typed, said, strict=True):
            if one != other and _slips(one, other, 2) <= 2:
                yield one, other


def _unknown(question: str, spells: Callable[[str], bool]) -> list[re.Match[str]]:
    """What is no word and no name; nothing of a question that may be in another language."""
    typed = [m for m in _TYPED.finditer(question) if _plain(m) and not spells(m[0].casefold())]
    return [] if typed and _foreign(question) else typed


def _put(
    question: str, typed: Sequence[re.Match[str]], stems: Collection[str], meant: Callable[[str], str]
) -> str:
    """`question` with each of `typed` whose stem is none of `stems` as what it meant, if anything."""
    for m in reversed(typed):
        slip = m[0].casefold()
        if stem(slip) not in stems and (word := meant(slip)):
            question = f"{question[: m.start()]}{word}{question[m.end() :]}"
    return question


def _known(slip: str, spells: Callable[[str], bool]) -> str:
    """The only word one slip away that begins alike; empty where there are several or none."""
    cuts = [(slip[:n], slip[n:]) for n in range(1, len(slip) + 1)]
    made = {a + b[1:] for a, b in cuts if b} | {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    made |= {a + c + b[n:] for a, b in cuts for c in ascii_lowercase for n in (0, 1)}
    near = [word for word in made if spells(word)]
    return near[0] if len(near) == 1 else ""


def _foreign(question: str) -> bool:
    """Whether its words may be those of another language; where none of them tells, its letters do."""
    others = likely(words(question))
    return bool(others) and (len(others) <= _FEW or not question.isascii())


def _plain(typed: re.Match[str]) -> bool:
    """Whether it is no name: small letters, or the first word of a line."""
    before = typed.string[: typed.start()].rpartition("\n")[2]
    return typed[0].islower() or (typed[0][1:].islower() and not before.strip())


def _said(one: Passage, names: Collection[str], spells: Callable[[str], bool]) -> Iterator[str]:
    """Its words in small letters, and those that begin a heading or a sentence and are words: what else has
    a capital, there or in a row of a table, may be a name, and no name is a slip of another."""
    for text in (one.text, one.title, *one.heading):
        for m in _TYPED.finditer(text):
            low = m[0].casefold()
            begins = _opens(m) if text is one.text else m[0][1:].islower() and not m.start()
            if m[0].islower() or (begins and low not in names and spells(low)):
                yield low


def _named(one: Passage) -> Iterator[str]:
    """What has a capital in its text and begins no sentence: somebody, perhaps."""
    for m in _TYPED.finditer(one.text):
        if not m[0].islower() and not _opens(m):
            yield m[0].casefold()


def _opens(word: re.Match[str]) -> bool:
    """Whether a sentence of prose begins with it, and goes on in small letters."""
    text, end = word.string, word.end()
    before = text[max(0, word.start() - _AHEAD) : word.start()].rstrip(' \t"“„*#-')
    if not word[0][1:].islower() or (before and before[-1] not in ".!?\n") or not _GOES_ON.match(text, end):
        return False
    return not _ROW.match(text, text.rfind("\n", 0, end) + 1)


def _meant(slip: str, said: Counter[str]) -> str:
    """The one that differs by a slip, the commonest of them; empty where none does."""
    most = 2 if len(slip) >= _TWICE else 1
    near = [(slips, -said[word], word) for word in said if (slips := _slips(slip, word, most)) <= most]
    return min(near)[2] if near else ""


def _slips(slip: str, word: str, most: int) -> int:
    """Letters too many, too few, others, or two in each other's place, more than `most` where it is more or
    where the first letters differ: "untaxed" is no slip of "taxed"."""
    if slip[0] != word[0] or abs(len(slip) - len(word)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(word) + 1))
    for i, a in enumerate(slip, 1):
        older, before, row = before, row, [i]
        for j, b in enumerate(word, 1):
            row.append(min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b)))
            if i > 1 and j > 1 and a == word[j - 2] and slip[i - 2] == b:
                row[j] = min(row[j], older[j - 2] + 1)
    return row[-1]
