#!/usr/bin/env bash
# The figures of README.md: Naive Kindness (Hewson 2024) beside its rivals, five seeds each. About an hour on two cores.
set -euo pipefail
cd "$(dirname "$0")/.."
exec uv run --extra all carer run naive_kindness --config papers/naive_kindness.toml "$@"
