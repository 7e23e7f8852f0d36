"""The vectors of twenty sentences, written to a file: run with any environment's Python, compared by a test.

python tests/services/vectors.py torch FOLDER OUT.npy     sentence-transformers on FOLDER, float32
python tests/services/vectors.py SPEC HOME OUT.npy        the embedder SPEC as the product loads it
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

SENTENCES = [
    "Parental leave is 20 weeks, paid in full.",
    "Who approves expenses above 500 euros?",
    "Restart the queue, then page the on-call engineer.",
    "Ein Satz auf Deutsch mit Umlauten: äöüß.",
    "日本語の文も読める。",
    "emoji 🙂 and symbols © ® ™ € £",
    "x",
    "word " * 400,
    "The quick brown fox jumps over the lazy dog. " * 12,
    "snake_case camelCase HTTPServer v1.35.2 /etc/hosts 127.0.0.1:8080",
    *(f"Incident {n} was closed after {n * 7} minutes by the team on call. " * n for n in range(1, 11)),
]


def vectors(spec: str, where: str) -> np.ndarray:
    """Shape (20, dimension). `where` is the model's folder for `torch`, else the home of caches."""
    if spec == "torch":
        from sentence_transformers import SentenceTransformer

        model = SentenceTransformer(where, device="cpu")
        return np.asarray(model.encode(SENTENCES, normalize_embeddings=True), np.float32)
    from retrieval.embed import load

    return load(spec, home=Path(where)).embed(SENTENCES)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    np.save(sys.argv[3], vectors(sys.argv[1], sys.argv[2]))
