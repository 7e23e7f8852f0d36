"""What sources.toml says of one source in, its options with their types out; what is wrong is a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


def options(spec: Spec, known: Sequence[Option]) -> Mapping[str, Any]:
    """The value of every option. Raises SettingError for one that is unknown or not of its type."""
    names = [option.name for option in known]
    for given in spec.options:
        if given not in names:
            near = get_close_matches(given, names, 1)
            meant = f" Did you mean {near[0]}?" if near else ""
            raise SettingError(
                f"Source {spec.name}: {spec.kind} has no option {given}.{meant} It has {', '.join(names)}."
            )
    return {option.name: _value(spec, option) for option in known}


def _value(spec: Spec, option: Option) -> Any:
    given = spec.options.get(option.name, option.default)
    form = type(option.default)
    if form is tuple and isinstance(given, str):
        given = (given,)
    if not _fits(given, form) or (form in (int, float) and given < option.least):
        least = f" of at least {option.least:g}" if form in (int, float) else ""
        raise SettingError(f"Source {spec.name}: {option.name} is {_FORMS[form]}{least}.")
    if option.globs:
        _globs(spec, option.name, given)
    return tuple(given) if form is tuple else form(given)


def _fits(given: object, form: type) -> bool:
    if form is tuple:
        return isinstance(given, list | tuple) and all(isinstance(one, str) for one in given)
    if form is dict:
        return isinstance(given, Mapping) and all(isinstance(v, str) for kv in given.items() for v in kv)
    if form in (int, float):
        return isinstance(given, (int, form)) and not isinstance(given, bool)
    return isinstance(given, form)


def _globs(spec: Spec, name: str, given: Sequence[str]) -> None:
    for glob in given:
        try:
            checked(glob, Audience(), Audience())
        except SettingError as error:
            raise SettingError(f"Source {spec.name}: {name}: {error}") from None
