"""Reference logits for the Swift engine: `python parity.py --models MODELS --out FOLDER`.

Each checkpoint is run by transformers in float32 with eager attention; adapters are merged by
PEFT first. The README beside the fixtures documents the keys.
"""

import argparse
import json
from pathlib import Path

import torch
from model import load_any
from safetensors.torch import save_file
from tokenizer import Tokenizer

RUNS = ["rlvr", "sft", "lora-rlvr"]  # the last step of each, and the base
TEXTS = [
    "Q: Sam has 7 stones, gets 5, eats 7. How many? A: 7+5=12, 12-7=5. #5",
    "Q: Which is larger, 37 or 52? A: 52.",
    "Say: red cake moon iron ; red cake moon iron ; red cake moon iron",
    "The singers that the bird above the limfa sees run.",
    "One cold day Eva went to the mill. Tom came with a small goat and a map.",
    "Ünseen  bytes\tand double  blanks: 12345 ∀🙂",
]
POSITIONS = 6


def last_steps(models: Path) -> dict[str, str]:
    steps = {run: max(int(path.name.removeprefix("step-")) for path in (models / run).glob("step-*"))
             for run in RUNS}
    return {"base": "base"} | {run: f"{run}/step-{step}" for run, step in steps.items()}


def reference(models: Path) -> tuple[dict[str, torch.Tensor], dict]:
    tokenizer = Tokenizer(models / "base")
    tensors, texts, checkpoints = {}, [], last_steps(models)
    for number, text in enumerate(TEXTS):
        ids = tokenizer.encode(text)
        # The first, the last, and evenly between: late positions see long contexts.
        positions = torch.linspace(0, len(ids) - 1, POSITIONS).round().long()
        tensors[f"text.{number}.positions"] = positions.int()
        texts.append({"text": text, "ids": ids, "positions": positions.tolist()})
    for name, directory in checkpoints.items():
        model = load_any(models / directory, models / "base", attention="eager").eval()
        for number, item in enumerate(texts):
            with torch.no_grad():
                logits = model(torch.tensor([item["ids"]]), use_cache=False).logits[0]
            tensors[f"{name}.{number}.logits"] = logits[item["positions"]].contiguous()
    return tensors, {"checkpoints": checkpoints, "texts": texts}


def write_parity(models: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    tensors, index = reference(models)
    save_file(tensors, out / "logits.safetensors")
    (out / "texts.json").write_text(json.dumps(index, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    repository = Path(__file__).resolve().parents[2]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=repository / "models")
    parser.add_argument("--out", type=Path, default=repository / "Tests/Fixtures/family")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    write_parity(arguments.models, arguments.out)
