#!/usr/bin/env bash
# Builds what kerasrun site needs: wasm.sh FOLDER. The folder is made, and holds the
# program for browsers, kerasrun.wasm.gz, and what connects it to JavaScript,
# wasm_exec.js of the Go that compiled it.
set -euo pipefail
out=$(mkdir -p "${1:?wasm.sh FOLDER}" && cd "$1" && pwd)
cd "$(dirname "$0")/.."
CGO_ENABLED=0 GOOS=js GOARCH=wasm go build -trimpath -buildvcs=false -ldflags='-s -w -buildid=' -o "$out/kerasrun.wasm" ./serve/page/wasm
gzip -9nf "$out/kerasrun.wasm"
cp "$(go env GOROOT)/lib/wasm/wasm_exec.js" "$out"
