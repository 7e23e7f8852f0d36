"""A corrected sentence and what it cites in, the words out that only whoever wrote it has: by words alone."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from model.checking.names import Known, names
from model.plain import plain
from retrieval.languages import ENGLISH, certain, common, language, likely
from retrieval.passage import Passage
from retrieval.terms import folded, stem, words

_FEW = 2  # words that people who say it in their own words have, and no passage
_SHARE = 3  # one word in so many
_SHORT, _PART = 3, 4  # letters of a word that counts, and of one that is a part of another
_ROLE = (
    r"system|assistants?|users?|humans?|developer|tools?|functions?|model|chatbot|chatgpt|ai|instructions?|"
    r"responses?|prompt|assistentin|assistent|nutzerin|nutzer|benutzer|mensch|anweisung(?:en)?|eingabe|ausgabe"
)
_TURN = re.compile(
    rf"(?:\A|[\n.!?:;,()\[\]\"“„–—])[\s#*_>~|=-]*(?P<role>{_ROLE})[ \t*_]*[:：]\s*(?P<then>[\w-]*)",
    re.IGNORECASE,
)
_HEADING = re.compile(r"^[ \t]*#{1,6}\s*\S", re.MULTILINE)
_MENTION = re.compile(r"(?<![\w.])@[\w-]+")
# What a sentence may begin with, or say beside what it says: such words are no name, and say nothing alone.
_OPENING = frozenset(
    """about above according accordingly actually additionally after afterwards all alternatively although
    always among another anyone apart apply around ask at avoid basically because before below beside
    besides both bring call check choose click consequently consider contact currently despite do due
    during each either enter essentially even every everybody everyone except fill finally first follow
    for from furthermore generally give go hence here how however if in including indeed inside instead
    just keep last lastly later least leave like likewise log make many meanwhile more moreover most
    never nevertheless next nobody none nonetheless normally note nothing now of on once one only open
    or otherwise outside over pay people per please press previously put read regarding regardless
    remember report request  say second see select send set several show sign similarly simply
    since so some somebody someone sometimes somewhat sorry speak still submit  take tell thanks
    that their then thereafter therefore third this those though three through throughout thus to today
    together towards turn two unfortunately unless unlike until up upon use usually visit wait when
    whenever where whereas wherever whether while who whoever with within without write yes yet
    your""".split()
)
_OPENING_GERMAN = frozenset(
    """ab aber alle allen aller alles also an andere anders auch auf aus außer außerdem außerhalb bei beide
    beim bevor bis bitte da dabei dadurch dafür dagegen daher damit danach dann daran darauf daraus darf
    darin darum darüber davon davor dazu denn dennoch deren deshalb deswegen diese diesem diesen dieser
    dieses doch dort durch eine einige erst erstens es etwa falls für gegen gehen ggf gilt grundsätzlich
    hier hierfür hierzu ihr ihre immer in indem innerhalb ja jede jedem jeden jeder jederzeit jedes
    jedoch keine keiner man manche mehr mehrere mein meist melden mindestens nachdem neben nein niemand
    noch normalerweise ob obwohl ohne pro schreiben sein seine seit seitdem sende senden so sobald
    sofern solange somit sondern sonst sowie später spätestens statt trotz trotzdem unser unsere unter
    viele vor vorher wegen weil weiter weitere wenden wenn wer werden wir wo wobei wodurch wofür wozu
    während zudem zuerst zuletzt zunächst zurzeit zusätzlich zwar zweitens zwischen
    über üblicherweise""".split()
)
_SAYING = frozenset(
    """able allow also amount apply available base become carry certain choose come common consist contain
    current different done duration effect especially following further general get give given got hand
    happen help impact important include instance its kind know known last less level long longer look
    main may mean means much must necessary need new number occur offer often old other own part play
    possible provide rather receive require result right role same series significant similar somewhat
    specific specify such sure thing time top total type unit usual utilize variety various very want
    way whole wide work would year""".split()
)


def turned(text: str, passages: Sequence[Passage]) -> str:
    """What in it a model could take for the turn of a conversation, or for the heading of a part of its
    prompt, and that no passage says so; empty where there is none."""
    said = " ".join(_said(passages).casefold().split())
    for found in _TURN.finditer(text):
        if f"{found['role']}: {found['then']}".casefold() not in said or not found["then"]:
            return f"{found['role']}:"
    heading = _HEADING.search(text)
    return heading[0].strip() if heading else ""


def mentioned(text: str, passages: Sequence[Passage]) -> bool:
    """Whether it turns to somebody by an @ whom no passage names so."""
    return any(found[0] not in _said(passages) for found in _MENTION.finditer(text))


def opening(sentence: str, passages: Sequence[Passage]) -> str:
    """The capitalised word that it begins with, or begins again with, and that none of these has: it may be
    a name, which the check of an answer lets pass there. Empty where there is none."""
    said = _said(passages)
    light = _OPENING | _OPENING_GERMAN | _SAYING | common(language(words(said)))
    known = Known(plain(said))
    some = (one.text for one in names(sentence) if one.opens)
    return next((one for one in some if one.casefold() not in light and not known.has(one)), "")


def foreign(sentence: str, passages: Sequence[Passage]) -> list[str]:
    """Its words of content that none of these has, in whatever form, where they are too many to be only
    another way of saying it: two, and a third of all."""
    said = words(_said(passages))
    own = language(said)
    known = {folded(stem(one, own)) for one in said}
    content = [one for one in words(sentence) if _counts(one, own)]
    absent = list(dict.fromkeys(_absent(content, known, own)))
    many = len(absent) >= _FEW and _SHARE * len(absent) >= len(set(content))
    return absent if many else []


def _absent(content: Sequence[str], known: Collection[str], own: str) -> Iterator[str]:
    light = {stem(one, own) for one in _OPENING | _OPENING_GERMAN | _SAYING}
    for word in content:
        its = folded(stem(word, own))
        if its not in known and stem(word, own) not in light and not (own != ENGLISH and _part(its, known)):
            yield word


def _part(its: str, known: Collection[str]) -> bool:
    """Whether it is a part of a word that is there, or has one: Urlaubstage, where days of Urlaub are."""
    return any(
        (len(one) >= _PART and (its.startswith(one) or its.endswith(one)))
        or (len(its) >= _PART and its in one)
        for one in known
    )


def _counts(word: str, own: str) -> bool:
    return len(word) >= _SHORT and not word[0].isdigit() and word not in common(own)


def otherwise(text: str, passages: Sequence[Passage]) -> bool:
    """Whether it seems to be in another language than they are: by the words that none does without."""
    own, said = certain(words(_said(passages))), words(text)
    if not own:
        return False
    shares = {one: len(common(one) & set(said)) for one in (own, ENGLISH, *likely(said))}
    return max(shares.values()) > shares[own]


def _said(passages: Sequence[Passage]) -> str:
    return "\n".join(one.indexed_text for one in passages)
