"""The Weaviate server itself: a binary in FOOTNOTE_CACHE/bin, or Docker where an engine runs."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

VERSION = "1.35.2"
MODULE = f"github.com/weaviate/weaviate/cmd/weaviate-server@v{VERSION}"
IMAGE = f"cr.weaviate.io/semitechnologies/weaviate:{VERSION}"


def binary() -> Path | None:
    """The server in the cache, built there first if need be; None where Docker is to be used instead."""
    cache = Path(os.environ.get("FOOTNOTE_CACHE") or Path.home() / ".cache" / "footnote") / "bin"
    found = cache / "weaviate-server"
    if found.is_file():
        return found
    if _docker():
        return None
    go = shutil.which("go")
    if go is None:
        raise RuntimeError("Weaviate needs Docker, or Go 1.26 or newer to build it. Install one of them.")
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "weaviate-server.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not found.is_file():
            _build(go, cache, found)
    return found


def _build(go: str, cache: Path, found: Path) -> None:
    print(f"Building Weaviate {VERSION} with Go, once; it takes about three minutes.", flush=True)
    with tempfile.TemporaryDirectory(dir=cache) as fresh:
        subprocess.run(
            [go, "install", "-ldflags=-s -w", MODULE], env={**os.environ, "GOBIN": fresh}, check=True
        )
        (Path(fresh) / found.name).replace(found)


def _docker() -> bool:
    docker = shutil.which("docker")
    if docker is None:
        return False
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.run([docker, "info"], timeout=20, check=False, **quiet).returncode == 0
