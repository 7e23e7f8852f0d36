"""What the scripts that get one thing from elsewhere share: `--install`, and the place where it lies."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable


def main(document: str | None, install: Callable[[], None], place: Callable[[], object]) -> None:
    """Prints where it is; with `--install` on the command line it is got first if need be."""
    parser = argparse.ArgumentParser(
        description=document, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--install", action="store_true", help="get it if need be")
    try:
        if parser.parse_args().install:
            install()
        print(place())
    except (RuntimeError, subprocess.CalledProcessError) as error:
        sys.exit(str(error))
