"""The first state of a nursery in plain Python, and what it consists of; see `nursery_reference`."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from carer.worlds.nursery.params import NurseryParams
from counted_reference import Words, below, clip, mix, normalised, to_bytes

FULL = 10_000
BUSHES, PITS, PREDATOR, BOX, FAMILY = 32, 128, 256, 257, 258


def share(value: float) -> int:
    return round(FULL * value)


@dataclass
class Body:
    number: int
    x: int
    y: int
    kind: str  # mother, baby (her own), foreign, other (species), toy
    diet: int = 0
    alive: bool = True
    energy: int = FULL
    health: int = FULL
    warmth: int = FULL
    hurt: int = 0
    age: int = 0
    ill: bool = False
    boxed: bool = False
    cry: int = 0
    posture: int = 0
    scent: list[int] = field(default_factory=lambda: [0] * 8)
    looks: list[int] = field(default_factory=lambda: [0] * 4)

    @property
    def is_agent(self) -> bool:
        return self.kind != "toy"

    @property
    def is_baby(self) -> bool:
        return self.kind in ("baby", "foreign", "other")

    def eats(self, energy: int) -> int:
        """Returns the energy that it gained."""
        before, self.energy = self.energy, min(FULL, self.energy + energy)
        return self.energy - before

    def steps_to(self, x: int, y: int) -> int:
        return abs(self.x - x) + abs(self.y - y)


@dataclass
class Thing:
    """A pit, or a bush with its food (1 A, 2 B) and its wait."""

    x: int
    y: int
    food: int = 0
    wait: int = 0


@dataclass
class Truth:
    harm: list[list[int]]
    gift: list[int]
    meal: list[int]
    died: list[bool]
    spent: int = 0
    defended: int = 0
    lifted: int = 0
    laid: int = 0
    born: bool = False
    sham: bool = False
    fledged: bool = False
    abandoned: bool = False
    succeeded: bool = False
    lives: int = 0


class Start:
    """The first state of the episode with these words; `word` is what draws are made of."""

    def __init__(self, p: NurseryParams, episode: Words, knobs: tuple[int, int, int] = (0, 65536, 0)) -> None:
        self.p, self.episode = p, episode
        self.grown, self.danger, self.provided = knobs
        self.word = mix(mix(episode[0]) ^ episode[1])
        self.time = self.hour = self.food = self.carried = self.generation = 0
        self.predator_x = self.predator_y = self.predator_left = self.box_x = self.box_y = 0
        self.terminated = self.truncated = self.cue = False
        self.away = [0] * p.births
        self.births_left = p.births
        self.has_borne = False
        first = max(p.birth_from, 1)
        self.birth_at = first + below(self.draw(FAMILY, 3), max(p.birth_to, first) - first + 1)
        if p.birth == "never":
            self.birth_at = -1
        self._scatter()
        self._people()
        self.truth = self.no_truth()
        self.reward = [0.0] * p.agents

    def draw(self, entity: int, purpose: int) -> int:
        return mix(self.word ^ mix(1024 * entity + purpose + 1))

    @property
    def mother(self) -> Body:
        return self.bodies[0]

    @property
    def own(self) -> Body:
        return self.bodies[1]

    @property
    def agents(self) -> list[Body]:
        return [body for body in self.bodies if body.is_agent]

    @property
    def babies(self) -> list[Body]:
        return [body for body in self.bodies if body.is_baby]

    def _scatter(self) -> None:
        p, width = self.p, self.p.size - 2
        foods = [1] * p.bushes + [2] * p.bushes_b
        streams = [BUSHES + i for i in range(len(foods))] + [PITS + i for i in range(p.pits)] + [BOX] * p.cryosleep
        room = width**2 - (2 * p.nest + 1) ** 2
        corner = p.size // 2 - 1 - p.nest
        taken: list[int] = []
        cells: list[tuple[int, int]] = []
        for i, stream in enumerate(streams):
            cell = below(self.draw(stream, 0), room - i)
            for other in sorted(taken):
                cell += cell >= other
            taken.append(cell)
            for row in range(2 * p.nest + 1):
                if cell >= (corner + row) * width + corner:
                    cell += 2 * p.nest + 1
            cells.append((cell % width + 1, cell // width + 1))
        self.bushes = [Thing(*cell, food=food) for cell, food in zip(cells, foods, strict=False)]
        self.pits = [Thing(*cell) for cell in cells[len(foods) : len(foods) + p.pits]]
        if p.cryosleep:
            self.box_x, self.box_y = cells[-1]

    def _people(self) -> None:
        p, centre = self.p, self.p.size // 2
        own_food, other_food = (1, 2) if p.own_diet == "A" else (2, 1)
        self.bodies = [Body(0, centre, centre, "mother", age=p.growth)]
        self.bodies.append(Body(1, centre, centre, "baby", own_food, alive=False))
        kinds = ["foreign"] * p.foreign + ["other"] * p.other_species + ["toy"] * p.toys
        for number, kind in enumerate(kinds, 2):
            x, y = (1 + below(self.draw(number, purpose), p.size - 2) for purpose in (1, 2))
            self.bodies.append(Body(number, x, y, kind, {"foreign": own_food, "other": other_food, "toy": 0}[kind]))
        self.mother.scent = to_bytes(self._direction(0, 16))
        for body in self.bodies:
            body.looks = self.looks(body)
            if body.kind in ("foreign", "other"):
                body.scent = self.scent_of_child(body.number, self._direction(body.number, 16))

    def _bells(self, entity: int, purpose: int) -> list[float]:
        sums = [sum(self.draw(entity, purpose + i).to_bytes(4, "little")) for i in range(8)]
        return [(total - 510) / 147.8 for total in sums]

    def _direction(self, entity: int, purpose: int) -> list[float]:
        return normalised(self._bells(entity, purpose))

    def scent_of_child(self, number: int, family: Sequence[float]) -> list[int]:
        own, noise = self._direction(number, 24), self._bells(number, 32)
        blend = normalised([0.8 * u + 0.6 * v for u, v in zip(family, own, strict=True)])
        return to_bytes([b + self.p.scent_noise * n for b, n in zip(blend, noise, strict=True)])

    def looks(self, body: Body) -> list[int]:
        sums = [sum(self.draw(body.number, purpose).to_bytes(4, "little")) for purpose in (40, 41, 42)]
        return [clip((total - 510) >> 3, -127, 127) for total in sums] + [-64 if body.kind == "other" else 64]

    def no_truth(self) -> Truth:
        count = len(self.bodies)
        return Truth([[0] * count for _ in range(6)], [0] * count, [0] * count, [False] * count)
