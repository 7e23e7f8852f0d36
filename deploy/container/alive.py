"""Whether a server in this container lives: exit status 0 where /healthz answers 200. Images have no curl.

python alive.py [PORT [PATH]]    by default FOOTNOTE_METRICS_PORT or 9464, and /healthz
"""

from __future__ import annotations

import http.client
import os
import sys


def alive(port: int, path: str) -> bool:
    """Asks loopback directly: no proxy of the environment is in the way."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=4)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    given = sys.argv[1:]
    place = given[0] if given else os.environ.get("FOOTNOTE_METRICS_PORT", "9464")
    sys.exit(not alive(int(place), given[1] if len(given) > 1 else "/healthz"))
