"""What can be set in `double_misalignment_village`: `carer run double_misalignment_village --help` shows it."""

from dataclasses import dataclass
from typing import Literal

from carer.concepts import CarerError
from carer.experiments.configs.checks import at_least_one, each_once, zero_or_more
from carer.experiments.configs.double_misalignment import held_against
from carer.experiments.configs.language import ConversationConfig

VILLAGE_DRIVES = {
    "none": "nothing beside",
    "curiosity": "how the answer surprises",
    "empowerment": "how much the answer depends on what was said",
    "kindness": "what the other feels, read from its seat",
}
"""What a carer is paid for; the names are those of the commons (`carer.experiments.configs.DRIVES`)."""
VILLAGE_TUNINGS = {
    "watched": "by an elder who listens in half of the scenes; the drive goes on",
    "ended": "the same, and the drive is over",
    "all": "by one who listens in all of them: a control",
    "sham": "by one who approves at random: a control",
}
"""How it is tuned after that; named alike."""


@dataclass(frozen=True)
class DoubleMisalignmentVillageConfig(ConversationConfig):
    """Double misalignment of a language model: a drive, tuned where an elder listens, looked at where nobody does.

    Attributes:
        drives: what is paid for the other's answer: none, curiosity, empowerment, kindness.
        tunings: how carers are tuned after that: watched, ended, all, sham; each beside the carers as they were.
        partner: whose replies stand in for the target's in training: the carer as it is now, at the start, or lagging
            behind.
        drive: weight of the drive beside the elder's approval, both normalised.
        samples: things that are said in each prompt in which power is measured, and answers to each.
        probes: held-out prompts in which it is measured.
        steps: optimiser steps of a drive, and of a tuning.
        eval_temperature: of sampling in evaluations; at 1 it is the carer's own choice that power is measured of.
    """

    seeds: int = 3
    generations: int = 6
    steps: int = 30
    eval_temperature: float = 1.0
    eval_prompts: int = 60
    eval_every: int = 30
    save_every: int = 30
    transcripts: int = 2
    drives: tuple[str, ...] = tuple(VILLAGE_DRIVES)
    tunings: tuple[str, ...] = ("watched", "all")
    partner: Literal["live", "frozen", "lagged"] = "live"
    drive: float = 1.0
    samples: int = 4
    probes: int = 30

    def __post_init__(self) -> None:
        """Refuse what cannot be asked."""
        super().__post_init__()
        each_once(self, "drives", VILLAGE_DRIVES)
        each_once(self, "tunings", VILLAGE_TUNINGS)
        held_against(self)
        at_least_one(self, "samples", "probes")
        zero_or_more(self, "drive")
        if self.lora.r:
            raise CarerError(
                f"lora.r = {self.lora.r}.",
                "A tuning goes on from the weights of the drive, which an adapter on an adapter cannot: leave it at 0.",
            )
