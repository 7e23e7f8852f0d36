"""Starts a real Chromium without a window and drives it: `running()` in tests and in docs/play.py.

It uses the Chromium or Chrome that is installed. `--install` gets Debian's where it runs as root and none is
there. What it is asked to open lies on loopback; it is told to look nothing up by itself.
"""

from __future__ import annotations

import base64
import contextlib
import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from deploy import installer  # noqa: E402

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLACES = ("/Applications/Chromium.app/Contents/MacOS/Chromium",)
PATIENCE = 120.0  # seconds until a start, or something on a page, counts as failed
_PDEATHSIG = 1  # prctl: the signal that the kernel sends a child when its parent is gone
FLAGS = """
    --headless=new --remote-debugging-port=0 --no-first-run --no-default-browser-check --disable-gpu
    --disable-extensions --disable-sync --disable-background-networking --disable-component-update
    --blink-settings=primaryHoverType=2,availableHoverTypes=2,primaryPointerType=4,availablePointerTypes=4
    --disable-dev-shm-usage --hide-scrollbars --force-color-profile=srgb --password-store=basic
    --use-mock-keychain
""".split()


def program() -> str:
    """The installed browser. Raises RuntimeError."""
    found = next(filter(None, map(shutil.which, PROGRAMS)), None)
    found = found or next((place for place in PLACES if Path(place).is_file()), None)
    if found is None:
        raise RuntimeError("Chromium is not here. Install it (Debian: apt-get install chromium).")
    return found


def install() -> None:
    """Gets it where it is not there. Raises RuntimeError where it cannot."""
    try:
        program()
    except RuntimeError:
        if os.getuid() != 0 or not shutil.which("apt-get"):
            raise
    else:
        return
    print("Installing Chromium from Debian's archive ...", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    got = [
        "apt-get",
        "install",
        "--yes",
        "--quiet",
        "--no-install-recommends",
        "chromium",
        "fonts-noto-color-emoji",
    ]
    for command in (["apt-get", "update", "--quiet"], got):
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    program()


class Tab:
    """One page. Everything waits for its answer; a script that throws raises RuntimeError."""

    def __init__(self, socket: Any) -> None:
        self._socket, self._serial = socket, 0

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """A method of the DevTools protocol."""
        self._serial += 1
        self._socket.send(json.dumps({"id": self._serial, "method": method, "params": params}))
        while True:
            answer = json.loads(self._socket.recv(timeout=PATIENCE))
            if answer.get("id") == self._serial:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error'].get('message')}")
                return dict(answer["result"])

    def goto(self, url: str) -> None:
        self.call("Page.navigate", url=url)
        self.until("document.readyState === 'complete'")

    def run(self, script: str) -> Any:
        """The value of an expression on the page; a promise is waited for, an element is True."""
        plain = f"(async () => {{ const v = await ({script}); return v instanceof Node ? true : v }})()"
        found = self.call("Runtime.evaluate", expression=plain, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in found:
            raise RuntimeError(
                f"{script}: {found['exceptionDetails'].get('exception', {}).get('description')}"
            )
        return found["result"].get("value")

    def until(self, script: str, seconds: float = PATIENCE) -> Any:
        """The value of an expression once it is true. Raises TimeoutError."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with contextlib.suppress(RuntimeError):
                if found := self.run(script):
                    return found
            time.sleep(0.05)
        raise TimeoutError(f"not within {seconds:.0f} s: {script}")

    def type(self, text: str) -> None:
        """Words into what has the focus."""
        self.call("Input.insertText", text=text)

    def key(self, name: str, *, shift: bool = False) -> None:
        """A key as a person presses it: Tab, Enter, Escape, ArrowDown, Space."""
        code = {"Tab": 9, "Enter": 13, "Escape": 27, "Space": 32, "ArrowRight": 39, "ArrowDown": 40}[name]
        text = {"Enter": "\r", "Space": " "}.get(name, "")
        about = {
            "key": " " if name == "Space" else name,
            "code": name,
            "windowsVirtualKeyCode": code,
            "modifiers": 8 if shift else 0,
        }
        self.call("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", text=text, **about)
        self.call("Input.dispatchKeyEvent", type="keyUp", **about)

    def size(
        self, width: int, height: int, *, scale: float = 1, dark: bool = False, touch: bool = False
    ) -> None:
        """The window; `dark`: of a person who prefers that; `touch`: of a telephone."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": touch}
        self.call("Emulation.setDeviceMetricsOverride", **metrics)
        wanted = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        wanted.append({"name": "prefers-reduced-motion", "value": "reduce"})
        self.call("Emulation.setEmulatedMedia", features=wanted)

    def picture(self) -> bytes:
        """What is seen now, as PNG."""
        return base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"])


@contextlib.contextmanager
def running(folder: Path | None = None) -> Iterator[Callable[[], Tab]]:
    """A browser; call what it yields for a tab of its own. Raises RuntimeError where it does not start."""
    from websockets.sync.client import connect

    with contextlib.ExitStack() as stack:
        home = folder or Path(
            stack.enter_context(
                tempfile.TemporaryDirectory(prefix="footnote-chromium-", ignore_cleanup_errors=True)
            )
        )
        process = _start(home)
        stack.callback(_stop, process)
        address = _address(process, home)

        def tab() -> Tab:
            asked = urllib.request.Request(f"http://{address}/json/new?about:blank", method="PUT")
            with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:
                url = json.load(answer)["webSocketDebuggerUrl"]
            opened = Tab(stack.enter_context(connect(url, max_size=None, proxy=None)))
            for domain in ("Page", "Runtime"):
                opened.call(f"{domain}.enable")
            return opened

        yield tab


def _start(home: Path) -> subprocess.Popen[bytes]:
    alone = ["--no-sandbox"] if os.getuid() == 0 else []  # its sandbox does not work for root
    command = [program(), *FLAGS, *alone, f"--user-data-dir={home}", "about:blank"]
    with (home / "log").open("ab") as log:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=_ends_with_parent() if sys.platform == "linux" else None,
        )


def _ends_with_parent():  # type: ignore[no-untyped-def]
    libc = ctypes.CDLL(None)  # loaded here: after the fork nothing may be
    return lambda: libc.prctl(_PDEATHSIG, signal.SIGTERM)


def _address(process: subprocess.Popen[bytes], home: Path) -> str:
    """Where the browser listens, which it writes into its folder."""
    end, written = time.monotonic() + PATIENCE, home / "DevToolsActivePort"
    while time.monotonic() < end and process.poll() is None:
        if written.exists() and (lines := written.read_text("ascii").splitlines()):
            return f"127.0.0.1:{lines[0]}"
        time.sleep(0.05)
    tail = (home / "log").read_text("utf-8", "replace")[-2000:]
    raise RuntimeError(f"Chromium did not start within {PATIENCE:.0f} s. The end of its log:\n{tail}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)  # its processes share a group that nothing else is in
    process.wait()


if __name__ == "__main__":
    installer.main(__doc__, install, program)
