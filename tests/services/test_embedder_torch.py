"""The embedder without torch against torch itself, and the body that uses torch."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pytest

from retrieval.embed import load, minilm

pytestmark = [pytest.mark.services, pytest.mark.timeout(600)]
ROOT = Path(__file__).parents[2]
TEXTS = [
    "How long is parental leave?",
    "Each parent takes 26 weeks of paid leave.\nThe weeks are taken within two years of the birth.",
    "Größe, naïve façade, 日本語 and an emoji 🥐 in one line",
    "x",
    "ALL CAPS, numbers 1,234.56 and   spaces\tof\nevery kind",
    "leave " * 600,
]


def in_torch(python: Path, script: str, *words: str) -> list[list[float]]:
    done = subprocess.run(
        [str(python), "-W", "ignore", "-c", script, *words],
        input=json.dumps(TEXTS),
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=dict(os.environ) | {"HF_HUB_OFFLINE": "1"},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    vectors: list[list[float]] = json.loads(done.stdout.splitlines()[-1])
    return vectors


def test_vectors_without_torch_are_those_of_torch(torch_python: Path, tmp_path: Path) -> None:
    script = (
        "import json, sys; from sentence_transformers import SentenceTransformer as Model\n"
        "model = Model(sys.argv[1], device='cpu'); model.max_seq_length = int(sys.argv[2])\n"
        "print(json.dumps(model.encode(json.load(sys.stdin), normalize_embeddings=True).tolist()))"
    )
    embedder = load("minilm-float", home=tmp_path)
    length = embedder.name.rsplit("/", 1)[-1]  # the package says 128 in one file, the model reads 256

    ours = embedder.embed(TEXTS)
    theirs = np.array(in_torch(torch_python, script, str(minilm()), length), np.float32)

    assert ours.shape == theirs.shape == (len(TEXTS), 384)
    assert (ours * theirs).sum(axis=1).min() >= 0.9999


def test_any_model_of_sentence_transformers_can_embed(torch_python: Path, tmp_path: Path) -> None:
    script = (
        "import json, sys; from pathlib import Path; from retrieval.embed import load\n"
        "model = load('hf:' + sys.argv[1], home=Path(sys.argv[2])); texts = json.load(sys.stdin)\n"
        "rows = model.embed(texts).tolist() + [model.embed_query(texts[0]).tolist()]\n"
        "print(json.dumps(rows))"
    )
    ours = load("minilm-float", home=tmp_path).embed(TEXTS)

    *theirs, query = np.array(in_torch(torch_python, script, str(minilm()), str(tmp_path)), np.float32)

    assert np.allclose(np.linalg.norm(theirs, axis=1), 1, atol=1e-3)
    assert query @ theirs[0] >= 0.999
    assert (ours[:5] * np.array(theirs)[:5]).sum(axis=1).min() >= 0.99  # the sixth is cut at another length
