#!/usr/bin/env bash
# When recurrent mothers in the nursery give an ill baby up: 35 worlds, five mothers each. Fifty minutes on two cores.
set -euo pipefail
cd "$(dirname "$0")/.."
exec uv run --extra all carer run off_switch_nursery --config papers/scores/off_switch_nursery.config.toml "$@"
