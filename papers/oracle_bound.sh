#!/usr/bin/env bash
# The oracle's upper bound after 120 steps, five seeds. About a quarter of an hour on two cores.
set -euo pipefail
cd "$(dirname "$0")/.."
exec uv run --extra all carer run naive_kindness --config papers/oracle_bound.toml "$@"
