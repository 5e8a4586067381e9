"""Grammar, induction, sentiment, topic and neutral text."""

from pathlib import Path
from random import Random

from words import ACTIONS, COMMON, PEOPLE, PLACES, STATES, THINGS

PREPOSITIONS = ("near", "behind", "beside", "above", "below", "in front of")


def distinct(count: int, draw) -> list:
    """`count` different draws, in the order of their first appearance."""
    found = {}
    while len(found) < count:
        found.setdefault(draw())
    return list(found)


def pair(group: str, good: str, bad: str) -> dict:
    return {"group": group, "kind": "minimal-pair", "good": good, "bad": bad}


def word_induction(rng: Random) -> list[dict]:
    """A sequence of random words, begun again: what comes next is what came next before."""
    items = []
    for number in range(75):
        words = rng.sample(COMMON, 8)
        for shown in sorted(rng.sample(range(2, 8), 2)):
            items.append({
                "group": f"sequence {number}",
                "kind": "completion",
                "prompt": f"{' '.join(words)}. {' '.join(words[:shown])}",
                "answer": " " + words[shown],
            })
    return items


def verb_agreement(rng: Random) -> list[dict]:
    """The verb follows the subject, not the noun between them, which differs in number."""

    def draw():
        nouns, verbs = rng.choice(((PEOPLE, ACTIONS), (THINGS, STATES)))
        one, many = rng.choice(list(nouns.items()))
        near_one, near_many = rng.choice(list(PLACES.items()))
        single, plural = rng.choice(list(verbs.items()))
        preposition = rng.choice(PREPOSITIONS)
        if rng.random() < 0.5:
            subject, distractor, good, bad = one, near_many, single, plural
        else:
            subject, distractor, good, bad = many, near_one, plural, single
        start = f"The {subject} {preposition} the {distractor}"
        return subject, f"{start} {good}.", f"{start} {bad}."

    return [pair(f"subject {subject}", good, bad) for subject, good, bad in distinct(200, draw)]


def grammar(rng: Random) -> list[dict]:
    """Five phenomena of English, 40 pairs each."""
    items = []
    for phenomenon in (reflexive, determiner, irregular, polarity, gap):
        for key, good, bad in distinct(40, lambda: phenomenon(rng)):
            items.append(pair(f"{phenomenon.__name__} {key}", good, bad))
    return items


def reflexive(rng: Random) -> tuple:
    """A reflexive pronoun agrees with its subject, not with a person named in between."""
    name, pronoun, other = rng.choice((
        ("king", "himself", "herself"), ("queen", "herself", "himself"),
        ("boy", "himself", "itself"), ("girl", "herself", "itself"),
        ("mother", "herself", "himself"), ("father", "himself", "herself"),
        ("children", "themselves", "itself"), ("actress", "herself", "himself"),
        ("uncle", "himself", "herself"), ("sisters", "themselves", "himself"),
    ))
    verb = rng.choice(("saw", "washed", "blamed", "taught", "hurt", "admired", "described"))
    someone = {"himself": "grandfather", "herself": "aunt", "itself": "dog"}[other]
    start = f"The {name} near the {someone} {verb}"
    return name, f"{start} {pronoun}.", f"{start} {other}."


def determiner(rng: Random) -> tuple:
    """A demonstrative agrees with its noun across an adjective."""
    one, many = rng.choice(list(THINGS.items()))
    good, bad, noun = rng.choice((
        ("this", "these", one), ("that", "those", one), ("these", "this", many),
        ("those", "that", many),
    ))
    person, verb = rng.choice(list(PEOPLE)), rng.choice(("sold", "found", "wanted", "moved"))
    size = rng.choice(("old", "heavy", "beautiful", "small", "strange"))
    start, end = f"The {person} {verb}", f"{size} {noun}."
    return noun, f"{start} {good} {end}", f"{start} {bad} {end}"


def irregular(rng: Random) -> tuple:
    """After a past time the simple past stands, after `had` the participle."""
    past, participle, rest = rng.choice((
        ("ate", "eaten", "the cake"), ("wrote", "written", "a letter"),
        ("broke", "broken", "the glass"), ("took", "taken", "the train"),
        ("drove", "driven", "to the coast"), ("saw", "seen", "the film"),
        ("forgot", "forgotten", "the key"), ("chose", "chosen", "the red coat"),
        ("sang", "sung", "an old song"), ("began", "begun", "the work"),
        ("drew", "drawn", "a map"), ("gave", "given", "the dog a bone"),
    ))
    person = rng.choice(list(PEOPLE))
    if rng.random() < 0.5:
        return past, f"The {person} {past} {rest}.", f"The {person} {participle} {rest}."
    return past, f"The {person} had {participle} {rest}.", f"The {person} had {past} {rest}."


def polarity(rng: Random) -> tuple:
    """`Ever` and `any` need a negation."""
    person = rng.choice(list(PEOPLE.values()))
    word, rest = rng.choice((
        ("ever", "visited the island"), ("ever", "complained"), ("ever", "told the truth"),
        ("ever", "read the contract"), ("ever", "seen the sea"),
    ))
    return (
        rest, f"No {person} have {word} {rest}.", f"Most {person} have {word} {rest}.",
    )


