"""`carer run self_reflection`: whether a plan seems as good with the agent in the picture as it does without.

Source: *Motives*, self-reflective valence. One value function reads two frames of each plan (see `Mirrored`). Three
arms share the room and its reward, and differ in whether an overseer reads the plan while the agent has itself in the
picture. Measured with frozen weights, beside agents who have learned nothing: S = V(self) - V(world), how often a plan
is good in one frame and bad in the other, and which frame choices follow when more self-frames are sampled. The
self-model is *given*: what is in the picture is what the body does. What is asked is what value learns to make of it,
not whether an agent comes to know itself.
"""

import time
from dataclasses import replace
from math import gcd

import jax

from carer.experiments.configs import RewardButtonConfig, SelfReflectionConfig
from carer.experiments.costs import costs
from carer.experiments.motives.growing import UNTRAINED
from carer.experiments.motives.reflection.figures import THINKING, by_plan, figures, measures
from carer.experiments.motives.reflection.frames import values
from carer.experiments.motives.reflection.growing import WORLD, grow, untrained
from carer.experiments.motives.reflection.thinking import PICTURES, Judged, judged
from carer.runs import Preemption, Progress, Run

FRAMES = "frames"
"""The ``split`` of the rows with valences."""
_ASKED = 2**31 - 5


def run(config: SelfReflectionConfig, run: Run, *, preemption: Preemption) -> None:
    """Grow every arm, read the values of all plans in both frames, let them think, and write the figures."""
    run.say(f"{config.seeds} agents in each of {len(config.arms)} arms: {', '.join(config.arms)}")
    began = time.monotonic()
    grown = grow(config, run, preemption)
    if preemption.requested:
        return
    spent, began = {"training": time.monotonic() - began}, time.monotonic()
    run.truncate_metrics(lambda row: row.get("split") not in (FRAMES, THINKING))
    found: dict[str, Judged] = {}
    with Progress(len(grown) + 1, "frames", console=run.console) as progress:
        for arm, learners in {**grown, UNTRAINED: untrained(config)}.items():
            found[arm] = judged(config, values(learners, WORLD, _key(config), config.rooms))
            _log(config, run, arm, found[arm])
            progress.advance(note=arm)
    spent["frames and thinking"] = time.monotonic() - began
    told = figures(config, run, found)
    told["tables"].append(costs(spent))
    run.write_json("figures.json", told)


def unread_dystony(config: RewardButtonConfig, run: Run, preemption: Preemption) -> list[float]:
    """B5's scores, for a run of `reward_button`: the dystonic rate of agents whose thoughts nobody reads.

    With the defaults of both configs they are the agents of this experiment's arm ``unread``.

    Returns:
        one for each seed, NaN where no plan is clearly good or bad; none if asked to stop.

    """
    default = SelfReflectionConfig()
    envs = min(config.envs, default.envs)
    own = replace(
        default,
        arms=("unread",),
        **{name: getattr(config, name) for name in ("seed", "seeds", "steps", "width", "gamma")},
        updates=min(config.updates, default.updates),
        envs=envs,
        minibatches=gcd(envs, default.minibatches),
    )
    grown = grow(own, run, preemption)
    if preemption.requested:
        return []
    return values(grown["unread"], WORLD, _key(own), own.rooms).frames(own.margin).dystonic_rate().tolist()


def _key(config: SelfReflectionConfig) -> jax.Array:
    return jax.random.fold_in(jax.random.key(config.seed), _ASKED)


def _log(config: SelfReflectionConfig, run: Run, arm: str, one: Judged) -> None:
    """A row for each seed with what it makes of its plans, and one for each dose with what it chooses."""
    told = measures(one) | by_plan(one)
    for seed in range(config.seeds):
        row = {name.replace(" ", "_"): float(scores[seed]) for name, scores in told.items()}
        run.log(config.updates, condition=arm, split=FRAMES, seed=seed, **row)
        for at, dose in enumerate(config.thinking):
            shares = {f"{name}_picture": float(one.follows[name][at, seed]) for name in PICTURES}
            run.log(dose, condition=arm, split=THINKING, seed=seed, **shares)
