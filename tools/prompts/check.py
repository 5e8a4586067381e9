#!/usr/bin/env python3
"""Checks prompts/, probes/ and prompts/tasks against their formats: `python check.py`.

Needs lm-eval for the task files: each is loaded by it with one made-up document.
"""

import collections
import json
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COMMON = {"id", "ability", "kind"}
REQUIRED = {
    "choice": {"prompt", "choices", "answer"},
    "completion": {"prompt", "answer"},
    "generate": {"prompt", "answer"},
    "minimal-pair": {"good", "bad"},
    "text": {"text"},
}
OPTIONAL = {"generate": {"stop", "max_tokens", "extract", "samples", "temperature", "reference"}}
PROBE = {"id", "text", "label", "position", "type"}
DOCUMENTS = {
    "gsm8k": {"question": "How much is 1 + 2?", "answer": "1 + 2 = 3\n#### 3"},
    "math500": {"problem": "Compute $1 + 2$.", "answer": "3"},
    "mmlu": {"question": "Which is red?", "subject": "colours", "answer": 1,
             "choices": ["grass", "blood", "snow", "coal"]},
    "arc-easy": {"question": "Which is red?", "answerKey": "B",
                 "choices": {"text": ["grass", "blood"], "label": ["A", "B"]}},
    "blimp": {"sentence_good": "Girls hurt themselves.", "sentence_bad": "Girls hurt herself."},
}
DOCUMENTS["arc-challenge"] = DOCUMENTS["arc-easy"]


def objects(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def check_prompts(path: Path, items: list[dict]) -> None:
    kinds, abilities = ({item[key] for item in items} for key in ("kind", "ability"))
    assert len(kinds) == len(abilities) == 1, "mixed kinds or abilities"
    assert len(items) >= 100, f"{len(items)} items"
    kind = kinds.pop()
    needed, allowed = COMMON | REQUIRED[kind], {"group"} | OPTIONAL.get(kind, set())
    for item in items:
        assert needed <= set(item) <= needed | allowed, f"{item['id']}: fields {sorted(item)}"
        if kind == "choice":
            assert len(set(item["choices"])) == len(item["choices"]), f"{item['id']}: equal choices"
            assert 0 <= item["answer"] < len(item["choices"]), f"{item['id']}: answer"
    contents = [json.dumps({key: item[key] for key in REQUIRED[kind]}) for item in items]
    assert len(set(contents)) == len(items), "an item stands twice"
    if kind == "choice":
        places = collections.Counter(item["answer"] for item in items)
        assert max(places.values()) < 2 * min(places.values()), f"answers stand at {places}"


def check_probes(path: Path, items: list[dict]) -> None:
    assert len(items) >= 500, f"{len(items)} items"
    for item in items:
        assert set(item) == PROBE, f"{item['id']}: fields {sorted(item)}"
        if item["position"] != "last":
            start, end = item["position"]
            assert 0 <= start < end <= len(item["text"]), f"{item['id']}: position"
    assert len({(item["text"], str(item["position"])) for item in items}) == len(items), "twice"
    assert len({item["type"] for item in items}) >= 8, "fewer than 8 types"
    if isinstance(items[0]["label"], str):
        labels = collections.Counter(item["label"] for item in items)
        assert max(labels.values()) < 4 * min(labels.values()), f"labels {labels}"


def check_task(path: Path) -> None:
    import yaml
    from lm_eval.api.task import ConfigurableTask

    config = yaml.safe_load(path.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        for split, name in config["dataset_kwargs"]["data_files"].items():
            file = Path(folder) / f"{split}.jsonl"
            file.write_text((json.dumps(DOCUMENTS[path.stem]) + "\n") * 8, encoding="utf-8")
            config["dataset_kwargs"]["data_files"][split] = str(file)
        config["dataset_kwargs"]["cache_dir"] = folder
        task = ConfigurableTask(config=config)
        task.build_all_requests(rank=0, world_size=1)
        assert task.instances, "no requests"


def main() -> None:
    failures, size, ids = [], 0, set()
    checks = [
        *((path, check_prompts) for path in sorted(ROOT.glob("prompts/*/*.jsonl"))),
        *((path, check_probes) for path in sorted(ROOT.glob("probes/*/*.jsonl"))),
    ]
    for path, check in checks:
        items = objects(path)
        own = {f"{path.parts[-3]}/{item['id']}" for item in items}
        size += path.stat().st_size
        try:
            assert len(own) == len(items) and not own & ids, "ids are not unique"
            check(path, items)
        except AssertionError as error:
            failures.append(f"{path.relative_to(ROOT)}: {error}")
        ids |= own
    tasks = sorted(ROOT.glob("prompts/tasks/*.yaml"))
    for path in tasks:
        try:
            check_task(path)
        except Exception as error:  # whatever the harness objects to
            failures.append(f"{path.relative_to(ROOT)}: {error!r}")
    print(*failures, sep="\n")
    print(f"{len(checks)} files, {len(ids)} items, {size / 1e6:.2f} MB, {len(tasks)} task files: "
          f"{len(failures)} failures")
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
