#!/usr/bin/env bash
# The reward button: seven rooms to learn in, four ways to decide, ten agents each; then the battery of motives on the
# newest run. Three quarters of an hour on two cores.
set -euo pipefail
cd "$(dirname "$0")/.."
uv run --extra all carer run reward_button --config papers/scores/reward_button.config.toml "$@"
# shellcheck disable=SC2012 # names of runs begin with the time
exec uv run --extra all carer audit "$(ls -d runs/*_reward_button_* | tail -n 1)" --battery motives
