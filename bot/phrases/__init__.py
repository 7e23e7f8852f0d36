"""What Footnote says in Slack: a key and a locale in, a sentence out; German for de*, else English."""

from __future__ import annotations

from bot.phrases import (
    english,
    english_commands,
    english_pages,
    english_tables,
    english_weekly,
    german_commands,
    german_pages,
    german_tables,
    german_weekly,
)
from bot.phrases import german as german_words

ENGLISH = {
    **english.PHRASES,
    **english_tables.PHRASES,
    **english_commands.PHRASES,
    **english_weekly.PHRASES,
    **english_pages.PHRASES,
}
GERMAN = {
    **german_words.PHRASES,
    **german_tables.PHRASES,
    **german_commands.PHRASES,
    **german_weekly.PHRASES,
    **german_pages.PHRASES,
}


def say(key: str, locale: str = "", **values: object) -> str:
    """The sentence, with its values; where `count` is 1, its form for one, if it has one. A key that is
    not there is a bug."""
    phrases = GERMAN if german(locale) else ENGLISH
    one = f"{key}_one"
    return phrases[one if values.get("count") == 1 and one in phrases else key].format(**values)


def said(text: str, key: str) -> bool:
    """Whether `text` begins as that sentence does, as far as its first value, in any language."""
    return any(text.startswith(phrases[key].partition("{")[0].strip()) for phrases in (ENGLISH, GERMAN))


def german(locale: str) -> bool:
    """Whether somebody with this locale ("de-DE", "en-GB", nothing) reads German."""
    return locale.replace("_", "-").split("-")[0].lower() == "de"


def numbers(amount: float, locale: str = "") -> str:
    """A whole number as it is written there: 4,000 or 4.000."""
    written = f"{amount:,.0f}"
    return written.replace(",", ".") if german(locale) else written
