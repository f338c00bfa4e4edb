#!/usr/bin/env bash
# Keras on JAX 0.7.1 to 0.8.0 trains a plain MLP wrongly on a processor with AVX, and says
# nothing: from the second step on the compiled step's gradients are wrong, so that the
# loss falls at half the pace. The same step without jit_compile is right, and so are JAX
# 0.7.0, 0.8.2 and 0.10.2. Keras 3.15.1 accepts all of them.
#
# Seen on x86-64 with AVX2. jit_compile=True is what "auto" means there; Keras then gives
# its variables' memory away (keras/src/backend/jax/trainer.py, donate_argnums=0), and a
# bare jax.jit(step, donate_argnums=0) of an MLP shows the same; without donate_argnums,
# or with XLA_FLAGS=--xla_cpu_max_isa=SSE4_2, it is right.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"${PYTHON:-python3}" -m venv "$dir/env"
cat > "$dir/train.py" <<'PY'
import sys

import jax
import keras
import numpy as np

L = keras.layers
random = np.random.default_rng(3)
x = random.standard_normal((128, 784), dtype="float32")
y = np.eye(10, dtype="float32")[random.integers(0, 10, 128)]


def losses(jit):
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((784,)), L.Dense(512, "relu"), L.Dense(512, "relu"), L.Dense(10, "softmax")])
    model.compile("sgd", "categorical_crossentropy", jit_compile=jit)
    model.optimizer.learning_rate = 0.1
    return np.array([model.train_on_batch(x, y) for _ in range(5)])


plain, jit = losses(False), losses(True)
print(f"JAX {jax.__version__}, not compiled: {plain.round(4)}")
print(f"JAX {jax.__version__}, compiled:     {jit.round(4)}")
wrong = bool(abs(plain - jit).max() > 0.05)
raise SystemExit(wrong != (sys.argv[1] == "wrong"))
PY
cd "$dir"
for release in 0.7.0:right 0.7.2:wrong 0.10.2:right; do
	env/bin/pip install --quiet keras==3.15.1 numpy==2.4.6 "jax==${release%:*}" "jaxlib==${release%:*}"
	KERAS_BACKEND=jax JAX_PLATFORMS=cpu env/bin/python -W ignore train.py "${release#*:}"
done
