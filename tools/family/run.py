"""Regenerates the embedded model family: `python tools/family/run.py --out models`.

Stages, in order: data, base, rlvr, rlvr-seed1, lora-rlvr, sft, sft-foreign, card, parity.
One process with one thread; the whole family takes less than an hour on an idle core.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import grpo
import sft
import torch
from card import write_card
from model import Size
from parity import write_parity
from pretrain import pretrain
from probes import write_probes
from prompts import write_prompts
from tokenizer import train_tokenizer

REPOSITORY = Path(__file__).resolve().parents[2]
STAGES = ["data", "base", "rlvr", "rlvr-seed1", "lora-rlvr", "sft", "sft-foreign", "card",
          "parity"]


@dataclass(frozen=True)
class Recipe:
    """Where everything goes, and how long each stage trains; defaults make the shipped family."""

    models: Path
    data: Path = REPOSITORY
    fixtures: Path = REPOSITORY / "Tests/Fixtures/family"
    seed: int = 0
    size: Size = Size()
    documents: int = 40_000
    pretraining_steps: int = 2000
    tuning_rate: float = 1e-4
    tuning_steps: int = 150
    save_every: int = 25
    adapter_steps: int = 75
    foreign_steps: int = 150
    max_tokens: int = 48

    def run(self, stage: str) -> None:
        base, out = self.models / "base", self.models / stage
        match stage:
            case "data":
                write_prompts(self.data / "prompts/family")
                write_probes(self.data / "probes/family")
            case "base":
                train_tokenizer(base, self.seed, self.documents)
                pretrain(base, self.seed, self.pretraining_steps, self.size)
            case "rlvr":
                grpo.train_grpo(
                    base, out, self.reinforcement(seed=0, save_every=self.save_every),
                    master=self.models / f"rlvr-f32/step-{self.tuning_steps}")
            case "rlvr-seed1":
                grpo.train_grpo(
                    base, out, self.reinforcement(seed=1, save_every=2 * self.save_every))
            case "lora-rlvr":
                grpo.train_grpo(base, out, grpo.Settings(
                    rate=1e-3, steps=self.adapter_steps, save_every=self.adapter_steps,
                    lora_rank=8, max_tokens=self.max_tokens))
            case "sft":
                sft.train_sft(base, out, sft.Settings(
                    style="gold", rate=self.tuning_rate, steps=self.tuning_steps,
                    save_every=2 * self.save_every, batch=32))
            case "sft-foreign":
                sft.train_sft(base, out, sft.Settings(
                    style="gold_foreign", rate=5e-4, steps=self.foreign_steps,
                    save_every=self.foreign_steps, batch=32))
            case "card":
                write_card(self.models, self.data / "prompts/family")
            case "parity":
                write_parity(self.models, self.data / "prompts/family", self.fixtures)

    def reinforcement(self, seed: int, save_every: int) -> grpo.Settings:
        return grpo.Settings(
            rate=self.tuning_rate, steps=self.tuning_steps, save_every=save_every, seed=seed,
            max_tokens=self.max_tokens)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=REPOSITORY / "models")
    parser.add_argument("--stages", nargs="+", choices=STAGES, default=STAGES)
    parser.add_argument("--seed", type=int, default=0, help="of the corpus and the base model")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    recipe = Recipe(models=arguments.out, seed=arguments.seed)
    for stage in arguments.stages:
        recipe.run(stage)


if __name__ == "__main__":
    main()
