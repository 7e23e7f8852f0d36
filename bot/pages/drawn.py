"""A template and what it shows in, HTML out: the one door to Jinja, which escapes whatever it is given."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from bot.blocks.markup import linkable
from bot.pages.visit import Page
from bot.phrases import say


def drawn(page: Page, locale: str, **around: object) -> str:
    """The whole page in the language of `locale`; `around` is what every page shows."""
    template = _environment().get_template(page.template)
    words: Callable[..., str] = partial(_said, locale)
    return template.render({**around, **page.shown, "say": words, "locale": locale})


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
