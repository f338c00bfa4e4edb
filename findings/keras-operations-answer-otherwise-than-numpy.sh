#!/usr/bin/env bash
# Three operations of keras.ops answer otherwise than NumPy's functions of their
# names: quantile in a model interpolates whatever method it was given and stores;
# rot90 with k=2 mixes up what is no square; unravel_index of more than one axis
# gives places that do not lead back.
#
# Keras 3.15.1 on TensorFlow 2.21. Source: keras/src/ops/numpy.py, Quantile.call
# does not hand on its method (Percentile.call does); keras/src/backend/tensorflow/
# numpy.py, rot90 reshapes between its turns, unravel_index turns round only the list.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"${PYTHON:-python3}" -m venv "$dir/env"
"$dir/env/bin/pip" install --quiet keras==3.15.1 tensorflow-cpu==2.21.0 numpy==2.4.6
cd "$dir"
TF_CPP_MIN_LOG_LEVEL=3 env/bin/python -W ignore - <<'PY'
import keras
import numpy as np

x = keras.Input((4,))
model = keras.Model(x, keras.ops.quantile(x, 0.5, axis=1, method="lower"))
row = np.array([[0.0, 1.0, 2.0, 3.0]], "float32")
seen = [float(model(row)[0]), float(keras.ops.quantile(row, 0.5, axis=1, method="lower")[0])]
print("lower median of 0, 1, 2, 3 in a model:", seen[0], "called at once:", seen[1])
a = np.arange(6).reshape(2, 3)
turned = np.asarray(keras.ops.rot90(a, k=2)).tolist()
print("rot90 twice of", a.tolist(), "is", turned, "in NumPy", np.rot90(a, k=2).tolist())
places = [np.asarray(p).tolist() for p in keras.ops.unravel_index(np.array([[5]]), (3, 4))]
print("place 5 of (3, 4) is", places, "in NumPy", [p.tolist() for p in np.unravel_index(np.array([[5]]), (3, 4))])
same = seen[0] == seen[1] or turned == np.rot90(a, k=2).tolist() or places == [[[1]], [[1]]]
raise SystemExit(same)
PY
