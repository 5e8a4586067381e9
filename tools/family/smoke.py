"""Runs every stage of the recipe at toy size in a scratch folder: `python tools/family/smoke.py`.

Proves that the scripts run and that what they write is complete; the models are worthless.
"""

import json
import sys
import tempfile
from pathlib import Path

import grpo
import torch
from card import checkpoints
from model import Size, load_any
from run import STAGES, Recipe

EXPECTED = ["base", "lora-rlvr/step-2", "rlvr/step-1", "rlvr/step-2", "rlvr-f32/step-2",
            "rlvr-seed1/step-2", "sft/step-2", "sft-foreign/step-2"]
ITEMS = 8


def shorten(folder: Path) -> None:
    for path in folder.glob("*.jsonl"):
        path.write_text("".join(path.read_text().splitlines(keepends=True)[:ITEMS]))


def main() -> int:
    torch.set_num_threads(1)
    # A toy model never answers rightly; any reward that varies within a group trains it.
    grpo.reward = lambda tokenizer, prompt, answer, ids: float(ids[0] % 2)
    with tempfile.TemporaryDirectory() as scratch:
        models, fixtures = Path(scratch) / "models", Path(scratch) / "fixtures"
        recipe = Recipe(
            models=models, data=Path(scratch), fixtures=fixtures,
            size=Size(hidden=32, layers=2, heads=4, key_value_heads=2, intermediate=64),
            documents=4000, pretraining_steps=2, tuning_steps=2, save_every=1, adapter_steps=2,
            foreign_steps=2, max_tokens=8)
        for stage in STAGES:
            recipe.run(stage)
            if stage == "data":
                shorten(Path(scratch) / "prompts/family")
        found = checkpoints(models)
        assert sorted(found) == sorted(EXPECTED), found
        assert list(json.loads((models / "card.json").read_text())) == found
        assert "{{" not in (models / "README.md").read_text()
        assert (fixtures / "logits.safetensors").exists()
        base = load_any(models / "base", models / "base").state_dict()
        for name in EXPECTED[1:]:
            tuned = load_any(models / name, models / "base").state_dict()
            assert any(not torch.equal(base[key], tuned[key]) for key in base), name
    print(f"{len(found)} toy checkpoints, all stages ran")
    return 0


if __name__ == "__main__":
    sys.exit(main())
