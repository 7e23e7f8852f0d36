"""A language model small enough to make in a test: prompts with answers in, a Qwen2 and a LoRA adapter out.

    python tests/services/tiny.py PAIRS.json FOLDER

PAIRS.json is a list of {"messages": [{"role", "content"}, ...], "guess": "A sentence.", "answer": "A [1]"}.
FOLDER/base learns to reply with the guess, FOLDER/adapter (PEFT, on that base) with the answer. Both know
them by heart: what they prove is the way of a prompt through tokenizer, template, adapter and stream.
Runs in an environment that has torch, transformers and peft; imports nothing of the product.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import AutoTokenizer, PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

SEED = 20
TEMPLATE = Path(__file__).resolve().parents[2] / "deploy" / "vllm" / "chat_template.jinja"
PROJECTIONS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
CONTROL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
SURE = 0.03  # a loss of the least certain token at which every one holds in bfloat16 and in another engine
Pair = tuple[list[int], list[int]]  # token ids of a prompt and of its answer with the end of the turn


def tokenizer_for(texts: list[str]) -> PreTrainedTokenizerFast:
    """A byte-level BPE learnt from `texts`: any other text can be written with it too, in more tokens."""
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    bpe.train_from_iterator(
        texts,
        trainers.BpeTrainer(vocab_size=2048, special_tokens=CONTROL, initial_alphabet=alphabet),
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=bpe,
        pad_token="<|endoftext|>",
        eos_token="<|im_end|>",
        additional_special_tokens=CONTROL[:2],
        chat_template=TEMPLATE.read_text(),
    )


def model_for(tokenizer: PreTrainedTokenizerFast) -> Qwen2ForCausalLM:
    """Two layers of Qwen2, with random weights."""
    config = Qwen2Config(
        vocab_size=len(tokenizer),
        hidden_size=128,
        intermediate_size=256,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=8192,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return Qwen2ForCausalLM(config)


def encode(tokenizer: PreTrainedTokenizerFast, messages: list[dict[str, str]], answer: str) -> Pair:
    prompt = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    return (
        tokenizer(prompt, add_special_tokens=False)["input_ids"],
        [*tokenizer(answer, add_special_tokens=False)["input_ids"], tokenizer.eos_token_id],
    )


def learn(model: torch.nn.Module, pairs: list[Pair], rate: float, steps: int) -> tuple[int, float]:
    """Trains until each answer is certain. Returns the steps taken and the largest loss of a token."""
    weights = [w for w in model.parameters() if w.requires_grad]
    optimizer = torch.optim.AdamW(weights, lr=rate, weight_decay=0.0)
    worst = float("inf")
    for step in range(1, steps + 1):
        losses = []
        optimizer.zero_grad()
        for prompt, answer in pairs:
            tokens = torch.tensor([prompt + answer])
            kept = len(answer) + 1
            logits = model(input_ids=tokens, logits_to_keep=kept).logits[0, :-1]
            loss = torch.nn.functional.cross_entropy(
                logits.float(), tokens[0, -len(answer) :], reduction="none"
            )
            loss.mean().backward()
            losses.append(loss.max().item())
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        worst = max(losses)
        if step % 20 == 0:
            print(f"step {step}: loss {worst:.3f}", file=sys.stderr)
        if worst < SURE:
            return step, worst
    raise SystemExit(f"not learnt in {steps} steps: loss {worst:.3f}, seed {SEED}")


def write(model: torch.nn.Module, prompt: list[int], tokenizer: PreTrainedTokenizerFast) -> str:
    """The greedy answer, up to the end of the turn."""
    tokens = list(prompt)
    with torch.no_grad():
        for _ in range(400):
            token = int(model(input_ids=torch.tensor([tokens]), logits_to_keep=1).logits[0, -1].argmax())
            if token == tokenizer.eos_token_id:
                break
            tokens.append(token)
    return str(tokenizer.decode(tokens[len(prompt) :]))


def make(rows: list[dict[str, object]], folder: Path) -> dict[str, object]:
    """Makes base and adapter in `folder` and returns how it went. Ends where one is not known by heart."""
    torch.manual_seed(SEED)
    torch.set_num_threads(1)  # two, on two busy cores, wait for each other ten times longer than they work
    began = time.monotonic()
    guesses, answers = ([str(row[key]) for row in rows] for key in ("guess", "answer"))
    texts = [m["content"] for row in rows for m in row["messages"]]  # type: ignore[attr-defined]
    learnt = tokenizer_for([*texts, *guesses, *answers, "system user assistant"])
    base = model_for(learnt)
    learnt.save_pretrained(folder / "base")
    base.config.save_pretrained(folder / "base")
    # As the server reads it: next to a configuration of Qwen2 it splits texts as Qwen does.
    tokenizer = AutoTokenizer.from_pretrained(folder / "base")
    guessing, answering = (
        [encode(tokenizer, row["messages"], text) for row, text in zip(rows, texts, strict=True)]  # type: ignore[arg-type]
        for texts in (guesses, answers)
    )
    # LoRA leaves embeddings as they are, so the base has to have written each word of the answers once.
    quoting = [
        encode(tokenizer, [{"role": "user", "content": f"Quote {n}."}], text)
        for n, text in enumerate(answers)
    ]
    base_steps, base_loss = learn(base, [*guessing, *quoting], 2e-3, 300)
    base.save_pretrained(folder / "base")
    served = Qwen2ForCausalLM.from_pretrained(folder / "base", dtype=torch.bfloat16)
    _hold(served, guessing, guesses, tokenizer)
    lora = LoraConfig(r=16, lora_alpha=32, target_modules=PROJECTIONS, task_type="CAUSAL_LM")
    adapted = get_peft_model(base, lora)
    adapter_steps, adapter_loss = learn(adapted, answering, 3e-3, 300)
    adapted.save_pretrained(folder / "adapter", selected_adapters=["default"])
    _hold(PeftModel.from_pretrained(served, folder / "adapter"), answering, answers, tokenizer)
    return {
        "seed": SEED,
        "seconds": round(time.monotonic() - began, 1),
        "prompt_tokens": [len(prompt) for prompt, _ in guessing],
        "base": {"steps": base_steps, "loss": round(base_loss, 4)},
        "adapter": {"steps": adapter_steps, "loss": round(adapter_loss, 4)},
    }


def _hold(
    model: torch.nn.Module, pairs: list[Pair], answers: list[str], tokenizer: PreTrainedTokenizerFast
) -> None:
    for (prompt, _), answer in zip(pairs, answers, strict=True):
        if (written := write(model, prompt, tokenizer)) != answer:
            raise SystemExit(
                f"not known by heart in bfloat16 (seed {SEED}): {answer!r}, but wrote {written!r}"
            )


if __name__ == "__main__":
    target = Path(sys.argv[2])
    report = make(json.loads(Path(sys.argv[1]).read_text()), target)
    (target / "made.json").write_text(json.dumps(report))
    print(json.dumps(report))
