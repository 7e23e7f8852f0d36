"""What somebody says is right in, the answer that is learnt from out; or why it is none."""

from __future__ import annotations

from collections.abc import Sequence

from model.answer import Citation, Draft, Fault, Struck
from model.checking.citations import WORDS, cite, markers
from model.checking.meaning import Meaning
from model.checking.support import MARKER
from model.learning.case import renumbered
from model.learning.foreign import foreign, mentioned, opening, otherwise, turned
from model.plain import plain
from model.writing.prompt import NOT_FOUND
from retrieval.passage import FootnoteError, Passage

# Why a whole text is none to learn from; a sentence that is struck out says so itself.
PLAIN, EMPTY, TURN, LANGUAGE = "plain", "empty", "turn", "language"
_SAID = {
    PLAIN: "It has a link, a mention, markup or invisible characters. Write it as plain words.",
    EMPTY: "It says nothing. Write what is right and, behind each sentence, the number of the passage that "
    "carries it, such as [1]; or NOT_FOUND where there is no answer.",
    TURN: "A model could take “{what}” for a turn of its conversation. Write it as plain words.",
    LANGUAGE: "It seems to be in another language than what it cites, so that nobody can compare them. Write "
    "it in the language of the passages.",
}
_UNCITED = (
    " End each sentence with the number of the passage that carries it, such as [1]; NOT_FOUND alone says "
    "that there is no answer."
)


class Unfit(FootnoteError):
    """A corrected text that must not be learnt: `struck` is the sentence that the check would take out of an
    answer, and why; None where the text itself is none to learn from, for the reason `why`."""

    def __init__(self, struck: Struck | None, why: str = "", what: str = "") -> None:
        self.struck, self.why, self.what = struck, why, what
        super().__init__(_reason(struck) if struck else _SAID[why].format(what=what))


def _reason(struck: Struck) -> str:
    if struck.fault == Fault.UNSUPPORTED and struck.what:
        return f"“{struck.text}” has words that nothing it cites has: {struck.what}. Say it in theirs."
    what = f": {struck.what}" if struck.what else ""
    said = f"“{struck.text}” would be struck out of an answer ({struck.fault}{what})."
    return said + (_UNCITED if struck.fault == Fault.UNCITED else "")


def corrected(text: str, passages: Sequence[Passage], meaning: Meaning = WORDS) -> str:
    """`text` with a marker on every sentence, each the number of a passage; or NOT_FOUND. Raises Unfit for
    the first sentence that the passages do not carry, as an answer would not show it either; and for one that
    begins with what may be a name, or has words of its own, of which they have none."""
    if text.strip() == NOT_FOUND:
        return NOT_FOUND
    _insist(text, passages)
    cited = [passages[n - 1] for n in dict.fromkeys(markers(text)) if 1 <= n <= len(passages)] or passages
    written, citations = "", list[Citation]()
    for sentence in cite(Draft(text, "reviewer"), passages, meaning):
        if sentence.dropped and otherwise(text, passages):
            raise Unfit(None, LANGUAGE)
        if struck := sentence.dropped or _own(sentence.text, cited):
            raise Unfit(struck)
        written += sentence.before + sentence.text
        citations += sentence.citations
    places = {(one.id, one.document): n for n, one in enumerate(passages, 1)}
    return renumbered(written, {c.number: places[c.passage, c.document] for c in citations})


def _insist(text: str, passages: Sequence[Passage]) -> None:
    if not text.strip():
        raise Unfit(None, EMPTY)
    if what := turned(text, passages):
        raise Unfit(None, TURN, what)
    if " ".join(plain(text).split()) != " ".join(text.split()) or mentioned(text, passages):
        raise Unfit(None, PLAIN)


def _own(sentence: str, passages: Sequence[Passage]) -> Struck | None:
    """What of a sentence that an answer may show is its writer's alone."""
    said = MARKER.sub(" ", sentence)
    if name := opening(said, passages):
        return Struck(sentence, Fault.NAME, name)
    own = foreign(said, passages)
    return Struck(sentence, Fault.UNSUPPORTED, ", ".join(own)) if own else None
