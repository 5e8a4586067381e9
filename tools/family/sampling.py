"""Batched generation with a cache, and log-probabilities of given continuations."""

import torch
from tokenizer import EOS
from transformers import DynamicCache

COMPACT_BELOW = 0.7


def choose(logits: torch.Tensor, temperature: float | None,
           generator: torch.Generator | None) -> torch.Tensor:
    """The likeliest token of each row, or one drawn by inversion of the cumulative sum."""
    if temperature is None:
        return logits.argmax(-1)
    cumulative = torch.softmax(logits.double() / temperature, -1).cumsum(-1)
    drawn = torch.rand(len(logits), 1, generator=generator, dtype=torch.float64)
    return torch.searchsorted(cumulative, drawn * cumulative[:, -1:], right=True)[:, 0]


@torch.no_grad()
def generate(model, prompts: list[list[int]], max_tokens: int, temperature: float | None,
             generator: torch.Generator | None = None, copies: int = 1) -> list[list[int]]:
    """`copies` continuations of each prompt in turn; `temperature=None` is greedy.

    EOS is included where one was reached. Prompts are padded on the left and read once, however
    many copies; rows that have ended leave the batch now and then.
    """
    width = max(map(len, prompts))
    ids = torch.tensor([[EOS] * (width - len(p)) + p for p in prompts])
    mask = torch.tensor([[0] * (width - len(p)) + [1] * len(p) for p in prompts])
    positions = (mask.cumsum(-1) - 1).clamp(min=0)
    rows, cache = torch.arange(len(prompts) * copies), DynamicCache()
    alive = torch.ones(len(rows), dtype=torch.bool)
    found: list[list[int]] = [[] for _ in rows]
    for length in range(max_tokens):
        logits = model(ids, attention_mask=mask, position_ids=positions, cache=cache,
                       use_cache=True, logits_to_keep=1).logits[:, -1].float()
        if length == 0 and copies > 1:
            cache.batch_repeat_interleave(copies)
            logits, mask, positions = (
                tensor.repeat_interleave(copies, 0) for tensor in (logits, mask, positions))
        chosen = choose(logits, temperature, generator)
        for row, token, active in zip(rows.tolist(), chosen.tolist(), alive.tolist()):
            if active:
                found[row].append(token)
        alive &= chosen != EOS
        if not alive.any():
            break
        ids, positions = chosen[:, None], positions[:, -1:] + 1
        mask = torch.cat([mask, mask.new_ones(len(mask), 1)], dim=1)
        if alive.float().mean() < COMPACT_BELOW:
            kept = alive.nonzero()[:, 0]
            cache.batch_select_indices(kept)
            ids, positions, mask, rows = ids[kept], positions[kept], mask[kept], rows[kept]
            alive = alive[kept]
    return found


Pair = tuple[list[int], list[int]]  # context, continuation


def continuation_logits(model, pairs: list[Pair]) -> tuple[torch.Tensor, ...]:
    """For every continuation token: logits, the token, and the row it belongs to.

    Rows are padded on the right, and only positions that predict a continuation are unembedded.
    """
    width = max(len(context) + len(rest) for context, rest in pairs)
    ids = torch.full((len(pairs), width), EOS)
    wanted = torch.zeros(len(pairs), width - 1, dtype=torch.bool)
    for row, (context, rest) in enumerate(pairs):
        ids[row, : len(context) + len(rest)] = torch.tensor(context + rest)
        wanted[row, len(context) - 1: len(context) + len(rest) - 1] = True
    hidden = model.model(ids[:, :-1], use_cache=False).last_hidden_state
    return model.lm_head(hidden[wanted]), ids[:, 1:][wanted], wanted.nonzero()[:, 0]


def backward_weighted(model, pairs: list[Pair], weights: list[float], rows: int = 64) -> float:
    """Back-propagates the weighted sum of the tokens' negative log-probabilities.

    Works in chunks of `rows` of similar length. Returns the sum.
    """
    total, order = 0.0, sorted(range(len(pairs)), key=lambda i: sum(map(len, pairs[i])))
    for begin in range(0, len(order), rows):
        chunk = order[begin: begin + rows]
        logits, targets, row = continuation_logits(model, [pairs[i] for i in chunk])
        nats = torch.nn.functional.cross_entropy(logits, targets, reduction="none")
        loss = (nats * torch.tensor([weights[i] for i in chunk])[row]).sum()
        loss.backward()
        total += loss.item()
    return total


@torch.no_grad()
def score(model, pairs: list[Pair], rows: int = 64) -> list[tuple[float, bool]]:
    """For each continuation: its log-likelihood in nats, and whether greedy decoding gives it."""
    results = []
    for begin in range(0, len(pairs), rows):
        chunk = pairs[begin: begin + rows]
        logits, targets, row = continuation_logits(model, chunk)
        nats = -torch.nn.functional.cross_entropy(logits, targets, reduction="none")
        likelihood = torch.zeros(len(chunk)).index_add(0, row, nats)
        missed = torch.zeros(len(chunk)).index_add(0, row, (logits.argmax(-1) != targets).float())
        results += zip(likelihood.tolist(), (missed == 0).tolist())
    return results
