"""Facts of the world: capitals, and small tables of common knowledge."""

from random import Random

# country: (capital, continent, language, currency)
COUNTRIES = {
    "Argentina": ("Buenos Aires", "South America", "Spanish", "peso"),
    "Australia": ("Canberra", "Oceania", "English", "dollar"),
    "Austria": ("Vienna", "Europe", "German", "euro"),
    "Bangladesh": ("Dhaka", "Asia", "Bengali", "taka"),
    "Belgium": ("Brussels", "Europe", "Dutch", "euro"),
    "Brazil": ("Brasília", "South America", "Portuguese", "real"),
    "Bulgaria": ("Sofia", "Europe", "Bulgarian", "lev"),
    "Canada": ("Ottawa", "North America", "English", "dollar"),
    "Chile": ("Santiago", "South America", "Spanish", "peso"),
    "China": ("Beijing", "Asia", "Chinese", "yuan"),
    "Colombia": ("Bogotá", "South America", "Spanish", "peso"),
    "Croatia": ("Zagreb", "Europe", "Croatian", "euro"),
    "Cuba": ("Havana", "North America", "Spanish", "peso"),
    "Czechia": ("Prague", "Europe", "Czech", "koruna"),
    "Denmark": ("Copenhagen", "Europe", "Danish", "krone"),
    "Ecuador": ("Quito", "South America", "Spanish", "dollar"),
    "Egypt": ("Cairo", "Africa", "Arabic", "pound"),
    "Ethiopia": ("Addis Ababa", "Africa", "Amharic", "birr"),
    "Finland": ("Helsinki", "Europe", "Finnish", "euro"),
    "France": ("Paris", "Europe", "French", "euro"),
    "Germany": ("Berlin", "Europe", "German", "euro"),
    "Ghana": ("Accra", "Africa", "English", "cedi"),
    "Greece": ("Athens", "Europe", "Greek", "euro"),
    "Hungary": ("Budapest", "Europe", "Hungarian", "forint"),
    "Iceland": ("Reykjavik", "Europe", "Icelandic", "krona"),
    "India": ("New Delhi", "Asia", "Hindi", "rupee"),
    "Indonesia": ("Jakarta", "Asia", "Indonesian", "rupiah"),
    "Iran": ("Tehran", "Asia", "Persian", "rial"),
    "Iraq": ("Baghdad", "Asia", "Arabic", "dinar"),
    "Ireland": ("Dublin", "Europe", "English", "euro"),
    "Italy": ("Rome", "Europe", "Italian", "euro"),
    "Japan": ("Tokyo", "Asia", "Japanese", "yen"),
    "Jordan": ("Amman", "Asia", "Arabic", "dinar"),
    "Kenya": ("Nairobi", "Africa", "Swahili", "shilling"),
    "Lebanon": ("Beirut", "Asia", "Arabic", "pound"),
    "Malaysia": ("Kuala Lumpur", "Asia", "Malay", "ringgit"),
    "Mexico": ("Mexico City", "North America", "Spanish", "peso"),
    "Mongolia": ("Ulaanbaatar", "Asia", "Mongolian", "tugrik"),
    "Morocco": ("Rabat", "Africa", "Arabic", "dirham"),
    "Nepal": ("Kathmandu", "Asia", "Nepali", "rupee"),
    "Netherlands": ("Amsterdam", "Europe", "Dutch", "euro"),
    "New Zealand": ("Wellington", "Oceania", "English", "dollar"),
    "Nigeria": ("Abuja", "Africa", "English", "naira"),
    "Norway": ("Oslo", "Europe", "Norwegian", "krone"),
    "Pakistan": ("Islamabad", "Asia", "Urdu", "rupee"),
    "Peru": ("Lima", "South America", "Spanish", "sol"),
    "Poland": ("Warsaw", "Europe", "Polish", "zloty"),
    "Portugal": ("Lisbon", "Europe", "Portuguese", "euro"),
    "Romania": ("Bucharest", "Europe", "Romanian", "leu"),
    "Russia": ("Moscow", "Europe", "Russian", "ruble"),
    "Saudi Arabia": ("Riyadh", "Asia", "Arabic", "riyal"),
    "Senegal": ("Dakar", "Africa", "French", "franc"),
    "Serbia": ("Belgrade", "Europe", "Serbian", "dinar"),
    "Slovakia": ("Bratislava", "Europe", "Slovak", "euro"),
    "South Korea": ("Seoul", "Asia", "Korean", "won"),
    "Spain": ("Madrid", "Europe", "Spanish", "euro"),
    "Sweden": ("Stockholm", "Europe", "Swedish", "krona"),
    "Thailand": ("Bangkok", "Asia", "Thai", "baht"),
    "Turkey": ("Ankara", "Asia", "Turkish", "lira"),
    "Ukraine": ("Kyiv", "Europe", "Ukrainian", "hryvnia"),
    "Uruguay": ("Montevideo", "South America", "Spanish", "peso"),
    "Venezuela": ("Caracas", "South America", "Spanish", "bolivar"),
    "Vietnam": ("Hanoi", "Asia", "Vietnamese", "dong"),
}

