#!/usr/bin/env bash
# The caring drive: mothers grown from their babies' lifetimes, beside mothers paid for their own. Over an hour on two cores.
set -euo pipefail
cd "$(dirname "$0")/.."
exec uv run --extra all carer run caring_drive --config papers/caring_drive.toml "$@"
