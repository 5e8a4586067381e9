"""The model card: measures every checkpoint and writes card.json and README.md.

The prose lives in card.md; `{{accuracy}}`, `{{updates}}` and `{{files}}` stand for tables.
"""

import hashlib
import json
from pathlib import Path

from evaluate import evaluate
from geometry import measure_update

TEMPLATE = Path(__file__).with_name("card.md")
COLUMNS = [  # ability, metric, heading
    ("reasoning", "sampled", "reasoning, sampled"),
    ("reasoning", "greedy", "greedy"),
    ("recall", "acc", "recall"),
    ("induction", "acc", "induction"),
    ("agreement", "acc", "agreement"),
    ("comparison", "acc", "comparison"),
]


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


def measure(models: Path, prompts: Path) -> dict:
    base, results = models / "base", {}
    for name in checkpoints(models):
        results[name] = {"abilities": evaluate(models / name, base, prompts)}
        if name != "base":
            results[name]["update"] = measure_update(base, models / name)
        print(f"card {name}", flush=True)
    digests = {
        f"prompts/family/{path.name}": hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(prompts.glob("*.jsonl"))
    }
    return {"checkpoints": results, "prompts_sha256": digests}


def percent(metric: dict) -> str:
    return f"{100 * metric['value']:.1f} [{100 * metric['low']:.1f}, {100 * metric['high']:.1f}]"


def table(heading: list[str], rows: list[list[str]]) -> str:
    lines = [heading, ["---"] * len(heading)] + rows
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def accuracy_table(card: dict) -> str:
    rows = []
    for name, entry in card["checkpoints"].items():
        abilities = entry["abilities"]
        nats = abilities["story"]["metrics"]["nats_per_token"]
        rows.append(
            [f"`{name}`"]
            + [percent(abilities[ability]["metrics"][metric]) for ability, metric, _ in COLUMNS]
            + [f"{nats['value']:.3f} [{nats['low']:.3f}, {nats['high']:.3f}]"])
    return table(["checkpoint"] + [c[2] for c in COLUMNS] + ["story, nats per token"], rows)


def update_table(card: dict) -> str:
    rows, expected = [], None
    for name, entry in card["checkpoints"].items():
        if update := entry.get("update"):
            expected = update["energy_expected"]
            rows.append([
                f"`{name}`", f"{100 * update['sparsity_bf16']:.1f} %",
                f"{update['relative_norm']:.4f}",
                " / ".join(f"{100 * share:.1f}" for share in update["energy"].values())])
    if expected:
        rows.append(["a structureless update", "", "",
                     " / ".join(f"{100 * share:.1f}" for share in expected.values())])
    return table(["checkpoint", "unchanged in bf16", "‖ΔW‖ / ‖W‖", "PP / PO / OP / OO, %"], rows)


def file_table(card: dict) -> str:
    abilities = card["checkpoints"]["base"]["abilities"]
    return table(["ability", "file", "items", "metrics"], [
        [ability, f"`{entry['file']}`", str(entry["n"]), ", ".join(entry["metrics"])]
        for ability, entry in abilities.items()])


def write_readme(models: Path) -> None:
    """README.md from card.md and the measured card.json."""
    card = json.loads((models / "card.json").read_text())
    text = TEMPLATE.read_text(encoding="utf-8")
    for name, make in {
        "accuracy": accuracy_table, "updates": update_table, "files": file_table,
    }.items():
        text = text.replace("{{" + name + "}}", make(card))
    (models / "README.md").write_text(text, encoding="utf-8")


def write_card(models: Path, prompts: Path) -> None:
    (models / "card.json").write_text(json.dumps(measure(models, prompts), indent=1) + "\n")
    write_readme(models)
