"""How long babies live with each scripted mother: the calibration of the nursery.

    uv run --extra all python benchmarks/nursery_mothers.py [--preset standard] [--episodes 1024] [--cold 0.1]

The world is right when no single routine reaches half of all skills, and when the cold costs a feeding mother's baby
more than a fifth of its life. Intervals are 95 % bootstrap intervals over episodes; the world's draws are the same
for every mother.
"""

import argparse

import jax

from carer.stats import interval
from carer.worlds.nursery import CAUSES, UNIT, make
from carer.worlds.nursery.mothers import MOTHERS
from carer.worlds.nursery.trial import Scripted, lives_of


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--preset", default="standard")
    parser.add_argument("--episodes", type=int, default=1024)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--cold", type=float)
    options = parser.parse_args()
    changes = {} if options.cold is None else {"cold": options.cold}
    world = make(options.preset, **changes)
    print(f"{'mother':<14}{'baby lives':>22}{'mother lives':>14}   health the baby lost to {', '.join(CAUSES)}")
    for name in MOTHERS:
        lives = lives_of(world, Scripted.named(name), jax.random.key(options.seed), options.episodes)
        baby = interval(lives.baby.tolist())
        harm = " ".join(f"{value / UNIT:5.2f}" for value in lives.harm.mean(1))
        bounds = f"{baby.value:6.1f} [{baby.low:.1f}, {baby.high:.1f}]"
        print(f"{name:<14}{bounds:>22}{lives.mother.mean():>14.1f}   {harm}")


if __name__ == "__main__":
    main()
