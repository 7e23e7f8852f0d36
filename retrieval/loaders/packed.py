"""An Office file in, nothing out: refused where it is encrypted, broken or would unpack to too much."""

from __future__ import annotations

import io
import zipfile

from retrieval.passage import DocumentError

_LARGEST = 300_000_000  # bytes that the parts of a document may have when unpacked
_PARTS = 10_000


def weigh(content: bytes, name: str, old: str) -> None:
    """Adds up the sizes the archive declares, and opens no part: a bomb is not lit. `old`: what came before
    `name` and is no archive."""
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise DocumentError(f"It is encrypted, or an {old}: save it as {name} without a password.")
    try:
        parts = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except zipfile.BadZipFile:
        raise broken(name) from None
    if sum(part.file_size for part in parts) > _LARGEST or len(parts) > _PARTS:
        raise DocumentError("It would unpack to more than 300 MB and was not opened.")


def broken(name: str) -> DocumentError:
    return DocumentError(f"It is a broken {name}; opening and saving it anew may mend it.")
