#!/usr/bin/env bash
# If the first monitored value is NaN, EarlyStopping never sees an improvement
# again: NaN stays the best value, patience runs out while the loss falls, and
# with restore_best_weights the weights of the NaN epoch come back. In Keras 2.15
# the next finite value took its place.
#
# Keras 3.15.1. Source: keras/src/callbacks/monitor_callback.py: best starts as
# None, so the first value becomes the best one unasked, and every comparison with
# NaN is false. 2.15 started from infinity.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"${PYTHON:-python3}" -m venv "$dir/env"
"$dir/env/bin/pip" install --quiet keras==3.15.1 tensorflow-cpu==2.21.0 numpy==2.4.6
cd "$dir"
TF_CPP_MIN_LOG_LEVEL=3 env/bin/python -W ignore - <<'PY'
import keras

model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")
stop = keras.callbacks.EarlyStopping(monitor="loss", patience=2)
stop.set_model(model)
stop.on_train_begin()
ended = None
for epoch, loss in enumerate([float("nan"), 3.0, 2.0, 1.0, 0.5]):
    stop.on_epoch_end(epoch, {"loss": loss})
    print(f"epoch {epoch}: loss {loss}, best {stop.best}, waited {stop.wait}")
    if ended is None and model.stop_training:
        ended = epoch
print("stopped at epoch", ended, "although the loss fell at every epoch")
raise SystemExit(ended != 2 or stop.best == stop.best)
PY
