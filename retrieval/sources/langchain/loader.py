"""The name of a LangChain document loader and its arguments in, loaders out; the one door to those."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from retrieval.passage import SettingError
from retrieval.sources.langchain.failure import missing

if TYPE_CHECKING:
    from langchain_core.document_loaders import BaseLoader

_SUNSET = "`langchain-community` is being sunset"
_UNNAMED = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


class Loaders:
    """Makes a loader for each place. `into` names the argument that a place becomes; else it is the first
    that `arguments` does not give."""

    def __init__(self, loader: str, arguments: Mapping[str, object], into: str = "") -> None:
        """Raises SettingError where there is no such class, or it loads no documents."""
        self.name = loader
        self._class = _class(loader)
        self._arguments = dict(arguments)
        self._into = into

    @property
    def package(self) -> str:
        """What the names of its loggers begin with."""
        return self._class.__module__.partition(".")[0]

    def made(self, place: str) -> BaseLoader:
        """The loader of a place; "" is none. Raises SettingError where the arguments do not fit, ImportError
        and whatever else the class itself raises."""
        names = [n for n, p in _parameters(self._class).items() if p.kind not in _UNNAMED]
        free = [self._into] if self._into else [n for n in names if n not in self._arguments]
        given = {free[0]: place, **self._arguments} if place and free else self._arguments
        plain = (place,) if place and not free else ()
        try:
            loader = self._class(*plain, **given)
        except Exception as error:
            if self._misused(error, plain, given):
                raise SettingError(_usage(self.name, names)) from None
            raise
        # Without this some take the page of an error for the page that was asked for.
        if getattr(loader, "raise_for_status", None) is False and "raise_for_status" not in given:
            setattr(loader, "raise_for_status", True)  # noqa: B010 - few loaders have it
        return loader

    def _misused(self, error: Exception, plain: Sequence[str], given: Mapping[str, object]) -> bool:
        """Whether the arguments are wrong: by the class's signature, or by pydantic, which makes some."""
        if type(error).__name__ == "ValidationError":
            return True
        try:
            inspect.signature(self._class).bind(*plain, **given)
        except TypeError:
            return isinstance(error, TypeError)
        return False


def _parameters(kind: Callable[..., object]) -> Mapping[str, inspect.Parameter]:
    return inspect.signature(kind).parameters


def _class(loader: str) -> type[BaseLoader]:
    module, _, name = loader.rpartition(".")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=_SUNSET, category=DeprecationWarning)
        try:
            found: object = getattr(import_module(module) if module else _community(), name)
        except ImportError as error:
            absent = module and f"{module}.".startswith(f"{error.name}.")
            raise SettingError(_absent(module) if absent else missing(loader, error)) from error
        except AttributeError as error:
            raise SettingError(_unknown(module, name)) from error
        except Exception as error:
            raise SettingError(f"{loader} cannot be imported ({type(error).__name__}).") from error
    from langchain_core.document_loaders import BaseLoader

    if not (isinstance(found, type) and issubclass(found, BaseLoader)):
        raise SettingError(
            f"{loader} is not a document loader: name a class made from LangChain's BaseLoader."
        )
    return found


def _community() -> ModuleType:
    from langchain_community import document_loaders

    loaders: ModuleType = document_loaders
    return loaders


def _absent(module: str) -> str:
    return (
        f"There is no Python module {module}: install the package that has it, or correct the loader's name."
    )


def _unknown(module: str, name: str) -> str:
    if module:
        return f"The Python module {module} has no {name}: correct the loader's name."
    near = get_close_matches(name, _community().__all__, 3)
    meant = (
        f"did you mean {' or '.join(near)}?" if near else "write package.module.Class for one from elsewhere."
    )
    return f"langchain-community has no document loader {name}: {meant}"


def _usage(loader: str, names: Sequence[str]) -> str:
    taken = ", ".join(names) or "one place"
    return (
        f"{loader} does not take these arguments. It takes {taken}. The place becomes the first that is not "
        "given by name; give the others as --with NAME=VALUE, or below [source.options] in sources.toml."
    )
