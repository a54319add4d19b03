"""Where the newest state of a learner is, for those who look at a run afterwards."""

from pathlib import Path

from carer.concepts import CarerError
from carer.runs import Run


def newest(run: Run, arm: str) -> Path:
    """The folder of an arm's newest checkpoint that is whole.

    Raises:
        CarerError: there is none.

    """
    latest = run.checkpoints(arm).latest()
    if latest is None:
        raise CarerError(f"{run.path} has no whole checkpoint of the arm '{arm}'.", "Train it again.")
    return latest
