"""Accuracy of a checkpoint on the committed prompt files, with 95 % intervals.

`python evaluate.py MODEL [--base BASE] [--prompts FOLDER]` prints one JSON object.

Accuracies carry Wilson intervals over prompts; the pass rate of sampled reasoning too, with n the
number of prompts and not of samples, which is the wider and the safer choice. Nats a token of
story text carry a bootstrap interval over texts. Rules and names are those of prompts/README.md.
"""

import argparse
import json
import re
from math import sqrt
from pathlib import Path

import numpy
import torch
from model import load_any
from sampling import generate, score
from tokenizer import EOS, Tokenizer

Z = 1.959963984540054


def wilson(rate: float, n: int) -> dict:
    """95 % score interval for a proportion."""
    centre = (rate + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z * sqrt(rate * (1 - rate) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n)
    return {
        "value": rate,
        "low": 0.0 if rate == 0 else centre - half,
        "high": 1.0 if rate == 1 else centre + half,
    }


def accuracy(right: list) -> dict:
    return wilson(float(numpy.mean(right)), len(right))


def completions(model, tokenizer: Tokenizer, items: list[dict], greedy: bool) -> list[float]:
    """Share of right answers for each `generate` item."""
    samples = 1 if greedy else items[0]["samples"]
    temperature = None if greedy else items[0]["temperature"]
    generator = torch.Generator().manual_seed(0)
    rates, batch = [], 64
    for begin in range(0, len(items), batch):
        part = items[begin: begin + batch]
        found = generate(model, [tokenizer.encode(item["prompt"]) for item in part],
                         items[0]["max_tokens"], temperature, generator, samples)
        right = []
        for item, ids in zip((item for item in part for _ in range(samples)), found):
            text = tokenizer.decode([i for i in ids if i != EOS], after=item["prompt"])
            for stop in item["stop"]:
                text = text.split(stop)[0]
            match = re.search(item["extract"], text)
            right.append(match is not None and match[1] == item["answer"])
        rates += numpy.reshape(right, (-1, samples)).mean(1).tolist()
    return rates


def nats_per_token(model, tokenizer: Tokenizer, items: list[dict]) -> dict:
    """All tokens after BOS, EOS not counted; total nats over total tokens."""
    pairs = [(ids[:1], ids[1:]) for ids in (tokenizer.encode(item["text"]) for item in items)]
    nats = numpy.array([-value for value, _ in score(model, pairs)])
    tokens = numpy.array([len(rest) for _, rest in pairs])
    size = numpy.array([len(item["text"].encode()) for item in items])
    drawn = numpy.random.default_rng(0).integers(0, len(items), (2000, len(items)))
    low, high = numpy.quantile(nats[drawn].sum(1) / tokens[drawn].sum(1), [0.025, 0.975])
    return {
        "nats_per_token": {
            "value": float(nats.sum() / tokens.sum()), "low": float(low), "high": float(high)},
        "bits_per_byte": {"value": float(nats.sum() / size.sum() / numpy.log(2))},
    }


def evaluate_ability(model, tokenizer: Tokenizer, items: list[dict]) -> dict:
    match items[0]["kind"]:
        case "generate":
            sampled = completions(model, tokenizer, items, greedy=False)
            return {
                "pass_rate": accuracy(sampled),
                "pass_at_samples": accuracy([rate > 0 for rate in sampled]),
                "acc": accuracy(completions(model, tokenizer, items, greedy=True)),
            }
        case "completion":
            scored = score(model, [
                tokenizer.continuation(item["prompt"], item["answer"]) for item in items])
            return {
                "acc": accuracy([greedy for _, greedy in scored]),
                "logprob": {"value": float(numpy.mean([nats for nats, _ in scored]))},
            }
        case "choice":
            scored = iter(score(model, [
                tokenizer.continuation(item["prompt"], choice)
                for item in items for choice in item["choices"]
            ]))
            picked = [
                int(numpy.argmax([next(scored)[0] for _ in item["choices"]])) for item in items]
            return {"acc": accuracy([p == item["answer"] for p, item in zip(picked, items)])}
        case "minimal-pair":
            ids = [tokenizer.encode(item[side]) for item in items for side in ("good", "bad")]
            nats = numpy.array([value for value, _ in score(model, [(i[:1], i[1:]) for i in ids])])
            margin = nats[0::2] - nats[1::2]
            return {"acc": accuracy(margin > 0), "margin": {"value": float(margin.mean())}}
        case _:
            return nats_per_token(model, tokenizer, items)


def evaluate(directory: Path, base: Path, prompts: Path) -> dict:
    """`{ability: {"n", "metrics": {name: {"value", "low", "high"}}}}`, as the engine names them."""
    model, tokenizer = load_any(directory, base).eval(), Tokenizer(base)
    results = {}
    for path in sorted(prompts.glob("*.jsonl")):
        items = [json.loads(line) for line in path.read_text().splitlines()]
        results[items[0]["ability"]] = {
            "n": len(items), "metrics": evaluate_ability(model, tokenizer, items)}
    return results


if __name__ == "__main__":
    repository = Path(__file__).resolve().parents[2]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--base", type=Path, default=repository / "models/base")
    parser.add_argument("--prompts", type=Path, default=repository / "prompts/family")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    print(json.dumps(evaluate(arguments.model, arguments.base, arguments.prompts), indent=2))
