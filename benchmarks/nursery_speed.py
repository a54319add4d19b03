"""The nursery beside its peers, in one run: agent-steps a second, and the ratios.

    uv run --extra all python benchmarks/nursery_speed.py \\
        --run 'peers/jaxmarl/bin/python benchmarks/peers/jaxmarl_stepping.py storm_2p --processes 2' \\
        --run 'peers/jaxmarl/bin/python benchmarks/peers/jaxmarl_stepping.py overcooked --processes 2' \\
        --run './nursery_c'
    uv run --extra all python benchmarks/nursery_speed.py --curves docs/images/nursery_cost.svg

Each command prints one line of JSON as `benchmarks/peers/README.md` has it. The nursery is timed before the peers and
after them, so that a machine that drifts shows.
"""

import argparse
import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import altair as alt
import polars as pl

OWN = Path(__file__).parent / "nursery_stepping.py"
LABELS = {"foreign": "agents", "size": "grid (cells a side)", "view": "view (cells a side)"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", action="append", default=[], help="a peer's command; may be given again")
    parser.add_argument("--processes", type=int, default=2, help="of the nursery")
    parser.add_argument("--batch", type=int, default=1024, help="episodes in one process of the nursery")
    parser.add_argument("--curves", type=Path, help="draw its cost against agents, grid and view into this file")
    options = parser.parse_args()
    if options.curves:
        draw(lines([sys.executable, str(OWN), "--batch", str(options.batch), "--curves"]), options.curves)
        return
    own = [sys.executable, str(OWN), "--batch", str(options.batch), "--processes", str(options.processes)]
    first = lines(own)[0]
    peers = [lines(shlex.split(command))[0] for command in options.run]
    last = lines(own)[0]
    rate = (first["agent_steps_per_s"] + last["agent_steps_per_s"]) / 2
    for found in (first, *peers, last):
        ratio = rate / found["agent_steps_per_s"]
        print(
            f"{found['peer']:<28} {found['agents']:>2} agents  {found['agent_steps_per_s']:>12,} agent-steps/s "
            f"[{found['min']:,} to {found['max']:,}]  {found.get('cores', 1):.2f} cores  carer / it = {ratio:.3g}"
        )


def lines(command: list[str]) -> list[dict[str, Any]]:
    """What a command printed, a JSON object a line."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode or not found:
        raise SystemExit(f"{shlex.join(command)} failed:\n{done.stderr[-2000:]}")
    return found


def draw(found: list[dict[str, Any]], path: Path) -> None:
    """One panel for each parameter: nanoseconds of an agent-step, the median with its fastest and slowest round."""
    rows = []
    for one in found:
        name, value = one["note"].split("=")
        x = one["agents"] if name == "foreign" else int(value)
        nanoseconds, least, most = (1e9 / one[rate] for rate in ("agent_steps_per_s", "max", "min"))
        rows.append({"what": LABELS[name], "x": x, "nanoseconds": nanoseconds, "least": least, "most": most})
        print(f"{LABELS[name]} {x}: {one['agent_steps_per_s']:,} agent-steps/s [{one['min']:,} to {one['max']:,}]")
    x = alt.X("x:Q", title=None, scale=alt.Scale(zero=False))
    y = alt.Y("nanoseconds:Q", title="ns an agent-step", scale=alt.Scale(zero=True))
    median = alt.Chart().mark_line(point=True).encode(x=x, y=y)
    spread = alt.Chart().mark_rule().encode(x=x, y="least:Q", y2="most:Q")
    chart = alt.layer(median, spread, data=pl.DataFrame(rows)).properties(width=220, height=180)
    facet = alt.Facet("what:N", title=None)
    chart.facet(facet, columns=3).resolve_scale(x="independent").save(str(path))


if __name__ == "__main__":
    main()
