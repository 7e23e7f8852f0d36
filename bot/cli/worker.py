"""footnote worker: indexes what syncs on any machine hand over."""

from __future__ import annotations


def worker() -> None:
    """Take a share of every indexing run. Needs PostgreSQL (DATABASE_URL) and Weaviate; start any number."""
    import signal

    from bot import wiring
    from bot.log import to_terminal
    from bot.settings import load

    settings = load()
    to_terminal(settings.log_level)
    made = wiring.worker(settings)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: made.stop())
    with wiring.schedules(settings):
        made.run(settings.database_url)
