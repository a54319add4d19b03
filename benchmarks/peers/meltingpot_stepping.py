"""Steps a Melting Pot substrate: seven agents, random actions, a reset when an episode ends.

    /path/to/melting/bin/python benchmarks/peers/meltingpot_stepping.py clean_up
    /path/to/melting/bin/python benchmarks/peers/meltingpot_stepping.py commons_harvest__open

Two processes, one episode in each: the engine has no batch.
"""

# pyright: reportMissingImports=false
# (A peer is importable in its own interpreter only.)

import os
import time
from functools import partial

from rounds import Stint, measure, parser, report

#: TensorFlow (imported by the peer for its bots, unused here) talks a lot.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

#: Joint actions drawn ahead.
DRAWN = 4096


def build(name: str, world_view: bool, batch: int, seed: int) -> Stint:
    import numpy as np
    from meltingpot import substrate

    config = substrate.get_config(name)
    roles = config.default_player_roles
    if not world_view:
        # The bird's-eye picture is for people; leaving it out saves its drawing.
        with config.unlocked():
            config.global_observation_names = []
    worlds = [substrate.build_from_config(config, roles=roles) for _ in range(batch)]
    choices = worlds[0].action_spec()[0].num_values
    drawn = np.random.default_rng(seed).integers(0, choices, (DRAWN, len(roles)))
    latest = [world.reset() for world in worlds]

    def stint(seconds: float) -> tuple[int, int]:
        end, checksum, done = time.perf_counter() + seconds, 0, 0
        while time.perf_counter() < end:
            for index, world in enumerate(worlds):
                timestep = world.reset() if latest[index].last() else world.step(drawn[done % DRAWN])
                latest[index] = timestep
                checksum += sum(int(view["RGB"].reshape(-1).view(np.uint64).sum()) for view in timestep.observation)
                done += 1
        return done * len(roles), checksum

    stint(0.2)
    return stint


def main() -> None:
    made = parser(__doc__, batches=(1,), processes=2)
    made.add_argument("substrate", choices=("clean_up", "commons_harvest__open"))
    made.add_argument("--world-view", action="store_true", help="draw the bird's-eye picture too, as by default")
    options = made.parse_args()
    found = measure(partial(build, options.substrate, options.world_view), options)
    seen = "with WORLD.RGB" if options.world_view else "without WORLD.RGB"
    report(f"meltingpot {options.substrate}", 7, found, f"88x88 RGB a player, {seen}, {options.processes} processes")


if __name__ == "__main__":
    main()
