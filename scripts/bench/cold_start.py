"""W8: from the start of a process to the first prediction of the seed's model on stdout."""

import os
import shutil
import statistics
import sys
import tempfile
import time

import numpy as np

from machine import run, run_for_peak

ORT = """
import sys, numpy as np, onnxruntime
session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
print(session.run(None, {session.get_inputs()[0].name: np.load(sys.argv[2])})[0])
"""

KERAS = """
import sys, keras, numpy as np
print(keras.models.load_model(sys.argv[1], compile=False).predict(np.load(sys.argv[2]), verbose=0))
"""


def measure(models, kerasrun):
    """Median milliseconds and peak megabytes of each; megabytes of the command itself.

    Memory is taken in a run of its own.
    """
    with tempfile.TemporaryDirectory() as scratch:
        row = os.path.join(scratch, "row.npy")
        np.save(row, np.full((1, 52), 0.5, "float32"))
        seed = os.path.join(models, "W1")
        commands = {
            "kerasrun": ([kerasrun, "predict", seed + ".h5", row], 9),
            "ort": ([sys.executable, "-c", ORT, seed + ".onnx", row], 5),
            "keras": ([sys.executable, "-c", KERAS, seed + ".h5", row], 3),
        }
        result = {}
        for name, (command, times) in commands.items():
            took = []
            for _ in range(times):
                start = time.perf_counter()
                run(command)
                took.append((time.perf_counter() - start) * 1e3)
            result[name] = {"wall_ms": statistics.median(took), "min_ms": min(took)}
            if peak := run_for_peak(command):
                result[name]["peak_mb"] = peak
        binary = kerasrun
        if shutil.which("strip"):
            binary = os.path.join(scratch, "stripped")
            run(["strip", "-o", binary, kerasrun])
        result["kerasrun"]["binary_mb"] = os.path.getsize(binary) / 1e6
    return result
