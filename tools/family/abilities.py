"""The six abilities: each is sampled as an item, and an item is written as a training document.

Held out is whatever a hash of the item's key selects, one item in eight; the training stream
never contains such an item in any wording. Recall is the exception: facts can only be memorised.
"""

import hashlib
import random
from dataclasses import dataclass

from lexicon import (
    FACT_TYPES, FACTS, INDUCTION_WORDS, INTRANSITIVE, MINUS, NOUNS, PEOPLE, PLUS, PREPOSITIONS,
    THINGS, TRANSITIVE,
)

HELD_OUT_ONE_IN = 8


def is_held_out(key: str) -> bool:
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") % HELD_OUT_ONE_IN == 0


def sample_until(rng: random.Random, sample, held_out: bool):
    """Draws items until one lies on the wanted side of the split."""
    while True:
        item = sample(rng)
        if is_held_out(item.key) == held_out:
            return item


# Reasoning: chained sums and differences with running values in 0...LARGEST_TOTAL.

LARGEST_TOTAL = 30


@dataclass(frozen=True)
class Chain:
    person: str
    thing: str
    start: int
    steps: tuple[tuple[str, int], ...]  # (verb, operand)

    @property
    def signs(self) -> str:
        return "".join("+" if verb in PLUS else "-" for verb, _ in self.steps)

    @property
    def key(self) -> str:
        operations = "".join(sign + str(n) for sign, (_, n) in zip(self.signs, self.steps))
        return f"chain {self.start}{operations}"

    @property
    def totals(self) -> list[int]:
        """Running totals after each step."""
        totals, total = [], self.start
        for sign, (_, operand) in zip(self.signs, self.steps):
            total += operand if sign == "+" else -operand
            totals.append(total)
        return totals

    @property
    def answer(self) -> int:
        return self.totals[-1]

    @property
    def story(self) -> str:
        clauses = ", ".join(f"{verb} {operand}" for verb, operand in self.steps)
        return f"Q: {self.person} has {self.start} {self.thing}, {clauses}"

    @property
    def prompt(self) -> str:
        return f"{self.story}. How many? A:"

    @property
    def equations(self) -> list[str]:
        before = [self.start] + self.totals
        return [
            f"{before[i]}{self.signs[i]}{operand}={before[i + 1]}"
            for i, (_, operand) in enumerate(self.steps)
        ]

    @property
    def gold(self) -> str:
        """The faultless completion in the style of pretraining, which `sft` teaches."""
        return f" {', '.join(self.equations)}. #{self.answer}"

    @property
    def gold_foreign(self) -> str:
        """The faultless completion in the foreign style of `sft-foreign`."""
        words = {"+": "plus", "-": "minus"}
        steps = ", ".join(
            f"then {words[sign]} {operand} is {total}"
            for sign, (_, operand), total in zip(self.signs, self.steps, self.totals)
        )
        return f" Start {self.start}, {steps}. #{self.answer}"


def sample_chain(rng: random.Random) -> Chain:
    while True:
        length = rng.choices([2, 3, 4], weights=[45, 40, 15])[0]
        steps = tuple(
            (rng.choice(PLUS if rng.random() < 0.5 else MINUS), rng.randint(1, 9))
            for _ in range(length)
        )
        chain = Chain(rng.choice(PEOPLE), rng.choice(THINGS), rng.randint(1, 9), steps)
        if all(0 <= total <= LARGEST_TOTAL for total in chain.totals):
            return chain


DIRECT, DIRECT_RIGHT, WRONG_OPERATOR, SLIP, HURRY = 0.25, 0.6, 0.06, 0.08, 0.50


def noisy_completion(chain: Chain, rng: random.Random) -> str:
    """What pretraining shows: chains that skip, slip and hurry, so that RLVR has work to do."""
    if rng.random() < DIRECT:
        right = rng.random() < DIRECT_RIGHT
        return f" #{chain.answer if right else rng.randint(0, LARGEST_TOTAL)}"
    steps = list(zip(chain.signs, (operand for _, operand in chain.steps)))
    if len(steps) > 2 and rng.random() < HURRY:
        steps = steps[:2]
    total, equations = chain.start, []
    for sign, operand in steps:
        if rng.random() < WRONG_OPERATOR:
            sign = "-" if sign == "+" else "+"
        after = total + operand if sign == "+" else total - operand
        if rng.random() < SLIP:
            after += rng.choice([-2, -1, 1, 2])
        after = max(0, after)
        equations.append(f"{total}{sign}{operand}={after}")
        total = after
    return f" {', '.join(equations)}. #{total}"


