"""Three nodes of Weaviate on this machine, three replicas of three workspaces; one after another is killed.

python -m docs.nodes_down                      1,200 documents
python -m docs.nodes_down --documents 300      fewer

Questions go on meanwhile, through a balancer as a cluster has one. Then a node is killed while a sync
changes, adds and removes documents. Each time: what share of questions was answered, how long it takes until
the node that returned has the rows of the others, and what differed until then. The exit status is 1 where a
row differs in the end.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy.weaviate.server import Weaviate, running
from docs.balancer import Balancer
from docs.bench import FOOTNOTE, ROOT
from retrieval.passage import Audience, IndexMissing, SearchUnavailable
from retrieval.search import Search

WORKSPACES = ("north", "south", "west")
NODES = ("node1", "node2", "node3")
COLLECTION = "Down"
DOWN_S = 10.0
PATIENCE_S = 300.0  # until a node has what it missed
WORDS = "harbour bakery ladder orchard ferry lantern copper meadow anchor saddle".split()
Rows = dict[str, str]  # a digest of each object by its id


@dataclass
class Asking:
    """Questions one after the other, in all workspaces, until it is told to stop."""

    searches: Sequence[Search]
    answered: int = 0
    refused: int = 0
    denied: int = 0  # that there is an index at all
    longest: float = 0.0
    _over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Asking:
        self._thread = threading.Thread(target=self._ask, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(60)

    def _ask(self) -> None:
        rng = random.Random(7)
        while not self._over.is_set():
            began = time.monotonic()
            try:
                found = rng.choice(self.searches).find(f"Who has the {rng.choice(WORDS)}?", Audience(), 6)
                self.answered += bool(found.hits)
                self.refused += not found.hits
            except SearchUnavailable:
                self.refused += 1
            except IndexMissing:
                self.denied += 1
            self.longest = max(self.longest, time.monotonic() - began)

    def __str__(self) -> str:
        asked = self.answered + self.refused + self.denied
        share = 100 * self.answered / max(1, asked)
        told = f"{self.denied} told of no index, " if self.denied else ""
        return (
            f"{self.answered} of {asked} answered ({share:.1f} %), {told}the slowest in {self.longest:.1f} s"
        )


class Place:
    """A cluster, three workspaces in it, and folders that they are read from."""

    def __init__(self, stack: contextlib.ExitStack, folder: Path, documents: int) -> None:
        server = stack.enter_context(running(nodes=3))
        self.nodes = [server, *server.peers]
        self.folder, self.documents = folder, documents // len(WORKSPACES)
        ports = [int(node.url.rpartition(":")[2]) for node in self.nodes]
        http = stack.enter_context(Balancer(ports, self.ready))
        grpc = stack.enter_context(Balancer([node.grpc_port for node in self.nodes], self.ready))
        stack.callback(http.shutdown)
        stack.callback(grpc.shutdown)
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(("FOOTNOTE_", "SLACK_"))} | {
            "FOOTNOTE_HOME": str(folder / "home"), "FOOTNOTE_STORE": "weaviate", "PYTHONPATH": str(ROOT),
            "WEAVIATE_URL": f"http://127.0.0.1:{http.port}", "WEAVIATE_GRPC_PORT": str(grpc.port),
            "FOOTNOTE_COLLECTION": COLLECTION, "FOOTNOTE_WEAVIATE_REPLICAS": "3",
        }  # fmt: skip

    def ready(self, place: int) -> bool:
        """Whether this node says that it can be asked; it may not answer at all."""
        with urllib.request.urlopen(f"{self.nodes[place].url}/v1/.well-known/ready", timeout=1):
            return True

    def write(self, workspace: str, numbers: Sequence[int], edition: str) -> None:
        docs = self.folder / workspace
        docs.mkdir(exist_ok=True)
        for n in numbers:
            one, two = WORDS[n % 10], WORDS[n // 10 % 10]
            text = f"# Note {n}\n\nThe {edition} keeper of the {one} in {workspace} also has the {two} {n}.\n"
            (docs / f"n{n}.md").write_text(text)

    def index(self, workspace: str) -> subprocess.Popen[str]:
        command = [*FOOTNOTE, "index", str(self.folder / workspace), "--source", workspace]
        env = self.env | {"FOOTNOTE_WORKSPACE": workspace}
        pipe = subprocess.PIPE
        return subprocess.Popen(command, env=env, cwd=self.folder, stdout=pipe, stderr=pipe, text=True)

    def searches(self) -> list[Search]:
        from bot import wiring
        from bot.settings import load

        os.environ.update({k: v for k, v in self.env.items() if k.startswith(("FOOTNOTE_", "WEAVIATE_"))})
        settings = [load(_env_file=None, workspace=name) for name in WORKSPACES]
        return [wiring.search(one, wiring.embedder_of(one)) for one in settings]

    def rows(self) -> list[Rows]:
        """What each node itself has, of every workspace."""
        live = ask(self.nodes[0], f"/v1/aliases/{COLLECTION}")["class"]
        tenants = [t["name"] for t in ask(self.nodes[0], f"/v1/schema/{live}/tenants")]
        ids = {
            (tenant, one) for tenant in tenants for node in self.nodes for one in listed(node, live, tenant)
        }
        found: list[Rows] = []
        for node, name in zip(self.nodes, NODES, strict=True):
            mine = {f"{tenant}/{one}": of(node, name, live, (tenant, one)) for tenant, one in ids}
            found.append({key: digest for key, digest in mine.items() if digest})
        return found


def ask(node: Weaviate, path: str) -> Any:
    with urllib.request.urlopen(node.url + path, timeout=30) as answer:
        return json.load(answer)


def listed(node: Weaviate, live: str, tenant: str) -> Iterator[str]:
    """Ids of a tenant, as a node lists them."""
    after = ""
    while True:
        page = ask(node, f"/v1/objects?class={live}&tenant={tenant}&limit=500&after={after}")["objects"]
        yield from (one["id"] for one in page)
        if not page:
            return
        after = page[-1]["id"]


def of(node: Weaviate, name: str, live: str, at: tuple[str, str]) -> str:
    """A digest of an object as this node has it; empty where it has none."""
    path = f"/v1/objects/{live}/{at[1]}?tenant={at[0]}&node_name={name}&include=vector"
    try:
        kept = ask(node, path)
    except urllib.error.HTTPError as error:
        if error.code != 404:
            raise
        return ""
    said = json.dumps([kept["properties"], kept.get("vectors"), kept.get("vector")], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def differing(found: Sequence[Rows]) -> int:
    """How many objects are not the same on all nodes."""
    keys = set().union(*found)
    return sum(len({rows.get(key, "") for rows in found}) > 1 for key in keys)


def counted(found: Sequence[Rows]) -> str:
    return f"rows on each node: {', '.join(str(len(rows)) for rows in found)}; differing {differing(found)}"


def killed(place: Place, number: int) -> None:
    place.nodes[number].process.kill()
    place.nodes[number].process.wait()


def repaired(place: Place, number: int) -> str:
    """Starts the node again; how long until it has what the others have, and what it lacked."""
    began = time.monotonic()
    place.nodes[number] = place.nodes[number].again()
    up = time.monotonic() - began
    first = left = -1  # not known: it answers, and not yet about its rows
    while left and time.monotonic() - began < PATIENCE_S:
        with contextlib.suppress(OSError):
            left = differing(place.rows())
            first = left if first < 0 else first
        time.sleep(1.0 if left else 0.0)
    after = (
        f"the same as the others {time.monotonic() - began:.0f} s after its start"
        if not left
        else "NOT mended"
    )
    return f"answers {up:.1f} s after its start, {first} rows differ then; {after}"


def outages(place: Place) -> Iterator[str]:
    """Each node away for a while, with questions."""
    searches = place.searches()
    with Asking(searches) as calm:
        time.sleep(DOWN_S)
    yield f"all nodes up: {calm}"
    for number, name in enumerate(NODES):
        with Asking(searches) as asking:
            killed(place, number)
            time.sleep(DOWN_S)
        with Asking(searches) as returning:
            mended = repaired(place, number)
        time.sleep(DOWN_S)  # until the cluster is three again
        yield f"{name} killed, {DOWN_S:.0f} s: {asking}; it {mended}; meanwhile {returning}"
    for search in searches:
        search.close()


def synced(place: Place) -> Iterator[str]:
    """A node killed while documents are changed, added and removed, with questions."""
    before, count, workspace = place.rows(), place.documents, WORKSPACES[0]
    place.write(workspace, range(2 * count), "second")  # several batches
    for n in range(count // 2):
        (place.folder / workspace / f"n{n}.md").unlink()
    searches = place.searches()
    with Asking(searches) as asking:
        syncing = place.index(workspace)
        while syncing.poll() is None and len(set(listed_all(place))) == len(before[0]):
            time.sleep(0.2)
        caught = syncing.poll() is None
        killed(place, 2)
        said, wrong = syncing.communicate(timeout=600)
    for search in searches:
        search.close()
    when = "during" if caught else "AFTER"
    yield f"{NODES[2]} killed {when} a sync: exit status {syncing.returncode}; {asking}"
    yield " ".join(said.split()) if not syncing.returncode else wrong[-500:]
    yield f"the node {repaired(place, 2)}"
    found = place.rows()
    yield counted(found)


def listed_all(place: Place) -> list[str]:
    live = str(ask(place.nodes[0], f"/v1/aliases/{COLLECTION}")["class"])
    tenants = [t["name"] for t in ask(place.nodes[0], f"/v1/schema/{live}/tenants")]
    return [one for tenant in tenants for one in listed(place.nodes[0], live, tenant)]


def lines(documents: int, folder: Path) -> Iterator[str]:
    """Every figure. What ends in anything but all rows alike says so."""
    with contextlib.ExitStack() as stack:
        place = Place(stack, folder, documents)
        for workspace in WORKSPACES:
            place.write(workspace, range(place.documents), "first")
            assert place.index(workspace).wait(600) == 0
        found = place.rows()
        yield counted(found)
        yield from outages(place)
        yield from synced(place)


def main() -> None:
    words = argparse.ArgumentParser(prog="python -m docs.nodes_down")
    words.add_argument("--documents", type=int, default=1_200)
    given, last = words.parse_args(), ""
    with tempfile.TemporaryDirectory(prefix="footnote-nodes-") as folder:
        for last in lines(given.documents, Path(folder)):
            print(f"nodes: {last}", flush=True)
    sys.exit(not last.endswith("differing 0"))


if __name__ == "__main__":
    main()
