#!/usr/bin/env bash
# Mothers grown from their babies' lifetimes, beside mothers paid for their own: ten each. Under an hour on two cores.
# `carer audit <run>` then asks whether it is care.
set -euo pipefail
cd "$(dirname "$0")/.."
exec uv run --extra all carer run caring_drive --config papers/caring_drive.toml "$@"
