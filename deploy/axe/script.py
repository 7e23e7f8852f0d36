"""axe-core, which looks at a page for what keeps people with a screen reader or a keyboard out: its script.

It is taken from the wheel of axe-playwright-python, of which nothing else is used, by the digest below, into
FOOTNOTE_CACHE. `--install` gets it.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from deploy import installer  # noqa: E402
from deploy.environment import cache  # noqa: E402

WHEEL = "axe-playwright-python==0.1.8"
DIGEST = "sha256:fdd263c998388f1a8e67cad02677e612d946248bd44d163be5e8650ea31f95f8"
_INSIDE = "axe_playwright_python/axe.min.js"


def script() -> Path:
    """Where it lies. Raises RuntimeError where it is not there."""
    found = cache() / WHEEL.replace("==", "-") / _INSIDE
    if not found.is_file():
        raise RuntimeError("axe-core is not here: python deploy/axe/script.py --install")
    return found


def install() -> None:
    """Gets it where it is not there."""
    place = cache() / WHEEL.replace("==", "-")
    if (place / _INSIDE).is_file():
        return
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as wanted:
        wanted.write(f"{WHEEL} --hash={DIGEST}\n")
        wanted.flush()
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes"]
        subprocess.run([*pip, "--only-binary=:all:", "--target", str(place), "-r", wanted.name], check=True)


if __name__ == "__main__":
    installer.main(__doc__, install, script)
