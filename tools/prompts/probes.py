"""Probe data for real models. The generator knows every label; no model is asked.

`type` is the key of the control task: items that share it get one random label there. It is what
stands at the probed position, or what the text is about, and never decides the label (but for the
part of speech, where most words have one).
"""

from random import Random

from arithmetic import Story
from knowledge import COUNTRIES, the
from language import REVIEWS, distinct, review
from words import ACTIONS, PEOPLE, PLACES, STATES, THINGS, article

ITEMS = 500


def item(text: str, label: str | int, kind: str, position: str | list[int] = "last") -> dict:
    return {"text": text, "label": label, "position": position, "type": kind}


def running_total(rng: Random) -> list[dict]:
    """After a clause of a story, before its full stop: how many things there are now."""

    def draw():
        story = Story(rng, rng.choice((2, 3)))
        step = rng.randrange(len(story.steps))
        sign, operand, clause, total = story.steps[step]
        end = story.text.index(clause) + len(clause)
        return story.text[:end], total, f"{sign}{operand}"

    return [item(*drawn) for drawn in distinct(ITEMS, draw)]


def next_operation(rng: Random) -> list[dict]:
    """In a worked answer, at the number that begins a step: whether plus or minus follows."""

    def draw():
        story = Story(rng, 3)
        step = rng.choice((1, 2))
        parts = story.chain.split(", ")
        value, sign, *_ = parts[step].split()
        text = f"Q: {story.question}\nA: {', '.join(parts[:step])}, {value}"
        return text, "plus" if sign == "+" else "minus", value

    return balanced(ITEMS, draw)


def fact_recalled(_: Random) -> list[dict]:
    """After a country's name, at a word that two questions share: what is asked about it."""
    wordings = {
        "capital": ("The capital city of {} is called", "In {}, the seat of government is"),
        "continent": (
            "The part of the world with {} is called", "On the map, the continent of {} is"),
        "language": (
            "The main language of {} is called", "In {}, the language most people speak is"),
        "currency": ("The money used in {} is called", "In {}, the money people pay with is"),
    }
    return [
        item(wording.format(the(country)), relation, country)
        for country in COUNTRIES for relation, forms in wordings.items() for wording in forms
    ]


def subject_number(rng: Random) -> list[dict]:
    """At the noun between subject and verb, whose own number says nothing: the subject's number."""

    def draw():
        nouns = rng.choice((PEOPLE, THINGS))
        one, many = rng.choice(list(nouns.items()))
        near = rng.choice(rng.choice(list(PLACES.items())))
        single = rng.random() < 0.5
        opening = rng.choice(("", "Every day ", "I know that "))
        start = f"{opening}{'the' if opening else 'The'} {one if single else many}"
        preposition = rng.choice(("near", "behind", "beside", "above", "in front of"))
        return f"{start} {preposition} the {near}", "singular" if single else "plural", near

    return balanced(ITEMS, draw)


def larger_number(rng: Random) -> list[dict]:
    """At the end of a question about two numbers: which of them is the larger."""

    def draw():
        second = rng.randint(20, 80)
        first = rng.choice([n for n in range(10, 91) if n != second])
        question = rng.choice((
            "Which number is larger, {} or {}?", "Which is bigger: {} or {}?",
            "Of the numbers {} and {}, the larger one is",
        ))
        text = question.format(first, second)
        return text, "first" if first > second else "second", f"second number {second}"

    return balanced(ITEMS, draw)


def sentiment(rng: Random) -> list[dict]:
    """At the end of two remarks: praise or complaint; the type is what they are about."""

    def draw():
        _, text, positive = review(rng)
        thing = next(thing for thing in REVIEWS if thing.lower() in text.lower())
        return text, "positive" if positive else "negative", thing

    return balanced(ITEMS, draw)


# words that are nouns and verbs
BOTH = (
    "walk talk dance dream plan rest help visit answer call drink sleep smile laugh swim cook "
    "guard judge guide travel work paint rain snow fish brush"
).split()
ADJECTIVES = (
    "old young tall small quiet loud happy sad clever brave green yellow heavy light warm cold "
    "empty full clean dirty early late soft hard round narrow wide strong weak bright dark sweet"
).split()
ADVERBS = (
    "slowly quickly often never always seldom gladly badly well soon again together alone quietly "
    "loudly carefully suddenly usually rarely outside upstairs today tomorrow here there "
    "everywhere finally gently"
).split()
PREPOSITIONS = (
    "near behind beside above below under over across through around inside against"
).split()


def part_of_speech(rng: Random) -> list[dict]:
    """At a word in a sentence: its part of speech there; a third of the words have two."""

    def draw():
        people, place = rng.choice(list(PEOPLE.values())), rng.choice(list(PLACES))
        adjective, adverb = rng.choice(ADJECTIVES), rng.choice(ADVERBS)
        action, thing = rng.choice(list(ACTIONS.values())), rng.choice(list(THINGS))
        both, preposition = rng.choice(BOTH), rng.choice(PREPOSITIONS)
        # The word in brackets is the one that is probed.
        marked, label = rng.choice((
            (f"The {people} [{both}] near the {place}.", "verb"),
            (f"The {people} [{action}] {adverb}.", "verb"),
            (f"After the [{both}] the {people} were tired.", "noun"),
            (f"The {adjective} [{thing}] was found near the {place}.", "noun"),
            (f"They saw {article(adjective).replace(adjective, f'[{adjective}]')} {thing}.",
             "adjective"),
            (f"The {people} {action} [{adverb}].", "adverb"),
            (f"The {thing} is [{preposition}] the {place}.", "preposition"),
        ))
        start, end = marked.index("["), marked.index("]") - 1
        text = marked.replace("[", "").replace("]", "")
        return text, label, text[start:end], (start, end)

    return [item(text, label, kind, list(span)) for text, label, kind, span in distinct(600, draw)]


def balanced(count: int, draw) -> list[dict]:
    """Different draws, equally many of each of two labels."""
    found: dict[str, set] = {}
    items = []
    while len(items) < count:
        drawn = draw()
        known = found.setdefault(drawn[1], set())
        if drawn not in known and len(known) < count // 2:
            known.add(drawn)
            items.append(item(*drawn))
    return items
