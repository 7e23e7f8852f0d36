"""A template and what it shows in, HTML out: the one door to Jinja, which escapes whatever it is given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache, partial

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from bot.blocks.markup import linkable
from bot.pages.visit import Page
from bot.phrases import say

_PAUSE = "\f"  # what a template that waits for something says first


def drawn(page: Page, locale: str, **around: object) -> str:
    """The whole page in the language of `locale`; `around` is what every page shows."""
    return "".join(grown(page, locale, **around))


def grown(page: Page, locale: str, **around: object) -> Iterator[str]:
    """The same in pieces, each as soon as it is known."""
    template, held = _environment().get_template(page.template), list[str]()
    words: Callable[..., str] = partial(_said, locale)
    shown = {**around, **page.shown, "say": words, "locale": locale, "pause": _PAUSE}
    for piece in template.generate(shown):
        if piece == _PAUSE:
            yield "".join(held)
            held.clear()
        else:
            held.append(piece)
    yield "".join(held)


def _said(locale: str, key: str, **values: object) -> str:
    return say(key, locale, **values)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("bot.pages"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.tests["linkable"] = linkable
    return made
