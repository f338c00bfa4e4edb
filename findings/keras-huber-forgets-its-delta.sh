#!/usr/bin/env bash
# Of the losses with options of their own, Huber alone does not write them down:
# a model compiled with Huber(delta=0.25) opens with delta 1, and trains on with
# another loss, without a warning.
#
# Keras 3.15.1. Source: keras/src/losses/losses.py: the get_config of Huber is that
# of Loss, which knows nothing of delta; the other losses add their options.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"${PYTHON:-python3}" -m venv "$dir/env"
"$dir/env/bin/pip" install --quiet keras==3.15.1 tensorflow-cpu==2.21.0 numpy==2.4.6
cd "$dir"
TF_CPP_MIN_LOG_LEVEL=3 env/bin/python -W ignore - <<'PY'
import inspect
import keras

lost = {}
for name in ("BinaryCrossentropy", "BinaryFocalCrossentropy", "CategoricalCrossentropy", "CategoricalFocalCrossentropy",
             "CategoricalGeneralizedCrossEntropy", "Circle", "Huber", "Tversky"):
    kind = getattr(keras.losses, name)
    options = {}
    for p in inspect.signature(kind.__init__).parameters.values():
        if isinstance(p.default, bool):
            options[p.name] = not p.default
        elif isinstance(p.default, float):
            options[p.name] = p.default / 2 + 0.1
    config = kind(**options).get_config()
    missing = sorted(k for k, v in options.items() if config.get(k) != v)
    print(f"{name:36}", "does not save " + ", ".join(missing) if missing else "saves its options")
    if missing:
        lost[name] = missing
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss=keras.losses.Huber(delta=0.25))
model.save("m.keras")
again = keras.models.load_model("m.keras")
delta = again.loss.get_config().get("delta", again.loss._fn_kwargs["delta"])
print("delta after saving and loading:", delta)
raise SystemExit(lost != {"Huber": ["delta"]} or delta != 1.0)
PY
