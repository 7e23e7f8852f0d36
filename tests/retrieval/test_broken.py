"""Whatever is in a folder, each file is read or named with a sentence, and nothing else happens.

`python -m docs.fuzz files` goes on for as long as it is told.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from broken import SECRET, complaints, drawn, meant, put

from retrieval.sources.files import FileSource

LARGEST = 20 << 20


def test_files_that_are_broken_by_chance_are_read_or_named(tmp_path: Path) -> None:
    seed = random.randrange(1 << 30)
    print(f"seed {seed}")
    files = dict(drawn(random.Random(seed), 30))
    for name, content in files.items():
        put(tmp_path, name, content)
    source = FileSource("docs", [tmp_path], LARGEST)

    found = complaints(source, len(files))
    source.close()

    assert found == []


@pytest.mark.slow  # what is to take too long does
def test_files_that_are_broken_on_purpose_are_read_or_named(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "folder" / "page.pdf").mkdir(parents=True)
    secret = tmp_path / "outside" / "secret.md"
    secret.write_text(SECRET)
    files = dict(meant(secret))
    for name, content in files.items():
        put(tmp_path / "folder", name.encode(), content)
    os.mkfifo(tmp_path / "folder" / "pipe.pdf")
    (tmp_path / "folder" / "link.md").symlink_to(secret)
    source = FileSource("docs", [tmp_path / "folder"], LARGEST)

    found = complaints(source, len(files) + 2)
    source.close()

    assert found == []
