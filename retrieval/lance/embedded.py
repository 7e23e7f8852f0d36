"""The one import of LanceDB, without the REST client that it loads and an embedded store never calls, and
without the look at each method's bases that its decorators take."""

from __future__ import annotations

import importlib
import os
import sys
import threading
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

_REST = "lance_namespace_urllib3_client"  # 1.5 s of pydantic models: half of `footnote ask`
_CHECKS = "overrides"  # .1 s: it disassembles LanceDB's classes to see that a method overrides another
_guard = threading.Lock()


def lancedb(part: str = "") -> Any:
    """The module `lancedb`, or its submodule `part`."""
    name = f"lancedb.{part}" if part else "lancedb"
    with _guard:
        if "lancedb" not in sys.modules:
            os.environ.setdefault("LANCEDB_LOG", "error")  # else its log reaches the person's terminal
            _import_light()
        return importlib.import_module(name)


def _import_light() -> None:
    """Imports lancedb with empty classes in place of the REST client's; on any trouble, as it is."""
    if _REST in sys.modules or _CHECKS in sys.modules:
        return
    before, finder = set(sys.modules), _Hollow()
    sys.meta_path.insert(0, finder)
    sys.modules[_CHECKS] = _Unchecked(_CHECKS)
    try:
        importlib.import_module("lancedb")
    except Exception:
        for name in set(sys.modules) - before:
            if name.partition(".")[0] in ("lancedb", "lance_namespace"):
                del sys.modules[name]
    finally:
        sys.meta_path.remove(finder)
        for name in [n for n in sys.modules if n.partition(".")[0] in (_REST, _CHECKS)]:
            del sys.modules[name]


class _Hollow(MetaPathFinder, Loader):
    """Finds the REST client's modules and leaves them empty."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return ModuleSpec(name, self, is_package=True) if name.partition(".")[0] == _REST else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _HollowModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run."""


class _Unchecked(ModuleType):
    """The two names that lancedb takes from `overrides`, for whom a decorated method is that method."""

    EnforceOverrides = type("EnforceOverrides", (), {})

    @staticmethod
    def override(method: Any) -> Any:
        return method


class _HollowModule(ModuleType):
    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        base = Exception if name.endswith(("Error", "Exception")) else object
        return type(name, (base,), {})
