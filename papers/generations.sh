#!/usr/bin/env bash
# Ten first mothers and five generations after each, in three lines. Ten minutes on a GPU, an hour and a half on two cores.
set -euo pipefail
cd "$(dirname "$0")/.."
exec uv run --extra all carer run generations --config papers/scores/generations.config.toml "$@"
