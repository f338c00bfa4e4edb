"""Models of Keras 1 and 2 beside their backends, where they compute otherwise
than Keras 3. Run under the old version itself, Python 2.7 or later:

    KERAS_BACKEND=theano PYTHONPATH=KERAS python scripts/old.py testdata/models/old

writes VERSION-BACKEND-CASE.h5 with its answers in .npz, for the cases that the
version has.
"""
from __future__ import print_function

import json
import os
import sys

import h5py
import numpy as np

import keras
from keras import backend as K
import keras.layers as L
from keras.models import Model, Sequential

BACKEND = K.backend() if hasattr(K, "backend") else K._BACKEND
VERSION = tuple(int(n) for n in keras.__version__.split(".")[:2])


def keras1():
    if BACKEND == "theano" and VERSION >= (1, 2):
        yield "conv_same_strides", [L.Convolution2D(2, 3, 3, subsample=(2, 2), border_mode="same", dim_ordering="tf", input_shape=(6, 7, 2))]
        yield "conv_same_even", [L.Convolution2D(2, 2, 4, border_mode="same", dim_ordering="th", input_shape=(2, 5, 6))]
        yield "pool_same", [
            L.Convolution2D(2, 1, 1, dim_ordering="tf", input_shape=(9, 8, 2)),
            L.MaxPooling2D((3, 3), strides=(2, 2), border_mode="same", dim_ordering="tf"),
            L.AveragePooling2D((2, 2), strides=(1, 1), border_mode="same", dim_ordering="tf"),
        ]
    if VERSION >= (1, 2):
        yield "conv_lstm_first", [L.ConvLSTM2D(2, 3, 3, border_mode="same", dim_ordering="th", input_shape=(3, 2, 4, 5))]
    if VERSION >= (1, 2):
        yield "padding_by_siblings", [
            L.Convolution2D(2, 2, 2, dim_ordering="th", input_shape=(2, 4, 5)),
            L.ZeroPadding2D((1, 2), dim_ordering="th"),
            L.UpSampling2D((2, 1), dim_ordering="th"),
        ]
    yield "batch_normalization", [L.BatchNormalization(axis=-1, input_shape=(2, 3))]
    if VERSION >= (1, 2) and BACKEND == "tensorflow":
        yield "batch_normalization_of_samples", [L.BatchNormalization(mode=1, input_shape=(2, 3))]
        yield "batch_normalization_of_the_batch", [L.BatchNormalization(mode=2, input_shape=(2, 3))]
        a, b = L.Input((4,)), L.Input((4,))
        yield "merge_cos", Model([a, b], L.merge([a, b], mode="cos", dot_axes=1))
        x = L.Input((3,))
        left, right = Model(x, L.Dense(4)(x)), Sequential([L.Dense(4, input_dim=2)])
        yield "merge_of_models", [L.Merge([left, right], mode="concat"), L.Dense(2)]


def keras2():
    if VERSION >= (2, 6):
        yield "batch_normalization_of_axes", [L.BatchNormalization(axis=[1, 3], input_shape=(2, 3, 4))]
        return
    yield "up_sampling_bilinear", [L.UpSampling2D((2, 3), interpolation="bilinear", input_shape=(3, 4, 2))]


def save(model, path):
    if hasattr(model, "save"):
        model.save(path)
        return
    model.save_weights(path, overwrite=True)  # the first Keras 1 had no more: join them as later ones do
    with h5py.File(path, "r+") as f:
        group = f.create_group("model_weights")
        for name in [n for n in f if n != "model_weights"]:
            f.move(name, "model_weights/" + name)
        group.attrs["layer_names"] = f.attrs["layer_names"]
        del f.attrs["layer_names"]
        f.attrs["keras_version"] = keras.__version__
        f.attrs["model_config"] = json.dumps({"class_name": model.__class__.__name__, "config": model.get_config()})


def main(folder):
    r = np.random.RandomState(7)
    for name, stack in (keras1 if VERSION[0] == 1 else keras2)():
        model = stack
        if isinstance(stack, list):
            model = Sequential()
            for layer in stack:
                model.add(layer)
        model.compile("sgd", "mse")
        model.set_weights([r.uniform(0.2, 1, w.shape) * (1 if "batch" in name else r.choice([-1, 1], w.shape)) for w in model.get_weights()])
        shapes = model.input_shape if isinstance(model.input_shape, list) else [model.input_shape]
        x = [r.normal(size=(2,) + shape[1:]).astype("float32") for shape in shapes]
        path = os.path.join(folder, "%s-%s-%s" % (keras.__version__, BACKEND, name))
        save(model, path + ".h5")
        arrays = {"input_%d" % i: a for i, a in enumerate(x)}
        np.savez(path + ".npz", output_0=model.predict(x if len(x) > 1 else x[0], batch_size=2), **arrays)
        print(path)


if __name__ == "__main__":
    main(sys.argv[1])
