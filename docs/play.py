"""The picture at the head of README.md: footnote play in a real browser in, docs/play.png out.

python -m docs.play
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.chromium.browser import Tab, running
from deploy.ports import free

DOCS = Path(__file__).resolve().parent
EXAMPLES = DOCS.parent / "examples"
WIDE, HIGH = 1180, 690  # of the workspace, in points
_ANSWERED = "document.querySelector('#replies .bot button[aria-pressed]')"
_FRAME = """<!doctype html><style>
body { margin: 0; width: 1400px; height: 800px; background: linear-gradient(150deg, #efe4d3, #d9c3a7) }
img { position: absolute; border-radius: 12px; box-shadow: 0 14px 44px #3a240f55 }
.slack { left: 36px; top: 36px; width: 1180px }
.page { right: 36px; bottom: 36px; width: 540px; border: 1px solid #d7c8b4 }
</style><img class="slack" src="data:image/png;base64,SLACK">
<img class="page" src="data:image/png;base64,PAGE">
"""


def picture(home: Path) -> bytes:
    """The PNG of a question, its answer, and the document that its number opens; indexes into `home`."""
    demo = json.loads((EXAMPLES / "demo.json").read_text(encoding="utf-8"))
    environment = {**os.environ, "FOOTNOTE_HOME": str(home)}
    command = [sys.executable, "-m", "bot.cli"]
    subprocess.run([*command, "index", str(EXAMPLES / demo["folder"])], env=environment, check=True)
    with _playing(command, environment) as address, running() as tab:
        slack, page = tab(), tab()
        slack.size(WIDE, HIGH, scale=2)
        link = _asked(slack, address, demo["questions"][0]["question"])
        page.size(540, 280, scale=2)
        page.goto(link)
        page.until("document.querySelector('#quote')")
        return _framed(tab(), slack.picture(), page.picture())


def _asked(slack: Tab, address: str, question: str) -> str:
    """Asks in the channel; the address behind the first number of the answer."""
    slack.goto(address)
    slack.until("document.querySelector('#channels button[aria-current=true]')")
    slack.type(question)
    slack.key("Enter")
    slack.until(_ANSWERED, 90)
    slack.run("document.activeElement.blur()")
    return str(slack.run("document.querySelector('#replies .bot .body a').href"))


def _framed(tab: Tab, slack: bytes, page: bytes) -> bytes:
    tab.size(1400, 800)
    frame = _FRAME.replace("SLACK", base64.b64encode(slack).decode())
    frame = frame.replace("PAGE", base64.b64encode(page).decode())
    tab.run(f"document.write({json.dumps(frame)})")
    tab.until("[...document.images].every(one => one.complete && one.naturalWidth)")
    return tab.picture()


@contextmanager
def _playing(command: list[str], environment: dict[str, str]) -> Iterator[str]:
    port = free()
    playing = subprocess.Popen(
        [*command, "play", "--port", str(port)], env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert playing.stdout is not None
        playing.stdout.readline()  # "Open ... and ask."
        yield f"http://127.0.0.1:{port}"
    finally:
        playing.terminate()
        playing.wait()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        (DOCS / "play.png").write_bytes(picture(Path(folder)))
