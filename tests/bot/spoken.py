"""A command run inside the process of the tests: as in a process of its own, without the time to start it."""

from __future__ import annotations

import io
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout

from bot.cli import main


def footnote(*words: str) -> subprocess.CompletedProcess[str]:
    """Its exit code and what it says, as test_cli.py has them of a process."""
    out, err, code, before = io.StringIO(), io.StringIO(), 0, sys.argv
    sys.argv = ["footnote", *words]
    try:
        with redirect_stdout(out), redirect_stderr(err):
            main()
    except SystemExit as end:
        code = int(end.code or 0)
    finally:
        sys.argv = before
    assert "Traceback" not in out.getvalue() + err.getvalue()
    return subprocess.CompletedProcess(words, code, out.getvalue(), err.getvalue())
