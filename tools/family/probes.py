"""Probe data of the family. The generator knows every label; no model is asked.

`type` is the key of the control task: items that share it get one random label there. It is
what stands at the probed position, or the name it asks about, and never decides the label.
"""

import random
from pathlib import Path

import abilities
from abilities import FACTS, FACT_TYPES, Fact, sample_until
from prompts import distinct, write_lines

ITEMS = 600


def chains(rng: random.Random) -> list[abilities.Chain]:
    return distinct(rng, abilities.sample_chain, ITEMS)


def running_total(rng: random.Random) -> list[dict]:
    """At the equals sign of a step in a faultless chain: the total about to be written."""
    items = []
    for chain in chains(rng):
        step = rng.randrange(len(chain.steps))
        earlier = "".join(f" {equation}," for equation in chain.equations[:step])
        left, _ = chain.equations[step].split("=")
        sign, operand = chain.signs[step], chain.steps[step][1]
        items.append({
            "text": f"{chain.prompt}{earlier} {left}=",
            "label": chain.totals[step],
            "position": "last",
            "type": f"{sign}{operand}",
        })
    return items


def question_total(rng: random.Random) -> list[dict]:
    """At the operand of a clause of the question, before any working: the total so far."""
    items = []
    for chain in chains(rng):
        step = rng.randrange(len(chain.steps))
        clauses = [f", {verb} {operand}" for verb, operand in chain.steps]
        opening = len(chain.story) - len("".join(clauses))
        end = opening + len("".join(clauses[: step + 1]))
        verb, operand = chain.steps[step]
        items.append({
            "text": chain.prompt,
            "label": chain.totals[step],
            "position": [end - 1, end],
            "type": f"{verb} {operand}",
        })
    return items


def next_operation(rng: random.Random) -> list[dict]:
    """At the number that begins a step: whether plus or minus comes next."""
    items = []
    while len(items) < ITEMS:
        chain = sample_until(rng, abilities.sample_chain, held_out=True)
        sign = "+-"[len(items) % 2]
        if sign not in chain.signs:
            continue
        step = rng.choice([i for i, other in enumerate(chain.signs) if other == sign])
        earlier = "".join(f" {equation}," for equation in chain.equations[:step])
        number = ([chain.start] + chain.totals)[step]
        items.append({
            "text": f"{chain.prompt}{earlier} {number}",
            "label": "plus" if sign == "+" else "minus",
            "position": "last",
            "type": str(number),
        })
    return items


def fact_type(_: random.Random) -> list[dict]:
    """At the end of a question or statement about a country: what is asked of it."""
    return [
        {"text": text, "label": kind, "position": "last", "type": country}
        for country in FACTS for kind in FACT_TYPES
        for text in Fact(country, kind).prompts.values()
    ]


def subject_number(rng: random.Random) -> list[dict]:
    """Just before the verb: the number of its subject."""
    return [
        {
            "text": item.before,
            "label": "plural" if item.plural else "singular",
            "position": "last",
            "type": item.before.split()[-1],
        }
        for item in distinct(rng, abilities.sample_agreement, ITEMS)
    ]


def larger_number(rng: random.Random) -> list[dict]:
    """At the end of the question: whether the first or the second number is larger."""
    items, texts = [], set()
    while len(items) < ITEMS:
        item = sample_until(rng, abilities.sample_comparison, held_out=True)
        if item.prompt in texts:
            continue
        texts.add(item.prompt)
        items.append({
            "text": item.prompt,
            "label": "first" if item.first > item.second else "second",
            "position": "last",
            "type": str(item.second),
        })
    return items


PROBES = [running_total, question_total, next_operation, fact_type, subject_number, larger_number]


def write_probes(directory: Path) -> None:
    for make in PROBES:
        name = make.__name__.replace("_", "-")
        items = make(random.Random(f"probes {name}"))
        write_lines(directory / f"{name}.jsonl", [
            {"id": f"family-probe-{name}-{number:03}", **item}
            for number, item in enumerate(items)
        ])
