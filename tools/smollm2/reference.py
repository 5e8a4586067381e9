#!/usr/bin/env python3
"""Writes the reference numbers of SmolLM2-135M-Instruct that the parity tests compare with.

    HF_HUB_OFFLINE=1 HF_DATASETS_OFFLINE=1 python reference.py MODEL_DIR [FIXTURE_DIR]

MODEL_DIR is what fetch.sh makes. Needs torch, transformers and lm-eval 0.4.13 (the versions used
stand in the output); float32, eager attention, one thread. FIXTURE_DIR (default
Tests/Fixtures/smollm2) holds the inputs (*.yaml, *.jsonl) and receives forward.json,
hidden.safetensors and lm_eval.json; its README.md tells the schema.
"""

import importlib.metadata
import json
import sys
from pathlib import Path

import torch
import yaml
from lm_eval import simple_evaluate
from lm_eval.models.huggingface import HFLM
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, AutoTokenizer

TEXTS = [
    "The quick brown fox jumps over the lazy dog.",
    "  Two leading spaces,\ta tab,\n\nand two newlines.  ",
    "In 1969, 3 people flew 384400 km to the Moon; it took 4 days.",
    "Ein Bär aß drei Brötchen, später noch fünf.",
    "東京は日本の首都です。 Токио — столица Японии.",
    "🙂🙃 e\u0301 é ½ ² Ⅻ",
    "def area(r):\n    return 3.14159 * r ** 2\n\nprint(area(2))  # 12.57",
    "<|im_start|>user\nWhat is 2 + 3?<|im_end|>\n<|im_start|>assistant\n2 + 3 = 5.<|im_end|>\n",
    "Q: Tom has 5 apples and buys 3 more. How many apples does he have?\nA: 5 + 3 = 8.",
    "apple river stone cloud apple river stone cloud apple river stone cloud",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "The mill stood where the river bends, and its wheel had not turned for thirty years. Children "
    "were told to keep away from it, which is why every child in the village knew the loose board "
    "behind the stairs. In the spring the new owner came with a cart full of tools. He took out the "
    "rotten beams, cut new ones from oak, and cleared the channel of mud and branches. When he let "
    "the water in, nothing happened at first. Then the wheel groaned, shook off a shower of rust, "
    "and began to move, slowly, as if it had to remember how. People came out of their houses to "
    "listen. An old woman who had worked there as a girl said that it sounded a tone lower than "
    "before, and that this was as it should be, because she had grown deaf to the high notes.",
]
PROMPTS = [
    "The capital of France is",
    "Q: What is 7 + 5?\nA:",
    "Once upon a time there was a",
    "red blue green red blue green red blue",
    "def add(a, b):\n",
    "1, 2, 3, 4, 5,",
    "<|im_start|>user\nName three fruits.<|im_end|>\n<|im_start|>assistant\n",
    "Der Hund",
]
NEW_TOKENS = 24
HIDDEN_TEXT, HIDDEN_POSITIONS, HIDDEN_LAYERS = 8, [0, 7, -1], [0, 10, 20, 29]
TASKS = ["choice", "choice-shots", "cloze", "rolling", "sums"]


def main(model_directory: str, fixtures: Path) -> None:
    torch.set_num_threads(1)
    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_pretrained(
        model_directory, dtype=torch.float32, attn_implementation="eager"
    ).eval()
    tokenizer = AutoTokenizer.from_pretrained(model_directory)
    versions = {
        name: importlib.metadata.version(name)
        for name in ("torch", "transformers", "tokenizers", "lm-eval")
    }
    with torch.no_grad():
        hidden = hidden_states(model, tokenizer(TEXTS[HIDDEN_TEXT]).input_ids)
        forward = {
            "versions": versions,
            "texts": [text_record(model, tokenizer, text) for text in TEXTS],
            "greedy": [greedy_record(model, tokenizer, prompt) for prompt in PROMPTS],
            "hidden": {"text": HIDDEN_TEXT, "positions": HIDDEN_POSITIONS},
        }
        evaluation = {"versions": versions, "tasks": harness(model, tokenizer, fixtures)}
        forward["float64"] = float64_difference(model, tokenizer, forward["texts"], hidden)
    save_file(hidden, fixtures / "hidden.safetensors")
    write(fixtures / "forward.json", forward)
    write(fixtures / "lm_eval.json", evaluation)


def write(path: Path, value: dict) -> None:
    """Two levels of indentation, the rest on one line: readable in a diff, small."""
    lines = []
    for key, part in value.items():
        if isinstance(part, list):
            rows = ",\n".join("  " + json.dumps(row, ensure_ascii=False) for row in part)
            lines.append(f"{json.dumps(key)}: [\n{rows}\n]")
        else:
            lines.append(f"{json.dumps(key)}: {json.dumps(part, ensure_ascii=False)}")
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


# The model


def token_log_probabilities(model, ids: list) -> torch.Tensor:
    log_probabilities = model(torch.tensor([ids])).logits[0, :-1].log_softmax(-1)
    return log_probabilities.gather(1, torch.tensor(ids[1:])[:, None])[:, 0]


