#!/usr/bin/env bash
# SwapEMAWeights(swap_on_epoch=True) ends with the raw weights, not with their
# averages, when training stops early. Without the callback, or when all epochs run,
# fit() ends with the averages, as use_ema promises.
#
# Keras 3.15.1. Source: keras/src/callbacks/swap_ema_weights.py, on_epoch_end: after
# the last epoch the swapped averages are copied back, and the last epoch is told by
# its number (epoch == params["epochs"] - 1), which an early end never reaches; then
# finalize_variable_values makes the weights what was swapped away.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"${PYTHON:-python3}" -m venv "$dir/env"
"$dir/env/bin/pip" install --quiet keras==3.15.1 tensorflow-cpu==2.21.0 numpy==2.4.6
cd "$dir"
TF_CPP_MIN_LOG_LEVEL=3 env/bin/python -W ignore - <<'PY'
import keras
import numpy as np


class Stop(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        self.model.stop_training = epoch == 1


def fit(epochs, *callbacks):
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.9), "mse")
    x = np.random.default_rng(0).normal(size=(64, 3)).astype("float32")
    model.fit(x, x.sum(1, keepdims=True), epochs=epochs, shuffle=False, verbose=0, callbacks=list(callbacks))
    return model.get_weights()[0].ravel()


swap = keras.callbacks.SwapEMAWeights
whole, stopped = fit(2, swap(swap_on_epoch=True)), fit(5, Stop())
swapped = fit(5, Stop(), swap(swap_on_epoch=True))
print("two epochs, swapped:         ", whole)
print("stopped after two:           ", stopped)
print("stopped after two, swapped:  ", swapped)
raise SystemExit(not np.allclose(whole, stopped, atol=1e-5) or np.allclose(stopped, swapped, atol=1e-2))
PY
