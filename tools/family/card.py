"""The model card: measures every checkpoint and writes card.json, updates.json and README.md.

card.json is `{checkpoint: {ability: {metric, n, value, low, high}}}`; greedy reasoning stands
beside the sampled one as `reasoning-greedy`, and the share of prompts that any of the samples
solves as `reasoning-any-sample`. The prose of the README lives in card.md, where
`{{accuracy}}` and `{{updates}}` stand for tables.
"""

import json
from pathlib import Path

from evaluate import evaluate
from geometry import measure_update

TEMPLATE = Path(__file__).with_name("card.md")
COLUMNS = {  # entry of card.json: ability, metric
    "reasoning": ("reasoning", "pass_rate"),
    "reasoning-greedy": ("reasoning", "acc"),
    "reasoning-any-sample": ("reasoning", "pass_at_samples"),
    "recall": ("recall", "acc"),
    "induction": ("induction", "acc"),
    "agreement": ("agreement", "acc"),
    "comparison": ("comparison", "acc"),
    "story": ("story", "nats_per_token"),
}


def checkpoints(models: Path) -> list[str]:
    """Every directory with weights, the base first, steps in order."""
    found = {
        path.parent.relative_to(models) for name in ("model", "adapter_model")
        for path in models.rglob(f"{name}.safetensors")
    }

    def order(path: Path):
        step = path.name.removeprefix("step-")
        return path.parts[0] != "base", path.parts[0], int(step) if step.isdigit() else 0

    return [str(path) for path in sorted(found, key=order)]


def measure_checkpoint(models: Path, name: str, prompts: Path) -> dict:
    """The line of card.json for one checkpoint."""
    results = evaluate(models / name, models / "base", prompts)
    return {
        column: {"metric": metric, "n": results[ability]["n"]}
        | results[ability]["metrics"][metric]
        for column, (ability, metric) in COLUMNS.items()
    }


def interval(entry: dict) -> str:
    scale, digits = (1, 3) if entry["metric"] == "nats_per_token" else (100, 1)
    value, low, high = (f"{scale * entry[key]:.{digits}f}" for key in ("value", "low", "high"))
    return f"{value} [{low}, {high}]"


def table(heading: list[str], rows: list[list[str]]) -> str:
    lines = [heading, ["---"] * len(heading)] + rows
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def accuracy_table(card: dict) -> str:
    heading = ["reasoning, sampled", "greedy", "any of 4", "recall", "induction", "agreement",
               "comparison", "story, nats per token"]
    return table(["checkpoint"] + heading, [
        [f"`{name}`"] + [interval(entry[column]) for column in COLUMNS]
        for name, entry in card.items()])


def update_table(updates: dict) -> str:
    def blocks(energy: dict) -> str:
        return " / ".join(f"{100 * share:.1f}" for share in energy.values())

    rows = [
        [f"`{name}`", f"{100 * update['sparsity_bf16']:.1f} %", f"{update['relative_norm']:.4f}",
         blocks(update["energy"])]
        for name, update in updates.items()]
    expected = next(iter(updates.values()))["energy_expected"]
    rows.append(["a structureless update", "", "", blocks(expected)])
    return table(["checkpoint", "unchanged in bf16", "‖ΔW‖ / ‖W‖", "PP / PO / OP / OO, %"], rows)


def write_readme(models: Path) -> None:
    """README.md from card.md and the measured figures."""
    card, updates = (
        json.loads((models / f"{name}.json").read_text()) for name in ("card", "updates"))
    text = TEMPLATE.read_text(encoding="utf-8")
    text = text.replace("{{accuracy}}", accuracy_table(card))
    text = text.replace("{{updates}}", update_table(updates))
    (models / "README.md").write_text(text, encoding="utf-8")


def write_card(models: Path, prompts: Path) -> None:
    card, updates = {}, {}
    for name in checkpoints(models):
        card[name] = measure_checkpoint(models, name, prompts)
        if name != "base":
            updates[name] = measure_update(models / "base", models / name)
        print(f"card {name}", flush=True)
    for name, figures in {"card": card, "updates": updates}.items():
        (models / f"{name}.json").write_text(json.dumps(figures, indent=1) + "\n")
    write_readme(models)
