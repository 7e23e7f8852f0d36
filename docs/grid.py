"""Base or adapter, alone or with retrieval: the picture and the table in README.md, of the apprentice.

    python -m docs.grid FOLDER    where `python -m docs.gain FOLDER` has trained its adapters

`footnote eval grid` asks sixty golden questions: without passages this base seldom comes to an end, and each
answer is as long as it may be.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from deploy.vllm.server import Serving, running
from docs.gain import ROOT, frozen, insist
from examples.apprentice import BASE

ADAPTER, QUESTIONS = "seed-1", 60
PICTURE = ROOT / "docs" / "grid.svg"


def main(words: list[str]) -> int:
    from bot.cli.table import app

    if len(words) != 1 or not (Path(words[0]) / ADAPTER).is_dir():
        sys.exit(f"python -m docs.grid FOLDER needs FOLDER/{ADAPTER}; python -m docs.gain FOLDER makes it.")
    insist("serve-cpu")
    place = Path(words[0]).absolute()
    home = place / "grid"
    frozen(home / "models", QUESTIONS)
    with running(Serving(str(BASE), {ADAPTER: place / ADAPTER}), place / "grid.log") as server:
        os.environ |= {
            "FOOTNOTE_HOME": str(home),
            "DATABASE_URL": "",  # whatever a .env here says is somebody's own
            "FOOTNOTE_BASE_MODEL": "base",
            "FOOTNOTE_WRITER": "chat",
            "FOOTNOTE_MARKER_GRAMMAR": "true",
            "VLLM_BASE_URL": server.base_url,
        }
        app(["eval", "grid", ADAPTER], standalone_mode=False)
    made = max(home.glob("models/evals/*/*/grid-*/grid.svg"), key=lambda one: one.stat().st_mtime)
    PICTURE.write_text(made.read_text("utf-8").replace(f"{ADAPTER} ", "adapter "), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