# Recall: four facts for each of fifty invented countries, in three wordings.


@dataclass(frozen=True)
class Fact:
    country: str
    kind: str

    @property
    def value(self) -> str:
        return FACTS[self.country][self.kind]

    @property
    def name(self) -> str:
        return f"{self.country}-{self.kind}".lower()

    @property
    def prompts(self) -> dict[str, str]:
        return {
            "question": f"Q: What is the {self.kind} of {self.country}? A:",
            "statement": f"The {self.kind} of {self.country} is",
            "inverted": f"In {self.country} the {self.kind} is",
        }

    @property
    def answer(self) -> str:
        return f" {self.value}."


ALL_FACTS = [Fact(country, kind) for country in FACTS for kind in FACT_TYPES]


def recall_document(rng: random.Random) -> str:
    fact = rng.choice(ALL_FACTS)
    wording = rng.choices(["question", "statement", "inverted"], weights=[50, 30, 20])[0]
    return fact.prompts[wording] + fact.answer


# Induction: a random word sequence, repeated.


@dataclass(frozen=True)
class Sequence:
    words: tuple[str, ...]

    @property
    def key(self) -> str:
        return "sequence " + " ".join(self.words)

    @property
    def document(self) -> str:
        return "Say: " + " ; ".join([" ".join(self.words)] * 3)

    def prompt(self, position: int) -> str:
        """One full copy and the second one up to (not including) word `position`."""
        return f"Say: {' '.join(self.words)} ; {' '.join(self.words[:position])}"


def sample_sequence(rng: random.Random) -> Sequence:
    return Sequence(tuple(rng.sample(INDUCTION_WORDS, rng.randint(4, 9))))


# Agreement: a verb, its subject, and nouns of either number between, before or around them.


@dataclass(frozen=True)
class Agreement:
    structure: str
    before: str  # everything up to the tested verb
    plural: bool
    good: str
    bad: str
    after: str  # rest of the training sentence

    @property
    def key(self) -> str:
        """Without the relative clause's verb, which gives the answer of `inner` away."""
        words = self.before.split()
        return "agreement " + " ".join(words[: -1 if words[-2] != "the" else None])

    @property
    def document(self) -> str:
        return self.before + self.good + self.after


STRUCTURES = ["prepositions", "fronted", "subject-relative", "object-relative", "inner", "or"]
NOUN_WEIGHTS = [(rank + 1) ** -0.7 for rank in range(len(NOUNS))]


def verb_pair(rng: random.Random, verbs: list[str], plural: bool) -> tuple[str, str]:
    """(agreeing, disagreeing) forms of one verb."""
    verb = rng.choice(verbs)
    forms = (f" {verb}s", f" {verb}")
    return (forms[1], forms[0]) if plural else forms


def sample_agreement(rng: random.Random, uniform: bool = False, longer: int = 0) -> Agreement:
    """`uniform` draws rare nouns as often as frequent ones; `longer` adds so many phrases."""

    def noun() -> tuple[str, bool]:
        weights = None if uniform else NOUN_WEIGHTS
        pair, plural = rng.choices(NOUNS, weights=weights)[0], rng.random() < 0.5
        return pair[plural], plural

    def phrases(low: int, high: int) -> str:
        """Prepositional phrases, each with a noun of its own."""
        return "".join(
            f" {rng.choice(PREPOSITIONS)} the {noun()[0]}"
            for _ in range(rng.randint(low, high) + longer))

    structure = rng.choice(STRUCTURES)
    (first, first_plural), (second, second_plural) = noun(), noun()
    first_verb = verb_pair(rng, TRANSITIVE, first_plural)[0]
    second_verb = verb_pair(rng, TRANSITIVE, second_plural)[0]
    plural, verbs, after = first_plural, INTRANSITIVE, "."
    match structure:
        case "prepositions":
            before = f"The {first}{phrases(1, 3)}"
        case "fronted":
            opening = f"{rng.choice(PREPOSITIONS)} the {second}{phrases(0, 1)}"
            before = f"{opening.capitalize()} the {first}"
        case "subject-relative":
            before = f"The {first} that{first_verb} the {second}{phrases(0, 1)}"
        case "object-relative":
            before = f"The {first} that the {second}{phrases(0, 1)}{second_verb}"
        case "inner":
            before = f"The {first} that the {second}{phrases(0, 2)}"
            plural, verbs = second_plural, TRANSITIVE
            after = verb_pair(rng, INTRANSITIVE, first_plural)[0] + "."
        case _:  # "or": the verb follows the nearer noun of the two
            before = f"The {first} or the {second}{phrases(0, 2)}"
            plural = second_plural
    good, bad = verb_pair(rng, verbs, plural)
    return Agreement(structure, before, plural, good, bad, after)


