#!/usr/bin/env bash
# Fun task or boring money: thirteen arms, ten agents each. A quarter of an hour on two free cores.
set -euo pipefail
cd "$(dirname "$0")/.."
exec uv run --extra all carer run money_for_work --config papers/scores/money_for_work.config.toml "$@"
