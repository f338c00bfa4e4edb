#!/usr/bin/env python3
"""Keras' fit on the backend that KERAS_BACKEND names, timed warm: one object of JSON.

    fit_peer.py MODEL.keras DATA.npz BATCH EPOCHS LOSS OPTIMIZER THREADS
"""

import json
import os
import resource
import sys
import time

import keras
import numpy as np


def main():
    path, data, batch, epochs, loss, optimizer, threads = sys.argv[1:]
    epochs, threads = int(epochs), int(threads)
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(1)
    rows = np.load(data)
    model = keras.models.load_model(path, compile=False)
    model.compile(keras.optimizers.get({"class_name": optimizer, "config": {"learning_rate": 0.001}}), loss)
    fit = lambda n: model.fit(rows["x"], rows["y"], batch_size=int(batch), epochs=n, shuffle=False, verbose=0).history["loss"]
    losses = fit(1)  # compiles
    start = time.perf_counter()
    losses += fit(epochs)
    seconds = (time.perf_counter() - start) / epochs
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak_mb": peak, "loss": losses[epochs - 1]}))


if __name__ == "__main__":
    os.environ["CUDA_VISIBLE_DEVICES"] = ""
    main()
