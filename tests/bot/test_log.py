"""What a server says on standard error: ours as loud as it is asked for, of others warnings only."""

from __future__ import annotations

import subprocess
import sys
from functools import cache

CODE = """
import logging
from bot.log import to_terminal
to_terminal({level!r})
logging.getLogger("footnote.test").debug("ours, low")
logging.getLogger("footnote.test").info("ours")
logging.getLogger("openai._base_client").debug("Request options: somebody's words")
logging.getLogger("httpx").info("a line for each request")
logging.getLogger("anything").warning("theirs")
"""


@cache
def said(level: str) -> str:
    command = [sys.executable, "-c", CODE.format(level=level)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stderr


def test_at_no_level_do_libraries_print_what_they_send() -> None:
    assert "somebody" not in said("DEBUG") + said("INFO") and "each request" not in said("DEBUG")


def test_ours_is_as_loud_as_it_is_asked_for() -> None:
    assert "ours, low" in said("DEBUG")
    assert "ours, low" not in said("INFO") and "ours" in said("INFO")
    assert "ours" not in said("ERROR") and "theirs" not in said("ERROR")
