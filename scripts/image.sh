#!/usr/bin/env bash
# Builds the image of examples/deploy/Dockerfile without Docker, by crane: image.sh FILE.
# docker load and podman load take the file. What is built and how it starts is read
# from the Dockerfile. Then the image is unpacked, and its command answers a request
# there as its user, with nothing beside it but a model: image.sh is its own test. That
# part needs root on Linux, for chroot.
set -euo pipefail
out=$(realpath "${1:?image.sh FILE}")
cd "$(dirname "$0")/.."
dir=$(mktemp -d)
trap 'kill $registry $server 2>/dev/null || true; wait 2>/dev/null; rm -rf "$dir"' EXIT
registry='' server=''
export GOFLAGS=-buildvcs=false
GOBIN="$dir" go install github.com/google/go-containerregistry/cmd/crane@v0.20.6

said() { sed -n "s/^$1 //p" examples/deploy/Dockerfile | tail -1; }
listed() { said "$1" | python3 -c 'import json, sys; print(*json.load(sys.stdin), sep=",")'; }
build=$(said RUN) && build=${build/ -o \/kerasrun/ -o "$dir/root/kerasrun"}
mkdir "$dir/root" "$dir/unpacked"
eval "$build"
tar -C "$dir/root" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf "$dir/layer.tar" kerasrun

"$dir/crane" registry serve --address 127.0.0.1:0 2>"$dir/registry.log" &
registry=$!
for _ in $(seq 50); do grep -q 'on port' "$dir/registry.log" && break; sleep 0.1; done
at=127.0.0.1:$(sed -n 's/.*on port //p' "$dir/registry.log")/kerasrun
ports=()
for p in $(said EXPOSE); do ports+=(--exposed-ports "$p/tcp"); done
"$dir/crane" append --oci-empty-base -f "$dir/layer.tar" -t "$at:layer" >/dev/null 2>&1
"$dir/crane" mutate "$at:layer" --set-platform "linux/$(go env GOARCH)" --user "$(said USER)" "${ports[@]}" \
	--entrypoint "$(listed ENTRYPOINT)" --cmd "$(listed CMD)" -t "$at:latest" >/dev/null 2>&1
"$dir/crane" pull "$at:latest" "$out" 2>/dev/null
"$dir/crane" validate --tarball "$out"

"$dir/crane" export "$at:latest" - | tar -C "$dir/unpacked" -xf -
[ "$(cd "$dir/unpacked" && find . -type f)" = ./kerasrun ] || { echo "the image holds more than the binary"; exit 1; }
"$dir/crane" config "$at:latest" >"$dir/config.json"
mapfile -t start < <(python3 -c 'import json, sys
c = json.load(open(sys.argv[1]))["config"]
print(*c["User"].split(":"), *c["Entrypoint"], *c["Cmd"], sep="\n")' "$dir/config.json")
mkdir "$dir/unpacked/models" # what a volume would be
cp testdata/models/seed/seed_k3.keras "$dir/unpacked/models/seed.keras"
chmod -R a+rX "$dir" "$dir/unpacked"
inside=(env -i "$(command -v chroot)" --userspec="${start[0]}:${start[1]}" --groups= "$dir/unpacked")
"${inside[@]}" "${start[2]}" version
free=127.0.0.1:0 # the ports of the Dockerfile may be taken here
"${inside[@]}" "${start[@]:2}" --listen $free --grpc $free --drain 0s 2>"$dir/log" &
server=$!
for _ in $(seq 100); do grep -q what=gRPC "$dir/log" && break; sleep 0.1; done
http=$(sed -n 's/.*what=HTTP address=//p' "$dir/log")
[ "$(awk '/^Uid/ {print $2}' "/proc/$server/status")" = "${start[0]}" ] || { cat "$dir/log"; exit 1; }
python3 - "$http" <<'EOF'
import json, sys, urllib.request
a = urllib.request.urlopen(f"http://{sys.argv[1]}/v1/models/seed:predict", json.dumps({"instances": [[0.5] * 52]}).encode())
print("answered", json.load(a)["predictions"])
EOF
kill $server
wait $server # 0: it ended as it should
server=''
echo "$out: $(stat -c %s "$out") bytes"
