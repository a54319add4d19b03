"""How fast the village talks: conversations per second, on one core and on all.

    uv run --extra all python benchmarks/village_speed.py [--conversations 20000] [--repeats 5]

Medians over the repeats. A conversation is generated whole: people, scene, talk, reactions and their truth.
"""

import argparse
import os
import statistics
import time
from concurrent.futures import ProcessPoolExecutor

from carer.village import VillageConfig, converse_many, parse

CONFIG = VillageConfig()


def talk(start: int, count: int) -> int:
    return sum(len(one.exchanges) for one in converse_many(start, count, CONFIG))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--conversations", type=int, default=20_000)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    n = options.conversations
    alone, together, parsing = [], [], []
    messages = [exchange.reply for one in converse_many(0, 2000, CONFIG) for exchange in one.exchanges]
    with ProcessPoolExecutor(cores) as pool:
        list(pool.map(talk, range(cores), [100] * cores))  # start the workers
        for _ in range(options.repeats):
            begin = time.perf_counter()
            talk(0, n)
            alone.append(n / (time.perf_counter() - begin))
            begin = time.perf_counter()
            list(pool.map(talk, range(0, n * cores, n), [n] * cores))
            together.append(n * cores / (time.perf_counter() - begin))
            begin = time.perf_counter()
            for message in messages:
                parse(message)
            parsing.append(len(messages) / (time.perf_counter() - begin))
    for name, rates, unit in (
        ("one core", alone, "conversations/s"),
        (f"{cores} cores", together, "conversations/s"),
        ("parsing, one core", parsing, "messages/s"),
    ):
        print(f"{name:<18} {statistics.median(rates):>10,.0f} {unit}  (min {min(rates):,.0f}, max {max(rates):,.0f})")


if __name__ == "__main__":
    main()
