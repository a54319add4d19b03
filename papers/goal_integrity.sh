#!/usr/bin/env bash
# Who avoids an update of its goals: ten agents, six ways to decide, beside untrained ones. Three minutes on two cores.
set -euo pipefail
cd "$(dirname "$0")/.."
exec uv run --extra all carer run goal_integrity --config papers/scores/goal_integrity.config.toml "$@"
