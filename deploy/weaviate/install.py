"""The Weaviate server itself: a binary in FOOTNOTE_CACHE/bin, or Docker where an engine runs."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from deploy.programs import MODULES, built, kept

VERSION = MODULES["weaviate-server"].rpartition("@v")[2]
IMAGE = f"cr.weaviate.io/semitechnologies/weaviate:{VERSION}"


def binary() -> Path | None:
    """The server in the cache, built there first if need be; None where Docker is to be used instead.
    Raises RuntimeError."""
    if found := kept("weaviate-server"):
        return found
    if _docker():
        return None
    if not shutil.which("go"):
        raise RuntimeError("Weaviate needs Docker, or Go 1.26 or newer to build it. Install one of them.")
    return built("weaviate-server")


def _docker() -> bool:
    docker = shutil.which("docker")
    if docker is None:
        return False
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.run([docker, "info"], timeout=20, check=False, **quiet).returncode == 0
