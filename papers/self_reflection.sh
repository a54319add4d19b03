#!/usr/bin/env bash
# Is a plan as good with oneself in the picture? Ten agents of each of three arms. Four minutes on two cores.
set -euo pipefail
cd "$(dirname "$0")/.."
exec uv run --extra all carer run self_reflection --config papers/scores/self_reflection.config.toml "$@"
