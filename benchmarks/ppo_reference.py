"""Our learner's curve on CartPole beside that of a plain PPO that shares no line with it.

Run it with::

    .venv/bin/python benchmarks/ppo_reference.py --seeds 5

The reference is feed-forward PPO in torch on a CartPole in numpy, written after the published algorithm (Schulman et
al. 2017) with the usual details (Huang et al. 2022): two tanh layers of 64 for each of policy and value, orthogonal
weights, shuffled minibatches, advantages normalised in each, no PopArt, no memory. Both get the same number of steps,
epochs, minibatches and the same schedules. It prints the mean length of the episodes that ended, over seeds, as
training goes on, and when each seed first kept above 475 for ten updates.
"""

import argparse
import time
from functools import partial
from typing import Any

import jax
import numpy as np
import torch
from torch import Tensor, nn

from carer.agents import PPOConfig, Task, train
from carer.worlds import make

ENVS, STEPS, EPOCHS, MINIBATCHES = 64, 64, 2, 4
GAMMA, LAMBDA, CLIP = 0.99, 0.95, 0.2
SOLVED, FOR = 475.0, 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--updates", type=int, default=150)
    parser.add_argument("--learning-rate", type=float, default=2e-3)
    options = parser.parse_args()

    began = time.perf_counter()
    ours = our_curves(options.seeds, options.updates, options.learning_rate)
    middle = time.perf_counter()
    theirs = np.stack([reference(seed, options.updates, options.learning_rate) for seed in range(options.seeds)])
    ended = time.perf_counter()

    print(f"mean episode length over {options.seeds} seeds [worst, best], of episodes that ended in ten updates")
    print(f"{'steps':>9}   {'carer, GRU-64':^24}   {'reference, feed-forward':^24}")
    for last in range(10, options.updates + 1, 10):
        cells = [_summary(curves[:, last - 10 : last]) for curves in (ours, theirs)]
        print(f"{last * ENVS * STEPS:9,}   {cells[0]:^24}   {cells[1]:^24}")
    print(f"{'solved at':>9}   {_solved(ours):^24}   {_solved(theirs):^24}")
    print(f"{'seconds':>9}   {middle - began:^24.0f}   {ended - middle:^24.0f}")


def our_curves(seeds: int, updates: int, learning_rate: float) -> np.ndarray:
    """Mean length of the episodes that ended, [seeds, updates]; NaN where none did."""
    config = PPOConfig(
        updates=updates,
        envs=ENVS,
        steps=STEPS,
        epochs=EPOCHS,
        minibatches=MINIBATCHES,
        width=64,
        learning_rate=learning_rate,
        gamma=GAMMA,
        gae_lambda=LAMBDA,
        clip=CLIP,
    )
    program = jax.jit(partial(train, config, Task(make("cartpole"))))
    return np.stack([np.asarray(program(jax.random.key(seed))[1]["episode_length"]) for seed in range(seeds)])


class Poles:
    """CartPole-v1 for `ENVS` poles at once, each set up anew in the tick in which it ends."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self.state = rng.uniform(-0.05, 0.05, (ENVS, 4))
        self.ticks = np.zeros(ENVS, int)

    def step(self, action: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Returns the states before any reset, whether the pole fell, and whether time is up."""
        x, v, a, w = self.state.T
        force = np.where(action == 1, 10.0, -10.0)
        push = (force + 0.05 * w**2 * np.sin(a)) / 1.1
        turn = (9.8 * np.sin(a) - np.cos(a) * push) / (0.5 * (4 / 3 - 0.1 * np.cos(a) ** 2 / 1.1))
        move = push - 0.05 * turn * np.cos(a) / 1.1
        after = np.stack([x + 0.02 * v, v + 0.02 * move, a + 0.02 * w, w + 0.02 * turn], axis=1)
        self.ticks += 1
        fell = (np.abs(after[:, 0]) > 2.4) | (np.abs(after[:, 2]) > 12 * np.pi / 180)
        late = ~fell & (self.ticks >= 500)
        self.state = np.where((fell | late)[:, None], self.rng.uniform(-0.05, 0.05, (ENVS, 4)), after)
        return after, fell, late


