#!/usr/bin/env bash
# Checks that a release is reproducible: builds it in two folders, the second time
# without anything from the build cache, and compares every byte.
set -euo pipefail
cd "$(dirname "$0")/.."
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

for copy in first a/deeper/second; do
	mkdir -p "$dir/$copy"
	git ls-files -z --cached --others --exclude-standard -- ':!*testdata*' | xargs -0 cp --parents -t "$dir/$copy"
done
"$dir/first/scripts/release.sh" "$dir/one"
GOCACHE="$dir/cache" "$dir/a/deeper/second/scripts/release.sh" "$dir/another" >/dev/null
diff -r "$dir/one" "$dir/another"
(cd "$dir/one" && sha256sum --quiet -c SHA256SUMS && [ "$(wc -l <SHA256SUMS)" = 8 ])
echo "two builds are byte-equal"
