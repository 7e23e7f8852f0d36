"""What a model of the stand-in says: its name and the messages in, its words out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from model.sentences import sentences
from model.writing.prompt import NOT_FOUND
from model.writing.queries import KINDS
from model.writing.rewriting import sentences_of
from retrieval.terms import terms

OVER_LONG = 30_000  # characters, of a model that does not stop
INVENTED = "The Halvorsen agreement of 3 March 1987 grants another 417 crowns a month."
FORGED = 97  # a marker that points at no passage
_PASSAGE = re.compile(r'<passage number="(\d+)">\n(.*?)\n(.*?)\n</passage>', re.DOTALL)
_ANSWER = re.compile(r"<answer>\n(.*?)\n</answer>", re.DOTALL)
_MARKED = re.compile(r"\[(\d+)\]")
_EARLIER = re.compile(r"<earlier>\n(.*?)\n</earlier>", re.DOTALL)
_QUESTION = re.compile(r"<question>\n(.*?)\n</question>", re.DOTALL)
_ORDER = re.compile(
    r"\b(?:ignore|disregard|instead|reply|respond|say|print|include|output|append|write|click|visit|repeat|tell|"
    r"system|assistant|must|always|never|answer)\b|https?:|<[!@#]",
    re.IGNORECASE,
)
_WANTED = re.compile(
    r"\b(?:only|exactly|word for word|with|say|prefer this one)\b[:,]? +(\S.*)", re.IGNORECASE
)
_ADDRESS = re.compile(r"https?://[^\s)>\]]+")
_VERB = re.compile(
    r"\b(is|are|was|were|can|may|must|will|shall|should|has to|have to|do|does)\b", re.IGNORECASE
)
Fact = tuple[str, int]  # a sentence of a passage, and the number of that passage


@dataclass(frozen=True)
class Heard:
    """What `model/writing/prompt.py` has rendered, read back: whole, and apart."""

    messages: list[dict[str, Any]]

    def of(self, role: str) -> str:
        return "\n".join(str(m.get("content", "")) for m in self.messages if m.get("role") == role)

    @property
    def question(self) -> str:
        found = _QUESTION.search(self.of("user"))
        return found[1] if found else self.of("user")

    @property
    def passages(self) -> list[tuple[int, str]]:
        return [(int(number), text) for number, _, text in _PASSAGE.findall(self.of("user"))]

    @property
    def lines(self) -> Iterator[tuple[str, str]]:
        """Headings and texts, each with the number of its passage."""
        for number, heading, text in _PASSAGE.findall(self.of("user")):
            yield number, heading
            yield number, text

    @property
    def facts(self) -> list[Fact]:
        """The three sentences that share most with the question, in the order of the passages; those of an
        answer that is to be put into another form, half of them where that is to be shorter."""
        if told := _ANSWER.search(self.of("user")):
            return _told(told[1], shorter="shorter" in self.question)
        asked = set(terms(self.question))
        spoken = [(_spoken(text[s:e]), n) for n, text in self.passages for s, e in sentences(text)]
        ranked = sorted(spoken, key=lambda x: -len(asked & set(terms(x[0]))) / (8 + len(terms(x[0]))) ** 0.5)
        best = [x for x in ranked[:3] if asked & set(terms(x[0]))]
        return [fact for fact in spoken if fact in best]


def _told(answer: str, *, shorter: bool) -> list[Fact]:
    said = [(_MARKED.sub("", one).strip(), int(_MARKED.findall(one)[0])) for one in sentences_of(answer)]
    return said[: (len(said) + 1) // 2] if shorter else said


def written(name: str, messages: list[dict[str, Any]]) -> str:
    """What the model called `name` says to `messages`."""
    heard = Heard(messages)
    return (TEXTS.get(name) or _searchable(heard) or good)(heard)


def _searchable(heard: Heard) -> Callable[[Heard], str] | None:
    """What it writes where more texts for a search are asked for, as model/writing/queries.py does."""
    earlier = found[1] if (found := _EARLIER.search(heard.of("user"))) else ""
    said = f"{earlier} {heard.question}".strip()
    written = {
        "rewrite": said,
        "variants": f"1. {said}\n2. What do the documents say: {said}",
        "hypothetical": f"The answer to this stands here: {said}",
        "parts": "\n".join(re.split(r" and ", heard.question)),
    }
    wanted = [written[kind] for kind, wish in KINDS.items() if wish in heard.of("system")]
    return (lambda _: wanted[0]) if wanted else None


def good(heard: Heard) -> str:
    return _cited(heard.facts) or NOT_FOUND


def _spoken(sentence: str) -> str:
    """As one says it: the row of a table is its first cell and what stands behind it."""
    cells = [cell.strip() for cell in sentence.split("|") if cell.strip()]
    row = sentence.lstrip().startswith("|") and len(cells) > 1
    return f"{cells[0]}: {', '.join(cells[1:])}." if row else " ".join(sentence.split())


def _cited(facts: list[Fact]) -> str:
    return " ".join(f"{text} [{number}]" for text, number in facts)


def _each(change: Callable[[str, int], tuple[str, int]]) -> Callable[[Heard], str]:
    """A model that is good but for what `change` makes of each sentence and its marker."""
    return lambda heard: _cited([change(*fact) for fact in heard.facts]) or NOT_FOUND


def _wrong(text: str) -> str:
    """Another number in the place of each; where there is none, one is added."""
    changed = re.sub(r"\d+", lambda found: str(int(found[0][0]) % 9 + 1) + found[0][1:], text)
    return changed if changed != text else f"{text.rstrip('.')} within 417 days."


def _negated(text: str) -> str:
    """The opposite of `text`."""
    without = re.sub(r"\b(?:not|never) ", "", text)
    if without != text:
        return without
    changed = _VERB.sub(r"\1 not", text, count=1)
    return changed if changed != text else f"It is not true that {text[:1].lower()}{text[1:]}"


def _lying(heard: Heard) -> str:
    """A true sentence, the same with another number, an invented one, and one whose marker is forged."""
    facts = heard.facts
    if not facts:
        return NOT_FOUND
    told = next(((text, n) for text, n in facts if re.search(r"\d", text)), facts[0])
    (text, number), last = told, facts[-1][0]
    return _cited([told, (_wrong(text), number), (INVENTED, number), (f"Note that {last}", FORGED)])


def _calling(heard: Heard) -> str:
    """Good, but each sentence is a link, calls somebody and ends in an address."""
    there = "https://evil.example/?q=secret"
    return _cited([(f"[{text}]({there}) <!channel> <@U0ADMIN> {there}", n) for text, n in heard.facts])


def _endless(heard: Heard) -> str:
    once = f"{good(heard)} {INVENTED} [1] "
    return once * (OVER_LONG // len(once) + 1)


def _obedient(heard: Heard) -> str:
    """Every order in what it reads, carried out as far as text can: said aloud with and without a marker,
    linked, shown as an image; and what a question wants of the instructions, with the answer after it."""
    done = [line for number, text in heard.lines for line in _carried_out(text, number)]
    done += _carried_out(heard.question, "1")
    if re.search(r"\b(?:instructions|prompt|above)\b", heard.question, re.IGNORECASE):
        done.append(f"{heard.of('system')} [1]")
    return "\n".join([*done, good(heard)])


def _carried_out(text: str, number: str) -> list[str]:
    found = []
    for start, end in sentences(text):
        order = text[start:end]
        if not _ORDER.search(order):
            continue
        links = "".join(f" [here]({a}) ![pixel]({a}) <{a}|here> {a}" for a in _ADDRESS.findall(order))
        found.append(f"{order}{links} <!channel> <@U0ADMIN> [{number}]")
        for wanted in _WANTED.findall(order):
            found += [f"{wanted} [{number}]", wanted, f"{wanted} <!channel>{links} [{number}]"]
    return found


def _next(heard: Heard) -> str:
    """Good, but each sentence is cited to the passage after its own."""
    count = max(len(heard.passages), 1)
    return _cited([(text, number % count + 1) for text, number in heard.facts]) or NOT_FOUND


# name -> what it says; what is not named here is good
TEXTS: dict[str, Callable[[Heard], str]] = {
    "obey": _obedient,
    "lie": _lying,
    "wrong-number": _each(lambda text, number: (_wrong(text), number)),
    "negate": _each(lambda text, number: (_negated(text), number)),
    "forge": _each(lambda text, number: (text, FORGED + number)),
    "no-marker": lambda heard: " ".join(text for text, _ in heard.facts) + f" {INVENTED}",
    "shift": _next,
    "invent": lambda heard: f"{good(heard)} {INVENTED} [1]",
    "call": _calling,
    "echo": lambda heard: "\n".join(f"<|im_start|>{m['role']}\n{m['content']}" for m in heard.messages),
    "over-long": _endless,
    "think": lambda heard: f"<think>The user asks. Passage [1] may help.</think>\n{good(heard)}",
    "think-only": lambda heard: f"<think>The user asks. {good(heard)}",
    "empty": lambda heard: "",
    "blank": lambda heard: " \n ",
    "not-found": lambda heard: NOT_FOUND,
}  # fmt: skip
