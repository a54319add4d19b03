#!/usr/bin/env bash
# Drives of a language model, tuned by an elder who does not always listen: twelve arms, three seeds each. Half an hour
# to three quarters on two cores.
set -euo pipefail
cd "$(dirname "$0")/.."
exec uv run --extra all carer run double_misalignment_village --config papers/scores/double_misalignment_village.config.toml "$@"
