"""Programs that are built here with Go, once, and kept in FOOTNOTE_CACHE/bin: `built(NAME)`.

    python deploy/programs.py helm kubectl-validate compose

Helm, a check of Kubernetes objects against the schemas of Kubernetes that are in it, and Compose's own reader
of its files; none of them needs a cluster, an engine or a network to run.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from deploy.environment import cache  # noqa: E402

MODULES = {
    "helm": "helm.sh/helm/v3/cmd/helm@v3.21.4",
    "kubectl-validate": "sigs.k8s.io/kubectl-validate@v0.0.4",
    "compose": "github.com/compose-spec/compose-go/v2/cmd@v2.16.2",
    "weaviate-server": "github.com/weaviate/weaviate/cmd/weaviate-server@v1.35.2",
}


def kept(name: str) -> Path | None:
    """Where it lies, once it was built."""
    found = cache() / "bin" / name
    return found if found.is_file() else None


def built(name: str) -> Path:
    """Where it lies, built first if need be. Raises RuntimeError."""
    place = cache() / "bin"
    place.mkdir(parents=True, exist_ok=True)
    with (place / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return kept(name) or _build(name, place)


def _build(name: str, place: Path) -> Path:
    go = shutil.which("go")
    if go is None:
        raise RuntimeError(f"{name} is built with Go 1.26 or newer, which is not here. Install it.")
    print(f"Building {MODULES[name]} with Go, once; it takes a few minutes.", flush=True)
    with tempfile.TemporaryDirectory(dir=place) as fresh:
        command = [go, "install", "-ldflags=-s -w", MODULES[name]]
        done = subprocess.run(command, env={**os.environ, "GOBIN": fresh}, check=False)
        if done.returncode:
            raise RuntimeError(f"{name} could not be built; Go says why above.")
        (made,) = Path(fresh).iterdir()  # named by the last part of its module, which may be cmd
        return made.replace(place / name)


if __name__ == "__main__":
    try:
        for word in sys.argv[1:]:
            print(built(word))
    except (RuntimeError, KeyError) as error:
        sys.exit(str(error))
