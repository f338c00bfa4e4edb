#!/usr/bin/env bash
# A model with a softplus head, converted for LiteRT, never answers more than
# 88.376: log(1 + e^x) is computed as it stands, and the exponential's argument is
# held down to where float32 ends. 100, 250 and infinity all give 88.376 (88.723
# without the default delegate XNNPACK), where Keras gives the number itself, and
# where the interpreter within TensorFlow 2.21 gives infinity, which at least shows.
# No word at conversion. A model that learned prices or counts under a positive
# head loses its upper half.
#
# ai-edge-litert 2.3.0, TensorFlow 2.21.0 (converter), Keras 3.15.1. Source:
# keras/src/backend/tensorflow/nn.py, softplus, is one operation of TensorFlow; the
# converter takes it apart into EXP, ADD and LOG (or its like), and LiteRT has no
# SOFTPLUS.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"${PYTHON:-python3}" -m venv "$dir/env"
"$dir/env/bin/pip" install --quiet keras==3.15.1 tensorflow-cpu==2.21.0 numpy==2.4.6 ai-edge-litert==2.3.0
cd "$dir"
TF_CPP_MIN_LOG_LEVEL=3 env/bin/python -W ignore - 2>/dev/null <<'PY'
import contextlib
import io

import keras
import numpy as np
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter, OpResolverType

head = keras.Sequential([keras.Input((1,), batch_size=6), keras.layers.Dense(1, activation="softplus", kernel_initializer="ones")])
x = np.array([[-1], [50], [88], [90], [250], [1000]], "float32")
want = head.predict(x, verbose=0).ravel()
print("input      ", x.ravel())
print("Keras      ", want)
with contextlib.redirect_stdout(io.StringIO()):
    converted = tf.lite.TFLiteConverter.from_keras_model(head).convert()

answers = {}
for name, lite in (
    ("LiteRT", Interpreter(model_content=converted)),
    ("no delegate", Interpreter(model_content=converted, experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES)),
    ("TensorFlow", tf.lite.Interpreter(model_content=converted)),
):
    lite.allocate_tensors()
    lite.set_tensor(lite.get_input_details()[0]["index"], x)
    lite.invoke()
    answers[name] = lite.get_tensor(lite.get_output_details()[0]["index"]).ravel()
    print(f"{name:<11}", answers[name])
operations = [o["op_name"] for o in lite._get_ops_details()]
print("operations ", operations)
held = all(((88 < answers[name][3:]) & (answers[name][3:] < 89)).all() for name in ("LiteRT", "no delegate"))
seen = np.isinf(answers["TensorFlow"][3:]).all() and (want[3:] == x.ravel()[3:]).all()
raise SystemExit(0 if held and seen else 1)
PY
