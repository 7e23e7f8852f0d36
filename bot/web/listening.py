"""An address in, a socket that listens there out; where it cannot, a sentence that names the setting."""

from __future__ import annotations

import errno
import socket

from retrieval.passage import SettingError


def listening(host: str, port: int, setting: str) -> socket.socket:
    """Raises SettingError. `setting` is the variable that the port came from."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise SettingError(
            f"Port {port} is taken; choose another with {setting}."
            if error.errno == errno.EADDRINUSE
            else f"FOOTNOTE_HTTP_HOST, {setting}: this machine cannot listen there. Choose others."
        ) from None
