"""Makes Footnote's role in a Weaviate with RBAC and gives it to a user: what the bot's key may do.

    WEAVIATE_URL=... WEAVIATE_ROOT_KEY=... python deploy/weaviate/role.py
    ... role.py --reader --user reader           a role that may search and change nothing

Running it again brings the role to what it says here.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Any

READING = ("read_collections", "read_data", "read_tenants", "read_aliases")
CHANGING = tuple(f"{verb}_{kind}" for verb in ("create", "update", "delete") for kind in
                 ("collections", "data", "tenants", "aliases"))  # fmt: skip


def permissions(collection: str, actions: Sequence[str]) -> list[dict[str, Any]]:
    """Each action on the collections, tenants, objects and aliases whose names begin with `collection`."""
    names = f"{collection}*"
    of = {
        "collections": {"collection": names},
        "data": {"collection": names, "tenant": "*", "object": "*"},
        "tenants": {"collection": names, "tenant": "*"},
        "aliases": {"collection": names, "alias": names},
    }
    return [{"action": action, (kind := action.partition("_")[2]): of[kind]} for action in actions]


def grant(url: str, root_key: str, user: str, collection: str, *, reader: bool = False) -> str:
    """Makes the role anew and gives it to `user`, a name in AUTHENTICATION_APIKEY_USERS. Returns its name."""
    role = "footnote-reader" if reader else "footnote"
    rights = permissions(collection, READING if reader else READING + CHANGING)
    ask = partial(_ask, url, root_key)
    with suppress(FileNotFoundError):
        ask("DELETE", f"/v1/authz/roles/{role}")
    ask("POST", "/v1/authz/roles", {"name": role, "permissions": rights})
    ask("POST", f"/v1/authz/users/{user}/assign", {"roles": [role], "userType": "db"})
    return role


def _ask(url: str, key: str, method: str, path: str, body: Any = None) -> None:
    """Raises FileNotFoundError for what is not there, else RuntimeError with what the server says."""
    request = urllib.request.Request(
        url.rstrip("/") + path,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
        method=method,
    )
    try:
        with urllib.request.urlopen(request, timeout=30):
            pass
    except urllib.error.HTTPError as e:
        said = f"Weaviate refused {method} {path} ({e.code}). {e.read().decode('utf-8', 'replace')[:300]}"
        raise (FileNotFoundError if e.code == 404 else RuntimeError)(said) from e


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--user", default="footnote", help="of AUTHENTICATION_APIKEY_USERS")
    parser.add_argument("--collection", default=os.environ.get("FOOTNOTE_COLLECTION", "Footnote"))
    parser.add_argument("--reader", action="store_true", help="may search, may change nothing")
    chosen = parser.parse_args()
    key = os.environ.get("WEAVIATE_ROOT_KEY")
    if not key:
        sys.exit("Set WEAVIATE_ROOT_KEY to the key of Weaviate's root user.")
    url = os.environ.get("WEAVIATE_URL", "http://127.0.0.1:8080")
    try:
        role = grant(url, key, chosen.user, chosen.collection, reader=chosen.reader)
    except (RuntimeError, OSError) as e:
        sys.exit(str(e))
    print(f"The user {chosen.user} has the role {role} on collections {chosen.collection}*.")


if __name__ == "__main__":
    main()
