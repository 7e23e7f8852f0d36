"""MiniLM without torch against MiniLM with torch, and the embedder of the extra `torch` itself."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest

from retrieval import embed
from tests.services.vectors import vectors

pytestmark = [pytest.mark.services, pytest.mark.slow]


def with_torch(python: Path, spec: str, where: Path, out: Path) -> np.ndarray:
    script = Path(__file__).with_name("vectors.py")
    subprocess.run([python, script, spec, where, out], check=True, timeout=280)
    return np.load(out)


def test_vectors_without_torch_are_those_of_torch(torch_python: Path, tmp_path: Path) -> None:
    reference = with_torch(torch_python, "torch", embed.minilm(), tmp_path / "torch.npy")

    cosines = (vectors("minilm", str(tmp_path)) * reference).sum(axis=1)

    assert cosines.min() >= 0.9999


def test_the_embedder_of_the_extra_gives_the_same_directions(torch_python: Path, tmp_path: Path) -> None:
    made = with_torch(torch_python, f"hf:{embed.minilm()}", tmp_path, tmp_path / "extra.npy")

    cosines = (vectors("minilm", str(tmp_path)) * made).sum(axis=1)

    assert cosines.min() >= 0.999  # bf16 where the processor computes in it
    assert np.allclose(np.linalg.norm(made, axis=1), 1, atol=1e-5)
