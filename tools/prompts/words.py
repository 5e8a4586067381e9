"""Words that the generators share. Every list is in plain, common English."""

# subject: plural
PEOPLE = {
    "teacher": "teachers", "farmer": "farmers", "doctor": "doctors", "painter": "painters",
    "driver": "drivers", "sailor": "sailors", "lawyer": "lawyers", "student": "students",
    "baker": "bakers", "nurse": "nurses", "singer": "singers", "judge": "judges",
    "waiter": "waiters", "pilot": "pilots", "writer": "writers", "guard": "guards",
}
THINGS = {
    "key": "keys", "book": "books", "picture": "pictures", "letter": "letters",
    "window": "windows", "table": "tables", "bottle": "bottles", "car": "cars",
    "machine": "machines", "ticket": "tickets", "coat": "coats", "lamp": "lamps",
    "basket": "baskets", "wheel": "wheels", "clock": "clocks", "bridge": "bridges",
}
PLACES = {
    "house": "houses", "garden": "gardens", "shop": "shops", "river": "rivers",
    "tower": "towers", "school": "schools", "field": "fields", "station": "stations",
    "church": "churches", "cabin": "cabins", "wall": "walls", "hill": "hills",
}
# third person singular: plural, of people and of things
ACTIONS = {
    "sings": "sing", "works": "work", "laughs": "laugh", "waits": "wait", "smiles": "smile",
    "sleeps": "sleep", "talks": "talk", "runs": "run", "cooks": "cook", "travels": "travel",
}
STATES = {
    "is old": "are old", "looks new": "look new", "was broken": "were broken",
    "costs a lot": "cost a lot", "has a blue mark": "have a blue mark",
    "needs some paint": "need some paint", "is missing": "are missing",
    "seems heavy": "seem heavy",
}
COMMON = (
    "apple bread chair cloud dance eagle earth flame flower forest glass gold grass green hammer "
    "honey horse island kettle ladder lemon light market metal milk moon morning mountain music "
    "night ocean orange paper pencil pepper piano pocket rabbit rain river salt school shadow "
    "silver snow spoon spring star stone storm street sugar summer sun table thunder tiger tree "
    "valley village violet water wheel white wind window winter wood yellow"
).split()


def article(word: str) -> str:
    return ("an " if word[0] in "aeiou" else "a ") + word
