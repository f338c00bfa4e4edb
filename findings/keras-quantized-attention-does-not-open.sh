#!/usr/bin/env bash
# A MultiHeadAttention that was quantized does not open again: model.quantize
# ("int8", "int4" or "float8") quantizes the four projections inside it, the file
# holds their integers and scales, but the configuration says float32 for all of
# it, so load_model builds float projections and stops at the number of arrays.
# A quantized Dense opens.
#
# Keras 3.15.1. Source: keras/src/layers/attention/multi_head_attention.py:
# get_config writes the layer's own dtype policy; those of _query_dense and the
# others are not in it.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"${PYTHON:-python3}" -m venv "$dir/env"
"$dir/env/bin/pip" install --quiet keras==3.15.1 tensorflow-cpu==2.21.0 numpy==2.4.6
cd "$dir"
TF_CPP_MIN_LOG_LEVEL=3 env/bin/python -W ignore - <<'PY'
import keras


def opens(layer, mode):
    x = keras.Input((4, 6))
    model = keras.Model(x, layer(x))
    model.quantize(mode)
    model.save("model.keras")
    try:
        keras.models.load_model("model.keras")
        return True
    except ValueError as e:
        print("   ", " ".join(str(e).split())[:150])
        return False


changed = False
for mode in ("int8", "int4", "float8"):
    attention = keras.layers.MultiHeadAttention(2, 3)
    for name, layer, expected in (("Dense", keras.layers.Dense(3), True), ("MultiHeadAttention", lambda x: attention(x, x), False)):
        found = opens(layer, mode)
        print(mode, name, "opens" if found else "does not open")
        changed |= found != expected
raise SystemExit(changed)
PY
