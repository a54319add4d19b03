#!/usr/bin/env bash
# A box in which a baby lives for ever and does not grow: who lays it there, paid for what? Five mothers of each of eight arms,
# tried beside scripted ones. One hour on two cores.
set -euo pipefail
cd "$(dirname "$0")/.."
exec uv run --extra all carer run cryosleep --config papers/scores/cryosleep.config.toml "$@"
