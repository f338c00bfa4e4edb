#!/usr/bin/env python3
"""kerasrun beside ONNX Runtime, LiteRT, Keras, and what a Go program could use instead.

    compare.py DIR KERASRUN                                        everything, one thread
    compare.py DIR KERASRUN --threads 2                            the rows that have work for two
    compare.py DIR KERASRUN --workloads W1:52,W6,W7 --rounds 10    some
    compare.py DIR KERASRUN --markdown BENCHMARKS.md               and write the table

DIR is what models.py wrote. Rounds interleave the peers, so that a change of the machine's
load falls on all. A row's figure is the median over the rounds of each round's median; of
bests, the least of all. W7 is training, W8 a cold start. Quote the ratios, not the times.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import textwrap
import time

import cold_start
import machine
import table
import training
from machine import Failed

ROWS = list(table.GOALS)
TWO_THREADS = ["W1:100000", "W3:64", "W4b:1", "W6:8"]
WHOLE = ["W7", "W8"]
HOPELESS = 10  # times as slow as the fastest after a round: a Go peer is measured no more
PEERS_PY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "peers.py")


def parse():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("models", metavar="DIR")
    p.add_argument("kerasrun", metavar="KERASRUN")
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--cpus", help="processors to stay on, as 0,1 (default: the first --threads)")
    p.add_argument("--rounds", type=int, default=5)
    p.add_argument("--secs", type=float, default=1, help="of each measurement")
    p.add_argument("--workloads", help="some of " + " ".join(ROWS + WHOLE))
    p.add_argument("--go-peers", help="the command of bench/peers, built (default: build it)")
    p.add_argument("--no-keras", action="store_true", help="leave out predict of Keras")
    p.add_argument("--out", help="write every figure to this JSON file")
    p.add_argument("--markdown", help="write the table between the markers of this file")
    a = p.parse_args()
    wanted = a.workloads.split(",") if a.workloads else (ROWS + WHOLE if a.threads == 1 else TWO_THREADS)
    a.rows = [r for r in ROWS if r in wanted or r.split(":")[0] in wanted]
    a.whole = [w for w in WHOLE if w in wanted]
    unknown = set(wanted) - set(ROWS + WHOLE) - {r.split(":")[0] for r in ROWS}
    if unknown or a.threads < 1 or a.rounds < 1:
        p.error(f"no workload {', '.join(unknown)}" if unknown else "--threads and --rounds must be >= 1")
    a.kerasrun = os.path.abspath(a.kerasrun)
    if not os.access(a.kerasrun, os.X_OK):
        p.error(f"{a.kerasrun} is not a program")
    if a.markdown:
        table.check(a.markdown, f"--threads {a.threads}")
    return a


def peers_of(a, row):
    """Who can be asked for this row, in the order of a round."""
    base = os.path.join(a.models, row.split(":")[0])
    forms = [""] + (["_native"] if os.path.exists(base + ".native.onnx") else [])
    go = ["go_ort" + f for f in forms[-1:]] + ["go_gomlx" + f for f in forms[-1:]] if a.go_peers else []
    return ["ort" + f for f in forms] + ["litert", "kerasrun"] + go


def ask(a, peer, row):
    """One measurement: {"median_us", "min_us"}."""
    workload, rows = row.split(":")
    base = os.path.join(a.models, workload)
    if peer == "kerasrun":
        command = [a.kerasrun, "bench", base + ".h5", "--rows", base + ".npz", "--batch", rows, "--threads", str(a.threads), "--seconds", str(a.secs), "--json"]
    elif peer.startswith("go_"):
        name, _, native = peer[3:].partition("_")
        command = [a.go_peers, "-runtime", name, "-lib", machine.onnxruntime_library(), "-batch", rows,
                   "-threads", str(a.threads), "-seconds", str(a.secs), base + (".native.onnx" if native else ".onnx")]
    else:
        command = [sys.executable, PEERS_PY, peer, a.models, str(a.threads), str(a.secs), row]
    said = machine.run(command, a.threads).strip().splitlines()
    try:
        figures = json.loads(said[-1])
        return {k: figures[k] for k in ("median_us", "min_us")}
    except (IndexError, KeyError, ValueError) as e:
        raise Failed(f"no figures in {said[-1:]}") from e


def measure_row(a, row):
    """All rounds of a row."""
    found, failed, peers = {}, {}, peers_of(a, row)
    for _ in range(a.rounds):
        for peer in peers:
            try:
                found.setdefault(peer, []).append(ask(a, peer, row))
            except Failed as e:
                failed[peer] = textwrap.shorten(str(e).replace(os.path.join(a.models, ""), ""), 70, placeholder=" …")
                print(f"{row} {peer}: {e}", file=sys.stderr)
        medians = {p: statistics.median(f["median_us"] for f in v) for p, v in found.items() if v}
        least = min(medians.values(), default=0)
        peers = [p for p in peers if not p.startswith("go_") or medians.get(p, float("inf")) < HOPELESS * least]
    times = {p: {"median_us": medians[p], "min_us": min(f["min_us"] for f in v)} for p, v in found.items() if v}
    return {"times": times, "failed": failed}


def keras_predict(a, results):
    """Keras' own predict, once for each row and in one process: it takes seconds to start,
    and is too far from the others for rounds to matter."""
    command = [sys.executable, PEERS_PY, "keras", a.models, str(a.threads), str(a.secs), *a.rows]
    try:
        for row, line in zip(a.rows, machine.run(command, a.threads, timeout=300).splitlines()):
            results[row]["times"]["keras"] = json.loads(line)
    except (Failed, ValueError) as e:
        print(f"keras: {e}", file=sys.stderr)


def predict(a, results):
    print(f"{'workload':<12}{'rows':>8}{'best peer':>12}{'us':>13}{'kerasrun':>13}{'ratio':>8}{'of bests':>10}", flush=True)
    for row in a.rows:
        results[row] = measure_row(a, row)
        times = results[row]["times"]
        best = min((p for p in table.REFERENCES if p in times), key=lambda p: times[p]["median_us"], default=None)
        if best and "kerasrun" in times:
            workload, rows = row.split(":")
            results[row]["ratio"] = table.ratio(times, table.REFERENCES)
            results[row]["ratio_of_bests"] = table.ratio(times, table.REFERENCES, "min_us")
            print(f"{workload:<12}{int(rows):>8,}{best:>12}{times[best]['median_us']:>13,.1f}{times['kerasrun']['median_us']:>13,.1f}"
                  f"{results[row]['ratio']:>8.2f}{results[row]['ratio_of_bests']:>10.2f}", flush=True)
    if a.rows and not a.no_keras:
        keras_predict(a, results)


def whole(a, results):
    for name, measure in (("W7", training.measure), ("W8", cold_start.measure)):
        if name not in a.whole:
            continue
        try:
            results[name] = measure(a.models, a.kerasrun)
            print(name, json.dumps(results[name]), flush=True)
        except Failed as e:
            print(f"{name}: {e}", file=sys.stderr)


def compare(a):
    results = {"threads": a.threads, "predict": {}}
    began, load = time.time(), os.getloadavg()[0]
    try:
        predict(a, results["predict"])
        whole(a, results)
    except KeyboardInterrupt:
        print("interrupted: the rest is missing", file=sys.stderr)
    results["seconds"] = time.time() - began
    conditions = (f"{a.threads} thread{'s' if a.threads > 1 else ''}, {a.rounds} round{'s' if a.rounds > 1 else ''} of {a.secs:g} s; "
                  f"load average {load:.1f} before, {os.getloadavg()[0]:.1f} after.")
    if a.out:
        with open(a.out, "w") as f:
            json.dump(results, f, indent=1)
    if a.markdown:
        table.update(a.markdown, f"--threads {a.threads}", table.measured(results), conditions)


def main():
    a = parse()
    with tempfile.TemporaryDirectory() as scratch:
        if not a.go_peers and a.rows:
            path = os.path.join(scratch, "peers")
            try:
                machine.build_go_peers(path)
                a.go_peers = path
            except (Failed, OSError) as e:
                print(e, file=sys.stderr)
        machine.pin([int(c) for c in a.cpus.split(",")] if a.cpus else range(a.threads))
        compare(a)


if __name__ == "__main__":
    main()
