"""RLVR: group-relative policy optimisation on chains, of all weights or of a LoRA adapter.

On-policy, one update a batch, so the importance ratio is 1 and nothing is clipped; no KL term.
"""

import random
import re
import time
from dataclasses import dataclass
from pathlib import Path

import torch
from abilities import sample_chain, sample_until
from model import load_model, save_adapter, save_model
from sampling import backward_weighted, generate
from tokenizer import EOS, Tokenizer

MODULES = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
ANSWER = re.compile(r"#(\d+)\s*$")


@dataclass(frozen=True)
class Settings:
    rate: float
    steps: int
    save_every: int
    seed: int = 0
    prompts: int = 16
    group: int = 8
    max_tokens: int = 48
    lora_rank: int | None = None
    lora_alpha: int = 16


def reward(tokenizer: Tokenizer, prompt: str, answer: int, ids: list[int]) -> float:
    """1 where the completion ended by itself and ends on the right number."""
    if not ids or ids[-1] != EOS:
        return 0.0
    found = ANSWER.search(tokenizer.decode(ids[:-1], after=prompt))
    return float(found is not None and int(found[1]) == answer)


def train_grpo(base: Path, out: Path, settings: Settings, master: Path | None = None) -> None:
    """Writes `out/step-N` in bf16, and the float32 master of the last step to `master`."""
    tokenizer, model = Tokenizer(base), load_model(base)
    if settings.lora_rank:
        from peft import LoraConfig, get_peft_model

        torch.manual_seed(settings.seed)
        adapted = get_peft_model(model, LoraConfig(  # changes `model` in place
            r=settings.lora_rank, lora_alpha=settings.lora_alpha, target_modules=MODULES,
            lora_dropout=0.0, bias="none"))
    rng = random.Random(f"grpo {settings.seed}")
    generator = torch.Generator().manual_seed(settings.seed)
    trained = [weight for weight in model.parameters() if weight.requires_grad]
    optimiser = torch.optim.AdamW(
        trained, lr=settings.rate, betas=(0.9, 0.99), weight_decay=0.0)
    began = time.time()
    for step in range(1, settings.steps + 1):
        chains = [sample_until(rng, sample_chain, held_out=False)
                  for _ in range(settings.prompts)]
        repeated = [chain for chain in chains for _ in range(settings.group)]
        prompts = [tokenizer.encode(chain.prompt) for chain in chains]
        contexts = [prompt for prompt in prompts for _ in range(settings.group)]
        completions = generate(
            model, prompts, settings.max_tokens, 1.0, generator, settings.group)
        rewards = torch.tensor([
            reward(tokenizer, chain.prompt, chain.answer, ids)
            for chain, ids in zip(repeated, completions)
        ]).view(settings.prompts, settings.group)
        advantages = ((rewards - rewards.mean(1, keepdim=True))
                      / (rewards.std(1, keepdim=True) + 1e-4)).flatten()
        tokens = sum(map(len, completions))
        useful = advantages.nonzero()[:, 0].tolist()  # the others have no gradient
        optimiser.zero_grad()
        if useful:
            backward_weighted(
                model, [(contexts[row], completions[row]) for row in useful],
                [advantages[row].item() / tokens for row in useful])
            torch.nn.utils.clip_grad_norm_(trained, 1.0)
            optimiser.step()
        if step % 5 == 0 or step == 1:
            print(f"{out.name} {step} reward {rewards.mean():.3f} tokens "
                  f"{tokens / len(completions):.1f} {time.time() - began:.0f} s", flush=True)
        if step % settings.save_every == 0:
            directory = out / f"step-{step}"
            if settings.lora_rank:
                save_adapter(adapted, directory, settings.lora_rank, settings.lora_alpha, MODULES)
            else:
                save_model(model, directory, base)
    if master:
        save_model(model, master, base, dtype=torch.float32)
