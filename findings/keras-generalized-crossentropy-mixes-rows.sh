#!/usr/bin/env bash
# CategoricalGeneralizedCrossEntropy of labels shaped (batch, 1), as
# sparse_categorical_crossentropy takes them, compares every row's label with every
# row's prediction: with reduction none it answers (batch, batch), and the mean that
# is trained on is that of all pairs. Labels shaped (batch,) are fine.
#
# Keras 3.15.1. Source: keras/src/losses/losses.py,
# categorical_generalized_cross_entropy: one_hot keeps the axis of size 1, and the
# product with the predictions broadcasts.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"${PYTHON:-python3}" -m venv "$dir/env"
"$dir/env/bin/pip" install --quiet keras==3.15.1 tensorflow-cpu==2.21.0 numpy==2.4.6
cd "$dir"
TF_CPP_MIN_LOG_LEVEL=3 env/bin/python -W ignore - <<'PY'
import keras
import numpy as np

predicted = np.array([[0.9, 0.1], [0.2, 0.8], [0.5, 0.5]], "float32")
loss = keras.losses.CategoricalGeneralizedCrossEntropy(reduction=None)
flat = np.array(loss(np.array([0, 1, 0]), predicted))
column = np.array(loss(np.array([[0], [1], [0]]), predicted))
print("labels (3,):  ", flat.shape, flat, "mean", flat.mean())
print("labels (3, 1):", column.shape, "mean", column.mean())
print(column)
raise SystemExit(column.shape == flat.shape)
PY
