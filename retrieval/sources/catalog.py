"""The file sources.toml in, a Spec for each source out, or every mistake in it at once as sentences."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from retrieval.passage import VERIFIED, Audience, SettingError
from retrieval.sources import KINDS, Limits, Spec, access, link, schedule

Secret = Callable[[str], str | None]  # the value of a variable, None where it is not set
Value = TypeVar("Value")

KEYS = (
    "name",
    "kind",
    "location",
    "audience",
    "schedule",
    "boost",
    "link",
    "workspace",
    "owner",
    "access",
    "options",
)
LEAST_BOOST, MOST_BOOST = 0.1, 10.0
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_WORKSPACE = re.compile(r"[A-Za-z0-9_-]{1,48}")
_PERSON = re.compile(r"[UW][A-Z0-9]{2,30}")
_VARIABLE = re.compile(r"env:([A-Za-z_][A-Za-z0-9_]*)")
_LOGIN = re.compile(r"https?://[^/@\s]*@|://[^/@:\s]*:[^/@\s]*@")
_PATHS = ("files", "slack-export")  # kinds whose locations are always paths
_BESIDE = ("./", "../", "~")  # what makes a path of a location of the other kinds


def read(file: Path, secret: Secret, of: str = "") -> list[Spec]:
    """The sources in `file`, in its order. Raises SettingError that names every mistake, a line each. With
    `of` only the secrets of that source are looked up; those of others are empty."""
    mistakes: list[str] = []
    entries = [
        _Entry(raw, n, file.parent, secret if of in ("", raw.get("name")) else lambda _: "")
        for n, raw in enumerate(_entries(file, mistakes), 1)
    ]
    specs = [entry.spec() for entry in entries]
    seen: dict[str, str] = {}
    for entry, spec in zip(entries, specs, strict=True):
        if first := seen.get(spec.name.casefold()):
            entry.mistakes.append(
                f'{entry.label}: name: it is the same as that of "{first}": give it another.'
            )
        elif spec.name:
            seen[spec.name.casefold()] = spec.name
    if mistakes or any(entry.mistakes for entry in entries):
        mistakes += [mistake for entry in entries for mistake in (*entry.mistakes, *entry.inside())]
        raise SettingError("\n".join(f"{file.name}: {mistake}" for mistake in mistakes))
    return specs


def _entries(file: Path, mistakes: list[str]) -> list[dict[str, object]]:
    whole = _parsed(file)
    for key in [key for key in whole if key != "source"]:
        mistakes.append(f'there is no key "{key}"{_meant(key, ("source",))} A source begins with [[source]].')
    entries = whole.get("source", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        mistakes.append("a source begins with [[source]], in two pairs of brackets.")
        return []
    return entries


def _parsed(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingError(
            f"There is no {file.name} here. Copy docs/sources.example.toml to begin one, set "
            "FOOTNOTE_SOURCES to where it lies, or name a folder: footnote index FOLDER."
        ) from None
    except OSError:
        raise SettingError(f"{file.name} cannot be read: check that it is a file and its rights.") from None
    except UnicodeDecodeError:
        raise SettingError(f"{file.name} is not UTF-8: save it as that.") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingError(f"{file.name} is no TOML: {error}.") from None


class _Entry:
    """One [[source]]: its values checked one by one, its mistakes collected."""

    def __init__(self, raw: Mapping[str, object], number: int, folder: Path, secret: Secret) -> None:
        self._raw, self._folder, self._secret = raw, folder, secret
        self.mistakes: list[str] = []
        named = raw.get("name")
        self.label = f'source "{named}"' if isinstance(named, str) and named else f"source {number}"

    def spec(self) -> Spec:
        """As far as it is right; without mistakes, what was written."""
        self._strange()
        kind = self._take("kind", _kind, "")
        whole = self._take("audience", access.audience, Audience())
        return Spec(
            name=self._take("name", _name, ""),
            kind=kind,
            location=self._take("location", lambda value: self._locations(value, kind), ()),
            audience=whole,
            access=self._rules(whole),
            schedule=self._take("schedule", _schedule, ""),
            boost=self._take("boost", _boost, 1.0),
            link=self._take("link", lambda value: link.checked(_text(value)), ""),
            workspace=self._take("workspace", _workspace, ""),
            owner=self._take("owner", _owner, ""),
            options=self._options(),
        )

    def inside(self) -> list[str]:
        """What its kind does not take, options too. Kinds are loaded for that: only asked where something
        is wrong already, so that all of it is said."""
        spec = _Entry(self._raw, 0, self._folder, lambda _: "secret").spec()
        if not spec.kind:
            return []
        try:
            KINDS[spec.kind].build(spec, Limits(1, Path())).close()
        except SettingError as error:
            found = [line.removeprefix(f"Source {spec.name}: ") for line in str(error).splitlines()]
            return [f"{self.label}: {one}" for one in found if spec.location or "location is" not in one]
        return []

    def _say(self, key: str, sentence: object) -> None:
        self.mistakes.append(f"{self.label}: {key}: {sentence}")

    def _strange(self) -> None:
        for key in [key for key in self._raw if key not in KEYS]:
            where = (
                "" if get_close_matches(key, KEYS, 1) else " What a kind takes goes below [source.options]."
            )
            self.mistakes.append(f'{self.label}: there is no key "{key}"{_meant(key, KEYS)}{where}')
        for key in ("name", "kind", "location"):
            if key not in self._raw:
                self._say(key, f"it is missing: write {_EXAMPLES[key]}.")

    def _take(self, key: str, check: Callable[[object], Value], otherwise: Value) -> Value:
        if key not in self._raw:
            return otherwise
        try:
            return check(self._raw[key])
        except SettingError as error:
            self._say(key, error)
            return otherwise

    def _locations(self, value: object, kind: str) -> tuple[str, ...]:
        given = [value] if isinstance(value, str) else value
        empty = given == [] and kind != "langchain"  # some loaders take no place
        if not isinstance(given, list) or empty or not all(isinstance(one, str) and one for one in given):
            raise SettingError(f"write {KINDS[kind].says if kind else 'a text'}, one in quotes or a list.")
        if any(_LOGIN.search(one) for one in given):
            raise SettingError("it holds a password: take that out and give it as an option, env:NAME.")
        return tuple(self._place(one, kind) for one in given)

    def _place(self, location: str, kind: str) -> str:
        """A path is relative to the file that says it, wherever the command is run."""
        if kind in _PATHS or (kind in ("git", "langchain") and location.startswith(_BESIDE)):
            return str(self._folder / Path(location).expanduser())
        return location

    def _rules(self, whole: Audience) -> tuple[tuple[str, Audience], ...]:
        rules = self._table("access")
        return tuple((glob, self._rule(glob, value, whole)) for glob, value in rules.items())

    def _rule(self, glob: str, value: object, whole: Audience) -> Audience:
        try:
            some = access.audience(value)
            access.checked(glob, whole, some)
            return some
        except SettingError as error:
            astray = " If it is a key of the source, it goes above [source.access]." if glob in KEYS else ""
            self._say(f'access "{glob}"', f"{error}{astray}")
            return access.NOBODY

    def _options(self) -> dict[str, Any]:
        return {key: self._resolved(f"options.{key}", value) for key, value in self._table("options").items()}

    def _resolved(self, where: str, value: object) -> object:
        """The value with each "env:NAME" in it replaced by that variable."""
        if isinstance(value, dict):
            return {key: self._resolved(f"{where}.{key}", inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._resolved(where, inner) for inner in value]
        if not isinstance(value, str) or not value.startswith("env:"):
            return value
        named = _VARIABLE.fullmatch(value)
        found = self._secret(named[1]) if named else None
        if named is None:
            self._say(where, "behind env: comes the name of a variable, such as env:WIKI_TOKEN.")
        elif found is None:
            self._say(where, f"the variable {named[1]} is not set: set it in the environment or in .env.")
        return found

    def _table(self, key: str) -> dict[str, object]:
        value = self._raw.get(key, {})
        if isinstance(value, dict):
            return value
        self._say(key, f"it is a table of its own: write [source.{key}] and what is in it below that.")
        return {}


_EXAMPLES = {
    "name": 'name = "handbook"',
    "kind": f"kind as one of {', '.join(KINDS)}",
    "location": 'what is to be read, such as location = "docs"',
}


def _meant(word: str, words: tuple[str, ...]) -> str:
    near = get_close_matches(word, words, 1)
    return f": did you mean {near[0]}?" if near else f": it can be {', '.join(words)}."


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise SettingError("write it as a text, in quotes.")
    return value


def _name(value: object) -> str:
    if not _NAME.fullmatch(_text(value)):
        raise SettingError(
            f"{value!r} cannot be one: up to 64 letters, digits, - _ and . that begin with a letter or digit."
        )
    if _text(value).startswith(VERIFIED):
        raise SettingError(f"{VERIFIED} is what experts confirm in Slack: give it another.")
    return _text(value)


def _kind(value: object) -> str:
    if (kind := _text(value)) not in KINDS:
        raise SettingError(f'there is no "{kind}"{_meant(kind, tuple(KINDS))}')
    return kind


def _schedule(value: object) -> str:
    schedule.parsed(_text(value))
    return " ".join(_text(value).split())


def _boost(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SettingError("write a number such as 1.2, without quotes.")
    if not LEAST_BOOST <= value <= MOST_BOOST:
        raise SettingError(f"{value} is not between {LEAST_BOOST} and {MOST_BOOST:g}; 1 changes nothing.")
    return float(value)


def _workspace(value: object) -> str:
    if not _WORKSPACE.fullmatch(_text(value)):
        raise SettingError("write the id of the Slack workspace, such as T123.")
    return _text(value)


def _owner(value: object) -> str:
    if not _PERSON.fullmatch(_text(value)):
        raise SettingError(
            "write somebody's Slack id, such as U0ADA0001: it is in the menu of their profile."
        )
    return _text(value)
