#!/usr/bin/env python3
"""Training beside Keras on TensorFlow and on JAX: seconds an epoch, one run, by turns.

    fit.py DIR KERASRUN                             everything, one thread
    fit.py DIR KERASRUN --threads 2                 with two
    fit.py DIR KERASRUN --workloads T2,T5           some
    fit.py DIR KERASRUN --markdown BENCHMARKS.md    and write the table

DIR is what models.py wrote. Keras is timed within fit, after an epoch that compiles; kerasrun
finetune as a process over one epoch and over more, of which the difference counts. Rows are
not shuffled, so losses of all three must agree; where they do not, that is said.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time

import machine
import numpy as np
import table
from machine import Failed

PEER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fit_peer.py")
BACKENDS = ["tensorflow", "jax"]
WORKLOADS = {  # model, rows, batch, epochs, loss, optimizer, goal
    "T1": ("W1", 5200, 52, 40, "mean_absolute_error", "sgd", 0.12),
    "T2": ("W2", 4096, 128, 4, "categorical_crossentropy", "adam", 0.60),
    "T3": ("W3", 1024, 64, 2, "categorical_crossentropy", "adam", 0.40),
    "T5": ("W5", 512, 32, 2, "mean_squared_error", "adam", 0.50),
    "T5g": ("W5g", 512, 32, 2, "mean_squared_error", "adam", 0.40),
    "T6": ("W6", 64, 8, 2, "categorical_crossentropy", "adam", 0.50),
}


def write_rows(models, workload, path):
    model, rows, _, _, loss, _, _ = WORKLOADS[workload]
    shape = np.load(os.path.join(models, model + ".npz"))["input_0"].shape[1:]
    random = np.random.default_rng(3)
    x = random.standard_normal((rows, *shape), dtype="float32")
    if loss.startswith("mean"):
        y = np.tanh(x.reshape(rows, -1)[:, :1])
    else:
        y = np.eye(10, dtype="float32")[random.integers(0, 10, rows)]
    np.savez(path, x=x, y=y)


def keras_fit(a, workload, backend, data):
    model, _, batch, epochs, loss, optimizer, _ = WORKLOADS[workload]
    os.environ["KERAS_BACKEND"] = backend
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false" if a.threads == 1 else ""
    out = machine.run(
        [sys.executable, PEER, os.path.join(a.models, model + ".keras"), data, batch, epochs, loss, optimizer, a.threads],
        threads=a.threads, timeout=900,
    )
    return json.loads(out.splitlines()[-1])


def kerasrun_fit(a, workload, data, scratch):
    model, _, batch, epochs, loss, optimizer, _ = WORKLOADS[workload]
    history = os.path.join(scratch, "history.json")
    seconds = {}
    for n in (1, epochs + 1):
        start = time.perf_counter()
        peak = machine.run_for_peak([
            a.kerasrun, "finetune", os.path.join(a.models, model + ".keras"), "--data", data, "--epochs", n,
            "--batch-size", batch, "--no-shuffle", "--optimizer", optimizer, "--learning-rate", 0.001, "--loss", loss,
            "--threads", a.threads, "--history", history, "-o", os.path.join(scratch, "out.keras"),
        ], threads=a.threads, timeout=900)
        seconds[n] = time.perf_counter() - start
    with open(history) as f:
        losses = json.load(f)["loss"]
    return {"seconds": (seconds[epochs + 1] - seconds[1]) / epochs, "peak_mb": peak or float("nan"), "loss": losses[epochs - 1]}


def measure(a, workload):
    """Medians of the rounds, of kerasrun and each backend, and what failed."""
    rounds, failed = {}, {}
    with tempfile.TemporaryDirectory() as scratch:
        data = os.path.join(scratch, "data.npz")
        write_rows(a.models, workload, data)
        for _ in range(a.rounds):
            for who in ["kerasrun"] + BACKENDS:
                try:
                    r = kerasrun_fit(a, workload, data, scratch) if who == "kerasrun" else keras_fit(a, workload, who, data)
                    rounds.setdefault(who, []).append(r)
                except Failed as e:
                    failed[who] = str(e)
    return {who: {k: statistics.median(r[k] for r in rs) for k in rs[0]} | {"all": [r["seconds"] for r in rs]} for who, rs in rounds.items()}, failed


def lines_of(results):
    lines = [
        "| workload | kerasrun ÷ best | goal | reached | least and most of rounds | ÷ TensorFlow | ÷ JAX | s an epoch | peak MB: kerasrun | TensorFlow | JAX |",
        "|---|--:|--:|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    notes = []
    for workload, (times, failed) in results.items():
        peers = [p for p in BACKENDS if p in times]
        notes += [f"No figure, {p}: {failed[p]} ({workload})" for p in failed]
        if "kerasrun" not in times or not peers:
            continue
        ours = times["kerasrun"]
        best = min(times[p]["seconds"] for p in peers)
        goal = WORKLOADS[workload][-1]
        spread = [min(ours["all"]) / best, max(ours["all"]) / best]
        each = [table.written(ours["seconds"] / times[p]["seconds"]) if p in times else "–" for p in BACKENDS]
        memory = [f"{times[p]['peak_mb']:,.0f}" if p in times else "–" for p in ["kerasrun"] + BACKENDS]
        lines.append(
            f"| {workload} {table.WHAT[WORKLOADS[workload][0]]} | {table.against(f'{goal:.2f}', ours['seconds'] / best, lambda r: r <= goal)} | "
            f"{spread[0]:.2f} to {spread[1]:.2f} | {' | '.join(each)} | {ours['seconds']:.3f} | {' | '.join(memory)} |"
        )
        for p in peers:
            if abs(times[p]["loss"] - ours["loss"]) > 0.01 * abs(ours["loss"]):
                notes.append(f"Losses differ, {workload}: {ours['loss']:.4f} of kerasrun, {times[p]['loss']:.4f} of Keras on {p}")
    return lines + [x for n in dict.fromkeys(notes) for x in ("", n)]


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("models", metavar="DIR")
    p.add_argument("kerasrun", metavar="KERASRUN")
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--cpus", help="processors to stay on, as 0,1 (default: the first --threads)")
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--workloads", default=",".join(WORKLOADS))
    p.add_argument("--markdown", help="write the table between the markers of this file")
    a = p.parse_args()
    wanted = a.workloads.split(",")
    if unknown := set(wanted) - set(WORKLOADS):
        p.error(f"no workload {', '.join(unknown)}")
    a.kerasrun = os.path.abspath(a.kerasrun)
    name = f"training, --threads {a.threads}"
    if a.markdown:
        table.check(a.markdown, name)
    machine.pin([int(c) for c in a.cpus.split(",")] if a.cpus else range(a.threads))
    before, results = os.getloadavg()[0], {}
    for workload in wanted:
        results[workload] = measure(a, workload)
        print(workload, json.dumps(results[workload]), flush=True)
    lines = lines_of(results)
    print("\n".join(lines))
    if a.markdown:
        table.update(a.markdown, name, lines, f"{a.threads} thread{'s' if a.threads > 1 else ''}, {a.rounds} rounds; load average {before:.1f} before, {os.getloadavg()[0]:.1f} after.")


if __name__ == "__main__":
    main()
