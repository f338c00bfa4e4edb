#!/usr/bin/env bash
# A model that encodes integers one-hot, exported by Keras to ONNX, takes -1, which
# people have for "unknown" and padding, for the last class: Keras gives zeros for
# what is no class. Above the last class both give zeros. Nothing is said.
#
# Keras 3.15.1 (model.export(..., format="onnx"), by tf2onnx 1.17.0), ONNX Runtime
# 1.32.0. Source: ONNX' OneHot counts negative indices from the end, and tf2onnx
# (onnx_opset/tensor.py, OneHot) hands them on; TensorFlow's OneHot does not count so.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"${PYTHON:-python3}" -m venv "$dir/env"
"$dir/env/bin/pip" install --quiet keras==3.15.1 tensorflow-cpu==2.21.0 numpy==2.4.6 onnx==1.23.2 onnxruntime==1.32.0 flatbuffers==25.12.19
"$dir/env/bin/pip" install --quiet --no-deps tf2onnx==1.17.0
cd "$dir"
TF_CPP_MIN_LOG_LEVEL=3 env/bin/python -W ignore - 2>"$dir/log" <<'PY' || { tail -1 "$dir/log"; exit 1; }
import contextlib
import io

import keras
import numpy as np
import onnxruntime

classes = keras.Input((4,), dtype="int32")
model = keras.Model(classes, keras.ops.one_hot(classes, 3))
x = np.array([[-1, 0, 2, 3]], "int32")
want = model.predict(x, verbose=0)[0]
with contextlib.redirect_stdout(io.StringIO()):
    model.export("model.onnx", format="onnx", verbose=False)
session = onnxruntime.InferenceSession("model.onnx")
got = session.run(None, {session.get_inputs()[0].name: x})[0][0]
for value, k, o in zip(x[0], want, got):
    print(f"{value:>2}: Keras {k}  ONNX Runtime {o}")
wraps = want[0].tolist() == [0, 0, 0] and got[0].tolist() == [0, 0, 1]
raise SystemExit(0 if wraps and (want[1:] == got[1:]).all() else 1)
PY
