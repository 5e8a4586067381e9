"""What an update did to the linear projections of the blocks, pooled over matrices."""

import math
from pathlib import Path

import torch
from model import load_any

MODULES = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
RANK_SHARE = 0.10


def projections(model) -> dict[str, torch.Tensor]:
    return {
        name: weight.detach() for name, weight in model.state_dict().items()
        if name.removesuffix(".weight").endswith(MODULES)
    }


def block_energies(base: torch.Tensor, delta: torch.Tensor, k: int) -> torch.Tensor:
    """Squared norms of PP, PO, OP, OO in the top-k singular spaces of `base`, in float64."""
    u, _, vh = torch.linalg.svd(base.double(), full_matrices=False)
    left, right = u[:, :k].T @ delta.double(), delta.double() @ vh[:k].T
    pp = (left @ vh[:k].T).square().sum()
    po, op = left.square().sum() - pp, right.square().sum() - pp
    return torch.stack([pp, po, op, delta.double().square().sum() - pp - po - op])


def measure_update(base: Path, tuned: Path) -> dict:
    """bf16 sparsity, relative norm, and energy shares of the four blocks with k = 10 %.

    An adapter is merged in float32; its sparsity is that of the merged weights rounded to bf16.
    """
    before, after = projections(load_any(base, base)), projections(load_any(tuned, base))
    same = count = 0
    energy, expected, norm = torch.zeros(4).double(), torch.zeros(4).double(), 0.0
    for name, weight in before.items():
        delta = after[name] - weight
        same += (after[name].bfloat16() == weight.bfloat16()).sum().item()
        count += weight.numel()
        norm += weight.double().square().sum().item()
        rows, columns = weight.shape
        k = max(1, math.floor(RANK_SHARE * min(rows, columns) + 0.5))
        blocks = block_energies(weight, delta, k)
        a, b = k / rows, k / columns
        energy += blocks
        expected += blocks.sum() * torch.tensor([a * b, a * (1 - b), (1 - a) * b,
                                                 (1 - a) * (1 - b)])
    names, total = ("pp", "po", "op", "oo"), energy.sum()
    return {
        "sparsity_bf16": same / count,
        "relative_norm": math.sqrt(total / norm),
        "energy": dict(zip(names, (energy / total).tolist())),
        "energy_expected": dict(zip(names, (expected / total).tolist())),
    }
