#!/usr/bin/env python3
"""Writes prompts/english and probes/english from a seed: `python generate.py`."""

import json
from pathlib import Path
from random import Random

import arithmetic
import knowledge
import language
import probes

SEED = 20261125
PROMPTS = {
    "arithmetic-easy": arithmetic.easy,
    "arithmetic-medium": arithmetic.medium,
    "arithmetic-hard": arithmetic.hard,
    "word-problems": arithmetic.word_problems,
    "capitals": knowledge.capitals,
    "facts": knowledge.facts,
    "word-induction": language.word_induction,
    "verb-agreement": language.verb_agreement,
    "grammar": language.grammar,
    "sentiment": language.sentiment,
    "topic": language.topic,
    "plain-text": language.plain_text,
}
PROBES = {
    "running-total": probes.running_total,
    "next-operation": probes.next_operation,
    "fact-recalled": probes.fact_recalled,
    "subject-number": probes.subject_number,
    "larger-number": probes.larger_number,
    "part-of-speech": probes.part_of_speech,
    "sentiment": probes.sentiment,
}


def write(folder: str, name: str, items: list[dict], common: dict) -> None:
    path = Path(__file__).resolve().parents[2] / folder / "english" / f"{name}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [
        json.dumps({"id": f"english-{name}-{number:03}"} | common | item, ensure_ascii=False)
        for number, item in enumerate(items)
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    for name, generator in PROMPTS.items():
        write("prompts", name, generator(Random(f"{SEED} prompts {name}")), {"ability": name})
    for name, generator in PROBES.items():
        write("probes", name, generator(Random(f"{SEED} probes {name}")), {})


if __name__ == "__main__":
    main()
