"""Run directories: configs, manifests, metrics, checkpoints, and stopping when asked."""

from carer.runs.checkpoints import Checkpoints, extra_of, inventory, step_of
from carer.runs.config import config_hash, diff, from_toml, read_config, to_toml
from carer.runs.files import read_json, read_jsonl
from carer.runs.preemption import Preemption
from carer.runs.progress import Progress
from carer.runs.run import Run, run_folders
from carer.runs.safetext import plain, redact

__all__ = [
    "Checkpoints",
    "Preemption",
    "Progress",
    "Run",
    "config_hash",
    "diff",
    "extra_of",
    "from_toml",
    "inventory",
    "plain",
    "read_config",
    "read_json",
    "read_jsonl",
    "redact",
    "run_folders",
    "step_of",
    "to_toml",
]
