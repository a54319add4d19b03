#!/usr/bin/env bash
# Reward functions selected by descendants: five populations where food is even or patchy. Ten minutes on a GPU and half an hour
# on two cores, or three hours on two cores.
set -euo pipefail
cd "$(dirname "$0")/.."
exec uv run --extra all carer run evolve --config papers/scores/evolve.config.toml "$@"
