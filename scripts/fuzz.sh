#!/usr/bin/env bash
# Runs every fuzz target for a while: fuzz.sh [DURATION]. A failing input is left
# under testdata/fuzz of its package, where go test keeps it as a regression.
set -euo pipefail
cd "$(dirname "$0")/.."
time=${1:-30s}
git grep -l --untracked '^func Fuzz' -- '*_test.go' ':!beam' | while read -r file; do
	package=./$(dirname "$file")
	grep -o '^func Fuzz[A-Za-z0-9_]*' "$file" | sed 's/^func //' | while read -r target; do
		echo "$package $target"
		# On a busy machine go's own stop at the end of the time can come too late
		# ("context deadline exceeded"); what a target finds always leaves its input.
		out=$(go test "$package" -run '^$' -fuzz "^$target\$" -fuzztime "$time" -fuzzminimizetime 20x </dev/null) ||
			{ grep -q 'context deadline exceeded' <<<"$out" && ! grep -q 'Failing input' <<<"$out"; } || { echo "$out"; exit 1; }
		tail -1 <<<"$out"
	done
done
