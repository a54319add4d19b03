#!/usr/bin/env bash
# What an oracle buys: twelve worlds, five agents, six oracles, ten seeds. Six minutes on two cores.
set -euo pipefail
cd "$(dirname "$0")/.."
exec uv run --extra all carer run oracle_control --config papers/scores/oracle_control.config.toml "$@"
