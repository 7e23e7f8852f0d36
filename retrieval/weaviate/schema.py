"""What a collection of ours looks like, and in what one that is there differs from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from retrieval.passage import IndexMismatch

WHOLE = "passage"  # all that is read of a passage, as JSON: one column is read in half the time of fifteen
FILTERED = ("key", "revision", "print", "source", "audience")
RANGES = ("start", "end")
TERMS = "terms"  # what the keyword leg searches
_REPLICAS = (
    "The index in Weaviate has {found} replicas, not {wanted}. Run `footnote index --rebuild`, "
    "or set FOOTNOTE_WEAVIATE_REPLICAS back."
)
_DRIFTED = (
    "The index in Weaviate is not as Footnote made it: {what}. Nothing is written to it. "
    "Run `footnote index --rebuild` to make it anew."
)


def definition(name: str, description: str, replicas: int) -> dict[str, Any]:
    """The collection, in the words of Weaviate's schema. A tenant is one shard: there are none to count."""
    return {
        "class": name,
        "description": description,
        "properties": [
            *(_text(column) for column in (WHOLE, *FILTERED, TERMS)),
            *(_number(column) for column in RANGES),
        ],
        "vectorConfig": {
            "default": {
                "vectorizer": {"none": {}},
                "vectorIndexType": "hnsw",
                "vectorIndexConfig": {
                    "distance": "cosine",
                    "rq": {"enabled": True, "bits": 8},
                    "ef": 256,  # by itself it would be 500: twice the time for a hundredth of the recall
                },
            }
        },
        "multiTenancyConfig": {"enabled": True, "autoTenantCreation": False, "autoTenantActivation": False},
        "replicationConfig": {
            "factor": replicas,
            "asyncEnabled": replicas > 1,  # a replica that was away is mended without being asked
            "deletionStrategy": "TimeBasedResolution",  # and brings nothing back that was deleted meanwhile
        },
        "invertedIndexConfig": {"stopwords": {"preset": "none"}, "bm25": {"k1": 1.2, "b": 0.75}},
    }


def matching(found: Mapping[str, Any], replicas: int) -> None:
    """Raises IndexMismatch where `found`, as the client reports a schema, is not what `definition` makes."""
    wanted = definition("", "", replicas)
    has = found.get("replicationConfig", {}).get("factor")
    if has != replicas:
        raise IndexMismatch(_REPLICAS.format(found=has, wanted=replicas))
    for what in _differences(_comparable(wanted), _comparable(found), ""):
        raise IndexMismatch(_DRIFTED.format(what=what))


def _text(name: str) -> dict[str, Any]:
    """A column: filters compare it whole, the keyword leg its words, which `terms` has between spaces."""
    return {
        "name": name,
        "dataType": ["text[]" if name == "audience" else "text"],
        "tokenization": "whitespace" if name == TERMS else "field",
        "indexFilterable": name in FILTERED,
        "indexSearchable": name == TERMS,
        "indexRangeFilters": False,
    }


def _number(name: str) -> dict[str, Any]:
    kind = {"name": name, "dataType": ["int"], "indexFilterable": False, "indexSearchable": False}
    return {**kind, "indexRangeFilters": True}


def _comparable(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The parts that matter, properties by name; the client calls the distance otherwise than the server."""
    named = {each["name"]: each for each in schema["properties"]}
    kept = ("vectorConfig", "multiTenancyConfig", "replicationConfig", "invertedIndexConfig")
    parts = {part: schema.get(part) or {} for part in kept}
    near = parts["vectorConfig"].get("default", {}).get("vectorIndexConfig", {})
    if "distanceMetric" in near:
        renamed = {**near, "distance": near["distanceMetric"]}
        default = {**parts["vectorConfig"]["default"], "vectorIndexConfig": renamed}
        parts["vectorConfig"] = {**parts["vectorConfig"], "default": default}
    return {**parts, "properties": named}


def _differences(wanted: Mapping[str, Any], found: Mapping[str, Any], path: str) -> Iterator[str]:
    for name, value in wanted.items():
        where = f"{path}.{name}".lstrip(".")
        there = found.get(name)
        if isinstance(value, Mapping):
            yield from _differences(value, there, where) if there is not None else [f"{where} is missing"]
        elif there != value:
            yield f"{where} is {there}, not {value}"
    if path == "properties":
        yield from (f"{path}.{name} is not one of its columns" for name in found if name not in wanted)
