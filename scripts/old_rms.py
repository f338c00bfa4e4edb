"""LayerNormalization with rms_scaling as Keras 3.0 to 3.3 saves it: without the
option, so that those cannot open the files themselves. Run under such a version:

    PYTHONPATH=KERAS python scripts/old_rms.py testdata/models/old

writes VERSION-layer_normalization_rms.keras and .h5 with their answers in .npz.
"""

import os
import sys

import numpy as np

import keras

L = keras.layers
numbers = np.random.default_rng(5)

x = keras.Input((4, 5))
inner = keras.Model(x, L.LayerNormalization(rms_scaling=True, name="inside")(x), name="inner")
x = keras.Input((4, 6))
y = L.LayerNormalization(name="plain")(x)
y = L.LayerNormalization(rms_scaling=True, epsilon=0.01, name="rms")(y)
y = inner(L.Dense(5)(y))
model = keras.Model(x, L.LayerNormalization(center=False, name="uncentered")(y))
model.set_weights([numbers.normal(size=w.shape).astype("float32") for w in model.get_weights()])

rows = numbers.normal(size=(3, 4, 6)).astype("float32")
for form in ("keras", "h5"):
    name = os.path.join(sys.argv[1], keras.__version__ + "-layer_normalization_rms" + ("_h5" if form == "h5" else ""))
    model.save(name + "." + form)
    np.savez(name + ".npz", input_0=rows, output_0=model.predict(rows, verbose=0))
