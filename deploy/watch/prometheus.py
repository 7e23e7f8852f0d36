"""Starts a real Prometheus on this machine: `running()` in tests.

It uses the programs that are installed, else those in FOOTNOTE_CACHE: `--install` unpacks Debian's package
there, and sets up no service.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from deploy import installer  # noqa: E402
from deploy.environment import cache  # noqa: E402
from deploy.ports import free  # noqa: E402

PATIENCE = 30.0  # seconds until a start counts as failed


def program(name: str) -> Path:
    """`prometheus` or `promtool`. Raises RuntimeError."""
    kept = cache() / "prometheus" / "usr" / "bin" / name
    if found := shutil.which(name):
        return Path(found)
    if not kept.is_file():
        raise RuntimeError(f"{name} is not here. Run python deploy/watch/prometheus.py --install.")
    return kept


def install() -> None:
    """Gets both where they are not there. Raises RuntimeError where it cannot."""
    with contextlib.suppress(RuntimeError):
        program("prometheus"), program("promtool")
        return
    if not shutil.which("apt-get") or not shutil.which("dpkg"):
        raise RuntimeError("Prometheus is not here. Put prometheus and promtool of its release on the PATH.")
    print("Unpacking Prometheus from Debian's archive ...", flush=True)
    cache().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache()) as fresh:
        subprocess.run(["apt-get", "download", "--quiet", "prometheus"], cwd=fresh, check=True)
        (package,) = Path(fresh).glob("*.deb")
        subprocess.run(["dpkg", "-x", str(package), f"{fresh}/made"], check=True)
        with contextlib.suppress(OSError):  # somebody else was sooner
            Path(fresh, "made").rename(cache() / "prometheus")
    program("prometheus")


class Prometheus:
    """A server that scrapes some addresses every second; its clock is the machine's."""

    def __init__(self, address: str) -> None:
        self.address = address

    def ask(self, query: str) -> list[dict[str, Any]]:
        """The series that a query has now. Raises OSError where it is not understood."""
        asked = urllib.parse.urlencode({"query": query})
        with urllib.request.urlopen(f"{self.address}/api/v1/query?{asked}", timeout=PATIENCE) as answer:
            return list(json.load(answer)["data"]["result"])

    def rules(self) -> list[dict[str, Any]]:
        """The alarms, each with its health and its state."""
        with urllib.request.urlopen(f"{self.address}/api/v1/rules", timeout=PATIENCE) as answer:
            return [rule for group in json.load(answer)["data"]["groups"] for rule in group["rules"]]


@contextlib.contextmanager
def running(targets: Sequence[str], rules: Path) -> Iterator[Prometheus]:
    """A ready server. Raises RuntimeError with the end of its log where it does not start."""
    with tempfile.TemporaryDirectory(prefix="footnote-prometheus-") as place:
        home, port = Path(place), free()
        (home / "prometheus.yml").write_text(json.dumps(_config(targets, rules)), encoding="utf-8")
        command = [
            str(program("prometheus")), f"--config.file={home}/prometheus.yml",
            f"--storage.tsdb.path={home}/data", f"--web.listen-address=127.0.0.1:{port}",
            f"--web.console.libraries={home}", f"--web.console.templates={home}",
        ]  # fmt: skip
        with (home / "log").open("wb") as log:
            process = subprocess.Popen(command, cwd=home, stdout=log, stderr=log)
        try:
            _wait(process, f"http://127.0.0.1:{port}/-/ready", home / "log")
            yield Prometheus(f"http://127.0.0.1:{port}")
        finally:
            process.kill()
            process.wait()


def _config(targets: Sequence[str], rules: Path) -> dict[str, Any]:
    """JSON is YAML, too."""
    return {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "scrape_configs": [{"job_name": "footnote", "static_configs": [{"targets": list(targets)}]}],
        "rule_files": [str(rules)],
    }


def _wait(process: subprocess.Popen[bytes], ready: str, log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(ready, timeout=2):
            return
        time.sleep(0.1)
    tail = log.read_text("utf-8", "replace")[-2000:]
    raise RuntimeError(f"Prometheus did not start within {PATIENCE:.0f} s. The end of its log:\n{tail}")


if __name__ == "__main__":
    installer.main(__doc__, install, lambda: program("prometheus"))