def gap(rng: Random) -> tuple:
    """A question about an object leaves its place empty."""
    verb, thing = rng.choice((
        ("buy", "the bread"), ("find", "the ring"), ("open", "the box"), ("paint", "the door"),
        ("carry", "the bag"), ("clean", "the floor"), ("repair", "the roof"), ("eat", "the soup"),
    ))
    person = rng.choice(list(PEOPLE))
    return verb, f"What did the {person} {verb}?", f"What did the {person} {verb} {thing}?"


# what is judged: (praise, complaints)
REVIEWS = {
    "The soup": (
        ("was rich and warm", "tasted wonderful", "made me ask for more", "was perfectly seasoned"),
        ("was cold and bland", "tasted of nothing", "made me feel sick", "was far too salty"),
    ),
    "The film": (
        ("kept me smiling to the end", "was beautifully acted", "had a brilliant story",
         "is the best of the year"),
        ("bored me to tears", "was badly acted", "had a silly story", "was a waste of two hours"),
    ),
    "The hotel": (
        ("was spotless and quiet", "had a charming garden", "felt like home", "exceeded our hopes"),
        ("was dirty and loud", "smelled of smoke", "charged us twice", "ruined our holiday"),
    ),
    "The book": (
        ("is a joy to read", "moved me deeply", "is full of clever ideas", "deserves its prize"),
        ("is a chore to read", "left me cold", "is full of mistakes", "should never have appeared"),
    ),
    "The phone": (
        ("works flawlessly", "takes stunning pictures", "is worth every cent", "feels solid"),
        ("keeps crashing", "takes blurry pictures", "is a rip-off", "broke within a week"),
    ),
    "The guide": (
        ("was friendly and patient", "told delightful stories", "answered every question",
         "made the tour a pleasure"),
        ("was rude and impatient", "told us nothing", "got us lost twice",
         "made the tour a misery"),
    ),
    "The sofa": (
        ("is wonderfully soft", "looks even better than in the shop", "was easy to set up",
         "has lasted for years"),
        ("is painfully hard", "looks cheap and crooked", "arrived with a torn cover",
         "fell apart at once"),
    ),
    "The concert": (
        ("was magnificent", "gave us goosebumps", "ended in long applause", "was a great success"),
        ("was a disaster", "hurt our ears", "ended in angry shouts", "was a great disappointment"),
    ),
}
OPENINGS = (
    "", "Honestly, ", "I must say: ", "We went last week. ", "A short note: ", "In short, ",
)


def review(rng: Random) -> tuple[str, str, bool]:
    """(what is judged and how, text, whether it is praised): two remarks of one mind."""
    thing = rng.choice(list(REVIEWS))
    positive = rng.random() < 0.5
    first, second = rng.sample(REVIEWS[thing][0 if positive else 1], 2)
    opening = rng.choice(OPENINGS)
    subject = thing if opening == "" or opening[-2] in ".:" else thing.lower()
    return f"{thing} {min(first, second)}", f"{opening}{subject} {first} and {second}.", positive


def sentiment(rng: Random) -> list[dict]:
    return [
        {
            "group": remark,
            "kind": "choice",
            "prompt": f"Review: {text}\nThis review is",
            "choices": [" positive", " negative"],
            "answer": 0 if positive else 1,
        }
        for remark, text, positive in distinct(160, lambda: review(rng))
    ]


# topic: what somebody did, without naming the topic
TOPICS = {
    "sports": ("scored twice in the second half", "lost the race by a second",
               "trained hard for the cup", "missed the goal by an inch"),
    "music": ("played a slow melody", "sang in the chorus", "practised the drums all night",
              "recorded a new album"),
    "food": ("added garlic to the sauce", "baked bread with olives", "fried onions in butter",
             "asked for more cheese"),
    "weather": ("walked home through thick fog", "waited for the rain to stop",
                "feared another storm", "woke up to snow and frost"),
    "medicine": ("treated the infection", "measured the blood pressure", "ordered new vaccines",
                 "examined the broken bone"),
    "business": ("raised the prices again", "sold all the shares", "reported higher profits",
                 "cut costs after weak sales"),
    "travel": ("missed the last flight home", "packed two suitcases", "booked a room by the sea",
               "showed the passports at the border"),
    "law": ("signed as a witness", "asked the judge for more time", "denied the theft",
            "paid the fine at once"),
}
SUBJECTS = ("My neighbour", "They", "The two brothers", "An old friend", "She", "The man in blue")


def topic(rng: Random) -> list[dict]:
    names = list(TOPICS)
    sentences = [
        (name, deed, f"{subject} {deed}.")
        for name, deeds in TOPICS.items() for deed in deeds for subject in SUBJECTS
    ]
    items = []
    for number, (name, deed, sentence) in enumerate(rng.sample(sentences, 144)):
        choices = rng.sample([other for other in names if other != name], 3)
        choices.insert(number % 4, name)
        items.append({
            "group": deed,
            "kind": "choice",
            "prompt": f"Sentence: {sentence}\nThe sentence is about",
            "choices": [" " + choice for choice in choices],
            "answer": number % 4,
        })
    return items


def plain_text(_: Random) -> list[dict]:
    """One passage a line of plain-text.txt, written for this project."""
    lines = Path(__file__).with_name("plain-text.txt").read_text(encoding="utf-8").splitlines()
    return [{"kind": "text", "text": line} for line in lines]
