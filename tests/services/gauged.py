"""What a trainer measures of an adapter, with transformers and peft, for those that train none here.

    python tests/services/gauged.py PAIRS.json BASE ADAPTER

Prints a JSON list, for each pair: tokens of the prompt, and the mean log-probability of the answer's tokens,
its end of turn included, under the base and under the adapter. Imports nothing of the product.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer


def likely(model: torch.nn.Module, prompt: list[int], answer: list[int]) -> float:
    with torch.no_grad():
        logits = model(input_ids=torch.tensor([prompt + answer])).logits[0, len(prompt) - 1 : -1].float()
    of = torch.log_softmax(logits, -1)[torch.arange(len(answer)), torch.tensor(answer)]
    return float(of.mean())


def main(pairs: Path, base: str, adapter: str) -> list[dict[str, float]]:
    torch.set_num_threads(1)
    tokenizer = AutoTokenizer.from_pretrained(base)
    model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.bfloat16)
    adapted = PeftModel.from_pretrained(model, adapter)
    found = []
    for row in json.loads(pairs.read_text()):
        text = tokenizer.apply_chat_template(row["messages"], tokenize=False, add_generation_prompt=True)
        prompt = tokenizer(text, add_special_tokens=False)["input_ids"]
        answer = tokenizer(row["answer"], add_special_tokens=False)["input_ids"] + [tokenizer.eos_token_id]
        own = likely(adapted, prompt, answer)
        with adapted.disable_adapter():
            without = likely(adapted, prompt, answer)
        found.append({"prompt_tokens": len(prompt), "base": without, "adapter": own})
    return found


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), *sys.argv[2:4])))
