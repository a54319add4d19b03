#!/usr/bin/env bash
# What the end of an episode pays: mothers paid for their own lives, in episodes that end with the baby and in others.
# Ten mothers of each arm; three quarters of an hour on two cores.
set -euo pipefail
cd "$(dirname "$0")/.."
exec uv run --extra all carer run caring_drive --config papers/scores/episode_end.config.toml "$@"
