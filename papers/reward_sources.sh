#!/usr/bin/env bash
# Where reward comes from: eight sources, ten agents each. A quarter of an hour on two cores.
set -euo pipefail
cd "$(dirname "$0")/.."
exec uv run --extra all carer run reward_sources --config papers/scores/reward_sources.config.toml "$@"
