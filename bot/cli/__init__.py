"""The command `footnote`."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Runs a command. A person sees a sentence, or the number under which the log has the rest; Ctrl-C ends
    it from the first import on."""
    # A shell in which LangChain was tried out may have these on: every question would go to its makers.
    os.environ |= dict.fromkeys(("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2"), "false")
    os.environ |= dict.fromkeys(("LANGCHAIN_TRACING", "LANGCHAIN_TRACING_V2"), "false")
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    try:
        _run()
    except KeyboardInterrupt:
        sys.exit(130)


def _run() -> None:
    from bot.cli.table import app
    from retrieval.passage import FootnoteError, SettingError

    try:
        app()
    except SettingError as error:
        _end(str(error), 2)
    except FootnoteError as error:
        _end(str(error), 1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except Exception as error:
        if said := _of_home(error):
            _end(said, 2)
        _end(f"Something went wrong; that is a fault of Footnote. {_logged(error)}", 1)


def _of_home(fault: Exception) -> str:
    """What to do where FOOTNOTE_HOME cannot be made or written; empty where the fault is another."""
    import errno
    from pathlib import Path

    from bot.settings import load
    from bot.sqlite import unmade
    from retrieval.passage import FootnoteError

    refused = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.ENOTDIR}
    try:
        home = load().home.absolute()
        gone = set() if home.is_dir() else {errno.ENOENT}
    except (OSError, FootnoteError):
        return ""
    if not isinstance(fault, OSError) or fault.errno not in refused | gone or not fault.filename:
        return ""
    place = Path(os.fsdecode(fault.filename)).absolute()
    return str(unmade(fault)) if home == place or home in place.parents or place in home.parents else ""


def _logged(fault: Exception) -> str:
    """Says where the log has what is known of `fault`, or that there is no log."""
    import logging
    import secrets

    from bot.log import frames, to_file
    from bot.settings import load
    from retrieval.passage import FootnoteError

    reference = secrets.token_hex(4)
    try:
        where = to_file(load().home)
    except (OSError, FootnoteError):
        where = ""
    if not where:
        return f"There is no log, because FOOTNOTE_HOME cannot be written ({type(fault).__name__})."
    logging.getLogger("footnote").error("reference %s: %s", reference, frames(fault))
    return f"Reference {reference}, in {where}."


def _end(sentence: str, code: int) -> None:
    sys.stderr.write(sentence + "\n")
    sys.exit(code)
