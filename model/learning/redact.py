"""Text in, the same without secrets and personal data out: each becomes a placeholder that says its kind.

Only what has a form of its own is found: by patterns, and by the check digits of cards and account numbers.
Names of people have none and stay, as do order numbers, dates and prices; a finder finds more.
"""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from model.learning.row import Row
from retrieval.passage import Passage

Finder = Callable[[str], Sequence[tuple[int, int, str]]]  # spans with their kinds, as Presidio finds them

_PEM = (
    r"-----BEGIN (?P<what>[A-Z ]*PRIVATE KEY(?: BLOCK)?)-----"
    r"(?:(?!-----BEGIN)[\s\S]){0,20000}?(?:-----END (?P=what)-----|\Z)"
)
_KNOWN = (
    r"\bxox[a-z]-[A-Za-z0-9-]{8,}|\bxapp-\d-[A-Za-z0-9-]{8,}|\bxoxe\.xox[a-z]-[A-Za-z0-9-]{8,}"
    r"|\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}\b|\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_\w{20,}"
    r"|\bglpat-[\w-]{16,}|\bsk-(?:[a-z]+-)?[A-Za-z0-9_-]{20,}|\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}"
    r"|\bAIza[\w-]{35}|\bhf_[A-Za-z0-9]{20,}|\bnpm_[A-Za-z0-9]{30,}|\bpypi-[\w-]{30,}"
    r"|\bSG\.[\w-]{16,}\.[\w-]{16,}|https://hooks\.slack\.com/\S+"
)
_JWT = r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}(?:\.[\w-]*)?"
_LOGIN = r"(?<=://)[^\s/:@]+:[^\s/@]+(?=@)"  # user:password of an address
_SAID = (
    r"(?i:\b(?:password|passwd|passwort|kennwort|pwd|api[_ -]?key|secret[_ -]?key|access[_ -]?key"
    r"|client[_ -]?secret|auth[_ -]?token)\b[\"']?\s{0,3}[:=]\s{0,3})(?P<value>[\"']?[^\s\"',;<>]{6,}[\"']?)"
)
_SLACK = r"<@[UW][A-Z0-9]{6,}(?:\|[^>\n]{0,80})?>|(?<![\w-])@?[UW](?=[A-Z0-9]*\d)[A-Z0-9]{8,10}(?![\w-])"
_EMAIL = r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,24}(?![\w-])"
_IBAN = r"\b[A-Z]{2}\d{2}(?:[ \u00a0]?[A-Z0-9]{4}){2,7}(?:[ \u00a0]?[A-Z0-9]{1,3})?\b"
_CARD = r"(?<![\w.,/-])(?<![A-Z]{2}\d{2} )\d(?:[ \u00a0-]?\d){12,18}(?![\w/-]|[.,]\d)"
_IP4 = r"(?<![\w.-])(?:\d{1,3}\.){3}\d{1,3}(?![\w-]|\.\d)"
_IP6 = r"(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:])"
# With the sign of a country, or after a word that says it is one: 0171 alone may be an order's number.
_CALL = (
    r"(?:phone|tel|telephone|telefon|mobile|mobil|cell|call|fax|handy|ruf\w*|durchwahl|hotline)"
    r"(?:\s?(?:no|nr|number|nummer|on|us|at)\b\.?){0,2}"
)
_PHONE = (
    r"(?<![\w+])(?:\+|(?<!\d )00)(?=[1-9])\d{1,3}(?:[ \u00a0./-]{0,2}\(0?\d{0,5}\))?"
    r"(?:[ \u00a0./-]{0,2}\d){6,12}(?!\w)"
    rf"|(?i:\b{_CALL}[.:]{{0,2}}\s{{0,3}})(?P<call>\(?\d(?:[ \u00a0()./-]{{0,2}}\d){{5,14}})(?!\w)"
    r"|(?<![\w+-])(?:\(\d{3}\) ?|\d{3}-)\d{3}-\d{4}(?![\w-])"
)


# How numbers of cards begin, with how many digits; an EAN has as many as the oldest of them, which are gone.
_ISSUED = re.compile(
    r"4\d{15}(?:\d{3})?|(?:5[1-5]|2[2-7])\d{14}|3[47]\d{13}|3[068]\d{12}|(?:6[045]|35)\d{14}"
)


