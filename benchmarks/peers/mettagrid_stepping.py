"""Steps mettagrid (C++): four agents on a small map, random actions, a new map's episode when one ends.

    /path/to/mettagrid/bin/python benchmarks/peers/mettagrid_stepping.py
    /path/to/mettagrid/bin/python benchmarks/peers/mettagrid_stepping.py --preset arena

Two processes; a batch is a number of engines stepped in turn.
"""

# pyright: reportMissingImports=false
# (A peer is importable in its own interpreter only.)

import logging
import time
from functools import partial
from typing import Any

from rounds import Stint, measure, parser, report

AGENTS = 4

#: Ticks until an episode is cut and built anew.
HORIZON = 1000

#: Joint actions drawn ahead; stepping reads them in turn, so that drawing costs the engine nothing.
DRAWN = 4096


def configuration(preset: str) -> Any:
    """`small`: 16x16, 7x7 views, up to 64 tokens a view. `arena`: the peer's own arena, 25x25 and its default views."""
    from mettagrid.builder import building
    from mettagrid.builder.envs import make_arena, make_navigation
    from mettagrid.map_builder.random_map import RandomMapBuilder

    if preset == "arena":
        made = make_arena(num_agents=AGENTS)
    else:
        made = make_navigation(num_agents=AGENTS)
        made.game.objects = {"wall": building.wall}
        made.game.map_builder = RandomMapBuilder.Config(
            agents=AGENTS, width=16, height=16, objects={"wall": 10}, border_width=1, border_object="wall"
        )
        made.game.obs.width = made.game.obs.height = 7
        made.game.obs.num_tokens = 64
        made.game.actions.change_vibe.enabled = False
    made.game.max_steps = HORIZON
    return made


class Episodes:
    """One slot of the batch: an engine over buffers that outlive its episodes."""

    def __init__(self, config: Any, seed: int, wrapped: bool) -> None:
        import numpy as np
        from mettagrid.policy.policy_env_interface import PolicyEnvInterface
        from mettagrid.simulator import Simulator
        from mettagrid.simulator.simulator import Buffers

        shape = PolicyEnvInterface.from_mg_cfg(config).observation_space.shape
        self.config, self.seed, self.wrapped = config, seed, wrapped
        self.simulator = Simulator(maps_cache_size=None)
        self.buffers = Buffers(
            observations=np.zeros((AGENTS, *shape), np.uint8),
            terminals=np.zeros(AGENTS, np.bool_),
            truncations=np.zeros(AGENTS, np.bool_),
            rewards=np.zeros(AGENTS, np.float32),
            masks=np.ones(AGENTS, np.bool_),
            actions=np.zeros(AGENTS, np.int32),
            teacher_actions=np.zeros(AGENTS, np.int32),
        )
        # Whole words add up eight times as fast as bytes; the tail that fills no word is left out.
        flat = self.buffers.observations.reshape(-1)
        self.words = flat[: flat.size // 8 * 8].view(np.uint64)
        self.running: Any = None
        self.begin()
        self.choices = len([one for one in self.running.action_names if one not in self.running.vibe_action_names])

    def begin(self) -> None:
        if self.running is not None:
            self.running.close()
        self.running = self.simulator.new_simulation(self.config, seed=self.seed, buffers=self.buffers)
        # The engine below the timers and event handlers of `Simulation` is the faster way to step; both are public.
        self.tick = self.running.step if self.wrapped else self.running._c_sim.step
        self.seed += 1
        self.left = HORIZON

    def step(self, action: Any) -> int:
        if self.left == 0:
            self.begin()
        self.buffers.actions[:] = action
        self.tick()
        self.left -= 1
        return int(self.words.sum())


def build(preset: str, wrapped: bool, batch: int, seed: int) -> Stint:
    import numpy as np

    logging.disable(logging.WARNING)
    config = configuration(preset)
    slots = [Episodes(config, seed * 1_000_003 + slot * 1_009, wrapped) for slot in range(batch)]
    drawn = np.random.default_rng(seed).integers(0, slots[0].choices, (DRAWN, AGENTS), dtype=np.int32)

    def stint(seconds: float) -> tuple[int, int]:
        end, checksum, done = time.perf_counter() + seconds, 0, 0
        while time.perf_counter() < end:
            for slot in slots:
                for _ in range(64):
                    checksum += slot.step(drawn[done % DRAWN])
                    done += 1
        return done * AGENTS, checksum

    stint(0.05)
    return stint


def main() -> None:
    made = parser(__doc__, batches=(1, 8), processes=2)
    made.add_argument("--preset", choices=("small", "arena"), default="small")
    made.add_argument("--wrapped", action="store_true", help="step through `Simulation.step`, its timers included")
    options = made.parse_args()
    found = measure(partial(build, options.preset, options.wrapped), options)
    way = "Simulation.step" if options.wrapped else "engine step"
    note = f"{way}, new episode every {HORIZON} ticks, {options.processes} processes"
    report(f"mettagrid {options.preset}", AGENTS, found, note)


if __name__ == "__main__":
    main()
