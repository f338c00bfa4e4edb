#!/usr/bin/env bash
# Builds the command for the six platforms, and for browsers: release.sh FOLDER. The
# folder is made, and holds a binary for each, the two files of kerasrun site and SHA256SUMS. The same sources and the same Go give
# the same bytes, wherever they lie and whoever builds them.
set -euo pipefail
out=$(mkdir -p "${1:?release.sh FOLDER}" && cd "$1" && pwd)
cd "$(dirname "$0")/.."

# No path, no state of the checkout and no setting of the machine reaches a binary.
export CGO_ENABLED=0 GOFLAGS=-mod=readonly GOAMD64=v1 GOARM64=v8.0 GOEXPERIMENT= GOTOOLCHAIN=local
unset GODEBUG GOFIPS140
version=$(go run -buildvcs=false ./cmd/kerasrun version | cut -d' ' -f2)

# Without gRPC's pages for debugging, and the templates that these need, the linker
# leaves out what is not called: 5 MB.
for target in linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64; do
	os=${target%/*} arch=${target#*/} ending=
	[ "$os" = windows ] && ending=.exe
	GOOS=$os GOARCH=$arch go build -trimpath -buildvcs=false -tags=grpcnotrace -ldflags='-s -w -buildid=' \
		-o "$out/kerasrun_${version}_${os}_$arch$ending" ./cmd/kerasrun
done
scripts/wasm.sh "$out"
cd "$out"
sha256sum kerasrun_"$version"_* kerasrun.wasm.gz wasm_exec.js >SHA256SUMS
cat SHA256SUMS
