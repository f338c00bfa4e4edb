"""An int4 model of Keras 3.11 to 3.13, whose kernels share bytes along the other axis
and whose inputs are quantized too. Run under such a version:

    PYTHONPATH=KERAS python scripts/old_int4.py testdata/models/old

writes VERSION-BACKEND-int4.keras with its answers in .npz.
"""

import os
import sys

import keras
import numpy as np

from fixtures import oracle

L = keras.layers
EQUATIONS = {"abcd,de->abce": (None, None, 7), "abcd,cde->abe": (None, 3), "abcd,ed->abce": (None, None, 3), "abcd,def->abcfe": (None, None, 2, 3)}


def model():
    x, words = keras.Input((4, 3, 5)), keras.Input((3,), dtype="int32")
    y = [L.EinsumDense(e, output_shape=s, name=f"equation{i}")(x) for i, (e, s) in enumerate(EQUATIONS.items())]
    y += [L.Dense(3)(L.Dense(7, activation="tanh")(x)), L.TimeDistributed(L.Dense(4))(x), L.Embedding(9, 5)(words)]
    for tie in (True, False):
        table = L.ReversibleEmbedding(10, 5, tie_weights=tie)
        y.append(table(table(words), reverse=True))
    return keras.Model([x, words], y)


def main(folder):
    keras.utils.set_random_seed(4)
    m = model()
    m.quantize("int4")
    rng = np.random.default_rng(4)
    inputs = [rng.normal(size=(2, 4, 3, 5)).astype("float32"), rng.integers(0, 9, (2, 3)).astype("int32")]
    name = f"{keras.__version__}-{keras.backend.backend()}-int4"
    oracle.export(m, folder, name, inputs, gradients=False, packed=True)
    keras.saving.load_model(os.path.join(folder, name + ".keras"))


if __name__ == "__main__":
    main(sys.argv[1])
