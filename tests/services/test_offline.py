"""Nothing that computes reports about it: traced below Python, where a hook on its sockets sees nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from docs.offline import TRACED, attempts

pytestmark = pytest.mark.services
ROOT = Path(__file__).parents[2]
WAITS_S = 20  # what onnxruntime reported left it within ten seconds
EMBEDS = f"""
import sys, time
from pathlib import Path
from retrieval.embed import load

load("minilm", home=Path(sys.argv[1])).embed_query("How much may I spend on dinner?")
time.sleep({WAITS_S})
"""
ASKS = "import socket; socket.create_connection(('192.0.2.1', 443), 1)"


def reached(folder: Path, program: str, *words: str) -> list[str]:
    """What a Python program reaches for where there is no network at all."""
    if os.getuid() != 0 or not shutil.which("strace") or not shutil.which("unshare"):
        pytest.skip("a trace in a network of its own takes root, strace and Linux")
    trace = folder / "trace"
    command = ["unshare", "--net", "strace", "--follow-forks", "--seccomp-bpf", "--decode-pids=comm"]
    command += ["--quiet=all", "--signal=none", f"--trace={TRACED}", f"--output={trace}"]
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    subprocess.run([*command, sys.executable, "-c", program, *words], env=env, check=False, timeout=120)
    return [f"{one.address}:{one.port}" for one in attempts(trace.read_text("utf-8", "replace"))]


def test_the_embedder_reaches_for_nobody(tmp_path: Path) -> None:
    assert reached(tmp_path, EMBEDS, str(tmp_path / "home")) == []


def test_an_attempt_is_seen(tmp_path: Path) -> None:
    assert reached(tmp_path, ASKS) == ["192.0.2.1:443"]
