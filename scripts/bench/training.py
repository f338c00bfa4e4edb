"""W7: the seed's training by kerasrun finetune and by Keras' fit."""

import os
import statistics
import sys
import tempfile
import time

import numpy as np

from machine import run

EPOCHS = 200
KERAS_EPOCHS = 20  # timed inside fit, after an epoch that compiles

FIT = """
import sys, time, keras, numpy as np
data = np.load(sys.argv[1])
model = keras.models.load_model(sys.argv[2], compile=False)
model.compile(optimizer=keras.optimizers.SGD(0.01), loss="mae")
fit = lambda n: model.fit(data["x"], data["y"], batch_size=52, epochs=n, verbose=0, shuffle=False)
fit(1)
start = time.perf_counter()
fit(int(sys.argv[3]))
print(time.perf_counter() - start)
"""


def measure(models, kerasrun, repeats=3):
    """Medians of the seconds of an epoch. Those of kerasrun are of the whole process: start,
    loading and saving are shared out over the epochs."""
    keras, ours = [], []
    with tempfile.TemporaryDirectory() as scratch:
        data = os.path.join(scratch, "data.npz")
        x = np.random.default_rng(5).standard_normal((5200, 52)).astype("float32")
        np.savez(data, x=x, y=np.tanh(x[:, :1] * 0.7 - x[:, 1:2] * 0.3))
        finetune = [
            kerasrun, "finetune", os.path.join(models, "W1.h5"), "--data", data, "--epochs", str(EPOCHS),
            "--batch-size", "52", "--no-shuffle", "--optimizer", "sgd", "--learning-rate", "0.01",
            "--loss", "mean_absolute_error", "-o", os.path.join(scratch, "out.h5"),
        ]
        for _ in range(repeats):
            fit = run([sys.executable, "-c", FIT, data, os.path.join(models, "W1.keras"), str(KERAS_EPOCHS)], timeout=300)
            keras.append(float(fit.split()[-1]) / KERAS_EPOCHS)
            start = time.perf_counter()
            run(finetune, timeout=300)
            ours.append((time.perf_counter() - start) / EPOCHS)
    return {"keras_s": statistics.median(keras), "kerasrun_s": statistics.median(ours)}
