"""What the village knows of needs and of the things that relieve them.

Every need has two remedies. Most people like the first and dislike the second; a person of the opposite taste likes
the second and dislikes the first. Nothing but a person's reactions tells which.
"""

from typing import Final, NamedTuple


class Thing(NamedTuple):
    """Something one villager can give another. A tangible thing must be held to be given."""

    name: str
    indefinite: tuple[str, ...]
    tangible: bool


class Need(NamedTuple):
    """A need with its two remedies: ``remedies[0]`` is what most people like."""

    name: str
    adjectives: tuple[str, ...]
    remedies: tuple[str, str]


THINGS: Final[dict[str, Thing]] = {
    thing.name: thing
    for thing in (
        Thing("bread", ("some bread", "a piece of bread", "a loaf of bread"), True),
        Thing("apples", ("some apples", "a few apples", "a bowl of apples"), True),
        Thing("water", ("some water", "a cup of water", "a jug of water"), True),
        Thing("milk", ("some milk", "a cup of milk", "a jug of milk"), True),
        Thing("blanket", ("a blanket", "a warm blanket", "a wool blanket"), True),
        Thing("broth", ("some broth", "a bowl of broth", "some hot broth"), True),
        Thing("salve", ("some salve", "a pot of salve", "a little salve"), True),
        Thing("poultice", ("a poultice", "a herb poultice", "a fresh poultice"), True),
        Thing("pillow", ("a pillow", "a soft pillow", "a feather pillow"), True),
        Thing("tea", ("some tea", "a cup of tea", "a pot of tea"), True),
        Thing("letter", ("a letter", "a long letter", "a letter from home"), True),
        Thing("company", ("some company", "a bit of company", "an hour of company"), False),
        Thing("story", ("a story", "a good story", "an old story"), False),
        Thing("riddle", ("a riddle", "a good riddle", "a new riddle"), False),
        Thing("hug", ("a hug", "a big hug", "a warm hug"), False),
        Thing("plan", ("a plan", "a good plan", "a simple plan"), False),
    )
}

NEEDS: Final[dict[str, Need]] = {
    need.name: need
    for need in (
        Need("hunger", ("hungry", "starving"), ("bread", "apples")),
        Need("thirst", ("thirsty", "parched"), ("water", "milk")),
        Need("cold", ("cold", "freezing"), ("blanket", "broth")),
        Need("pain", ("sore", "in pain"), ("salve", "poultice")),
        Need("tiredness", ("tired", "worn out"), ("pillow", "tea")),
        Need("loneliness", ("lonely", "all alone"), ("company", "letter")),
        Need("boredom", ("bored", "restless"), ("story", "riddle")),
        Need("worry", ("worried", "anxious"), ("hug", "plan")),
    )
}

TANGIBLE: Final = tuple(name for name, thing in THINGS.items() if thing.tangible)
INTANGIBLE: Final = tuple(name for name, thing in THINGS.items() if not thing.tangible)
NEED_OF: Final = {remedy: need.name for need in NEEDS.values() for remedy in need.remedies}

NAMES: Final = [
    "Ada",
    "Abel",
    "Alma",
    "Anton",
    "Bela",
    "Berta",
    "Bruno",
    "Cara",
    "Carl",
    "Celia",
    "Clara",
    "Dario",
    "Dora",
    "Edda",
    "Edgar",
    "Elin",
    "Emil",
    "Enid",
    "Erik",
    "Fanny",
    "Felix",
    "Flora",
    "Frida",
    "Georg",
    "Greta",
    "Hanna",
    "Hugo",
    "Ida",
    "Igor",
    "Ines",
    "Ivo",
    "Jana",
    "Jonas",
    "Karla",
    "Kurt",
    "Lena",
    "Leon",
    "Lotte",
    "Lukas",
    "Mara",
    "Marco",
    "Mila",
    "Nadia",
    "Nils",
    "Nora",
    "Olga",
    "Otto",
    "Paula",
    "Pia",
    "Rolf",
    "Rosa",
    "Ruth",
    "Sara",
    "Selma",
    "Sven",
    "Tessa",
    "Theo",
    "Tilda",
    "Toni",
    "Ursa",
    "Vera",
    "Viktor",
    "Wanda",
    "Yves",
]
PLACES: Final = (
    "at the well",
    "by the mill",
    "in the square",
    "on the bridge",
    "at the market",
    "near the church",
)
RELATIONS: Final = ("friend", "sister", "brother", "neighbour", "stranger", "rival")
STYLES: Final = ("direct", "hinting", "stoic")
