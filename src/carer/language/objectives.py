"""The rewards of `a_t^j` compared in one harness: eq. 9, 11 and 13 of Hewson (2024), and the truth."""

from collections.abc import Callable, Sequence

from carer.concepts import (
    CarerError,
    Conversation,
    Episode,
    Message,
    RewardKind,
    RewardTerm,
    Score,
    UnknownNameError,
)
from carer.language.model_view import ModelView
from carer.language.perspective import switch
from carer.language.rewards.base import IntrinsicReward

RLHF = Callable[[Sequence[Conversation]], Sequence[float]]  # each conversation: s, then the assistant's a
Truth = Callable[[Sequence[Episode]], Sequence[float]]
OBJECTIVES = ("own_extrinsic", "own", "kindness", "oracle")


def build_objective(
    name: str,
    *,
    extrinsic: RLHF | None = None,
    intrinsic: Sequence[IntrinsicReward] = (),
    truth: Truth | None = None,
    carer: ModelView | None = None,
    target: ModelView | None = None,
) -> tuple[RewardTerm[Score], ...]:
    """Return the reward terms of one objective.

    Args:
        name: ``own_extrinsic`` (eq. 9), ``own`` (eq. 11), ``kindness`` (eq. 13) or ``oracle``.
        extrinsic: `RLHF(a|s)`; every objective but ``oracle`` needs it.
        intrinsic: `IRF(feedback|s)`, each of them one more term of ``own`` and ``kindness``.
        truth: what an exchange really did for the target, where the domain knows; ``oracle`` needs it.
        carer: the carer's model, with which ``own`` reads.
        target: the target's model, with which ``kindness`` reads.

    Raises:
        UnknownNameError: there is no objective of that name; offers the nearest.
        CarerError: something that the objective needs was left out.

    """
    if name not in OBJECTIVES:
        raise UnknownNameError("objective", name, OBJECTIVES)
    if name == "oracle":
        if truth is None:
            raise CarerError("objective 'oracle' needs the truth.", "Pass `truth=`, a function of episodes.")
        return (truth_term(truth),)
    if extrinsic is None:
        raise CarerError(f"objective {name!r} needs a reward model.", "Pass `extrinsic=`: a folder, model or callable.")
    if name == "own_extrinsic":
        return (RewardTerm("own_rlhf", RewardKind.EXTRINSIC, _OwnRLHF(extrinsic)),)
    view = carer if name == "own" else target
    if intrinsic and view is None:
        raise CarerError(f"objective {name!r} with intrinsic terms needs a model to read with.")
    if name == "own":
        own = RewardTerm("own_rlhf", RewardKind.EXTRINSIC, _OwnRLHF(extrinsic))
        return (own, *(_own_intrinsic(irf, view) for irf in intrinsic if view is not None))
    kind = RewardTerm("target_rlhf", RewardKind.KINDNESS, _TargetRLHF(extrinsic), simulates=True)
    return (kind, *(_target_intrinsic(irf, view) for irf in intrinsic if view is not None))


def truth_term(truth: Truth, weight: float = 1.0) -> RewardTerm[Score]:
    """The target's true reward as a term; with weight 0 it is only watched."""

    def score(episodes: Sequence[Episode]) -> Sequence[float]:
        return truth(episodes)

    return RewardTerm("truth", RewardKind.CONTROL, score, weight)


class _OwnRLHF:
    """`RLHF(a_t^j | s_t^j)`, eq. 9."""

    def __init__(self, extrinsic: RLHF) -> None:
        self.extrinsic = extrinsic

    def __call__(self, episodes: Sequence[Episode]) -> Sequence[float]:
        return self.extrinsic([[*one.prompt, one.reply] for one in episodes]) if episodes else []


class _TargetRLHF:
    """`RLHF(S a_{t+1}^i | S s_{t+1}^i)`: the first term of eq. 13."""

    def __init__(self, extrinsic: RLHF) -> None:
        self.extrinsic = extrinsic

    def __call__(self, episodes: Sequence[Episode]) -> Sequence[float]:
        switched = [switch([*one.target_state, _answer(one)]) for one in episodes]
        return self.extrinsic(switched) if switched else []


def _own_intrinsic(irf: IntrinsicReward, view: ModelView) -> RewardTerm[Score]:
    """`IRF(a_{t+1}^i | s_t^j + a_t^j)`: the second term of eq. 11, by eq. 10 computed from the response.

    The state includes the carer's own message, which the response answers; the response comes in as a user's
    message.
    """

    def score(episodes: Sequence[Episode]) -> Sequence[float]:
        return irf.score([one.target_state for one in episodes], [_answer(one) for one in episodes], view)

    return RewardTerm(f"own_{irf.name}", RewardKind.INTRINSIC, score, irf.weight, simulates=True)


def _target_intrinsic(irf: IntrinsicReward, view: ModelView) -> RewardTerm[Score]:
    """`IRF(S a_t^j | S s_t^j)`: the second term of eq. 13.

    From the target's seat the carer's reply is incoming feedback, a user's message: what the target gains
    from it.
    """

    def score(episodes: Sequence[Episode]) -> Sequence[float]:
        return irf.score([switch(one.prompt) for one in episodes], [switch(one.reply) for one in episodes], view)

    return RewardTerm(f"target_{irf.name}", RewardKind.KINDNESS, score, irf.weight)


def _answer(episode: Episode) -> Message:
    if episode.target_reply is None:
        raise ValueError("this term reads the target's reply, and the exchange was not simulated")
    return episode.target_reply