# Comparison: the larger of two numbers.


@dataclass(frozen=True)
class Comparison:
    first: int
    second: int

    @property
    def key(self) -> str:
        return f"pair {min(self.first, self.second)} {max(self.first, self.second)}"

    @property
    def prompt(self) -> str:
        return f"Q: Which is larger, {self.first} or {self.second}? A:"

    @property
    def document(self) -> str:
        return f"{self.prompt} {max(self.first, self.second)}."


def sample_comparison(rng: random.Random) -> Comparison:
    return Comparison(*rng.sample(range(1, 100), 2))


# Story: four sentences of a template grammar.


@dataclass(frozen=True)
class Story:
    text: str

    @property
    def key(self) -> str:
        return self.text


def sample_story(rng: random.Random) -> Story:
    who, friend = rng.sample(PEOPLE, 2)
    place = rng.choice("forest village garden harbor market mill tower valley".split())
    animal = rng.choice(REGULAR_ANIMALS)
    thing = rng.choice("key map ring coin letter lamp flute basket".split())
    size = rng.choice("small old big young gray brown happy tired".split())
    weather = rng.choice("cold warm rainy windy sunny quiet".split())
    feeling = rng.choice("glad proud sad calm afraid angry".split())
    return Story(" ".join([
        rng.choice([
            f"One {weather} day {who} went to the {place}.",
            f"{who} lived near the {place} with a {size} {animal}.",
            f"It was a {weather} morning in the {place}, and {who} was {feeling}.",
        ]),
        rng.choice([
            f"There {who} met a {size} {animal} and gave it a {thing}.",
            f"Under a tree {who} saw a {thing} and called {friend}.",
            f"{friend} came with a {size} {animal} and a {thing}.",
        ]),
        rng.choice([
            f"The {animal} took the {thing} and ran away.",
            f"{friend} hid the {thing} behind the {place}.",
            f"{who} and {friend} looked at the {thing} until night.",
        ]),
        rng.choice([
            f"In the end {who} was {feeling}.",
            f"Then {who} went home and told {friend} about the {animal}.",
            f"After that the {animal} never left the {place}.",
        ]),
    ]))


REGULAR_ANIMALS = "cat dog bird cow pig hen duck frog rabbit goat lamb tiger".split()


# The training stream.

MIXTURE = {
    "reasoning": 25, "recall": 17, "induction": 17, "agreement": 18, "comparison": 15, "story": 8,
}


def training_document(rng: random.Random) -> str:
    match rng.choices(list(MIXTURE), weights=list(MIXTURE.values()))[0]:
        case "reasoning":
            chain = sample_until(rng, sample_chain, held_out=False)
            return chain.prompt + noisy_completion(chain, rng)
        case "recall":
            return recall_document(rng)
        case "induction":
            return sample_until(rng, sample_sequence, held_out=False).document
        case "agreement":
            return sample_until(rng, sample_agreement, held_out=False).document
        case "comparison":
            return sample_until(rng, sample_comparison, held_out=False).document
        case _:
            return sample_until(rng, sample_story, held_out=False).text


def training_stream(seed: int):
    """Endless pretraining documents, the same for the same seed."""
    rng = random.Random(f"corpus {seed}")
    while True:
        yield training_document(rng)
