"""Examples in, an adapted model out: LoRA on answers, then KTO on votes. The only door to trl and peft."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from model.learning.encoding import Example, examples, rendered
from model.learning.plan import Material, Plan

PROJECTIONS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
KEPT = 10  # checkpoints a run makes, about
Split = tuple[list[Example], list[Example], list[list[int]]]  # trained on, held back, general
Losses = list[list[Any]]  # [step, loss, held loss], either of them empty where it was not measured there


def taught(plan: Plan, base: Any, tokenizer: Any, split: Split) -> tuple[Any, Losses]:
    """LoRA on the answers of the first of `split`; what is kept is the state at which the second, the held
    rows, are told best. On general texts, the third, it is held to what the base says."""
    from datasets import Dataset
    from transformers import PrinterCallback

    train, held = (
        Dataset.from_list([{"input_ids": one.ids, "labels": one.labels} for one in part]) if part else None
        for part in split[:2]
    )
    trainer = _held_to_base(plan, split[2])(
        base,
        _answers(plan, len(split[0]), watched=held is not None),
        train_dataset=train,
        eval_dataset=held,
        processing_class=tokenizer,
        peft_config=_lora(plan),
        callbacks=[_progress()],
    )
    trainer.remove_callback(PrinterCallback)
    trainer.train(resume_from_checkpoint=_latest(plan.partial / "sft"))
    return trainer.model, _history(trainer)


def _held_to_base(plan: Plan, general: list[list[int]]) -> Any:
    """trl's trainer; once a step, beside the step's rows, one general text is read, and how far the adapter
    has moved there from the base counts as loss. It learns nothing of what the text says."""
    from trl import SFTTrainer

    class Trainer(SFTTrainer):  # type: ignore[misc]
        read = -1

        def compute_loss(self, model: Any, inputs: Any, *given: Any, **more: Any) -> Any:
            loss, step = super().compute_loss(model, inputs, *given, **more), self.state.global_step
            if not (general and plan.general and model.training) or step == self.read:
                return loss
            self.read = step
            moved = drift(model, general[step % len(general)])
            self._metrics["train"]["drift"].append(moved.item())
            return loss + plan.general * moved

    return Trainer


def drift(model: Any, ids: list[int]) -> Any:
    """How far an adapted model is from its base on a text: the mean over its places of the divergence of
    what the two expect next, in nats."""
    import torch

    def expected() -> Any:
        logits = model(input_ids=tokens, use_cache=False).logits[0, :-1]
        return torch.log_softmax(logits.float(), -1)

    tokens = torch.tensor([ids], device=model.device)
    with torch.no_grad(), model.disable_adapter():
        base = expected()
    return torch.nn.functional.kl_div(expected(), base, log_target=True, reduction="none").sum(-1).mean()


def _lora(plan: Plan) -> Any:
    from peft import LoraConfig

    return LoraConfig(
        r=plan.rank,
        lora_alpha=plan.alpha,
        lora_dropout=plan.dropout,
        target_modules=PROJECTIONS,
        task_type="CAUSAL_LM",
    )


def _answers(plan: Plan, rows: int, *, watched: bool) -> Any:
    from trl import SFTConfig

    every = max(1, round(rows * plan.epochs / plan.batch / KEPT))
    return SFTConfig(
        **_common(plan, "sft", every),
        learning_rate=plan.rate,
        num_train_epochs=plan.epochs,
        max_steps=plan.steps,
        warmup_steps=0.05,
        lr_scheduler_type="cosine",
        max_length=None,  # nothing is cut: what is too long has stopped the run
        eval_strategy="steps" if watched else "no",
        eval_steps=every,
        load_best_model_at_end=watched,
        metric_for_best_model="eval_loss" if watched else None,
    )


def preferred(plan: Plan, tokenizer: Any, material: Material, model: Any) -> Any:
    """A second stage on answers that were liked or not, where there are enough of both."""
    from datasets import Dataset
    from transformers import PrinterCallback
    from trl import KTOTrainer

    judged = material.judged
    good = sum(bool(line["label"]) for line in judged)
    if min(good, len(judged) - good) < plan.enough:
        print(
            f"KTO is left out: it needs {plan.enough} answers that were liked and as many that were not; "
            f"there are {good} and {len(judged) - good}."
        )
        return model
    examples(judged, tokenizer, plan.longest)
    table = Dataset.from_list(
        [
            {
                "prompt": rendered(line, tokenizer),
                "completion": line["completion"] + tokenizer.eos_token,
                "label": bool(line["label"]),
            }
            for line in judged
        ]
    )
    trainer = KTOTrainer(
        model,
        args=_votes(plan, good, len(judged) - good),
        train_dataset=table,
        processing_class=tokenizer,
        callbacks=[_progress()],
    )
    trainer.remove_callback(PrinterCallback)
    trainer.train(resume_from_checkpoint=_latest(plan.partial / "kto"))
    return trainer.model


def _votes(plan: Plan, good: int, bad: int) -> Any:
    """Both kinds weigh the same together. KTO compares neighbours, so there are two rows at once at least."""
    from trl import KTOConfig

    at_once = {"per_device_train_batch_size": max(2, plan.each)}
    return KTOConfig(
        **_common(plan, "kto", KEPT) | at_once,
        learning_rate=plan.rate / 10,
        num_train_epochs=1,
        max_steps=plan.steps,
        max_length=None,
        desirable_weight=max(1.0, bad / good),
        undesirable_weight=max(1.0, good / bad),
    )


def _common(plan: Plan, stage: str, every: int) -> dict[str, Any]:
    import torch

    gpu = torch.cuda.is_available()
    return {
        "output_dir": str(plan.partial / stage),
        "per_device_train_batch_size": plan.each,
        "per_device_eval_batch_size": plan.each,
        "gradient_accumulation_steps": max(1, plan.batch // plan.each),
        "seed": plan.seed,
        "data_seed": plan.seed,
        "bf16": gpu,
        "use_cpu": not gpu,
        "gradient_checkpointing": gpu,
        "logging_steps": every,
        "save_steps": every,
        "save_total_limit": 2,
        "report_to": "none",
        "disable_tqdm": True,
        "dataloader_pin_memory": gpu,
    }


def _progress() -> Any:
    """Tells each loss on the terminal as it comes."""
    from transformers import TrainerCallback

    began = time.monotonic()

    class Progress(TrainerCallback):  # type: ignore[misc]
        def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **more: Any) -> None:
            for name, part in (("loss", "loss"), ("eval_loss", "held loss")):
                if logs and name in logs:
                    spent = f"{time.monotonic() - began:.1f} s"
                    step = f"step {state.global_step} of {state.max_steps}"
                    print(f"{step}: {part} {float(logs[name]):.3f}, {spent}", flush=True)

    return Progress()


def _history(trainer: Any) -> Losses:
    by_step: dict[int, list[Any]] = {}
    for told in trainer.state.log_history:
        row = by_step.setdefault(told["step"], [told["step"], None, None])
        row[1] = told.get("loss", row[1])
        row[2] = told.get("eval_loss", row[2])
    return [row for row in by_step.values() if row[1:] != [None, None]]


def _latest(folder: Path) -> str | None:
    """The newest whole checkpoint: its last file is the trainer's state."""
    made = [one for one in folder.glob("checkpoint-*") if (one / "trainer_state.json").exists()]
    return str(max(made, key=lambda one: int(one.name.rpartition("-")[2]))) if made else None
