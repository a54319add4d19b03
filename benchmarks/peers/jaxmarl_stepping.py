"""Steps JaxMARL: STORM-2p or Overcooked, random actions, the peer's own auto-reset.

    /path/to/jaxmarl/bin/python benchmarks/peers/jaxmarl_stepping.py storm_2p
    /path/to/jaxmarl/bin/python benchmarks/peers/jaxmarl_stepping.py overcooked

One process, whose XLA threads have all cores; `--processes 2` runs two side by side, which fills two cores for certain.
"""

# pyright: reportMissingImports=false
# (A peer is importable in its own interpreter only.)

import os
import sys
import time
from functools import partial
from typing import Any

from rounds import Stint, measure, parser, report

os.environ.setdefault("JAX_PLATFORMS", "cpu")

#: Ticks in one compiled call: enough that the call itself costs nothing.
TICKS = 128

#: Overcooked's default layout is cramped_room.
WORLDS = ("storm_2p", "overcooked")


def build(name: str, prng: str, batch: int, seed: int) -> Stint:
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_default_prng_impl", prng)
    env = quietly_imported().make(name)
    agents = list(env.agents)
    choices = int(env.action_space(agents[0]).n)

    def seen(observations: Any) -> jax.Array:
        """Everything observed in one number, so that no part of it can be optimised away."""
        leaves = jax.tree.leaves(observations)
        return sum((jnp.sum(leaf.astype(jnp.int32)) for leaf in leaves), jnp.int32(0))

    def tick(carry: Any, key: jax.Array) -> tuple[Any, None]:
        state, checksum = carry
        acting, stepping = jax.random.split(key)
        drawn = jax.random.randint(acting, (len(agents), batch), 0, choices)
        # STORM unpacks its actions in order (of a dictionary it would take the keys); Overcooked looks them up by name.
        action = tuple(drawn) if name == "storm_2p" else dict(zip(agents, drawn, strict=True))
        observations, state, reward, _, _ = jax.vmap(env.step)(jax.random.split(stepping, batch), state, action)
        earned = sum((jnp.sum(one).astype(jnp.int32) for one in jax.tree.leaves(reward)), jnp.int32(0))
        return (state, checksum + seen(observations) + earned), None

    @partial(jax.jit, donate_argnums=1)
    def ticks(key: jax.Array, state: Any, checksum: jax.Array) -> tuple[jax.Array, Any, jax.Array]:
        key, chunk = jax.random.split(key)
        (state, checksum), _ = jax.lax.scan(tick, (state, checksum), jax.random.split(chunk, TICKS))
        return key, state, checksum

    key, first = jax.random.split(jax.random.PRNGKey(seed))
    _, state = jax.jit(jax.vmap(env.reset))(jax.random.split(first, batch))
    held: list[Any] = list(jax.block_until_ready(ticks(key, state, jnp.int32(0))))

    def stint(seconds: float) -> tuple[int, int]:
        end, calls = time.perf_counter() + seconds, 0
        while time.perf_counter() < end:
            held[:] = jax.block_until_ready(ticks(*held))
            calls += 1
        return calls * TICKS * batch * len(agents), int(held[2])

    return stint


def quietly_imported() -> Any:
    """JaxMARL speaks when it is imported; standard output belongs to the JSON line."""
    spoken, sys.stdout = sys.stdout, sys.stderr
    try:
        import jaxmarl
    finally:
        sys.stdout = spoken
    return jaxmarl


def main() -> None:
    made = parser(__doc__, batches=(16, 64, 256, 1024, 4096), processes=1)
    made.add_argument("world", choices=WORLDS)
    made.add_argument("--prng", default="threefry2x32", help="JAX's random-number generator")
    options = made.parse_args()
    found = measure(partial(build, options.world, options.prng), options)
    import jax

    note = f"auto-reset as the peer ships it; jax {jax.__version__}, {options.prng}, {options.processes} process(es)"
    report(f"jaxmarl {options.world}", 2, found, note)


if __name__ == "__main__":
    main()
