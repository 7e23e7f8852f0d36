"""What a server says on standard error: ours as loud as it is asked for, of others warnings only."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import datetime, timedelta
from functools import cache

CODE = """
import logging
from bot.log import to_terminal
to_terminal({level!r}, {form!r})
logging.getLogger("footnote.test").debug("ours, low")
logging.getLogger("footnote.test").info("ours")
logging.getLogger("openai._base_client").debug("Request options: somebody's words")
logging.getLogger("httpx").info("a line for each request")
logging.getLogger("anything").warning("theirs: somebody's words")
logging.getLogger("retrieval.rerank").warning("left out: event=Ev1 took_ms=12.5 attempt=3 error=429")
try:
    raise ValueError("somebody's words")
except ValueError:
    logging.getLogger("footnote.test").exception("broken")
"""


@cache
def said(level: str, form: str = "text") -> str:
    command = [sys.executable, "-c", CODE.format(level=level, form=form)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stderr


def test_at_no_level_do_libraries_print_what_they_send() -> None:
    assert "somebody" not in said("DEBUG") + said("INFO") and "each request" not in said("DEBUG")


def test_ours_is_as_loud_as_it_is_asked_for() -> None:
    assert "ours, low" in said("DEBUG")
    assert "ours, low" not in said("INFO") and "ours" in said("INFO")
    assert "ours" not in said("ERROR") and "anything" not in said("ERROR")


def test_of_a_library_only_the_place_is_told_and_of_an_error_its_kind() -> None:
    lines = [line.split(" ", 3)[3] for line in said("INFO").splitlines()]

    assert any(re.fullmatch(r"anything at <string>:\d+", line) for line in lines)
    assert any(re.fullmatch(r"footnote.test broken ValueError at <string>:\d+", line) for line in lines)


def test_as_json_what_a_line_says_of_itself_is_a_field() -> None:
    lines = [json.loads(line) for line in said("INFO", "json").splitlines()]
    told = next(line for line in lines if line["logger"] == "retrieval.rerank")

    assert (told["event"], told["took_ms"], told["attempt"], told["error"]) == ("Ev1", 12.5, 3, 429)
    assert (told["level"], told["says"].partition(":")[0]) == ("WARNING", "left out")
    assert datetime.fromisoformat(told["at"]).utcoffset() == timedelta()
    assert "somebody" not in said("DEBUG", "json")
