#!/usr/bin/env bash
# A StringLookup with output_mode="tf_idf" and pad_to_max_tokens=True that learned
# its vocabulary saves without a word, and the .keras does not open again: the
# weights were padded to max_tokens, the vocabulary was not.
#
# Keras 3.15.1. Source: keras/src/layers/preprocessing/index_lookup.py:
# finalize_state pads idf_weights, load_assets hands them to set_vocabulary, which
# wants as many as there are tokens.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"${PYTHON:-python3}" -m venv "$dir/env"
"$dir/env/bin/pip" install --quiet keras==3.15.1 tensorflow-cpu==2.21.0 numpy==2.4.6
cd "$dir"
TF_CPP_MIN_LOG_LEVEL=3 env/bin/python -W ignore - <<'PY'
import keras
import numpy as np

refused = {}
for padded in (False, True):
    lookup = keras.layers.StringLookup(output_mode="tf_idf", max_tokens=7, pad_to_max_tokens=padded)
    lookup.adapt(np.array([["dog", "dog"], ["cat", "ibex"]]))
    words = keras.Input((4,), dtype="string")
    keras.Model(words, lookup(words)).save("model.keras")
    try:
        keras.saving.load_model("model.keras")
        print(f"pad_to_max_tokens={padded}: opens")
    except ValueError as error:
        refused[padded] = [line for line in str(error).splitlines() if "idf_weights" in line]
        print(f"pad_to_max_tokens={padded}: {refused[padded]}")
raise SystemExit(list(refused) != [True])
PY
