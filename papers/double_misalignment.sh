#!/usr/bin/env bash
# Drives and judges in the commons: nineteen arms, ten agents each. A quarter of an hour on two cores.
set -euo pipefail
cd "$(dirname "$0")/.."
exec uv run --extra all carer run double_misalignment --config papers/scores/double_misalignment.config.toml "$@"