def reference(seed: int, updates: int, learning_rate: float) -> np.ndarray:
    """The same of the reference, for one seed: [updates]."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    actor, critic = _network(2, 0.01), _network(1, 1.0)
    weights = [*actor.parameters(), *critic.parameters()]
    adam = torch.optim.Adam(weights, eps=1e-5)
    poles = Poles(rng)
    lengths = np.full(updates, np.nan)
    for update in range(updates):
        progress = update / max(updates - 1, 1)
        adam.param_groups[0]["lr"] = learning_rate * (1 - progress)
        rows, ended = _collect(poles, actor, critic)
        lengths[update] = np.mean(ended) if ended else np.nan
        for _ in range(EPOCHS):
            for part in torch.randperm(ENVS * STEPS).chunk(MINIBATCHES):
                loss = _loss(actor, critic, [row[part] for row in rows], 0.01 + (0.001 - 0.01) * progress)
                adam.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(weights, 0.5)
                adam.step()
    return lengths


def _network(outputs: int, scale: float) -> nn.Sequential:
    layers: list[nn.Module] = []
    for into, out, gain in ((4, 64, 2**0.5), (64, 64, 2**0.5), (64, outputs, scale)):
        linear = nn.Linear(into, out)
        nn.init.orthogonal_(linear.weight, gain)
        nn.init.zeros_(linear.bias)
        layers += [linear, nn.Tanh()]
    return nn.Sequential(*layers[:-1])


@torch.no_grad()
def _collect(poles: Poles, actor: nn.Module, critic: nn.Module) -> tuple[list[Tensor], list[int]]:
    seen, actions, log_probs, values, rewards, done = [], [], [], [], [], []
    ended: list[int] = []
    for _ in range(STEPS):
        state = torch.tensor(poles.state, dtype=torch.float32)
        choice = torch.distributions.Categorical(logits=actor(state))
        action = choice.sample()
        after, fell, late = poles.step(action.numpy())
        beyond = critic(torch.tensor(after, dtype=torch.float32))[:, 0]
        seen.append(state)
        actions.append(action)
        log_probs.append(choice.log_prob(action))
        values.append(critic(state)[:, 0])
        rewards.append(1.0 + GAMMA * beyond * torch.tensor(late))
        done.append(torch.tensor(fell | late).float())
        ended += poles.ticks[fell | late].tolist()
        poles.ticks[fell | late] = 0
    following = critic(torch.tensor(poles.state, dtype=torch.float32))[:, 0]
    advantage, advantages = torch.zeros(ENVS), []
    for reward, value, stop in zip(rewards[::-1], values[::-1], done[::-1], strict=True):
        error = reward + GAMMA * following * (1 - stop) - value
        advantage = error + GAMMA * LAMBDA * advantage * (1 - stop)
        following = value
        advantages.insert(0, advantage)
    rows = [torch.cat(one) for one in (seen, actions, log_probs, values, advantages)]
    return [*rows[:3], rows[3] + rows[4], rows[4]], ended


def _loss(actor: nn.Module, critic: nn.Module, rows: list[Tensor], entropy_coef: float) -> Tensor:
    seen, action, was, returns, advantage = rows
    choice = torch.distributions.Categorical(logits=actor(seen))
    ratio = (choice.log_prob(action) - was).exp()
    advantage = (advantage - advantage.mean()) / (advantage.std() + 1e-8)
    gain = torch.minimum(ratio * advantage, ratio.clamp(1 - CLIP, 1 + CLIP) * advantage).mean()
    miss = 0.5 * (critic(seen)[:, 0] - returns).square().mean()
    return -gain + 0.5 * miss - entropy_coef * choice.entropy().mean()


def _summary(curves: np.ndarray) -> str:
    means = np.nanmean(curves, axis=1)
    return f"{means.mean():5.0f} [{means.min():.0f}, {means.max():.0f}]"


def _solved(curves: np.ndarray) -> str:
    return ", ".join(_first(curve) for curve in curves)


def _first(curve: np.ndarray) -> str:
    """Thousands of steps until the lengths stay above `SOLVED` for `FOR` updates."""
    above: Any = np.convolve(np.nan_to_num(curve, nan=0.0) >= SOLVED, np.ones(FOR), "valid") >= FOR
    return f"{(int(above.argmax()) + FOR) * ENVS * STEPS // 1000}k" if above.any() else "never"


if __name__ == "__main__":
    main()
