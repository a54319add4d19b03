#!/usr/bin/env bash
# Generations where a child is grown at age 12, so that daughters follow. Half an hour on two cores.
set -euo pipefail
cd "$(dirname "$0")/.."
exec uv run --extra all carer run generations --config papers/scores/generations_succession.config.toml "$@"
