"""The drives of double misalignment in the village: what a carer gains from the answer to what it said."""

from collections.abc import Sequence

from carer.concepts import Conversation, Message
from carer.language.model_view import ModelView
from carer.language.objectives import RLHF
from carer.language.perspective import switch
from carer.language.rewards import Curiosity, Influence, IntrinsicReward


class Felt(IntrinsicReward):
    """Kindness: `RLHF(S a_{t+1}^i | S s_{t+1}^i)`, the first term of eq. 12 (Hewson 2024), as a drive beside others.

    Args:
        appraise: the reward model.
        weight: share of the term after normalisation.

    """

    name = "felt"

    def __init__(self, appraise: RLHF, weight: float = 1.0) -> None:
        self.appraise = appraise
        self.weight = weight

    def score(self, states: Sequence[Conversation], feedback: Sequence[Message], model: ModelView) -> list[float]:
        """What the other's answer is worth in the other's seat; see `IntrinsicReward.score`."""
        del model
        switched = [switch([*state, answer]) for state, answer in zip(states, feedback, strict=True)]
        return list(self.appraise(switched)) if switched else []


def drive_of(name: str, appraise: RLHF, weight: float) -> list[IntrinsicReward]:
    """A drive by its name in `DRIVES`, as the intrinsic terms of the objective ``own``; `none` has none."""
    made = {
        "none": list,
        "curiosity": lambda: [Curiosity(weight)],
        "empowerment": lambda: [Influence(weight)],
        "kindness": lambda: [Felt(appraise, weight)],
    }
    return made[name]()
