#!/usr/bin/env bash
# After model.quantize("int8") a TimeDistributed(Dense) answers off by two orders of
# magnitude, and says nothing: the wrapper multiplies by the kernel's integers and leaves
# out their scale. "int4" likewise. The same Dense in a Sequential within TimeDistributed
# is right.
#
# Keras 3.15.1. Source: keras/src/layers/rnn/time_distributed.py, step_function calls
# self.layer.call, past Layer.__call__, which alone asks whether a layer is quantized;
# Dense.call takes Dense.kernel, which is the integers.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"${PYTHON:-python3}" -m venv "$dir/env"
"$dir/env/bin/pip" install --quiet keras==3.15.1 tensorflow-cpu==2.21.0 numpy==2.4.6
cd "$dir"
TF_CPP_MIN_LOG_LEVEL=3 env/bin/python -W ignore - <<'PY'
import keras
import numpy as np

L = keras.layers
x = np.random.default_rng(1).normal(size=(2, 4, 6)).astype("float32")
changed = False
for mode in ("int8", "int4"):
    for name, inner, wrong in (("Dense", lambda: L.Dense(3), True), ("Sequential", lambda: keras.Sequential([keras.Input((6,)), L.Dense(3)]), False)):
        model = keras.Sequential([keras.Input((4, 6)), L.TimeDistributed(inner())])
        before = model.predict(x, verbose=0)
        model.quantize(mode)
        off = np.abs(model.predict(x, verbose=0) - before).max() / np.abs(before).max()
        print(f"{mode} TimeDistributed({name}): off by {off:.3g} of the largest answer")
        changed |= bool(off > 0.5) != wrong
raise SystemExit(changed)
PY
