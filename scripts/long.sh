#!/usr/bin/env bash
# What takes too long for the gate: every mutant, every hostile file, ten minutes a
# fuzz target, and the tests on big-endian s390x and on riscv64 under qemu.
set -euo pipefail
cd "$(dirname "$0")/.."

make --no-print-directory mutate
make --no-print-directory hostile-run
for arch in s390x riscv64; do
	GOARCH=$arch CGO_ENABLED=0 go test -short -timeout 6h -exec "qemu-$arch-static" ./internal/... ./runtime ./layers/... ./keras
done
scripts/fuzz.sh 10m