def _luhn(text: str) -> bool:
    bare = re.sub(r"\D", "", text)
    if not _ISSUED.fullmatch(bare):
        return False
    digits = list(map(int, bare))
    doubled = [d if i % 2 == 0 else sum(divmod(2 * d, 10)) for i, d in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0


def _iban(text: str) -> bool:
    bare = re.sub(r"\s", "", text)
    return 15 <= len(bare) <= 34 and int("".join(str(int(c, 36)) for c in bare[4:] + bare[:4])) % 97 == 1


def _address(text: str) -> bool:
    """An address of a machine; not a version, nor a time. Loopback, "any" and networks say nothing of one."""
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return False
    return not (found.is_loopback or found.is_unspecified or found.is_multicast)


def _made_up(text: str) -> bool:
    """A password rather than a word of a sentence about them, or the name of a variable that has one."""
    bare = text.strip("\"'.")
    named = bare.startswith(("$", "{", "[", "%", "*")) or (bare.isupper() and not re.search(r"\d", bare))
    return not named and not bare.isalpha()


def _always(text: str) -> bool:
    return True


# In this order: what is found first is gone when the next one looks.
_KINDS: tuple[tuple[str, re.Pattern[str], Callable[[str], bool]], ...] = (
    ("key", re.compile(_PEM), _always),
    ("token", re.compile(_JWT), _always),
    ("token", re.compile(_KNOWN), _always),
    ("login", re.compile(_LOGIN), _always),
    ("password", re.compile(_SAID), _made_up),
    ("person", re.compile(_SLACK), _always),
    ("email", re.compile(_EMAIL), _always),
    ("account", re.compile(_IBAN), _iban),
    ("card", re.compile(_CARD), _luhn),
    ("phone", re.compile(_PHONE), _always),
    ("address", re.compile(_IP4), _address),
    ("address", re.compile(_IP6), _address),
)
_PLACEHOLDER = re.compile(r"‹[^›\n]*›")
_BARE = re.compile(r"\w(?:[\s\S]*\w)?")


@dataclass(eq=False)
class Redaction:
    """Of texts that belong together: the same thing gets the same placeholder in each of them.

    `finder` finds more, such as names of people; its spans come with their kinds in small letters and do not
    overlap. What it finds in one text of a row is found in all of them: it may overlook it in some.
    """

    finder: Finder | None = None
    found: Counter[str] = field(default_factory=Counter)  # kinds, each different thing once
    _names: dict[tuple[str, str], str] = field(default_factory=dict)
    _called: dict[str, str] = field(default_factory=dict)  # placeholders, by what the finder found

    def of(self, text: str) -> str:
        """`text` with placeholders."""
        for kind, pattern, holds in _KINDS:
            text = pattern.sub(lambda m, k=kind, h=holds: self._put(m, k, h), text)  # type: ignore[misc]
        found = self.finder(text) if self.finder else ()
        clean, done = "", 0
        for begin, end, kind in sorted(found):
            for at, until in _outside(text, begin, end):
                name = self._called[text[at:until]] = self._name(kind, text[at:until])
                clean, done = clean + text[done:at] + name, until
        return clean + text[done:]

    def row(self, row: Row) -> Row:
        """All that a model would read or write of it, its facts and its topic."""
        clean = _row(row, self.of)
        return _row(clean, self._again) if self._called else clean

    def passage(self, passage: Passage) -> Passage:
        """Its words, and those that stand above it."""
        return _passage(passage, self.of)

    def _again(self, text: str) -> str:
        """`text` without what the finder found in another one."""
        names = "|".join(map(re.escape, sorted(self._called, key=len, reverse=True)))
        pattern = rf"{_PLACEHOLDER.pattern}|(?<!\w)(?:{names})(?!\w)"
        return re.sub(pattern, lambda found: self._called.get(found[0], found[0]), text)

    def _put(self, found: re.Match[str], kind: str, holds: Callable[[str], bool]) -> str:
        secret = next((part for part in found.groupdict().values() if part), "") if kind != "key" else ""
        secret = secret or found[0]
        return found[0].replace(secret, self._name(kind, secret)) if holds(secret) else found[0]

    def _name(self, kind: str, secret: str) -> str:
        key = kind, re.sub(r"[\s().+/-]", "", secret).casefold()
        if key not in self._names:
            self.found[kind] += 1
            number = self.found[kind]
            self._names[key] = f"‹{kind}›" if number == 1 else f"‹{kind} {number}›"
        return self._names[key]


def _row(row: Row, of: Callable[[str], str]) -> Row:
    passages = tuple(_passage(passage, of) for passage in row.passages)
    facts, asked, said, topic = tuple(map(of, row.facts)), of(row.question), of(row.answer), of(row.topic)
    return replace(row, passages=passages, facts=facts, question=asked, answer=said, topic=topic)


def _passage(passage: Passage, of: Callable[[str], str]) -> Passage:
    text, lead, title = map(of, (passage.text, passage.lead, passage.title))
    return replace(passage, text=text, lead=lead, title=title, heading=tuple(map(of, passage.heading)))


def _outside(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """What of a span is in no placeholder, from its first letter or digit to its last."""
    at = start
    for held in (*_PLACEHOLDER.finditer(text), None):
        until = min(held.start(), end) if held else end
        if at < until and (bare := _BARE.search(text, at, until)):
            yield bare.span()
        at = max(at, held.end()) if held else end


def redacted(text: str) -> str:
    """One text, by itself."""
    return Redaction().of(text)
