#!/usr/bin/env bash
# Two widths in worlds of 16 lives and of ever new ones, ten mothers of each. Some minutes on a GPU, an hour on two cores.
set -euo pipefail
cd "$(dirname "$0")/.."
exec uv run --extra all carer run capability --config papers/scores/capability.config.toml "$@"
