#!/usr/bin/env bash
# An Equalization layer called on a symbolic tensor hands back that very tensor, so
# a Functional model does not hold the layer at all, without a word; and a Sequential
# model that does hold it is saved to a file that Keras cannot open, for it sees a
# cycle.
#
# Keras 3.15.1. Source: keras/src/layers/preprocessing/image_preprocessing/
# equalization.py: compute_output_spec returns its input instead of a new tensor.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"${PYTHON:-python3}" -m venv "$dir/env"
"$dir/env/bin/pip" install --quiet keras==3.15.1 tensorflow-cpu==2.21.0 numpy==2.4.6
cd "$dir"
TF_CPP_MIN_LOG_LEVEL=3 env/bin/python -W ignore - <<'PY'
import keras

L = keras.layers
x = keras.Input((4, 4, 3))
functional = keras.Model(x, L.Flatten()(L.Equalization()(x)))
held = [type(layer).__name__ for layer in functional.layers]
print("a Functional model of Equalization and Flatten holds", held)
sequential = keras.Sequential([keras.Input((4, 4, 3)), L.Equalization(), L.Flatten()])
sequential.save("model.keras")
try:
    keras.models.load_model("model.keras")
    opened = True
except ValueError as error:
    opened = False
    print("a Sequential one does not open again:", error)
raise SystemExit("Equalization" in held or opened)
PY
