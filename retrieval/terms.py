"""Text in, search terms out: the one analysis that stores, extract and checks share."""

from __future__ import annotations

import re
import threading
from functools import lru_cache

import snowballstemmer

# Letters, digits and what joins them inside one word: 3.5, e-mail's halves are split, don't stays whole.
_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*|\d*[^\W_]+", re.UNICODE)
_STEMMERS = threading.local()  # a stemmer keeps the word it works on: one a thread

STOP = frozenset(
    "a an and are as at be but by for if in into is it no not of on or such that the their then there "
    "these they this to was will with i you he she we do does did has have had what which who whom "
    "whose when where why how can could should would may might must shall am been being its our your "
    "my me us them from about than".split()
)


def words(text: str) -> list[str]:
    """Words and numbers of `text` in order, case folded."""
    return [w.replace("’", "'") for w in _WORD.findall(text.casefold())]


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The stem of one case-folded word (Snowball English); numbers stay as they are."""
    if not hasattr(_STEMMERS, "english"):
        _STEMMERS.english = snowballstemmer.stemmer("english")
    return str(_STEMMERS.english.stemWord(word.removesuffix("'s")))


def terms(text: str) -> list[str]:
    """Stemmed words without stop words, in order: what is matched, weighed and counted."""
    return [stem(w) for w in words(text) if w not in STOP]
