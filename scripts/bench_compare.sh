#!/usr/bin/env bash
# Compares the Go benchmarks of the working tree with those of another commit:
# bench_compare.sh REF. Runs alternate, so that a change of the machine's load
# falls on both. $BENCH, a regular expression, chooses some: BENCH=Workload/lstm.
set -euo pipefail
cd "$(dirname "$0")/.."
ref=${1:?usage: bench_compare.sh REF}
command -v benchstat >/dev/null || GOFLAGS= go install golang.org/x/perf/cmd/benchstat@latest
export PATH="$PATH:$(go env GOPATH)/bin"
tmp=$(mktemp -d)
trap 'git worktree remove --force "$tmp/ref"; rm -rf "$tmp"' EXIT
git worktree add --quiet --detach "$tmp/ref" "$ref"
for _ in 1 2 3 4 5 6; do
	for side in ref new; do
		dir=.; [ $side = new ] || dir=$tmp/ref
		(cd "$dir" && go test -run '^$' -bench "${BENCH:-.}" -benchtime 200ms ./internal/kernel ./runtime ./keras) >>"$tmp/$side.txt"
	done
done
benchstat "$tmp/ref.txt" "$tmp/new.txt"
