"""What Weaviate's client raises in, a sentence for a person out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from weaviate.exceptions import InsufficientPermissionsError, UnexpectedStatusCodeError, WeaviateBaseError

from retrieval.passage import FootnoteError, SearchUnavailable

SILENT = "Weaviate does not answer. See that it is running, and check WEAVIATE_URL and WEAVIATE_GRPC_PORT."
REFUSED = "Weaviate refuses the key. Check WEAVIATE_API_KEY and the rights that it has."
MISSET = (
    "WEAVIATE_URL is not an address such as http://127.0.0.1:8080 beside a WEAVIATE_GRPC_PORT of its own."
)
FAILED = "Weaviate answered with an error. Its log says which; `footnote doctor` checks the connection."
INCOMPLETE = "Weaviate did not store everything. Run `footnote index` again; its log says why."


@contextmanager
def asking() -> Iterator[None]:
    """Turns what the client raises into SearchUnavailable with a sentence; the cause stays for the log."""
    try:
        yield
    except FootnoteError:
        raise
    except InsufficientPermissionsError as e:
        raise SearchUnavailable(REFUSED) from e
    except UnexpectedStatusCodeError as e:
        raise SearchUnavailable(REFUSED if e.status_code in (401, 403) else FAILED) from e
    except WeaviateBaseError as e:
        raise SearchUnavailable(_sentence(str(e))) from e
    except (OSError, httpx.HTTPError) as e:
        raise SearchUnavailable(SILENT) from e


def _sentence(said: str) -> str:
    if any(code in said for code in ("UNAUTHENTICATED", "PERMISSION_DENIED")):
        return REFUSED
    silent = ("UNAVAILABLE", "DEADLINE_EXCEEDED", "onnection", "imeout", "timed out")
    return SILENT if any(word in said for word in silent) else FAILED
