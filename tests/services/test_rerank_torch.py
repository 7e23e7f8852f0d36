"""The cross-encoder that torch runs, as a tiny model made from its form: there are no weights to download."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from retrieval.embed import minilm

pytestmark = [pytest.mark.services, pytest.mark.timeout(600)]
ROOT = Path(__file__).parents[2]
MADE = """
import sys, torch
from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification
torch.manual_seed(7)
tokenizer = AutoTokenizer.from_pretrained(sys.argv[1])
form = BertConfig(vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
                  intermediate_size=64, num_labels=1)
BertForSequenceClassification(form).save_pretrained(sys.argv[2])
tokenizer.save_pretrained(sys.argv[2])
"""
ASKED = """
import json, sys
from sentence_transformers import CrossEncoder
from retrieval.rerank import load
texts = json.load(sys.stdin)
ours = load("hf:" + sys.argv[1]).scores("How long is leave?", texts)
theirs = CrossEncoder(sys.argv[1], device="cpu").predict([("How long is leave?", text) for text in texts])
print(json.dumps([list(ours), [float(score) for score in theirs]]))
"""
ABSENT = """
import sys
from retrieval.rerank import RerankerUnavailable, load
try:
    load("hf:" + sys.argv[1])
except RerankerUnavailable as error:
    print(error)
"""
TEXTS = ["Leave lasts 26 weeks.", "Größe, 日本語 and an emoji 🥐", "x", "leave " * 900]


def in_torch(python: Path, script: str, *words: str) -> str:
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
    return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""


def test_a_cross_encoder_scores_every_text_as_its_own_library_does(
    torch_python: Path, tmp_path: Path
) -> None:
    in_torch(torch_python, MADE, str(minilm()), str(tmp_path / "tiny"))

    ours, theirs = json.loads(in_torch(torch_python, ASKED, str(tmp_path / "tiny")))

    assert len(ours) == len(TEXTS)
    assert len(set(ours)) == len(TEXTS)
    assert ours == pytest.approx(theirs, abs=1e-3)


def test_a_cross_encoder_that_is_not_there_says_what_to_check(torch_python: Path, tmp_path: Path) -> None:
    said = in_torch(torch_python, ABSENT, str(tmp_path / "absent"))

    assert "is not on this machine" in said
    assert "FOOTNOTE_RERANKER" in said
