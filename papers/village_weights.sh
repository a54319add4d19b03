#!/usr/bin/env bash
# Make the weights that ship with the package again, and put them where they ship. About ten minutes on two cores.
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:-runs}
for kind in lm reward; do
    run=$(uv run --extra all carer run "village_$kind" --out "$out" --json | tail -n 1 |
        uv run --extra all python -c 'import json, sys; print(json.load(sys.stdin)["run"])')
    mkdir -p "src/carer/village/weights/$kind"
    cp "$run"/model/*.json "$run"/model/*.safetensors "$run"/model/*.jinja "src/carer/village/weights/$kind/"
done
