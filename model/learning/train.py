"""A dataset and a base model in, an adapter out, with what it was made from and what it does beside it.

    PYTHON -m model.learning.train DATASET --base FOLDER_OR_NAME --out FOLDER [--seed 0 --qlora --kto ...]

Runs in an environment of its own (python deploy/environment.py torch), which `footnote train` finds. A run
that was killed goes on from its last checkpoint when it is started again with the same words.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields
from importlib.metadata import version
from pathlib import Path
from random import Random
from typing import Any

from model.learning.basis import SILENT, TEMPLATE, Basis, thinks
from model.learning.encoding import Example, Mismatch, compare, examples, texts
from model.learning.folders import alone, synced
from model.learning.plan import Material, Plan, plan_of
from model.learning.stages import Losses, drift, preferred, taught
from model.writing import prompt
from model.writing.endpoint import Endpoint

PROBED = 8  # rows by which an adapter's effect is measured where it is served
READ = 100  # general texts on which it is measured how far it moved from the base


def run(plan: Plan) -> Path:
    """Trains, measures what it did, and puts the folder in place at once; one training of an adapter at a
    time, and who came second finds what the first has made. Raises Mismatch."""
    partial = plan.partial  # its lock lies beside it: what another plan has left there is removed
    with alone(partial.parent, f"{partial.name}.lock"):
        if Path(plan.out).exists():
            raise Mismatch(f"{plan.out} is there already. Give another --out to train one more.")
        return _made(plan)


def _made(plan: Plan) -> Path:
    material = Material.of(Path(plan.dataset))
    tokenizer = _tokenizer(plan.base)
    train, held = (examples(part, tokenizer, plan.longest) for part in (material.train, material.held))
    if plan.server:
        endpoint = Endpoint(plan.server, "")
        compare(material.train, train, lambda messages: endpoint.count(plan.served, messages))
    _claim(plan)
    general = texts(material.general, tokenizer)
    model, losses = taught(plan, _base(plan), tokenizer, (train, held, general))
    if plan.kto:
        model = preferred(plan, tokenizer, material, model)
    made = plan.partial / "adapter"
    shutil.rmtree(made, ignore_errors=True)
    model.save_pretrained(made, selected_adapters=["default"])
    told = _told(plan, material, losses)
    told |= {"drift": _drift(model, general), "probe": _probe(model, train, plan.seed)}
    (made / "train.json").write_text(json.dumps(told, indent=1) + "\n", "utf-8")
    (made / "README.md").unlink(missing_ok=True)
    for file in (*made.iterdir(), made):
        synced(file)
    made.rename(plan.out)
    synced(Path(plan.out).parent)
    shutil.rmtree(plan.partial)
    return Path(plan.out)


def _tokenizer(base: str) -> Any:
    from transformers import AutoTokenizer

    with _reached(base):
        tokenizer = AutoTokenizer.from_pretrained(base)
    ours = TEMPLATE.read_text("utf-8")
    tokenizer.chat_template = f"{SILENT}{ours}" if thinks(base) else ours
    return tokenizer


@contextmanager
def _reached(base: str) -> Iterator[None]:
    """Raises Mismatch where it cannot be loaded."""
    try:
        yield
    except (OSError, ValueError) as error:
        raise Mismatch(
            f"The base model {base} cannot be loaded. Give --base a model's folder, or a name on the hub "
            "that can be reached; without a network (HF_HUB_OFFLINE=1) the model has to lie in the "
            "hub's cache."
        ) from error


def _claim(plan: Plan) -> None:
    """The checkpoints of the same plan are gone on from; those of another are not."""
    said = plan.partial / "plan.json"
    mine = json.dumps(asdict(plan), sort_keys=True)
    if said.exists() and said.read_text("utf-8") == mine:
        return
    shutil.rmtree(plan.partial, ignore_errors=True)
    plan.partial.mkdir(parents=True)
    said.write_text(mine, "utf-8")


def _base(plan: Plan) -> Any:
    """The base model: in bfloat16 on a GPU, in four bits where asked for, as it is on a CPU."""
    import torch
    from transformers import AutoModelForCausalLM, BitsAndBytesConfig

    if not torch.cuda.is_available():
        if plan.qlora:
            raise Mismatch("QLoRA needs a GPU. Leave --qlora away to train without it.")
        with _reached(plan.base):
            return AutoModelForCausalLM.from_pretrained(plan.base, dtype=torch.float32)
    four = BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=torch.bfloat16,
    )
    more = {"quantization_config": four} if plan.qlora else {}
    with _reached(plan.base):
        return AutoModelForCausalLM.from_pretrained(
            plan.base, dtype=torch.bfloat16, device_map={"": 0}, **more
        )


def _told(plan: Plan, material: Material, losses: Losses) -> dict[str, Any]:
    basis = Basis.of(plan.base)
    seen = [*material.train, *material.held, *(material.judged if plan.kto else ())]
    seen += material.general if plan.general else []
    ids = list(dict.fromkeys(line["id"] for line in seen))
    return {
        "base": plan.base,
        "base_digest": basis.digest,
        "base_parts": dict(basis.parts),
        "dataset": Path(plan.dataset).resolve().name,
        "dataset_digest": material.manifest["digest"],
        "prompt": prompt.version(),
        "seed": plan.seed,
        "settings": {one.name: getattr(plan, one.name) for one in fields(plan) if one.name not in _PLACES},
        "versions": {name: version(name) for name in ("torch", "transformers", "peft", "trl")},
        "losses": losses,
        "rows": len(ids),
        "row_ids": ids,  # all that it has seen, to be found when one of them is erased, or what it is made of
        "answers": {line["id"]: line["answer_id"] for line in seen if line.get("answer_id")},
    }


_PLACES = ("dataset", "base", "out", "server", "served")


def _drift(model: Any, general: Sequence[list[int]]) -> float | None:
    """How far the adapter moved from the base on general texts, in nats a token; None without any."""
    import torch

    model.eval()
    with torch.no_grad():
        moved = [float(drift(model, ids)) for ids in general[:READ]]
    return round(sum(moved) / len(moved), 5) if moved else None


def _probe(model: Any, train: list[Example], seed: int) -> list[dict[str, Any]]:
    """How much likelier the adapter makes some of its answers than the base: what is to be seen where it is
    served. Mean log-probability of a token, in the precision of the server."""
    import torch

    model.eval()
    if not torch.cuda.is_available():
        model.to(torch.bfloat16)
    chosen = Random(seed).sample(train, min(PROBED, len(train)))
    told = []
    for one in chosen:
        adapted = _likely(model, one)
        with model.disable_adapter():
            base = _likely(model, one)
        told.append({"row": one.row, "prompt_tokens": len(one.prompt), "base": base, "adapter": adapted})
    return told


def _likely(model: Any, one: Example) -> float:
    import torch

    with torch.no_grad():
        tokens = torch.tensor([one.ids], device=model.device)
        logits = model(input_ids=tokens, logits_to_keep=len(one.answer) + 1).logits[0, :-1].float()
    chosen = torch.log_softmax(logits, -1).gather(1, tokens[0, -len(one.answer) :, None])
    return round(float(chosen.mean()), 5)


def main(words: Sequence[str]) -> int:
    import torch

    warnings.filterwarnings("ignore", category=FutureWarning)  # of foreign libraries to each other
    if not torch.cuda.is_available() and "OMP_NUM_THREADS" not in os.environ:
        torch.set_num_threads(1)  # two, on two busy cores, wait for each other longer than they work
    try:
        made = run(plan_of(words))
    except Mismatch as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:  # who started it says what is to be done
        return 130
    print(f"The adapter is in {made}.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
