"""Regenerates the embedded model family: `python run.py [--stages ...] [--smoke] [--out FOLDER]`.

Stages, in order: data, base, rlvr, rlvr-seed1, lora-rlvr, sft, sft-foreign, card, parity.
One process with one thread; the whole family takes about half an hour on an idle core. `--smoke`
trains toy models for a few steps in a scratch folder, to prove that every stage runs.
"""

import argparse
import tempfile
from pathlib import Path

import grpo
import sft
import torch
from card import write_card, write_readme
from model import Size
from parity import write_parity
from pretrain import pretrain
from probes import write_probes
from prompts import write_prompts
from tokenizer import train_tokenizer

REPOSITORY = Path(__file__).resolve().parents[2]
STAGES = ["data", "base", "rlvr", "rlvr-seed1", "lora-rlvr", "sft", "sft-foreign", "card",
          "readme", "parity"]
TOY = Size(hidden=32, layers=4, heads=4, key_value_heads=2, intermediate=64)


def run_stage(stage: str, models: Path, data: Path, fixtures: Path, seed: int, smoke: bool) -> None:
    base = models / "base"

    def steps(full: int) -> int:
        return 2 if smoke else full

    match stage:
        case "data":
            write_prompts(data / "prompts/family")
            write_probes(data / "probes/family")
            if smoke:
                for path in (data / "prompts/family").glob("*.jsonl"):
                    path.write_text("".join(path.read_text().splitlines(keepends=True)[:8]))
        case "base":
            train_tokenizer(base, seed, documents=4_000 if smoke else 40_000)
            pretrain(base, seed, steps(2000), TOY if smoke else Size())
        case "rlvr" | "rlvr-seed1":
            second = stage == "rlvr-seed1"
            settings = grpo.Settings(
                rate=3e-5, steps=steps(150), save_every=steps(50 if second else 25),
                seed=int(second), max_tokens=8 if smoke else 48)
            master = None if second else models / f"rlvr-f32/step-{settings.steps}"
            grpo.train_grpo(base, models / stage, settings, master)
        case "lora-rlvr":
            grpo.train_grpo(base, models / stage, grpo.Settings(
                rate=2e-4, steps=steps(100), save_every=steps(20), lora_rank=8,
                max_tokens=8 if smoke else 48))
        case "sft":
            sft.train_sft(base, models / stage, sft.Settings(
                style="gold_start", rate=3e-5, steps=steps(150), save_every=steps(50), batch=256))
        case "sft-foreign":
            sft.train_sft(base, models / stage, sft.Settings(
                style="gold_foreign", rate=5e-4, steps=steps(300), save_every=steps(300),
                batch=64))
        case "card":
            write_card(models, data / "prompts/family")
        case "readme":
            write_readme(models)
        case "parity":
            write_parity(models, fixtures)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stages", nargs="+", choices=STAGES, default=STAGES)
    parser.add_argument("--out", type=Path, default=REPOSITORY,
                        help="receives models/, prompts/family, probes/family, Tests/Fixtures")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--smoke", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) if arguments.smoke else arguments.out
        for stage in arguments.stages:
            run_stage(stage, out / "models", out, out / "Tests/Fixtures/family",
                      arguments.seed, arguments.smoke)


if __name__ == "__main__":
    main()
