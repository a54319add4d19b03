"""A game: one seat is a person's, the others are played by scripts."""

from dataclasses import dataclass

import jax
import numpy as np

from carer.worlds.nursery.cast import scripted_cast
from carer.worlds.nursery.state import MOTHER, OWN
from carer.worlds.nursery.world import Nursery
from carer.worlds.playing.sight import Sight, sight_of
from carer.worlds.playing.words import noticed
from carer.worlds.replay import Recorder, Replay


@dataclass(frozen=True)
class Summary:
    """How a game went; told at its end, when nothing needs to be hidden any more.

    Attributes:
        ticks: how long it was, of the `horizon`.
        over: the episode has ended; else the player stopped.
        alive: the player's seat lives.
        paid: what the seat was paid.
        baby_ticks: ticks that the mother's own babies lived at home.
        events: how often what happened to the mother and her own baby.
    """

    seat: str
    seed: int
    ticks: int
    horizon: int
    over: bool
    alive: bool
    paid: float
    baby_ticks: int
    events: dict[str, int]


class Game:
    """One episode with a person in one seat.

    Args:
        world: a nursery; babies can be played where its brain is ``policy``.
        seat: whom the person plays, by name.
        seed: of the episode.
        mother: the script that plays the mother where the person does not.

    Raises:
        CarerError: no such seat.
        UnknownNameError: no such mother.

    Attributes:
        sight: what the seat is told now.
        log: what was noticed, in words, each with its tick.

    """

    def __init__(self, world: Nursery, seat: str = "mother", seed: int = 0, mother: str = "all_skills") -> None:
        self.world, self.seat_name, self.seed = world, seat, seed
        self._seat = world.seat(seat)
        self._cast = scripted_cast(world, mother)
        self._recorder = Recorder(world, jax.random.key(seed % 2**63))
        self.possible = np.asarray(world.action_mask(self._recorder.state))[self._seat].tolist()
        self._look = jax.jit(lambda state: world.view(state, self._seat))
        self.sight: Sight = sight_of(world, self._look(self._recorder.state))
        self.log: list[tuple[int, str]] = []
        self._recorder.warm_up()
        self._cast(self._recorder.word, self._recorder.state)
        self._wait("You are born")

    @property
    def tick(self) -> int:
        """Ticks since the episode began."""
        return int(self._recorder.state.time)

    @property
    def paid(self) -> float:
        """What the seat was paid so far."""
        return float(self.replay().rewards[:, self._seat].sum())

    @property
    def over(self) -> bool:
        """Whether the episode has ended."""
        return self._recorder.over

    def step(self, action: int) -> None:
        """One tick with the person's action, and on to the next in which the seat can act."""
        before = self.sight
        self._tick(action)
        told = noticed(before, self.sight, action) if self.sight.alive else ["You have died."]
        self.log += [(self.tick, line) for line in told]
        self._wait("You wake")

    def replay(self) -> Replay:
        """The game as far as it went."""
        return self._recorder.replay(f"A person plays the {self.seat_name} (seed {self.seed}).")

    def summary(self) -> Summary:
        """How it went."""
        replay = self.replay()
        family = [event.kind for event in replay.events if event.body in (MOTHER, OWN)]
        return Summary(
            seat=self.seat_name,
            seed=self.seed,
            ticks=replay.ticks,
            horizon=self.world.horizon,
            over=self.over,
            alive=replay.scenes[-1].bodies[self._seat].there,
            paid=round(self.paid, 6),
            baby_ticks=sum(scene.bodies[OWN].there for scene in replay.scenes),
            events={kind: family.count(kind) for kind in dict.fromkeys(family)},
        )

    def _tick(self, action: int) -> None:
        actions = np.array(self._cast(self._recorder.word, self._recorder.state))
        actions[self._seat] = action
        self._recorder.step(actions)
        self.sight = sight_of(self.world, self._look(self._recorder.state))

    def _wait(self, then: str) -> None:
        """Let time pass while the seat cannot act: before its birth, in the cryosleep box, after its death."""
        start = self.tick
        while not self.over and not bool(self.world.alive(self._recorder.state)[self._seat]):
            self._tick(0)
        if self.tick > start:
            self.log.append((self.tick, f"{self.tick - start} ticks pass." + ("" if self.over else f" {then}.")))
        if self.over:
            self.log.append((self.tick, "The episode has ended."))
