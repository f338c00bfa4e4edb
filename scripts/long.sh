#!/usr/bin/env bash
# What takes too long for the gate: every mutant, every hostile file, an hour of serving,
# ten minutes a fuzz target, Beam on Flink with workers killed, the tests on big-endian
# s390x and on riscv64 under qemu, thousands of random models under both Kerases, and the
# layer calls of Keras' own tests, of which those that are not answered alike are listed.
set -euo pipefail
cd "$(dirname "$0")/.."

make --no-print-directory mutate
make --no-print-directory hostile-run
make --no-print-directory soak TIME=1h
for arch in s390x riscv64; do
	GOARCH=$arch CGO_ENABLED=0 go test -short -timeout 6h -exec "qemu-$arch-static" ./internal/... ./runtime ./layers/... ./keras
done
scripts/fuzz.sh 10m
(cd beam && go test -run '^$' -fuzz FuzzUnpack -fuzztime 10m .)
beam/flink.sh

make --no-print-directory keras-envs
dir=$(mktemp -d)
.envs/k2/bin/python scripts/random_models.py "$dir/k2" --count 2000
.envs/k3/bin/python scripts/random_models.py "$dir/k3" --count 2000
.envs/k3/bin/pip install -q --target "$dir/pytest" pytest absl-py
PYTHONPATH="$dir/pytest" .envs/k3/bin/python scripts/keras_tests.py "$dir/tests"
go run ./cmd/kerasrun verify "$dir" | grep -v '^ok' || true
rm -rf "$dir"
