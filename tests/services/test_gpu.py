"""What only a GPU can show; `make gpu` runs it, every other run lists it as left out."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Iterator

import pytest
from kestrel import ADAPTER, VLLM

from deploy import environment
from deploy.vllm.server import Serving, running
from docs.by_heart import Tiny

pytestmark = pytest.mark.gpu


@pytest.fixture(scope="module")
def vllm_on_a_gpu(
    by_heart: Tiny, missing: Callable[[str], None], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[VLLM]:
    """vLLM itself, from lock/serve.txt, in bf16 on the GPU."""
    if not environment.find("serve").ready:
        missing("vLLM on a GPU: make its environment with python deploy/vllm/server.py install --gpu")
    log = tmp_path_factory.mktemp("vllm-gpu") / "vllm.log"
    with running(Serving(str(by_heart.base), {ADAPTER: by_heart.adapter}, gpu=True), log) as server:
        yield VLLM(server.base_url, by_heart.rows, log)


def test_the_adapter_answers_on_a_gpu_as_on_a_cpu(vllm_on_a_gpu: VLLM) -> None:
    for row in vllm_on_a_gpu.rows:
        body = {"model": ADAPTER, "messages": row["messages"], "temperature": 0, "max_tokens": 100}
        request = urllib.request.Request(
            f"{vllm_on_a_gpu.base_url}/chat/completions",
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )

        with urllib.request.urlopen(request, timeout=60) as response:
            choice = json.load(response)["choices"][0]

        assert (choice["message"]["content"], choice["finish_reason"]) == (row["answer"], "stop")
