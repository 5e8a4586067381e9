"""The peer of `sweep`: PyTorch edits the weights and runs every condition, float32, sdpa.

    python Benchmarks/peers/sweep.py BASE_DIR TUNED_DIR SCORES.json [--threads 2] [--every N]
        [--once] [--float64]

SCORES.json is what `bench sweep --out` wrote: tokens, and the log-likelihoods and times that are
compared. For every layer and component C the seven projections become W1 - C, all requests are
scored, and W1 is put back: by length in padded batches, logits only where a continuation is.
Subspaces come from float64 SVDs, timed apart. With --every N it runs one layer in N and
extrapolates. --once runs equal inputs once, as lm-evaluation-harness does where the choices of a
question are single tokens. --float64 tells whose rounding a difference is.
"""

import argparse
import json
import time

import torch
from transformers import AutoModelForCausalLM

parser = argparse.ArgumentParser()
parser.add_argument("base")
parser.add_argument("tuned")
parser.add_argument("scores")
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--every", type=int, default=1, help="only one layer in N")
parser.add_argument("--batch", type=int, default=16)
parser.add_argument("--once", action="store_true", help="run equal inputs once")
parser.add_argument("--float64", action="store_true")
arguments = parser.parse_args()
torch.set_num_threads(arguments.threads)
dtype = torch.float64 if arguments.float64 else torch.float32


def load(directory):
    return AutoModelForCausalLM.from_pretrained(
        directory, dtype=dtype, attn_implementation="sdpa").eval()


def projections(model, layer):
    block = model.model.layers[layer]
    return {f"{layer}.{name}": module.weight for name, module in block.named_modules()
            if isinstance(module, torch.nn.Linear)}


def batches(requests):
    """By length, right padded: (tokens, mask, [request, row, place, target])."""
    inputs = {}
    for number, request in enumerate(requests):
        tokens = tuple(request["context"] + request["continuation"][:-1])
        inputs.setdefault((tokens, None if arguments.once else number), []).append(number)
    ordered = sorted(inputs.items(), key=lambda item: len(item[0][0]))
    for start in range(0, len(ordered), arguments.batch):
        rows = [(tokens, numbers) for (tokens, _), numbers in ordered[start:start + arguments.batch]]
        length = len(rows[-1][0])
        tokens = torch.tensor([row + (0,) * (length - len(row)) for row, _ in rows])
        mask = torch.tensor([[1] * len(row) + [0] * (length - len(row)) for row, _ in rows])
        wanted = [(number, index, len(requests[number]["context"]) - 1 + offset, target)
                  for index, (_, numbers) in enumerate(rows) for number in numbers
                  for offset, target in enumerate(requests[number]["continuation"])]
        yield tokens, None if mask.all() else mask, torch.tensor(wanted).T


def score(model, packed, count):
    sums = torch.zeros(count, dtype=torch.float64)
    for tokens, mask, (numbers, rows, places, targets) in packed:
        hidden = model.model(tokens, attention_mask=mask, use_cache=False).last_hidden_state
        log_p = torch.log_softmax(model.lm_head(hidden[rows, places]), -1)
        sums.index_add_(0, numbers, log_p.gather(1, targets[:, None])[:, 0].double())
    return sums


class Clock:
    def __enter__(self):
        self.wall, self.cpu = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_):
        self.wall, self.cpu = time.perf_counter() - self.wall, time.process_time() - self.cpu


@torch.inference_mode()
def main():
    with open(arguments.scores) as file:
        ours = json.load(file)
    base, model = load(arguments.base), load(arguments.tuned)
    layers = range(0, model.config.num_hidden_layers, arguments.every)
    packed = list(batches(ours["requests"]))
    count = len(ours["requests"])

    subspaces = {}
    with Clock() as decomposing:
        for layer in layers:
            for name, w0 in projections(base, layer).items():
                u, _, vt = torch.linalg.svd(w0.double(), full_matrices=False)
                k = max(1, int(0.1 * min(w0.shape) + 0.5))
                subspaces[name] = u[:, :k].to(dtype), vt[:k].to(dtype)

    theirs = {}
    tuned = score(model, packed, count)
    with Clock() as sweep:
        for layer in layers:
            before = projections(base, layer)
            for component in ("principal", "off-principal"):
                weights = projections(model, layer)
                kept = {name: w1.clone() for name, w1 in weights.items()}
                for name, w1 in weights.items():
                    delta = w1 - before[name]
                    u, vt = subspaces[name]
                    part = u @ (u.T @ delta @ vt.T) @ vt
                    w1 -= part if component == "principal" else delta - part
                theirs[layer, component] = score(model, packed, count)
                for name, w1 in weights.items():
                    w1.copy_(kept[name])

    compared = [(torch.tensor(c["scores"], dtype=torch.float64), theirs[c["layer"], c["component"]])
                for c in ours["conditions"] if (c["layer"], c["component"]) in theirs]
    lengths = torch.tensor([len(r["continuation"]) for r in ours["requests"]])
    difference = torch.stack([(a - b).abs() for a, b in compared])
    effects = {component: torch.stack([(scores - tuned).abs() for (_, other), scores
                                       in theirs.items() if other == component])
               for component in ("principal", "off-principal")}
    times = len(ours["conditions"]) / len(compared)
    cost = ours["cost"]
    print(json.dumps({
        "torch": torch.__version__, "dtype": str(dtype), "threads": arguments.threads,
        "conditions": len(compared), "extrapolated_from_every": arguments.every,
        "equal_inputs_once": arguments.once,
        "requests": count, "tokens": sum(int(t.numel()) for t, _, _ in packed),
        "wall_s": round(times * sweep.wall, 2), "cpu_s": round(times * sweep.cpu, 2),
        "subspaces_wall_s": round(decomposing.wall, 2), "ours_wall_s": round(cost["wall_s"], 2),
        "ratio_wall": round(times * sweep.wall / cost["wall_s"], 3),
        "ratio_cpu": round(times * sweep.cpu / cost["cpu_s"], 3),
        "max_nats_per_request": float(difference.max()),
        "max_nats_per_token": float((difference / lengths).max()),
        "max_nats_tuned": float((torch.tensor(ours["tuned"]).double() - tuned).abs().max()),
        "effect_nats_median_and_max": {
            name: [round(float(e.median()), 5), round(float(e.max()), 5)]
            for name, e in effects.items()}}))


main()
