"""What sources.toml says of one source in, its options with their types out; what is wrong is a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from retrieval.passage import Audience, SettingError
from retrieval.sources import Spec
from retrieval.sources.access import checked

_FORMS = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text",
    tuple: "a list of texts",
    dict: "a table of texts",
}


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a kind: its default gives its type, `least` a least value; `globs` are checked."""

    name: str
    default: Any
    says: str
    least: float = 0
    globs: bool = False


class Mistakes:
    """What is wrong with one source, a sentence each, said together by `end`."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._said: list[str] = []

    def say(self, sentence: object) -> None:
        self._said += [f"Source {self._spec.name}: {sentence}"]

    @contextmanager
    def noted(self) -> Iterator[None]:
        """A SettingError raised inside is said with the others."""
        try:
            yield
        except SettingError as error:
            self.say(error)

    def end(self) -> None:
        """Raises SettingError where something is wrong."""
        if self._said:
            raise SettingError("\n".join(self._said))

    def options(self, known: Sequence[Option]) -> Mapping[str, Any]:
        """The value of every option, its default where it is not right."""
        names = [option.name for option in known]
        for given in self._spec.options:
            if given not in names:
                near = get_close_matches(given, names, 1)
                meant = f" Did you mean {near[0]}?" if near else ""
                has = f"It has {', '.join(names)}."
                self.say(f"{self._spec.kind} has no option {given}.{meant} {has}")
        values = {option.name: option.default for option in known}
        for option in known:
            with self.noted():
                values[option.name] = _value(self._spec, option)
        return values


def _value(spec: Spec, option: Option) -> Any:
    given = spec.options.get(option.name, option.default)
    form = type(option.default)
    if form is tuple and isinstance(given, str):
        given = (given,)
    if not _fits(given, form) or (form in (int, float) and given < option.least):
        least = f" of at least {option.least:g}" if form in (int, float) else ""
        raise SettingError(f"{option.name} is {_FORMS[form]}{least}.")
    if option.globs:
        _globs(option.name, given)
    return tuple(given) if form is tuple else form(given)


def _fits(given: object, form: type) -> bool:
    if form is tuple:
        return isinstance(given, list | tuple) and all(isinstance(one, str) for one in given)
    if form is dict:
        return isinstance(given, Mapping) and all(isinstance(v, str) for kv in given.items() for v in kv)
    if form in (int, float):
        return isinstance(given, (int, form)) and not isinstance(given, bool)
    return isinstance(given, form)


def _globs(name: str, given: Sequence[str]) -> None:
    for glob in given:
        try:
            checked(glob, Audience(), Audience())
        except SettingError as error:
            raise SettingError(f"{name}: {error}") from None
