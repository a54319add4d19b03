#!/usr/bin/env bash
# When tabular learners give an ill baby up, ten seeds, beside the exact optimum. Some minutes on two cores.
set -euo pipefail
cd "$(dirname "$0")/.."
exec uv run --extra all carer run off_switch --seeds 10 "$@"
