#!/usr/bin/env python3
"""Holds what finetune --tensorboard writes against Keras' own event files.

    .envs/k3/bin/python -m pip install tensorboard
    .envs/k3/bin/python scripts/tensorboard_events.py path/to/kerasrun

Both train testdata/training/validation_split_k3; TensorBoard's reader reads both, and
folders, tags, steps and values must be the same. What is not a number, graphs, is left out.
"""

import os
import subprocess
import sys
import tempfile

import keras
import numpy as np
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.util import tensor_util

BASE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "testdata", "training", "validation_split_k3")


def scalars(folder):
    """{(folder, tag): [(step, value), …]}"""
    out = {}
    for part in sorted(os.listdir(folder)):
        events = EventAccumulator(os.path.join(folder, part))
        events.Reload()
        assert events.Tags()["scalars"] == [], "scalars are tensors today"
        for tag in events.Tags()["tensors"]:
            values = [(e.step, tensor_util.make_ndarray(e.tensor_proto)) for e in events.Tensors(tag)]
            if tag != "keras":  # the graph
                assert events.SummaryMetadata(tag).plugin_data.plugin_name == "scalars", tag
                out[part, tag] = [(step, float(v)) for step, v in values]
    return out


def main():
    data = np.load(BASE + ".npz")
    epochs, batch, split = int(data["epochs"]), int(data["batch_size"]), float(data["validation_split"])
    with tempfile.TemporaryDirectory() as tmp:
        model = keras.models.load_model(BASE + ".keras")
        board = keras.callbacks.TensorBoard(os.path.join(tmp, "keras"))
        model.fit(data["x_0"], data["y_0"], epochs=epochs, batch_size=batch, validation_split=split, shuffle=False, verbose=0, callbacks=[board])
        subprocess.run([sys.argv[1], "finetune", BASE + ".keras", "--data", BASE + ".npz", "--epochs", str(epochs), "--batch-size", str(batch),
                        "--validation-split", str(split), "--no-shuffle", "--tensorboard", os.path.join(tmp, "ours"), "-o", os.path.join(tmp, "o.keras")],
                       check=True, capture_output=True)
        want, got = scalars(os.path.join(tmp, "keras")), scalars(os.path.join(tmp, "ours"))
    assert set(want) == set(got), (sorted(want), sorted(got))
    for key, values in want.items():
        assert [s for s, _ in values] == [s for s, _ in got[key]], (key, values, got[key])
        np.testing.assert_allclose([v for _, v in got[key]], [v for _, v in values], rtol=1e-5, err_msg=str(key))
    print(f"{len(want)} tags are the same")


if __name__ == "__main__":
    main()
