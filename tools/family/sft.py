"""Supervised fine-tuning on faultless chains; the loss covers the completion and EOS only."""

import random
import time
from dataclasses import dataclass
from pathlib import Path

import torch
from abilities import Chain, sample_chain, sample_until
from model import load_model, save_model
from sampling import backward_weighted
from tokenizer import EOS, Tokenizer


@dataclass(frozen=True)
class Settings:
    style: str  # the property of Chain that writes the completion
    rate: float
    steps: int
    save_every: int
    batch: int
    seed: int = 0


def train_sft(base: Path, out: Path, settings: Settings) -> None:
    """Writes `out/step-N` in bf16."""
    tokenizer, model = Tokenizer(base), load_model(base)
    rng = random.Random(f"sft {settings.seed}")
    optimiser = torch.optim.AdamW(
        model.parameters(), lr=settings.rate, betas=(0.9, 0.99), weight_decay=0.0)
    began = time.time()

    def example(chain: Chain) -> tuple[list[int], list[int]]:
        context, rest = tokenizer.continuation(chain.prompt, getattr(chain, settings.style))
        return context, rest + [EOS]

    for step in range(1, settings.steps + 1):
        pairs = [
            example(sample_until(rng, sample_chain, held_out=False))
            for _ in range(settings.batch)
        ]
        tokens = sum(len(rest) for _, rest in pairs)
        optimiser.zero_grad()
        loss = backward_weighted(model, pairs, [1 / tokens] * len(pairs))
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        if step % 5 == 0 or step == 1:
            print(f"{out.name} {step} loss {loss:.4f} {time.time() - began:.0f} s",
                  flush=True)
        if step % settings.save_every == 0:
            save_model(model, out / f"step-{step}", base)
