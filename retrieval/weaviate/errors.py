"""What Weaviate's client raises in, a sentence for a person out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from weaviate.exceptions import InsufficientPermissionsError, UnexpectedStatusCodeError, WeaviateBaseError

from retrieval.passage import FootnoteError, IndexMissing, SearchUnavailable
from retrieval.store import MISSING

SILENT = "Weaviate does not answer. See that it is running, and check WEAVIATE_URL and WEAVIATE_GRPC_PORT."
REFUSED = "Weaviate refuses the key. Check WEAVIATE_API_KEY and the rights that it has."
DENIED = (
    "The key in WEAVIATE_API_KEY may not change the index. Give it the role that "
    "`python deploy/weaviate/role.py` makes."
)
MISSET = (
    "WEAVIATE_URL is not an address such as http://127.0.0.1:8080 beside a WEAVIATE_GRPC_PORT of its own."
)
FAILED = "Weaviate answered with an error. Its log says which; `footnote doctor` checks the connection."
LOST = "Weaviate misses the nodes that hold this index. See that all nodes of the cluster are running."
INCOMPLETE = (
    "Weaviate did not {what} {failed} of {all} passages. Run `footnote index` again; its log says why."
)
_GONE = ("tenant not found", "could not find class", "not present in schema", "class not found")
_LOST = (
    "no read replica",
    "resolve node name",
    "leader not found",
    "can not resolve nodes",
    "enough replicas",
)
_SILENT = ("UNAVAILABLE", "DEADLINE_EXCEEDED", "onnection", "imeout", "timed out", "Deadline Exceeded")


@contextmanager
def asking(denied: str = REFUSED) -> Iterator[None]:
    """Turns what the client raises into a sentence; the cause stays for the log. `denied`: what to say where
    the key is good but has no right to do this."""
    try:
        yield
    except FootnoteError:
        raise
    except InsufficientPermissionsError as e:
        raise SearchUnavailable(denied) from e
    except UnexpectedStatusCodeError as e:
        raise SearchUnavailable({401: REFUSED, 403: denied}.get(e.status_code, FAILED)) from e
    except WeaviateBaseError as e:
        raise said(str(e), denied) or SearchUnavailable(FAILED) from e
    except (OSError, httpx.HTTPError) as e:
        raise SearchUnavailable(SILENT) from e


def said(text: str, denied: str = DENIED) -> FootnoteError | None:
    """The error that the server's own words stand for; None where they are not known."""
    if any(words in text for words in _GONE):
        return IndexMissing(MISSING)
    if "UNAUTHENTICATED" in text or "unauthenticated" in text:
        return SearchUnavailable(REFUSED)
    if "PERMISSION_DENIED" in text or "forbidden" in text:
        return SearchUnavailable(denied)
    if any(words in text for words in _LOST):
        return SearchUnavailable(LOST)
    return SearchUnavailable(SILENT) if any(words in text for words in _SILENT) else None
