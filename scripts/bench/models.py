#!/usr/bin/env python3
"""Writes the workloads of the speed comparison.

    models.py DIR             all of them
    models.py DIR W1 W5g      some

Of every workload NAME: NAME.keras and NAME.h5; NAME.onnx; NAME.bN.tflite for batches of N;
NAME.npy, input rows, and NAME.ref.npy, Keras' answers to them. Weights and rows are random
from fixed seeds. Needs requirements.txt.
"""

import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import keras
import numpy as np
import tensorflow as tf
import tf2onnx
from keras import layers as L
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

import recurrent_onnx

LARGEST_FIXED = 2000  # LiteRT files have a fixed batch: larger batches are fed in parts


def seed_model():
    """The model kerasrun began with."""
    x = keras.Input((52,))
    y = L.Dense(100, "relu")(x)
    y = L.Dense(40, "softmax")(y)
    return keras.Model(x, L.Dense(1, "tanh")(y))


def mlp():
    x = keras.Input((784,))
    y = L.Dense(512, "relu")(x)
    y = L.Dense(512, "relu")(y)
    return keras.Model(x, L.Dense(10, "softmax")(y))


def mnist_convnet():
    x = keras.Input((28, 28, 1))
    y = L.Conv2D(32, 3, activation="relu")(x)
    y = L.Conv2D(64, 3, activation="relu")(y)
    y = L.Flatten()(L.MaxPooling2D(2)(y))
    y = L.Dense(128, "relu")(y)
    return keras.Model(x, L.Dense(10, "softmax")(y))


def application(build):
    """An architecture of keras.applications. Statistics that are all 0 and 1 would fold away."""

    def make():
        model = build(weights=None, input_shape=(224, 224, 3))
        random = np.random.default_rng(7)
        for layer in model.layers:
            if isinstance(layer, L.BatchNormalization):
                n = layer.gamma.shape[0]
                layer.set_weights([
                    random.uniform(0.8, 1.2, n), random.normal(0, 0.1, n),
                    random.normal(0, 0.1, n), random.uniform(0.8, 1.2, n),
                ])
        return model

    return make


def recurrent(cell):
    def make():
        x = keras.Input((100, 32))
        y = cell(128, return_sequences=True)(x)
        y = cell(128)(y)
        return keras.Model(x, L.Dense(1)(y))

    return make


def encoder():
    """Four blocks of a transformer, normalized after the sum."""
    x = keras.Input((128, 256))
    y = x
    for _ in range(4):
        attended = L.MultiHeadAttention(8, 32)(y, y)
        y = L.LayerNormalization(epsilon=1e-6)(L.Add()([y, attended]))
        forward = L.Dense(1024, activation="gelu")(y)
        forward = L.Dense(256)(forward)
        y = L.LayerNormalization(epsilon=1e-6)(L.Add()([y, forward]))
    y = L.GlobalAveragePooling1D()(y)
    return keras.Model(x, L.Dense(10, activation="softmax")(y))


WORKLOADS = {  # how to build it, and the batches it is measured with
    "W1": (seed_model, [1, 52, 1024, 100000]),
    "W2": (mlp, [1, 256]),
    "W3": (mnist_convnet, [1, 64]),
    "W4a": (application(keras.applications.MobileNetV2), [1]),
    "W4b": (application(keras.applications.ResNet50), [1]),
    "W5": (recurrent(L.LSTM), [1, 32]),
    "W5g": (recurrent(L.GRU), [1, 32]),
    "W6": (encoder, [1, 8]),
}


def function_of(model, batch):
    """The model as a TensorFlow function of batches of that size; None is any."""
    spec = tf.TensorSpec([batch, *model.inputs[0].shape[1:]], tf.float32, name="x")
    return tf.function(lambda x: model(x, training=False), input_signature=[spec])


def write_onnx(model, path):
    for layer in model.layers:  # tf2onnx has no Erfc: the same gelu through Erf
        if getattr(getattr(layer, "activation", None), "__name__", "") == "gelu":
            layer.activation = lambda v: 0.5 * v * (1.0 + tf.math.erf(v * 0.5**0.5))
    f = function_of(model, None)
    tf2onnx.convert.from_function(f, input_signature=f.input_signature, opset=17, output_path=path)


def write_tflite(model, path, batch):
    f = function_of(model, batch).get_concrete_function()
    frozen = convert_variables_to_constants_v2(f, lower_control_flow=False)
    with open(path, "wb") as out:
        out.write(tf.lite.TFLiteConverter.from_concrete_functions([frozen]).convert())


def write(name, directory):
    build, batches = WORKLOADS[name]
    keras.backend.clear_session()
    keras.utils.set_random_seed(1234)
    model = build()
    base = os.path.join(directory, name)
    model.save(base + ".keras")
    model.save(base + ".h5")
    n = min(max(batches), 1024)
    x = np.random.default_rng(99).standard_normal((n, *model.inputs[0].shape[1:])).astype("float32")
    np.save(base + ".npy", x)
    np.save(base + ".ref.npy", model.predict(x, verbose=0, batch_size=64))
    if name.startswith("W5"):
        recurrent_onnx.write(model, base + ".native.onnx")
    write_onnx(model, base + ".onnx")
    for batch in batches:
        if batch <= LARGEST_FIXED:
            write_tflite(model, f"{base}.b{batch}.tflite", batch)
    print(f"{name}: {model.count_params():,} weights, {model.input_shape} -> {model.output_shape}", flush=True)


if __name__ == "__main__":
    if len(sys.argv) < 2 or not set(sys.argv[2:]) <= set(WORKLOADS):
        sys.exit(__doc__)
    os.makedirs(sys.argv[1], exist_ok=True)
    for name in sys.argv[2:] or WORKLOADS:
        write(name, sys.argv[1])
