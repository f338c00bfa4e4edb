#!/usr/bin/env bash
# Starts kerasrun serve and has the clients of TensorFlow Serving, Triton and KServe
# ask it, with the answers of kerasrun predict to hold theirs against:
#
#   scripts/clients/run.sh V1_PYTHON V2_PYTHON
#
# V1_PYTHON has tensorflow and tensorflow-serving-api, V2_PYTHON what
# requirements.txt beside this lists.
set -euo pipefail
cd "$(dirname "$0")/../.."
dir=$(mktemp -d)
trap 'kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; rm -rf "$dir"' EXIT
server=
go build -o "$dir/kerasrun" ./cmd/kerasrun
models=$(PYTHONPATH=scripts/clients KERASRUN='' HTTP='' GRPC='' ADMIN='' "$2" -c 'from common import MODELS; print(*(f"{n}={p}" for n, p in MODELS.items()))')
# shellcheck disable=SC2086 # one argument a model
"$dir/kerasrun" serve $models --listen 127.0.0.1:0 --grpc 127.0.0.1:0 --admin 127.0.0.1:0 2>"$dir/log" &
server=$!
for _ in $(seq 100); do grep -q 'what=gRPC' "$dir/log" && break; sleep 0.1; done
address() { sed -n "s/.*what=$1 address=//p" "$dir/log"; }
export KERASRUN="$dir/kerasrun" HTTP GRPC ADMIN PYTHONPATH="scripts/clients:${PYTHONPATH:-}" TF_CPP_MIN_LOG_LEVEL=3
HTTP=$(address HTTP) GRPC=$(address gRPC) ADMIN=$(address admin)
[ -n "$HTTP" ] && [ -n "$GRPC" ] && [ -n "$ADMIN" ] || { cat "$dir/log"; exit 1; }
"$1" scripts/clients/v1.py
"$2" scripts/clients/v2_triton.py
"$2" scripts/clients/kserve_clients.py
kill "$server"
wait "$server" # 0: it ended as it should
server=
echo "all clients got the answers of predict"
