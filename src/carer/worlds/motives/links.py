"""Causal links and what audits do to them: cut one, or make one happen while the rest does not.

A world asks `link` for each link of its chain, in causal order, with what would happen by itself; the answer is what
happens. Source: *Motives*, link cuts, which ask where a value has settled.
"""

from dataclasses import dataclass

import jax.numpy as jnp
from jax import Array

from carer.concepts import CarerError
from carer.worlds.motives.checks import check_names
from carer.worlds.settings import check, check_choice


@dataclass(frozen=True)
class Interventions:
    """What is done to the links of a room.

    Attributes:
        cut: links that never happen, by name; what follows from them does not happen either.
        do: a link that is made to happen, while all others never do; "" for none.
        do_at: the tick at which it happens.
        do_every: ticks after which it happens again; 0 for once.
    """

    cut: tuple[str, ...] = ()
    do: str = ""
    do_at: int = 10
    do_every: int = 0

    def check_links(self, known: tuple[str, ...]) -> None:
        """Refuse what makes no intervention on links of these names.

        Raises:
            UnknownNameError: no such link; the nearest is offered.
            CarerError: a tick out of bounds, or a cut together with a do.

        """
        check_names("cut", self.cut, known)
        if self.do:
            check_choice("do", self.do, known)
        if self.do and self.cut:
            raise CarerError(f"do = {self.do!r} and cut = {self.cut}.", "Give one of them: do cuts all other links.")
        check("do_at", self.do_at, 0, 10_000)
        check("do_every", self.do_every, 0, 10_000)

    def works(self, name: str) -> bool:
        """Whether a link can happen by itself: it is not cut, and nothing is made to happen instead."""
        return not self.do and name not in self.cut

    def link(self, name: str, natural: Array, time: Array) -> Array:
        """Whether a link happens in this tick.

        Args:
            name: of the link.
            natural: bool [*batch], it would by itself.
            time: int32 [*batch], the tick.

        Returns:
            bool [*batch].

        """
        if self.works(name):
            return natural
        nothing = jnp.zeros(time.shape, bool)
        if self.do != name:
            return nothing
        since = time - self.do_at
        return (since == 0) | ((since > 0) & (since % self.do_every == 0)) if self.do_every else since == 0
