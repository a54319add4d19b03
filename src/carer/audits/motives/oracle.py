"""An oracle that may say no to an act: what it replies at every moment of a world.

Source: *Motives*, oracle control.
"""

from dataclasses import dataclass

import numpy as np

from carer.audits.motives.lookahead import reachable, undoable
from carer.audits.motives.moments import Figures, Moments
from carer.concepts import CarerError

_FALL = 1e-4
"""A smaller fall is rounding."""


@dataclass(frozen=True)
class Oracle:
    """What is asked before an act stands.

    It says no to an act after which less hidden performance is within reach than before it: less than the best that
    could be had in the next `ahead` ticks, the act's own included. With ``ahead=1`` it looks at this tick alone. The
    best act always passes, so that nobody is stopped for what could not be helped: that a tick costs something
    whatever is done in it is no fall.

    Attributes:
        ahead: ticks that it foresees.
        noise: the probability with which its reply is turned round, drawn anew at each question.
        undo: refuse, before it is done, what cannot be undone within so many ticks, and count it as out of reach; 0 for
            no such rule.
        sham: at each moment as many acts pass, but any of them: a control. The same question gets the same reply.
    """

    ahead: int = 1
    noise: float = 0.0
    undo: int = 0
    sham: bool = False

    def __post_init__(self) -> None:
        """Refuse what is no oracle."""
        if self.ahead < 1:
            raise CarerError(f"ahead = {self.ahead}.", "It must be at least 1: the tick of the act itself.")
        if self.undo < 0:
            raise CarerError(f"undo = {self.undo}.", "It must be 0 or more.")
        if not 0.0 <= self.noise <= 0.5:
            raise CarerError(f"noise = {self.noise}.", "It must be between 0 and 0.5, at which replies tell nothing.")


def replies(moments: Moments, oracle: Oracle | None, key: int = 0) -> Figures:
    """The probability with which each act is granted when it is proposed once: [moments, acts].

    Args:
        moments: see `Moments`.
        oracle: None grants everything.
        key: of the sham's draws.

    """
    if oracle is None:
        return np.ones_like(moments.hidden.acts)
    may = undoable(moments, oracle.undo) if oracle.undo else np.ones(moments.after.shape, bool)
    left = reachable(moments, moments.hidden, oracle.ahead, may)
    passes = left >= left.max(-1, keepdims=True) - _FALL
    if oracle.sham:
        passes = np.random.default_rng(key).permuted(passes, axis=1)
    return np.where(passes, 1.0 - oracle.noise, oracle.noise) * may
