"""What a process has freed is the machine's again."""

from __future__ import annotations

import os
import platform
import threading

import psutil
import pytest

from bot.freed import give_back

MB = 1 << 20


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps what was freed")
def test_what_a_thread_has_freed_below_what_it_still_holds_goes_back() -> None:
    process, last, over = psutil.Process(), list[bytes](), threading.Event()

    def work() -> None:
        many = [os.urandom(50_000) for _ in range(1_000)]
        last.append(os.urandom(50_000))  # holds the heap of this thread up
        del many
        freed.set()
        over.wait()

    freed = threading.Event()
    thread = threading.Thread(target=work)
    thread.start()
    try:
        freed.wait()
        kept = process.memory_info().rss
        give_back()
        assert kept - process.memory_info().rss > 30 * MB
    finally:
        over.set()
        thread.join()
