"""The options of an entry of sources.toml in, typed values out; an unknown one is refused by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from retrieval.passage import SettingError
from retrieval.sources import Spec


@dataclass(frozen=True, slots=True)
class Options:
    """What was given, by name. Each method raises SettingError where a value is of another form."""

    source: str
    values: Mapping[str, Any]

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name, default)
        if not isinstance(value, str):
            raise self._refused(name, "a text")
        return value

    def flag(self, name: str) -> bool:
        value = self.values.get(name, False)
        if not isinstance(value, bool):
            raise self._refused(name, "true or false")
        return value

    def days(self, name: str, default: int) -> int:
        value = self.values.get(name, default)
        if type(value) is not int or not 1 <= value <= 36_500:
            raise self._refused(name, "a number of days")
        return value

    def names(self, name: str) -> frozenset[str]:
        value = self.values.get(name, [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise self._refused(name, "a list of names")
        return frozenset(one.lstrip("#") for one in value)

    def one_of(self, name: str, known: Sequence[str]) -> str:
        """The value, which is one of `known`; the first of them where none was given."""
        value = self.values.get(name, known[0])
        if value not in known:
            raise self._refused(name, f"one of {', '.join(known)}")
        return str(value)

    def _refused(self, name: str, form: str) -> SettingError:
        return SettingError(f"Source {self.source}: {name} is {form}.")


def given(spec: Spec, known: Sequence[str]) -> Options:
    """The options of `spec`. Raises SettingError where one is not among `known`."""
    for name in spec.options:
        if name not in known:
            raise SettingError(
                f"Source {spec.name}: there is no option {name}; these are: {', '.join(known)}."
            )
    return Options(spec.name, spec.options)


def workspace_address(options: Options) -> str:
    """The address of the workspace, which links begin with."""
    url = options.text("workspace_url").rstrip("/")
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.path or parts.query or "@" in parts.netloc:
        raise SettingError(
            f"Source {options.source}: workspace_url is the address of the Slack workspace, which links to "
            'messages begin with, such as "https://example.slack.com".'
        )
    return url
