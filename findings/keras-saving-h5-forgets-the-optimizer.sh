#!/usr/bin/env bash
# Saving a compiled model as .h5 changes the live model: a .keras file saved after
# it opens with RMSprop, whatever the model was compiled with. A .keras saved
# before, and the .h5 itself, open with the right optimizer.
#
# Keras 3.15.1 on TensorFlow 2.21. Source: keras/src/legacy/saving/saving_utils.py,
# model_metadata, pops "optimizer" out of the compile configuration that the model
# keeps, not out of a copy.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"${PYTHON:-python3}" -m venv "$dir/env"
"$dir/env/bin/pip" install --quiet keras==3.15.1 tensorflow-cpu==2.21.0 numpy==2.4.6
cd "$dir"
TF_CPP_MIN_LOG_LEVEL=3 env/bin/python -W ignore - <<'PY'
import keras

model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
model.compile(optimizer=keras.optimizers.SGD(0.05, momentum=0.9), loss="mse")
seen = {}
for name in ("before.keras", "between.h5", "after.keras"):
    model.save(name)
for name in ("before.keras", "after.keras"):
    seen[name] = type(keras.models.load_model(name).optimizer).__name__
print("optimizer of the file saved before the .h5:", seen["before.keras"])
print("optimizer of the file saved after the .h5: ", seen["after.keras"])
raise SystemExit(seen != {"before.keras": "SGD", "after.keras": "RMSprop"})
PY