def text_record(model, tokenizer, text: str) -> dict:
    ids = tokenizer(text).input_ids
    top = model(torch.tensor([ids])).logits[0, -1].topk(5)
    return {
        "text": text,
        "ids": ids,
        "logprobs": rounded(token_log_probabilities(model, ids)),
        "top_ids": top.indices.tolist(),
        "top_logits": rounded(top.values),
    }


def greedy_record(model, tokenizer, prompt: str) -> dict:
    """Greedy tokens, end-of-text tokens included and passed over, by full passes; `margins` are
    the differences between the two largest logits."""
    ids = tokenizer(prompt).input_ids
    continuation, margins = [], []
    for _ in range(NEW_TOKENS):
        top = model(torch.tensor([ids + continuation])).logits[0, -1].topk(2)
        continuation.append(top.indices[0].item())
        margins.append((top.values[0] - top.values[1]).item())
    return {
        "prompt": prompt,
        "ids": ids,
        "continuation": continuation,
        "text": tokenizer.decode(continuation),
        "smallest_margin": round(min(margins), 6),
    }


def hidden_states(model, ids: list) -> dict:
    """Residual stream under TransformerLens names, `[positions, width]`."""
    sites = {}

    def keep(name):
        def hook(_module, _inputs, output):
            values = output[0] if isinstance(output, tuple) else output
            sites[name] = values[0, HIDDEN_POSITIONS].clone()

        return hook

    inner = model.model
    hooks = [inner.embed_tokens.register_forward_hook(keep("blocks.0.hook_resid_pre"))]
    hooks.append(inner.norm.register_forward_hook(keep("ln_final.hook_out")))
    for layer in HIDDEN_LAYERS:
        name = f"blocks.{layer}.hook_resid_post"
        hooks.append(inner.layers[layer].register_forward_hook(keep(name)))
    model(torch.tensor([ids]))
    for hook in hooks:
        hook.remove()
    return sites


def float64_difference(model, tokenizer, texts: list, hidden: dict) -> dict:
    """How far these float32 numbers are from float64 arithmetic: the floor of any tolerance."""
    model.double()
    exact = hidden_states(model, tokenizer(TEXTS[HIDDEN_TEXT]).input_ids)
    differences = [
        (token_log_probabilities(model, record["ids"]) - torch.tensor(record["logprobs"])).abs()
        for record in texts
    ]
    return {
        "logprob": float(f"{max(part.max().item() for part in differences):.2g}"),
        "hidden_relative": {
            name: float(f"{((exact[name] - values).norm() / exact[name].norm()).item():.2g}")
            for name, values in hidden.items()
        },
    }


def rounded(values: torch.Tensor) -> list:
    return [round(value, 6) for value in values.tolist()]


# lm-evaluation-harness


def harness(model, tokenizer, fixtures: Path) -> dict:
    wrapped = HFLM(pretrained=model, tokenizer=tokenizer, batch_size=1, device="cpu")
    return {name: harness_task(wrapped, fixtures, name) for name in TASKS}


def harness_task(model: HFLM, fixtures: Path, name: str) -> dict:
    config = yaml.safe_load((fixtures / f"{name}.yaml").read_text())
    files = config["dataset_kwargs"]["data_files"]
    config["dataset_kwargs"]["data_files"] = {
        split: str(fixtures / file) for split, file in files.items()
    }
    found = simple_evaluate(model, tasks=[config], bootstrap_iters=0)
    results = {
        key: value
        for key, value in found["results"][config["task"]].items()
        if isinstance(value, float) and "stderr" not in key
    }
    return {"results": results, "samples": samples(found["samples"][config["task"]])}


def samples(found: list) -> list:
    """One record a document; filters of one document are merged under `filters`."""
    merged = {}
    for sample in found:
        record = merged.setdefault(sample["doc"]["id"], {"id": sample["doc"]["id"]})
        requests = sample["arguments"]
        record["context"] = requests[0][0]
        if isinstance(sample["resps"][0][0], str):
            record["response"] = sample["resps"][0][0]
            metrics = {name: sample[name] for name in sample["metrics"]}
            answer = {"filtered": sample["filtered_resps"][0], **metrics}
            record.setdefault("filters", {})[sample["filter"]] = answer
            continue
        record["target"] = sample["target"]
        responses = [response[0] for response in sample["resps"]]
        if isinstance(responses[0], float):
            record["loglikelihood"] = [round(value, 6) for value in responses]
        else:
            record["continuations"] = [request[1] for request in requests]
            record["loglikelihoods"] = [round(value, 6) for value, _ in responses]
            record["is_greedy"] = [greedy for _, greedy in responses]
        for name in sample["metrics"]:
            if name.startswith("acc"):
                record[name] = float(sample[name])
    return list(merged.values())


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        raise SystemExit("usage: reference.py MODEL_DIR [FIXTURE_DIR]")
    default = Path(__file__).resolve().parents[2] / "Tests/Fixtures/smollm2"
    main(sys.argv[1], Path(sys.argv[2]) if len(sys.argv) == 3 else default)
