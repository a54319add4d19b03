#!/usr/bin/env bash
# Mothers grown from their babies' lifetimes, beside mothers paid for their own: ten each. Half an hour on two cores.
# `carer audit <run> --teach 15 --pictures` then asks whether it is care: three quarters of an hour more.
set -euo pipefail
cd "$(dirname "$0")/.."
exec uv run --extra all carer run caring_drive --config papers/caring_drive.toml "$@"
