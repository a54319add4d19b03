#!/usr/bin/env bash
# Phase 0 of the caring drive: ten mothers learn to live in the nursery. Under ten minutes on two cores.
set -euo pipefail
cd "$(dirname "$0")/.."
exec uv run --extra all carer run nursery_survival --config papers/scores/nursery_survival.config.toml "$@"
