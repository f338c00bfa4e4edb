"""Runs a workload with one peer and prints {"median_us", "min_us"}; compare.py calls it.

    peers.py PEER DIR THREADS SECONDS WORKLOAD:ROWS…

One line for each WORKLOAD:ROWS. Answers are held against Keras' own before they are timed.
"""

import json
import os
import statistics
import sys
import time

import numpy as np

GROUP = 1e-3  # seconds of calls timed together, as kerasrun bench does


def open_ort(path, x, threads):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    feed = dict(zip(sorted(i.name for i in session.get_inputs()), x))
    return lambda: session.run(None, feed)[0]


def open_litert(base, x, threads):
    from ai_edge_litert.interpreter import Interpreter

    n = len(x[0])
    rows = min(n, 1024)  # a file has a fixed batch: more rows go in parts
    model = Interpreter(f"{base}.b{rows}.tflite", num_threads=threads)
    model.allocate_tensors()
    places = [i["index"] for i in sorted(model.get_input_details(), key=lambda i: i["name"])]
    o = model.get_output_details()[0]["index"]
    parts = [[np.resize(a[k : k + rows], (rows, *a.shape[1:])) for a in x] for k in range(0, n, rows)]

    def one(part):
        for i, a in zip(places, part):
            model.set_tensor(i, a)
        model.invoke()
        return model.get_tensor(o)

    if len(parts) == 1:
        return lambda: one(parts[0])
    return lambda: np.concatenate([one(p) for p in parts])[:n]


def open_keras(path, x, threads):
    import keras
    import tensorflow as tf

    if tf.config.threading.get_intra_op_parallelism_threads() != threads:  # once a process
        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(1)
    model = keras.models.load_model(path, compile=False)
    rows = x[0] if len(x) == 1 else x
    return lambda: model.predict(rows, batch_size=min(len(x[0]), 1024), verbose=0)


def open_peer(peer, base, x, threads):
    if peer == "litert":
        return open_litert(base, x, threads)
    if peer == "keras":
        return open_keras(base + ".keras", x, threads)
    return open_ort(base + (".native.onnx" if peer == "ort_native" else ".onnx"), x, threads)


def rows_of(base, n):
    """The first n input rows, an array for each input, and their answers; from the start again if there are fewer."""
    with np.load(base + ".npz") as f:
        names = sorted(k for k in f.files if k.startswith("input_")) + ["output_0"]
        *x, want = (np.ascontiguousarray(np.resize(f[k], (n, *f[k].shape[1:]))) for k in names)
    return x, want


def sample(call, seconds):
    """The median and the least of the microseconds of a call."""
    one = float("inf")
    for _ in range(2):
        start = time.perf_counter()
        call()
        one = min(one, max(time.perf_counter() - start, 1e-9))
    inner = max(1, int(np.ceil(GROUP / one)))
    times, began = [], time.perf_counter()
    while len(times) < 3 or time.perf_counter() - began < seconds:
        start = time.perf_counter()
        for _ in range(inner):
            call()
        times.append((time.perf_counter() - start) / inner * 1e6)
    return {"median_us": statistics.median(times), "min_us": min(times)}


def measure(peer, base, rows, threads, seconds):
    x, want = rows_of(base, rows)
    call = open_peer(peer, base, x, threads)
    np.testing.assert_allclose(call(), want, rtol=1e-4, atol=1e-5 * max(1, np.abs(want).max()))
    return sample(call, seconds)


if __name__ == "__main__":
    if len(sys.argv) < 6:
        sys.exit(__doc__)
    peer, directory, threads, seconds = sys.argv[1:5]
    for job in sys.argv[5:]:
        workload, rows = job.split(":")
        result = measure(peer, os.path.join(directory, workload), int(rows), int(threads), float(seconds))
        print(json.dumps(result), flush=True)
