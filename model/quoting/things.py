"""A question in, what it names and no passage does out: names, and where it is one of yes or no, things."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from model.checking.opposites import WAYS
from model.checking.support import bare
from model.quoting.kinds import wanted
from model.quoting.parts import apart
from retrieval.languages import ENGLISH, common, language, rather
from retrieval.passage import Embedder, Passage
from retrieval.terms import STOP, stem, words

_THE = (
    r"(?:an?|the|my|our|your|their|his|her|its|any|some|this|that|these|those|ein|eine[mnrs]?|der|die|das|den|dem|"
    r"meine?[mnrs]?|unsere?[mnrs]?|ihre?[mnrs]?|keine?[mnrs]?)"
)
_OF = r"(?:for|of|on|about|with|at|by|from|in|into|via|per|für|von|mit|auf|über|bei|an|im|am|zum|zur|vom|ins)"
_END = (
    rf"(?=[?.,;:!)]|\Z|\s(?:{_OF}|{_THE}|to|and|or|und|oder|is|are|was|were|do|does|did|can|may|be|have|has|had|will|"
    r"would|that|which|who|when|while|if|because|nach|wenn|als|ist|sind|zu)\b)"
)
# What stands behind "a", "for my", "there are": a motorbike, a company car, lockers.
_THING = re.compile(
    rf"\b(?:{_THE}|are there|is there|(?:do|can|may) (?:we|i|you) (?:have|get|use|bring|claim|expense|buy|"
    rf"order|book)|gibt es)\s((?:[\w'’-]+\s){{0,3}}?[\w'’-]+){_END}|\b{_OF}\s([\w'’-]+){_END}",
    re.IGNORECASE,
)
_NOUN = re.compile(r"(?<=\s)[^\W\d_a-zà-ÿ]\w{3,}")  # German ones
_VERB = re.compile(
    r"(?:ed|ing|ly)\Z|\A(?:need|go|get|take|use|work|pay|help|ask|know|do|be)\Z",
    re.IGNORECASE,
)
_NEW = re.compile(
    r"(?:an?|my|any|some|(?:k|m)?eine?[mnrs]?)\s", re.IGNORECASE
)  # a dog ok; not the rate correct
_SO = frozenset(  # how something is, behind what it is: the office open, higher fees possible
    """forbidden possible permissible acceptable ok okay fine right correct true good bad better worse best
    worst poor enough available active inactive necessary unnecessary mandatory compulsory obligatory
    optional voluntary open closed free high higher highest low lower lowest more less fewer larger bigger
    smaller longer shorter faster slower stronger weaker heavier verboten erlaubt gestattet möglich
    zulässig nötig""".split()
)
# What is written like a name behind the first word: Munich, and no acronym, which may stand there in words.
_CAPITAL = r"[^\W\d_a-zà-ÿ][^\W\d_A-Z]{2,}(?!\w)"
_NAME = re.compile(rf"(?<=[^.?!:\s]\s){_CAPITAL}(?:\s{_CAPITAL})*")
_FEASTS = re.compile(
    r"(?:christmas|xmas|easter|new year|weihnacht(?:en)?|ostern|silvester|neujahr)(?!\w)", re.IGNORECASE
)
_DAYS = re.compile(  # no Germany, no Augustine
    r"(?:(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:jan|febr)uary|march|april|june|july|august|"
    r"(?:septem|octo|novem|decem)ber)s?|english|german)(?!\w)",
    re.IGNORECASE,
)
_GETAN = re.compile(r"ge(\w{5,})(?:t|en)")
_JOINS = frozenset("after before because".split())  # with the stop words, what begins a clause
_SHOUTED = 0.5  # share of words with capitals from which they tell no names
_PART = 4  # letters of a part of a compound
_ENDING = 2  # letters in which forms of a German word differ
MEANT = 0.8  # cosine of two words for one thing
_SAME = 0.7  # share of a word's letters, from the first, that another form of it has


def unnamed(question: str, passages: Sequence[Passage], quoted: Sequence[str] = ()) -> list[str]:
    """As they are written; none where the passages are in other languages than the question, and nothing that
    is `quoted`, in which language ever."""
    line = question.rpartition("\n")[2]
    own = _tongue(line)
    german, decides = own == "german", wanted(line) == "decision"
    named = [*(_things(line, german) if decides else () if german else _names(apart(line)[1]))]
    alike = [p for p in passages if p.text and language(words(p.text)) == own] if named else []
    if not alike:  # few questions name anything: passages are read for those alone
        return []
    texts = [p.indexed_text for p in alike] if decides else [f"{p.indexed_text} {p.url}" for p in passages]
    return _missing(named, [*texts, *quoted])


def meant(things: Sequence[str], quoted: Sequence[str], embedder: Embedder) -> list[str]:
    """Those of them that are not names, and that a word of what is quoted means: bike, bicycles."""
    asked = [one for one in things if one.islower()]
    said = [*{word: word for text in quoted for word in words(text) if word not in STOP}] if asked else []
    if not said:
        return []
    vectors = embedder.embed([*asked, *said])
    likes = vectors[: len(asked)] @ vectors[len(asked) :].T
    return [
        one
        for one, row in zip(asked, likes, strict=True)
        if any(
            float(like) >= MEANT and not _opposed(one, other) for other, like in zip(said, row, strict=True)
        )
    ]


def _opposed(one: str, other: str) -> bool:
    """As seller and buyer, whose meanings are near."""
    return any((family, -way) in WAYS.get(other, ()) for family, way in WAYS.get(one, ()))


def foreign(question: str, quoted: Sequence[str], passages: Sequence[Passage]) -> bool:
    """Whether all passages that `quoted` is of are in another language than the question: what it names is
    called otherwise there."""
    own, said = _tongue(question.rpartition("\n")[2]), [bare(text) for text in quoted]
    of_them = [one for one in passages if any(text in bare(one.text) for text in said if text)]
    return bool(of_them) and all(language(words(one.text)) != own for one in of_them)


def _tongue(line: str) -> str:
    """The language of a question, in which few words tell one."""
    said = words(line)
    told = language(said)
    return (rather(said) or told) if told == ENGLISH and common(ENGLISH).isdisjoint(said) else told


def _missing(named: Iterable[str], texts: Iterable[str]) -> list[str]:
    """Those of which no text has a word, in another form neither."""
    said = {word for text in texts for word in words(text)}
    stems, telling = {stem(word) for word in said}, said - STOP  # "do" is no form of "dog"

    def told(word: str) -> bool:
        if stem(word) in stems or any(kin(word, other) for other in telling):
            return True
        return any(_joined(word, other, telling) for other in telling if word.startswith(other))

    return [one for one in dict.fromkeys(named) if not any(map(told, one.casefold().split()))]


def composed(word: str, said: frozenset[str]) -> bool:
    """Whether a German noun is said: in another form, as the last part of another one, or its parts are."""
    if word[0].isdigit() or len(word) <= _PART:
        return False
    return any(
        one.endswith(word)
        or (len(one) >= _PART and _form(word, one))
        or (word.startswith(one) and _joined(word, one, said))
        for one in said
    )


def hinted(word: str, said: frozenset[str]) -> bool:
    """Whether a German word is said by what another one begins with: nachts by Nachtarbeit, gereinigt by
    Reinigung; or as a part."""
    done = _GETAN.fullmatch(word)
    root = done[1] if done else word
    begins = len(root) > _PART and any(one.startswith(root) for one in said)
    return begins or composed(word, said)


def _form(word: str, other: str) -> bool:
    """Whether two German words differ in their last two letters at most."""
    same = max(len(word), len(other)) - _ENDING
    return same > _PART and word[:same] == other[:same]


def _joined(word: str, first: str, others: Iterable[str]) -> bool:
    """Whether it is that one and another one in one: Urlaubstage, of Urlaub and Tage."""
    rest = word[len(first) :]
    parts = {rest, *(rest.removeprefix(link) for link in ("s", "n", "es", "en", "er"))}
    parts = {part for part in parts if len(part) >= _PART - 1}
    return len(first) >= _PART and any(
        one.startswith(part) and len(one) - len(part) <= _ENDING for one in others for part in parts
    )


def _names(line: str) -> Iterator[str]:
    capital = sum(word[0].isupper() for word in line.split())
    if capital < _SHOUTED * len(line.split()):
        for one in _NAME.findall(line):
            if not (_DAYS.match(one) or _FEASTS.match(one)) and not {one.casefold()} & (STOP | _JOINS):
                yield one


def _things(line: str, german: bool) -> Iterator[str]:
    """The last word of each; in German each noun, and in both what is written like a name."""
    for match in _THING.finditer(line) if not german else ():
        said = (match[1] or match[2]).split()
        while len(said) > 1 and said[-1].casefold() in _SO and _NEW.match(match[0]):
            said.pop()
        last = said[-1]
        if last.casefold() in _SO and (len(said) > 1 or match[2]):
            continue
        if (
            last.casefold() not in STOP
            and last[0].isalpha()
            and not (_VERB.search(last) or _FEASTS.match(last))
        ):
            yield last
    yield from (one for one in _NOUN.findall(line) if not _FEASTS.match(one))


def kin(word: str, other: str) -> bool:
    """Whether one is a form of the other, or most of it."""
    if word in other:
        return True
    if other in word:
        return len(other) >= 0.6 * len(word)
    same = max(5, round(_SAME * len(word)))
    return word[:same] == other[:same]
