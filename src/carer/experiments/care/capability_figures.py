"""What `figures.json` of a capability run holds; see `carer.report`."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, NamedTuple

from carer.experiments.care.audit_figures import GENERAL
from carer.experiments.configs import CapabilityConfig
from carer.experiments.verdicts import bracket
from carer.runs import Run
from carer.stats import difference, interval

CELL = "cell"
"""The ``split`` of the rows that the figures are made of: one for each mother."""
_COLUMNS = ("known", "new", "general")


class Cell(NamedTuple):
    """A network's width, and how many different lives its world holds (0: ever new ones)."""

    width: int
    lives: int

    @property
    def name(self) -> str:
        """How it is logged."""
        return f"{self.width} units, {self.world}"

    @property
    def world(self) -> str:
        """How many lives there are, in words."""
        return f"{self.lives or 'ever new'} lives"


def figures(config: CapabilityConfig, run: Run, cells: Sequence[Cell]) -> dict[str, Any]:
    """The grid as a table and a chart, and whether both are needed."""
    rows = [row for row in run.metrics().to_dicts() if row.get("split") == CELL]
    found = {
        cell: {column: [row[column] for row in rows if row["condition"] == cell.name] for column in _COLUMNS}
        for cell in cells
    }
    return {
        "title": "Does general care need a large network and a diverse world?",
        "lead": (
            "The same training in a grid: networks of several widths, in worlds that hold few different lives, many, "
            "or a new one every time. Which mothers pass tests that nobody trained them for?"
        ),
        "tables": [
            {
                "title": "The grid",
                "note": (
                    f"Mean over {config.seeds} mothers with its 95 % interval. Babies' life: 0 is the selfish script, "
                    "1 the one with all skills, in lives of the kind she was trained on and in new ones. Held-out "
                    "rows: mean score over rows 8 to 11 of the battery, capped at 1 in each."
                ),
                "columns": ["network and world", "life, known lives", "life, new lives", "held-out rows"],
                "rows": [
                    [cell.name, *(asdict(interval(scores[column])) for column in _COLUMNS)]
                    for cell, scores in found.items()
                ],
            }
        ],
        "curves": [
            {
                "title": "General care against the network's width",
                "note": "Mean score over the held-out rows 8 to 11.",
                "x": "width",
                "y": "general",
                "group": "world",
                "split": CELL,
                "x_title": "units of the memory",
                "y_title": "score on held-out rows",
            }
        ],
        "verdicts": verdicts({cell: scores["general"] for cell, scores in found.items()}),
        "next": [f"carer report {run.path}"],
    }


def verdicts(general: dict[Cell, list[float]]) -> list[str]:
    """What a larger network and a more diverse world add, each where there is most of the other."""
    widths = sorted({cell.width for cell in general})
    lives = sorted({cell.lives for cell in general}, key=lambda count: count or float("inf"))
    best = Cell(widths[-1], lives[-1])
    said = []
    for other, what in (
        (Cell(widths[0], lives[-1]), f"the width of the network ({widths[0]} to {widths[-1]})"),
        (Cell(widths[-1], lives[0]), f"the diversity of the world ({lives[0] or 'ever new'} lives to most)"),
    ):
        if other == best:
            said.append(f"Of {what} nothing can be said: there is one only.")
            continue
        gap = difference(general[best], general[other], paired=True)
        if gap.low is None or gap.high is None:
            said.append(f"From {what}: {gap.value:+.2f}, from {gap.n} seed(s), too few for a claim.")
            continue
        verdict = "adds to" if gap.low > 0 else "takes from" if gap.high < 0 else "is not shown to matter for"
        said.append(
            f"{what[:1].upper()}{what[1:]} {verdict} the held-out score: {gap.value:+.2f}{bracket(gap, '+.2f')}."
        )
    there = interval(general[best])
    if there.low is not None:
        shown = "is shown" if there.low > GENERAL else "is not shown"
        said.append(f"With most of both, general care {shown}: {there.value:.2f}{bracket(there)} (bar {GENERAL}).")
    return said
