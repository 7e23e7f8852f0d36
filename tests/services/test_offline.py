"""Nothing that computes reports about it: traced below Python, where a hook on its sockets sees nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from operated import ready

from docs.by_heart import Tiny
from docs.reached import attempts, traced

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
SERVES = """
import sys
from pathlib import Path
from deploy.vllm.server import Serving, running
from docs.reached import loopback

loopback()
base, adapter, folder = map(Path, sys.argv[1:])
with running(Serving(str(base), {"by-heart": adapter}), folder / "log"):
    (folder / "wrote").touch()  # a token under each name
"""
ASKS = "import socket; socket.create_connection(('192.0.2.1', 443), 1)"


def reached(folder: Path, program: str, *words: str) -> list[str]:
    """What a Python program reaches for beyond loopback, where there is no network at all."""
    if os.getuid() != 0 or not shutil.which("strace") or not shutil.which("unshare"):
        pytest.skip("a trace in a network of its own takes root, strace and Linux")
    trace = folder / "trace"
    env = {name: os.environ[name] for name in ("PATH", "HOME", "FOOTNOTE_CACHE") if name in os.environ}
    subprocess.run(
        [*traced(trace), sys.executable, "-c", program, *words],
        env=env | {"PYTHONPATH": str(ROOT)},
        check=False,
    )
    found = attempts(trace.read_text("utf-8", "replace"))
    return [f"{one.address}:{one.port}" for one in found if one.beyond]


def test_the_embedder_reaches_for_nobody(tmp_path: Path) -> None:
    assert reached(tmp_path, EMBEDS, str(tmp_path / "home")) == []


@pytest.mark.timeout(900)
def test_the_model_server_reaches_for_nobody_and_writes_where_there_is_no_network(
    by_heart: Tiny, missing: Callable[[str], None], tmp_path: Path
) -> None:
    ready("serve-cpu", missing)

    assert reached(tmp_path, SERVES, str(by_heart.base), str(by_heart.adapter), str(tmp_path)) == []
    assert (tmp_path / "wrote").exists(), (tmp_path / "log").read_text()[-2000:]


def test_an_attempt_is_seen(tmp_path: Path) -> None:
    assert reached(tmp_path, ASKS) == ["192.0.2.1:443"]
