"""The address that people open, from a template of sources.toml and what a document is called."""

from __future__ import annotations

import re
from difflib import get_close_matches
from string import Formatter
from urllib.parse import quote

from retrieval.passage import SettingError

FIELDS = ("uri", "path", "title")
_NAMED = ", ".join(f"{{{name}}}" for name in FIELDS)
_ADDRESS = re.compile(r"https?://[^/?#@{}\s<>|\"\\]+([/?#][^\s<>|\"]*)?")
_STRAY = re.compile(r"%(?![0-9A-Fa-f]{2})")


def checked(template: str) -> str:
    """The template. Raises SettingError for a field there is not, or an address nobody can open."""
    try:
        fields = [part[1:] for part in Formatter().parse(template) if part[1] is not None]
    except ValueError:
        raise SettingError("a { or } stands alone: write {{ or }} for the character.") from None
    for name, form, conversion in fields:
        if name not in FIELDS or form or conversion:
            near = get_close_matches(str(name), FIELDS, 1)
            meant = f"did you mean {{{near[0]}}}?" if near else f"it can hold {_NAMED}."
            raise SettingError(f"there is no field {{{name}}}: {meant}")
    if not _ADDRESS.fullmatch(template):
        raise SettingError(
            'it is an address with its host, such as "https://wiki.example/{path}"; only behind the host may '
            f"it hold {_NAMED}."
        )
    return template


def address(template: str, uri: str, path: str, title: str) -> str:
    """The template with its fields, so encoded that none of them can change what stands around it."""
    return template.format(
        uri=_encoded(uri), path=_encoded(path), title=quote(title, safe="", errors="replace")
    )


def _encoded(path: str) -> str:
    """A path as a uri has it: what is percent-encoded there stays so, everything else becomes it."""
    return quote(_STRAY.sub("%25", path), safe="/%", errors="replace")
