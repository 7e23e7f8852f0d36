"""A setting in, what may be shown of it out: of a secret that there is one, of an address no credentials."""

from __future__ import annotations

import json
import re

from pydantic import SecretStr

from bot.settings import Settings

HIDDEN = "********"
_SECRET = frozenset({"database_url"})  # a password may stand anywhere in it
_ADDRESS = re.compile(r"^\s*[a-z][a-z0-9+.-]*://.*|[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE | re.DOTALL)


def disclosed(settings: Settings, name: str) -> str:
    """What a page, a file or a terminal may show of the setting of that name; it has HIDDEN in it where there
    is more."""
    value = getattr(settings, name)
    if isinstance(value, SecretStr) or name in _SECRET:
        given = value.get_secret_value() if isinstance(value, SecretStr) else value
        return HIDDEN if given else ""
    return bare(json.dumps(value) if isinstance(value, bool) else "" if value is None else str(value))


def bare(text: str) -> str:
    """`text` with the addresses in it as far as they are no secret: without who signs in with what, which
    goes up to the last @, and without what is asked or marked behind them."""
    return _ADDRESS.sub(_bare, text)


def _bare(address: re.Match[str]) -> str:
    scheme, rest = address[0].split("://", 1)
    _, at, place = rest.rpartition("@")
    place, *asked = re.split(r"[?#](?=.)", place, maxsplit=1, flags=re.DOTALL)
    return f"{scheme}://{HIDDEN + at if at else ''}{place}{'?' + HIDDEN if asked else ''}"
