#!/usr/bin/env bash
# Scores the same rows by kerasrun predict and on Apache Flink, and again on a Flink
# whose worker processes are killed twice, and compares the answers: none may be
# lost, doubled or another. Needs Java 11 or 17 and Maven, and some minutes; what it
# fetches is kept in FLINK (.envs/flink).
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd .. && pwd)
flink=${FLINK:-$root/.envs/flink}
beam=2.62.0 # of the job server; newer ones need jars that are not published
rows=${ROWS:-200000}
dir=$(mktemp -d)
server=
end() { [ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$dir"; }
trap end EXIT

mkdir -p "$flink"
if [ ! -e "$flink/classpath" ]; then
	cat >"$flink/pom.xml" <<-POM
		<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
		<groupId>kerasrun</groupId><artifactId>flink</artifactId><version>1</version>
		<dependencies><dependency><groupId>org.apache.beam</groupId><artifactId>beam-runners-flink-1.19</artifactId><version>$beam</version></dependency></dependencies>
		</project>
	POM
	mvn -q -B -f "$flink/pom.xml" dependency:build-classpath -Dmdep.outputFile="$flink/classpath"
fi

go build -o "$dir/kerasrun-beam" ./cmd/kerasrun-beam
go build -o "$dir/boot" github.com/apache/beam/sdks/v2/go/container
(cd "$root" && go build -o "$dir/kerasrun" ./cmd/kerasrun)

# Rows in four files, with a number each.
for part in 0 1 2 3; do
	awk -v part=$part -v rows=$((rows / 4)) 'BEGIN {
		for (c = 0; c < 52; c++) printf "x%d,", c
		print "id"
		srand(part + 1)
		for (r = 0; r < rows; r++) {
			for (c = 0; c < 52; c++) printf "%.3f,", 2 * rand() - 1
			print part * rows + r
		}
	}' >"$dir/in-$part.csv"
done
model=$root/testdata/models/seed/seed_k3.keras
"$dir/kerasrun" predict "$model" "$dir"/in-*.csv --id id | tail -n +2 | LC_ALL=C sort >"$dir/want"

port=${PORT:-8099}
mkdir "$dir/conf"
cat >"$dir/conf/flink-conf.yaml" <<-CONF
	restart-strategy.type: fixed-delay
	restart-strategy.fixed-delay.attempts: 3
	restart-strategy.fixed-delay.delay: 1 s
CONF
opens=java.base
java --add-opens=$opens/java.util=ALL-UNNAMED --add-opens=$opens/java.lang=ALL-UNNAMED --add-opens=$opens/java.time=ALL-UNNAMED --add-opens=$opens/java.nio=ALL-UNNAMED \
	-Xmx1500m -cp "$(cat "$flink/classpath")" org.apache.beam.runners.flink.FlinkJobServerDriver --flink-master='[local]' --flink-conf-dir="$dir/conf" \
	--job-host=127.0.0.1 --job-port="$port" --artifact-port=0 --expansion-port=0 --artifacts-dir="$dir/artifacts" >"$dir/server.log" 2>&1 &
server=$!
until (: </dev/tcp/127.0.0.1/"$port") 2>/dev/null; do
	kill -0 $server || { tail -20 "$dir/server.log"; exit 1; }
	sleep 0.5
done

# Workers are processes of their own: the boot loader of Beam's Go SDK starts one.
cat >"$dir/worker.sh" <<-SH
	#!/bin/sh
	echo \$\$ >>"$dir/workers"
	cd "$dir"
	exec "$dir/boot" "\$@" >>"$dir/worker.log" 2>&1
SH
chmod +x "$dir/worker.sh"

score() { # score NAME FLAGS...
	local name=$1 from=$SECONDS
	shift
	"$dir/kerasrun-beam" --model "$model" --input "$dir/in-*.csv" --output "$dir/$name" --ids id --runner flink --endpoint "127.0.0.1:$port" --parallelism 2 "$@" >"$dir/$name.log" 2>&1 ||
		{ tail -30 "$dir/$name.log"; tail -30 "$dir/server.log"; exit 1; }
	echo "$name: $rows rows in $((SECONDS - from)) s"
}
same() {
	cat "$dir/$1"-0*.csv | grep -v ^id, | LC_ALL=C sort | cmp - "$dir/want"
	[ -z "$(find "$dir" -name "$1-failed*")" ]
	echo "$1: the same bytes, once sorted"
}

score loopback --environment_type LOOPBACK
same loopback

process=(--worker_binary "$dir/kerasrun-beam" --environment_type PROCESS --environment_config "{\"command\": \"$dir/worker.sh\"}")
score processes "${process[@]}"
same processes

# One worker dies soon after it has started, the one in its place when the first answers
# are being written.
before=$(wc -l <"$dir/workers")
(
	slain() { # slain N: kills the Nth worker of the run
		until [ "$(wc -l <"$dir/workers")" -ge $((before + $1)) ]; do sleep 0.1; done
		boot=$(sed -n "$((before + $1))p" "$dir/workers")
		until worker=$(ps -o pid= --ppid "$boot") && [ -n "$worker" ]; do sleep 0.05; done
		[ "$1" = 1 ] && sleep "${KILL_AFTER:-1}" || until compgen -G "$dir/killed-0*" >/dev/null; do sleep 0.01; done
		kill -9 $worker && echo "killed worker $1"
	}
	slain 1
	slain 2
) &
score killed "${process[@]}"
wait $!
same killed
[ "$(wc -l <"$dir/workers")" -gt $((before + 2)) ] || { echo "nothing was started in place of a killed worker"; exit 1; }
