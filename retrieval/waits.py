"""How long a connection to PostgreSQL that says nothing is waited for.

A firewall or a failover forgets connections without a word: the kernel would wait for a quarter of an hour
for the next answer on one of them, and two hours where nothing is asked.
"""

from __future__ import annotations

import sqlalchemy as sa

KEEPALIVES = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 4}
# Nothing is kept alive while an answer is owed: that ends by the time of what was sent and not received.
_WAITS = {**KEEPALIVES, "connect_timeout": 10, "tcp_user_timeout": 20_000}


def waits(url: sa.URL) -> dict[str, int]:
    """What an engine connects with, where the address does not say it."""
    return {name: value for name, value in _WAITS.items() if name not in url.query}


def patient(address: str) -> str:
    """The address with the same in it, for who connects by an address alone; that of a file as it is."""
    url = sa.make_url(address)
    if url.get_backend_name() != "postgresql":
        return address
    said = {name: str(value) for name, value in waits(url).items()}
    return url.update_query_dict(said).render_as_string(hide_password=False)
