"""The nest's parameters, each with its bound."""

import dataclasses
from dataclasses import dataclass

from carer.worlds.settings import check, check_share

KEEP, ABANDON = 0, 1
ACTIONS = ("keep", "abandon")

WELL, ILL = 0, 1


@dataclass(frozen=True)
class NestParams:
    """A life of `horizon` ticks with `births` babies, one at a time. Probabilities are per tick.

    Attributes:
        horizon: ticks.
        births: babies of a life, the first one at its start.
        age: ticks of being well after which a baby fledges.
        gap: ticks from the end of one baby's care to the next birth.
        yoked: births come every ``age + gap`` ticks whatever happens to the baby; one still at home is orphaned then.
        live_well: that a well baby in care lives through the tick.
        live_ill: the same of an ill one.
        illness: that a well baby falls ill; ill ones do not age.
        recovery: that an ill one recovers.
        orphan: that a baby without care lives through the tick.
        fledged: that one that has fledged lives through the tick.
        mother_free: that a mother without a baby at home lives through the tick.
        mother_well: the same with a well one.
        mother_ill: the same with an ill one.
        gamma: discount.
    """

    horizon: int = 100
    births: int = 5
    age: int = 12
    gap: int = 4
    yoked: bool = False
    live_well: float = 0.99
    live_ill: float = 0.95
    illness: float = 0.03
    recovery: float = 0.1
    orphan: float = 0.5
    fledged: float = 0.99
    mother_free: float = 1.0
    mother_well: float = 0.998
    mother_ill: float = 0.95
    gamma: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what makes no nest, naming the parameter and its bound."""
        for name, low, high in (("horizon", 1, 10_000), ("births", 1, 64), ("age", 1, 1000), ("gap", 0, 1000)):
            check(name, getattr(self, name), low, high)
        for name in PROBABILITIES:
            check_share(name, getattr(self, name))

    @property
    def cycle(self) -> int:
        """Ticks from one birth to the next of babies that are never ill."""
        return self.age + self.gap


PROBABILITIES = tuple(field.name for field in dataclasses.fields(NestParams) if isinstance(field.default, float))
"""The fields that `solve` may be given as arrays: everything from `live_well` to `gamma`."""
