#!/usr/bin/env bash
# Five changes of data, loss and architecture, five mothers each, tried and put to the battery. One hour and a half on two cores.
set -euo pipefail
cd "$(dirname "$0")/.."
exec uv run --extra all carer run generality --config papers/scores/generality.config.toml "$@"
