"""Held-out prompts of the family: one ability a file, one JSON object a line."""

import json
import random
from pathlib import Path

import abilities
from abilities import ALL_FACTS, sample_until

ITEMS = 400
SAMPLES, MAX_TOKENS = 4, 64


def distinct(rng: random.Random, sample, count: int) -> list:
    """`count` held-out items with different keys."""
    found = {}
    while len(found) < count:
        item = sample_until(rng, sample, held_out=True)
        found.setdefault(item.key, item)
    return list(found.values())


def reasoning(rng: random.Random) -> list[dict]:
    return [
        {
            "group": f"chain {chain.signs}",
            "kind": "generate",
            "prompt": chain.prompt,
            "answer": str(chain.answer),
            "stop": ["\n"],
            "max_tokens": MAX_TOKENS,
            "extract": r"#(\d+)\s*$",
            "samples": SAMPLES,
            "temperature": 1.0,
            "reference": chain.gold,
        }
        for chain in distinct(rng, abilities.sample_chain, ITEMS)
    ]


def recall(_: random.Random) -> list[dict]:
    return [
        {
            "group": fact.name,
            "kind": "completion",
            "prompt": fact.prompts[wording],
            "answer": fact.answer,
        }
        for fact in ALL_FACTS for wording in ("question", "statement")
    ]


def induction(rng: random.Random) -> list[dict]:
    items = []
    for number, sequence in enumerate(distinct(rng, abilities.sample_sequence, ITEMS // 2)):
        for position in sorted(rng.sample(range(1, len(sequence.words)), 2)):
            items.append({
                "group": f"sequence {number}",
                "kind": "completion",
                "prompt": sequence.prompt(position),
                "answer": f" {sequence.words[position]}",
            })
    return items


def agreement(rng: random.Random) -> list[dict]:
    """Rare nouns as often as frequent ones, and up to three phrases more than in training."""
    used, items = set(), []
    while len(items) < ITEMS:
        longer = len(items) * 4 // ITEMS
        item = sample_until(
            rng, lambda r: abilities.sample_agreement(r, uniform=True, longer=longer),
            held_out=True)
        if item.key not in used:
            used.add(item.key)
            items.append((longer, item))
    end = {"inner": ""}
    return [
        {
            "group": f"{item.structure} {'plural' if item.plural else 'singular'} +{longer}",
            "kind": "minimal-pair",
            "good": item.before + item.good + end.get(item.structure, "."),
            "bad": item.before + item.bad + end.get(item.structure, "."),
        }
        for longer, item in items
    ]


def comparison(rng: random.Random) -> list[dict]:
    items = []
    for pair in distinct(rng, abilities.sample_comparison, ITEMS // 2):
        for item in (pair, abilities.Comparison(pair.second, pair.first)):
            items.append({
                "group": item.key,
                "kind": "choice",
                "prompt": item.prompt,
                "choices": [f" {item.first}.", f" {item.second}."],
                "answer": 0 if item.first > item.second else 1,
            })
    return items


def story(rng: random.Random) -> list[dict]:
    return [
        {"kind": "text", "text": item.text}
        for item in distinct(rng, abilities.sample_story, ITEMS // 2)
    ]


ABILITIES = [reasoning, recall, induction, agreement, comparison, story]


def write_lines(path: Path, items: list[dict]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(item) + "\n" for item in items))


def write_prompts(directory: Path) -> None:
    for make in ABILITIES:
        name = make.__name__
        items = make(random.Random(f"prompts {name}"))
        write_lines(directory / f"{name}.jsonl", [
            {"id": f"family-{name}-{number:03}", "ability": name, **item}
            for number, item in enumerate(items)
        ])