# name: (question with a slot, {key: answer}); wrong choices come from the other answers
TABLES = {
    "young": (
        "What is a young {} called?",
        {
            "dog": "puppy", "cat": "kitten", "cow": "calf", "sheep": "lamb", "horse": "foal",
            "hen": "chick", "goose": "gosling", "duck": "duckling", "frog": "tadpole",
            "goat": "kid", "lion": "cub", "pig": "piglet", "swan": "cygnet", "deer": "fawn",
        },
    ),
    "opposite": (
        "What is the opposite of \"{}\"?",
        {
            "hot": "cold", "early": "late", "full": "empty", "strong": "weak", "deep": "shallow",
            "noisy": "quiet", "rich": "poor", "sharp": "dull", "victory": "defeat",
            "ancient": "modern", "generous": "selfish", "arrive": "depart", "expand": "shrink",
            "accept": "refuse", "rough": "smooth", "guilty": "innocent", "praise": "blame",
            "increase": "reduce",
        },
    ),
    "maker": (
        "Who makes or repairs {}?",
        {
            "bread": "a baker", "shoes": "a cobbler", "furniture": "a carpenter",
            "clothes": "a tailor", "water pipes": "a plumber", "horseshoes": "a blacksmith",
            "clay pots": "a potter", "cars": "a mechanic", "house walls": "a bricklayer",
            "statues": "a sculptor", "window panes": "a glazier", "medicines": "a pharmacist",
        },
    ),
    "measure": (
        "Which instrument measures {}?",
        {
            "temperature": "a thermometer", "time": "a clock", "weight": "a scale",
            "air pressure": "a barometer", "direction": "a compass", "length": "a ruler",
            "earthquakes": "a seismograph", "the speed of a car": "a speedometer",
            "wind speed": "an anemometer", "electric current": "an ammeter",
        },
    ),
    "symbol": (
        "What is the chemical symbol for {}?",
        {
            "oxygen": "O", "hydrogen": "H", "carbon": "C", "nitrogen": "N", "gold": "Au",
            "silver": "Ag", "iron": "Fe", "sodium": "Na", "copper": "Cu", "lead": "Pb",
            "helium": "He", "calcium": "Ca", "potassium": "K", "tin": "Sn", "zinc": "Zn",
        },
    ),
    "author": (
        "Who wrote \"{}\"?",
        {
            "Hamlet": "Shakespeare", "Pride and Prejudice": "Austen", "Oliver Twist": "Dickens",
            "War and Peace": "Tolstoy", "The Odyssey": "Homer", "Don Quixote": "Cervantes",
            "Moby-Dick": "Melville", "Faust": "Goethe", "The Divine Comedy": "Dante",
            "Crime and Punishment": "Dostoevsky", "Les Misérables": "Hugo",
            "Frankenstein": "Shelley", "Dracula": "Stoker", "The Trial": "Kafka",
        },
    ),
    "organ": (
        "Which part of the body is used to {}?",
        {
            "pump blood": "the heart", "breathe air": "the lungs", "see": "the eyes",
            "hear": "the ears", "smell": "the nose", "think": "the brain",
            "digest food": "the stomach", "filter blood": "the kidneys", "taste": "the tongue",
            "chew": "the teeth",
        },
    ),
    "home": (
        "Where does a {} live?",
        {
            "bee": "in a hive", "bird": "in a nest", "spider": "in a web", "fish": "in water",
            "bear": "in a den", "rabbit": "in a burrow", "horse": "in a stable",
            "monk": "in a monastery", "king": "in a palace", "soldier": "in barracks",
        },
    ),
    "field": (
        "What does {} study?",
        {
            "botany": "plants", "zoology": "animals", "astronomy": "the stars",
            "geology": "rocks", "meteorology": "the weather", "linguistics": "language",
            "economics": "money and trade", "entomology": "insects", "cardiology": "the heart",
            "theology": "religion", "psychology": "the mind", "history": "the past",
        },
    ),
    "past": (
        "What is the past tense of \"{}\"?",
        {
            "go": "went", "buy": "bought", "think": "thought", "catch": "caught",
            "swim": "swam", "write": "wrote", "break": "broke", "teach": "taught",
            "fly": "flew", "bring": "brought", "freeze": "froze", "choose": "chose",
        },
    ),
}


def the(country: str) -> str:
    return "the " + country if country == "Netherlands" else country


def capitals(_: Random) -> list[dict]:
    wordings = ("The capital of {} is", "Q: What is the capital of {}?\nA: The capital of {} is")
    return [
        {
            "group": country,
            "kind": "completion",
            "prompt": wording.format(*[the(country)] * 2),
            "answer": " " + capital,
        }
        for country, (capital, *_) in COUNTRIES.items()
        for wording in wordings
    ]


def facts(rng: Random) -> list[dict]:
    """Four choices from one table; the answer stands at every place equally often."""
    rows = [(table, *row) for table, (_, answers) in TABLES.items() for row in answers.items()]
    places = [number % 4 for number in range(len(rows))]
    rng.shuffle(places)
    items = []
    for (table, key, answer), place in zip(rows, places):
        question, answers = TABLES[table]
        choices = rng.sample([other for other in answers.values() if other != answer], 3)
        choices.insert(place, answer)
        items.append({
            "group": f"{table} {key}",
            "kind": "choice",
            "prompt": f"Question: {question.format(key)}\nAnswer:",
            "choices": [" " + choice for choice in choices],
            "answer": place,
        })
    return items
