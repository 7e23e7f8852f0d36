"""Text in, search terms out: the one analysis that stores, extract and checks share."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

import snowballstemmer

from retrieval.daynames import called
from retrieval.languages import ENGLISH, common, language, likely

# Letters, digits and what joins them inside one word: 3.5, e-mail's halves are split, don't stays whole.
_PLAIN = r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*|\d*[^\W_]+"
# Han, kana, hangul, Thai, Lao, Burmese, Khmer: a run of them is searched by its pairs of characters.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
# Hebrew, Arabic, India's scripts: their vowel signs are no letters to `\w`.
_SIGNED = (
    "[\u0591-\u05f2]+|[\u0620-\u065f\u066e-\u06d3\u06d5-\u06ef\u06fa-\u06ff]+|[\u0900-\u0963\u0966-\u0dff]+"
)
_WORD = re.compile(_PLAIN)
_ANY_WORD = re.compile(f"[{_UNSPACED}]+|{_SIGNED}|{_PLAIN}")
_RUN = re.compile(f"[{_UNSPACED}]+")
_STEMMERS = threading.local()  # a stemmer keeps the word it works on: one of each language a thread

STOP = common(ENGLISH)


def words(text: str) -> list[str]:
    """Words and numbers of `text` in order, case folded; of scripts without spaces, pairs of characters."""
    if text.isascii():
        return _WORD.findall(text.casefold())
    text = unicodedata.normalize("NFC", text).casefold().replace("’", "'")
    return list(_pairs(_ANY_WORD.findall(_RUN.sub(r" \g<0> ", text))))


def _pairs(found: list[str]) -> Iterator[str]:
    for word in found:
        if len(word) > 2 and _RUN.match(word):
            yield from map("".join, pairwise(word))
        else:
            yield word


@lru_cache(maxsize=200_000)
def stem(word: str, of: str = ENGLISH) -> str:
    """The stem of one case-folded word in a language of Snowball's; numbers stay as they are."""
    stemmer = getattr(_STEMMERS, of, None)
    if stemmer is None:
        stemmer = snowballstemmer.stemmer(of)
        setattr(_STEMMERS, of, stemmer)
    return str(stemmer.stemWord(word.removesuffix("'s") if of == ENGLISH else word))


def terms(text: str) -> list[str]:
    """Stemmed words without stop words, in order, read as English: what is weighed and counted."""
    return [stem(w) for w in words(text) if w not in STOP]


def indexed(text: str) -> list[str]:
    """Terms of a passage, stemmed in its own language, without accents: what a store keeps."""
    found = words(text)
    own = language(found)
    stop = common(own)
    return [folded(stem(w, own)) for w in found if w not in stop]


def asked(text: str) -> list[str]:
    """Terms of a question: each word stemmed as English and as in the languages it may rather be in; days and
    months by all that they are called, as tables have them short.

    A passage has one of these stems at most, and one that no passage has costs nothing.
    """
    found = words(text)
    languages = (ENGLISH, *likely(found))
    stop = frozenset[str]().union(*map(common, languages))
    told = [name for w in found if w not in stop for name in (w, *called(w))]
    return [term for w in told for term in dict.fromkeys(folded(stem(w, of)) for of in languages)]


def folded(term: str) -> str:
    """`term` without accents, as people type it."""
    if term.isascii():
        return term
    bare = "".join(c for c in unicodedata.normalize("NFKD", term) if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", bare)
