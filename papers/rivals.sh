#!/usr/bin/env bash
# Ten drives in one nursery, ten mothers each, tried and put to the battery. Two and a half hours on two cores.
set -euo pipefail
cd "$(dirname "$0")/.."
exec uv run --extra all carer run rivals --config papers/scores/rivals.config.toml "$@"
