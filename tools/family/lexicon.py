"""Word lists and invented facts of the family's small world, all derived from fixed seeds."""

import random

PEOPLE = "Sam Ann Tom Mia Ben Eva Max Lea Jon Ida Leo Zoe".split()
THINGS = "stones shells coins books pens cups eggs pears figs nuts beads cards".split()
PLUS = "buys finds gets wins".split()
MINUS = "loses eats sells gives".split()

INDUCTION_WORDS = (
    "red blue green gold gray pink lamp desk door wall roof lock rain snow wind moon star "
    "sand milk salt rice corn soup cake ship boat road hill lake wood iron silk wool rope "
    "drum bell horn harp hand foot nose ear sun ice fire mud leaf root"
).split()

INTRANSITIVE = "run sleep sing smile wait work jump fall play rest swim talk".split()
TRANSITIVE = "see like know hear help call".split()
PREPOSITIONS = "near behind with above below by".split()
REGULAR_NOUNS = (
    "cat dog bird cow pig hen duck frog girl boy king queen baker farmer painter sailor "
    "doctor teacher driver singer rabbit goat lamb tiger"
).split()

FACT_TYPES = "capital king river food".split()

_ONSETS = "b d f g k l m n p r s t v z br dr gr kr pl st tr".split()
_VOWELS = "a e i o u".split()
_CODAS = ["", "", "", "n", "r", "l", "s", "m"]


def _syllable(rng: random.Random) -> str:
    return rng.choice(_ONSETS) + rng.choice(_VOWELS) + rng.choice(_CODAS)


def _invent(rng: random.Random, ending: str, taken: set[str]) -> str:
    """A new capitalised name of two syllables plus `ending`."""
    while True:
        name = (_syllable(rng) + _syllable(rng) + ending).capitalize()
        if name not in taken:
            taken.add(name)
            return name


def countries_and_facts(count: int = 50) -> dict[str, dict[str, str]]:
    """`{country: {capital, king, river, food}}`; every name occurs once."""
    rng, taken = random.Random("countries"), set()
    endings = {"capital": "", "king": "us", "river": "a", "food": "o"}
    return {
        _invent(rng, "ia", taken): {kind: _invent(rng, endings[kind], taken) for kind in FACT_TYPES}
        for _ in range(count)
    }


def nouns(invented: int = 36) -> list[tuple[str, str]]:
    """(singular, plural) pairs in falling order of frequency.

    Invented nouns take two arbitrary final vowels, so their number is a fact to be learnt
    word by word and not a suffix: `lomu` one, `lomi` many.
    """
    rng, stems = random.Random("nouns"), set()
    while len(stems) < invented:
        stems.add(_syllable(rng) + rng.choice(_ONSETS[:14]))
    strange = []
    for stem in sorted(stems):
        one, many = rng.sample(_VOWELS, 2)
        strange.append((stem + one, stem + many))
    pairs = [(noun, noun + "s") for noun in REGULAR_NOUNS] + strange
    rng.shuffle(pairs)
    return pairs


FACTS = countries_and_facts()
NOUNS = nouns()
