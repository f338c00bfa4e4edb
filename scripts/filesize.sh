#!/usr/bin/env bash
# Files stay small enough to hold in the head: none above 800 lines but generated
# ones, the median at most 150.
set -euo pipefail
cd "$(dirname "$0")/.."
sizes=$(git ls-files '*.go' '*.py' | grep -v -e '_gen\.go$' -e '_test\.go$' | while read -r f; do
	sed '/^package/q' "$f" | grep -q '^// Code generated .* DO NOT EDIT' || echo "$(wc -l <"$f") $f"
done | sort -n)
long=$(awk '$1 > 800' <<<"$sizes")
[ -z "$long" ] || { echo "longer than 800 lines:"; echo "$long"; exit 1; }
median=$(awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}' <<<"$sizes")
[ "$median" -le 150 ] || { echo "the median file has $median lines, wanted at most 150"; exit 1; }
