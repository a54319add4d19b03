"""What a run cost: time by stage, and memory."""

import resource
import sys
from collections.abc import Mapping
from typing import Any


def costs(seconds: Mapping[str, float]) -> dict[str, Any]:
    """The table of what the run cost: seconds by stage, and the peak of its memory."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return {
        "title": "What it cost",
        "note": "Wall time of this process by stage, all seeds together; stages before a resume are not counted.",
        "columns": ["what", "how much"],
        "rows": [
            *([stage, f"{spent:.1f} s"] for stage, spent in seconds.items()),
            ["peak memory", f"{peak / 2**30:.2f} GiB"],
        ],
    }
