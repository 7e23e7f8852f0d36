"""The columns of a Lance table, its indexes, and passages as its rows.

All that a hit needs is one column of JSON: what reading a hundred rows costs, it costs for each column.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from retrieval.lance.embedded import lancedb
from retrieval.passage import Audience, Passage, Vectors
from retrieval.record import LISTS, NUMBERS, TEXTS, to_record

_COMPARED = ("row", "key", "revision", "print", "source")
_KEPT = tuple(name for name in (*TEXTS, *LISTS, *NUMBERS) if name not in ("row", "key", "terms"))


def schema(dimension: int) -> Any:
    """What a table of this layout looks like."""
    pa = importlib.import_module("pyarrow")
    fields = [pa.field(name, pa.string()) for name in (*_COMPARED, "terms", "body")]
    fields += [pa.field(name, pa.int64()) for name in ("start", "end")]
    fields += [pa.field("audience", pa.list_(pa.string()))]
    return pa.schema([*fields, pa.field("vector", pa.list_(pa.float32(), dimension))])


def rows(passages: Sequence[Passage], vectors: Vectors) -> Any:
    """An Arrow table; of passages with the same id and revision the last."""
    pa = importlib.import_module("pyarrow")
    of = {record["row"]: (record, n) for n, record in enumerate(map(to_record, passages))}
    records = [record for record, _ in of.values()]
    chosen = np.ascontiguousarray(vectors[[n for _, n in of.values()]], np.float32)
    bodies = [json.dumps({name: r[name] for name in _KEPT}, ensure_ascii=False) for r in records]
    columns = [[r[name] for r in records] for name in (*_COMPARED, "terms")]
    columns += [bodies, *([r[name] for r in records] for name in ("start", "end", "audience"))]
    flat = pa.array(chosen.ravel())
    return pa.table(
        [*columns, pa.FixedSizeListArray.from_arrays(flat, chosen.shape[1])], schema=schema(chosen.shape[1])
    )


def records(found: Any) -> list[dict[str, Any]]:
    """The records of retrieval.record that rows were made of, as far as a hit needs them. Read as one list:
    one by one takes more than twice as long."""
    made: list[dict[str, Any]] = json.loads(f"[{','.join(found['body'].to_pylist())}]")
    return made


def permitted(found: Any, audiences: Mapping[str, Audience]) -> Any:
    """The rows of an Arrow table for other people, by the keys of their documents."""
    pa = importlib.import_module("pyarrow")
    allowed = {key: sorted(audience.principals) for key, audience in audiences.items()}
    lists = [allowed[key] for key in found["key"].to_pylist()]
    bodies = [
        json.dumps({**record, "audience": principals}, ensure_ascii=False)
        for record, principals in zip(records(found), lists, strict=True)
    ]
    for name, values in (("body", bodies), ("audience", lists)):
        field = found.schema.field(name)
        found = found.set_column(found.schema.get_field_index(name), field, pa.array(values, field.type))
    return found


def differences(found: Any, dimension: int) -> list[str]:
    """Names of columns that are missing, too many or of another type."""
    wanted = schema(dimension)
    here, there = {f.name: f.type for f in found}, {f.name: f.type for f in wanted}
    return sorted(name for name in here.keys() | there.keys() if here.get(name) != there.get(name))


def index_all(table: Any) -> None:
    """Every index but that of the vectors, on a table that is still empty."""
    index = lancedb("index")
    # `terms` arrives analysed: LanceDB only splits it at spaces.
    plain = dict.fromkeys(("stem", "remove_stop_words", "lower_case", "ascii_folding"), False)
    words = index.FTS(base_tokenizer="whitespace", max_token_length=None, **plain)
    table.create_index("terms", config=words)
    table.create_index("audience", config=index.LabelList())
    table.create_index("source", config=index.Bitmap())
    for column in ("row", "key", "print"):
        table.create_index(column, config=index.BTree())


def index_vectors(table: Any, dimension: int) -> None:
    """The index of the vectors, anew: four bits a dimension, in lists of about 8,000 that are all compared
    up to 250,000 passages. Made in seconds, so that deleted text can leave the files at each `settle`; a
    graph (HNSW) is as fast and takes ten times as long."""
    index = lancedb("index")
    if dimension % 8:
        table.create_index("vector", config=index.IvfSq(distance_type="cosine"))
    else:
        quantised = index.IvfRq(distance_type="cosine", num_bits=4, target_partition_size=8192)
        table.create_index("vector", config=quantised)


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def among(column: str, values: Sequence[str]) -> str:
    """A condition: the column has one of the values."""
    return f"{column} IN ({', '.join(map(quoted, values))})"
