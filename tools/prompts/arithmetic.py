"""Sums, differences, products, and word problems of two and three steps."""

from random import Random

from language import distinct

STEPS = {
    "+": ["buys {} more", "finds {} more", "gets {} from a friend", "wins {} more"],
    "-": ["gives away {}", "loses {}", "sells {}", "drops {}"],
}
NAMES = {
    "Tom": "he", "Anna": "she", "Ben": "he", "Clara": "she", "David": "he", "Emma": "she",
    "Frank": "he", "Grace": "she", "Henry": "he", "Julia": "she", "Leo": "he", "Mary": "she",
}
THINGS = ["apples", "books", "pencils", "marbles", "stickers", "coins", "cards", "shells"]


def question(expression: str, answer: int) -> dict:
    return {
        "kind": "generate",
        "prompt": f"Q: What is {expression}?\nA:",
        "answer": str(answer),
        "stop": ["\n"],
        "max_tokens": 24,
        "extract": r"(-?\d+)\D*$",
    }


def signed(a: int, b: int, sign: str) -> dict:
    return question(f"{a} {sign} {b}", a + b if sign == "+" else a - b)


def easy(rng: Random) -> list[dict]:
    def draw():
        a, b, sign = rng.randint(1, 9), rng.randint(1, 9), rng.choice("+-")
        return (max(a, b), min(a, b), sign) if sign == "-" else (a, b, sign)

    return [signed(*drawn) for drawn in distinct(120, draw)]


def medium(rng: Random) -> list[dict]:
    def draw():
        return rng.randint(10, 50), rng.randint(2, 9), rng.choice("+-")

    return [signed(*drawn) for drawn in distinct(150, draw)]


def hard(rng: Random) -> list[dict]:
    def draw():
        a, b, sign = rng.randint(11, 89), rng.randint(11, 89), rng.choice("+-")
        return (max(a, b) + 1, min(a, b), sign) if sign == "-" else (a, b, sign)

    return [signed(*drawn) for drawn in distinct(150, draw)]


class Story:
    """A name, a start and signed steps; the value stays within 0...20."""

    def __init__(self, rng: Random, steps: int):
        self.name, self.thing = rng.choice(list(NAMES)), rng.choice(THINGS)
        self.start = rng.randint(3, 12)
        self.steps, value = [], self.start
        for _ in range(steps):
            sign = "+" if value < 3 else "-" if value > 18 else rng.choice("+-")
            operand = rng.randint(1, min(8, value - 1 if sign == "-" else 20 - value))
            value += operand if sign == "+" else -operand
            self.steps.append((sign, operand, rng.choice(STEPS[sign]).format(operand), value))
        self.answer = value

    @property
    def text(self) -> str:
        first, *rest = (clause for _, _, clause, _ in self.steps)
        pronoun = NAMES[self.name].capitalize()
        later = "".join(f" Then {NAMES[self.name]} {clause}." for clause in rest)
        return f"{self.name} has {self.start} {self.thing}. {pronoun} {first}.{later}"

    @property
    def question(self) -> str:
        return f"{self.text} How many {self.thing} does {self.name} have now?"

    @property
    def chain(self) -> str:
        value, parts = self.start, []
        for sign, operand, _, result in self.steps:
            parts.append(f"{value} {sign} {operand} = {result}")
            value = result
        return ", ".join(parts)


SHOTS = """Q: Kim has 6 coins. She gets 2 more. How many coins does Kim have now?
A: 6 + 2 = 8. The answer is 8.

Q: Paul has 9 cards. He loses 4. Then he buys 3 more. How many cards does Paul have now?
A: 9 - 4 = 5, 5 + 3 = 8. The answer is 8.

"""


def word_problems(rng: Random) -> list[dict]:
    """One to three steps, after two worked examples that set the form of the answer."""
    items = []
    for steps in [1, 2, 3] * 50:
        story = Story(rng, steps)
        items.append({
            "kind": "generate",
            "prompt": f"{SHOTS}Q: {story.question}\nA:",
            "answer": str(story.answer),
            "stop": ["\n"],
            "max_tokens": 48,
            "extract": r"answer is (-?\d+)",
            "reference": f" {story.chain}. The answer is {story.answer}.",
        })
    return items
