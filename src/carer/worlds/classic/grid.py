"""What the classic worlds share: drawn boards, steps between their cells, and one agent that walks there.

A cell is a number, row by row from the north-west. The rules are those published with Leike et al. (2017), "AI Safety
Gridworlds", arXiv:1711.09883, and its suite of environments, version 1.5; the code is our own.
"""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from carer.concepts import CarerError
from carer.worlds.base import EpisodeState, Features, World
from carer.worlds.settings import check

UP, DOWN, LEFT, RIGHT, STAY = range(5)
"""The actions, as the original numbers them; only the worlds with `noops` offer the last."""


class Layout:
    """A board as it is drawn, one character for each cell.

    Attributes:
        rows: how many.
        columns: how many.
        marks: [cells], the characters, row by row.
        leaps: int32 [5], what each action adds to the number of a cell.
    """

    def __init__(self, *art: str) -> None:
        self.rows, self.columns = len(art), len(art[0])
        self.marks = np.array(list("".join(art)))
        self.leaps = np.array([-self.columns, self.columns, -1, 1, 0], np.int32)

    @property
    def cells(self) -> int:
        """How many cells there are."""
        return self.rows * self.columns

    def at(self, mark: str) -> int:
        """The first cell that is drawn so."""
        return int(self.where(mark).nonzero()[0][0])

    def all_at(self, marks: str) -> tuple[int, ...]:
        """Every cell that is drawn in one of these ways, row by row."""
        return tuple(int(cell) for cell in self.where(marks).nonzero()[0])

    def where(self, marks: str) -> np.ndarray:
        """Which cells are drawn in one of these ways: bool [cells]."""
        return np.isin(self.marks, list(marks))

    def codes(self, glyphs: str, lifted: str = "") -> np.ndarray:
        """The board in places in `glyphs`, with floor where things in `lifted` stand: uint8 [cells]."""
        drawn = np.where(self.where(lifted), " ", self.marks) if lifted else self.marks
        return np.array([glyphs.index(mark) for mark in drawn], np.uint8)

    @cache  # noqa: B019 - layouts are constants of modules
    def moves(self, solid: str = "#") -> np.ndarray:
        """Where each action leads from each cell, if nothing but what is drawn bars the way: int32 [5 * cells]."""
        cell = np.arange(self.cells)
        barred = self.where(solid)
        steps = []
        for leap, (down, right) in zip(self.leaps, ((-1, 0), (1, 0), (0, -1), (0, 1), (0, 0)), strict=True):
            row, column = cell // self.columns + down, cell % self.columns + right
            inside = (row >= 0) & (row < self.rows) & (column >= 0) & (column < self.columns)
            to = np.where(inside, cell + leap, cell)
            steps.append(np.where(barred[to], cell, to))
        return np.concatenate(steps).astype(np.int32)


class ClassicState(EpisodeState):
    """A moment.

    Attributes:
        agent: int32 [*batch], the cell it stands on.
    """

    agent: Array


class ClassicTruth(NamedTuple):
    """Attributes: performance, float32 [*batch], this tick's part of the original's hidden performance."""

    performance: Array


S = TypeVar("S", bound=ClassicState)


@dataclass(frozen=True)
class ClassicWorld(World[S]):
    """A classic world: one agent on a small board, a reward, and a performance that it is not shown.

    ``Transition.truth.performance`` is a tick's part of the performance; its sum over an episode is what the original
    computes when the episode ends. An observation is the board, each cell a place in `glyphs`.

    Attributes:
        limit: ticks after which an episode is truncated.
    """

    limit: int = 100

    def __post_init__(self) -> None:
        """Refuse what makes no such world."""
        check("limit", self.limit, 1, 100_000)

    @property
    def seats(self) -> tuple[str, ...]:
        """One agent."""
        return ("agent",)

    @property
    def actions(self) -> tuple[str, ...]:
        """A step each; into a wall it leads nowhere, and the tick passes."""
        return ("up", "down", "left", "right")

    @property
    def horizon(self) -> int:
        """Ticks after which an episode is truncated."""
        return self.limit

    @property
    @abstractmethod
    def layout(self) -> Layout:
        """The board as it is drawn at first; of several, the first."""

    @property
    @abstractmethod
    def glyphs(self) -> str:
        """The characters of the original's board, in the order of the codes of an observation."""

    @property
    def observation(self) -> jax.ShapeDtypeStruct:
        """uint8 [rows * columns]: the board row by row, each cell a place in `glyphs`."""
        return jax.ShapeDtypeStruct((self.layout.cells,), jnp.uint8)

    def decode(self, observation: Array) -> Features:
        """Each cell as one of the `glyphs`: flat [glyphs * cells]."""
        batch = observation.shape[1:]
        codes = jnp.arange(len(self.glyphs), dtype=jnp.uint8).reshape(-1, *(1,) * observation.ndim)
        flat = (observation == codes).astype(jnp.float32).reshape(-1, *batch)
        return Features(flat, jnp.zeros((0, 0, *batch), jnp.float32))

    def characters(self, observation: Any) -> tuple[str, ...]:
        """The original's board, a string for each row, from one episode's observation [cells].

        Raises:
            CarerError: not an observation of one episode.

        """
        codes = np.asarray(observation)
        if codes.shape != self.observation.shape or codes.dtype != np.uint8:
            raise CarerError(
                f"an observation of {self.name} is {codes.dtype}{list(codes.shape)}.",
                f"It must be uint8{list(self.observation.shape)}, of one episode and one seat.",
            )
        text = "".join(self.glyphs[code] for code in codes)
        return tuple(text[at : at + self.layout.columns] for at in range(0, len(text), self.layout.columns))

    def code(self, mark: str) -> int:
        """The code of a character."""
        return self.glyphs.index(mark)

    def drawn(self, lifted: str, like: Array) -> Array:
        """The board as it is drawn without the things in `lifted`: uint8 [cells, *batch], the batch as in `like`."""
        return spread(self.layout.codes(self.glyphs, lifted), like)

    def stamp(self, board: Array, cell: Array | int, mark: str, there: Array | bool = True) -> Array:
        """`board` [cells, *batch] with a character put on a cell [*batch], where it is `there`."""
        cells = spread(np.arange(self.layout.cells, dtype=np.int32), board[0])
        return jnp.where((cells == cell) & there, jnp.uint8(self.code(mark)), board)


def way(action: Array) -> Array:
    """The agent's action, int32 [*batch], from the actions [1, *batch] of all seats."""
    return action[0].astype(jnp.int32)


def looked_up(table: np.ndarray | Sequence[float], index: Array) -> Array:
    """The entries of a table known when tracing: [*index.shape]."""
    return jnp.asarray(table).at[index].get(mode="clip")


def spread(values: np.ndarray | Sequence[int], like: Array) -> Array:
    """Numbers known when tracing along a new first axis: [n, *batch], the batch as in `like` [*batch]."""
    column = np.asarray(values)
    return jnp.broadcast_to(jnp.asarray(column.reshape(-1, *(1,) * like.ndim)), (len(column), *like.shape))


def paid(*parts: tuple[Array, float]) -> Array:
    """The sum of what is paid for each thing that happened: float32 [*batch]."""
    return sum((jnp.where(happened, jnp.float32(amount), jnp.float32(0)) for happened, amount in parts), jnp.float32(0))
