"""Pretraining of the base model on whole documents packed into rows."""

import time
from pathlib import Path

import torch
from abilities import training_stream
from model import Size, new_model, save_model
from tokenizer import Tokenizer

ROWS, LENGTH = 32, 128
LEARNING_RATE, WARM_UP, FLAT_UNTIL, FLOOR = 3e-3, 100, 0.6, 0.05


def packed_rows(tokenizer: Tokenizer, seed: int):
    """Rows of LENGTH + 1 tokens; each begins with a document, the last one may be cut."""
    row: list[int] = []
    for text in training_stream(seed):
        row += tokenizer.document(text)
        if len(row) > LENGTH:
            yield row[: LENGTH + 1]
            row = []


def rate(step: int, steps: int) -> float:
    """Warm-up, flat, then linear to FLOOR."""
    if step < WARM_UP:
        return (step + 1) / WARM_UP
    decay = max(0.0, (step / steps - FLAT_UNTIL) / (1 - FLAT_UNTIL))
    return 1 - (1 - FLOOR) * decay


def pretrain(directory: Path, seed: int, steps: int, size: Size = Size()) -> None:
    tokenizer = Tokenizer(directory)
    model = new_model(size, seed)
    optimiser = torch.optim.AdamW(
        model.parameters(), lr=LEARNING_RATE, betas=(0.9, 0.98), weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: rate(step, steps))
    rows, began = packed_rows(tokenizer, seed), time.time()
    for step in range(steps):
        ids = torch.tensor([next(rows) for _ in range(ROWS)])
        logits = model(ids[:, :-1], use_cache=False).logits
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), ids[:, 1:].flatten())
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        if step % 50 == 0 or step == steps - 1:
            print(f"pretrain {step} loss {loss.item():.4f} {time.time() - began:.0f} s",
                  flush=True)
        if step and step % 200 == 0:
            save_model(model, directory, directory)
    save_model(model, directory, directory)
