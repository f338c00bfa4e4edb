#!/usr/bin/env python3
"""Writes the workloads of the speed comparison.

    models.py DIR             all of them
    models.py DIR W1 W5g      some

Of every workload NAME: NAME.keras and NAME.h5; NAME.onnx, and NAME.native.onnx where nodes of
ONNX' own stand for recurrent layers; NAME.bN.tflite for batches of N; NAME.npz with input rows,
input_0 and so on, and Keras' answers to them, output_0. Weights and rows are random from fixed
seeds. What cannot be converted is said, and has no file. Needs requirements.txt.
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


def with_statistics(model):
    """The model with other statistics than 0 and 1, which would fold away."""
    random = np.random.default_rng(7)
    for layer in model.layers:
        if isinstance(layer, L.BatchNormalization):
            n = layer.gamma.shape[0]
            layer.set_weights([
                random.uniform(0.8, 1.2, n), random.normal(0, 0.1, n),
                random.normal(0, 0.1, n), random.uniform(0.8, 1.2, n),
            ])
    return model


def application(build):
    """An architecture of keras.applications."""
    return lambda: with_statistics(build(weights=None, input_shape=(224, 224, 3)))


def keyword_spotting():
    """49 frames of 40 coefficients of a sound, to one of 12 words."""
    x = keras.Input((49, 40))
    y = x
    for _ in range(2):
        y = L.Conv1D(64, 5, padding="same", use_bias=False)(y)
        y = L.ReLU()(L.BatchNormalization()(y))
    y = L.GRU(128)(y)
    return with_statistics(keras.Model(x, L.Dense(12, "softmax")(y)))


def unet():
    """Four levels down and up again, with two convolutions at each."""

    def convolutions(y, filters):
        for _ in range(2):
            y = L.Conv2D(filters, 3, padding="same", activation="relu")(y)
        return y

    x = keras.Input((128, 128, 3))
    y, kept = x, []
    for filters in (16, 32, 64, 128):
        kept.append(convolutions(y, filters))
        y = L.MaxPooling2D(2)(kept[-1])
    y = convolutions(y, 256)
    for level in reversed(kept):
        filters = level.shape[-1]
        y = L.Conv2DTranspose(filters, 2, strides=2)(y)
        y = convolutions(L.Concatenate()([y, level]), filters)
    return keras.Model(x, L.Conv2D(1, 1, activation="sigmoid")(y))


def bidirectional():
    """Sequences of up to 200 steps, zeros behind the end of each."""
    x = keras.Input((200, 32))
    y = L.Masking()(x)
    y = L.Bidirectional(L.LSTM(64, return_sequences=True))(y)
    y = L.Bidirectional(L.LSTM(64))(y)
    return keras.Model(x, L.Dense(10, "softmax")(y))


def recommender():
    """Who, what and where as places in three tables; their products, and an MLP over all."""
    x = [keras.Input((1,), dtype="int32") for _ in range(3)]
    rows = [L.Flatten()(L.Embedding(100_000, 32)(place)) for place in x]
    products = [L.Dot(1)([rows[i], rows[j]]) for i, j in ((0, 1), (0, 2), (1, 2))]
    y = L.Concatenate()(rows + products)
    y = L.Dense(128, "relu")(y)
    y = L.Dense(64, "relu")(y)
    return keras.Model(x, L.Dense(1, "sigmoid")(y))


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
    "W7a": (keyword_spotting, [1]),
    "W8a": (application(keras.applications.EfficientNetB0), [1]),
    "W9": (unet, [1]),
    "W10": (bidirectional, [1, 32]),
    "W11": (recommender, [64]),
}
NATIVE = ["W5", "W5g", "W7a", "W10"]  # those with ONNX' own LSTM and GRU beside the conversion


def rows_of(model, name, n):
    """Input rows, one array for each input."""
    random = np.random.default_rng(99)
    shapes = [(n, *x.shape[1:]) for x in model.inputs]
    if name == "W11":
        return [random.integers(0, 100_000, shape, dtype="int32") for shape in shapes]
    x = [random.standard_normal(shape).astype("float32") for shape in shapes]
    if name == "W10":
        for row, length in zip(x[0], random.integers(20, 201, n)):
            row[length:] = 0
        x[0][0, 110:] = 0  # what is measured alone is of middle length
    return x


def function_of(model, batch):
    """The model as a TensorFlow function of batches of that size; None is any."""
    specs = [tf.TensorSpec([batch, *x.shape[1:]], x.dtype, name=f"x{i}") for i, x in enumerate(model.inputs)]
    return tf.function(lambda *x: model(x[0] if len(x) == 1 else x, training=False), input_signature=specs)


def write_onnx(model, path):
    for layer in model.layers:  # tf2onnx has no Erfc: the same gelu through Erf
        if getattr(getattr(layer, "activation", None), "__name__", "") == "gelu":
            layer.activation = lambda v: 0.5 * v * (1.0 + tf.math.erf(v * 0.5**0.5))
        if isinstance(layer, L.Normalization):  # it makes inputs of tensors that are no variables
            layer.mean, layer.variance = np.array(layer.mean), np.array(layer.variance)
    f = function_of(model, None)
    tf2onnx.convert.from_function(f, input_signature=f.input_signature, opset=17, output_path=path)


def write_tflite(model, path, batch):
    f = function_of(model, batch).get_concrete_function()
    frozen = convert_variables_to_constants_v2(f, lower_control_flow=False)
    with open(path, "wb") as out:
        out.write(tf.lite.TFLiteConverter.from_concrete_functions([frozen]).convert())


def converted(convert, model, path, *rest):
    """Writes a peer's file, or says why there is none."""
    try:
        convert(model, path, *rest)
    except Exception as e:  # converters raise anything
        if os.path.exists(path):
            os.remove(path)
        print(f"{os.path.basename(path)}: {str(e).splitlines()[0][:200]}", file=sys.stderr, flush=True)


def write(name, directory):
    build, batches = WORKLOADS[name]
    keras.backend.clear_session()
    keras.utils.set_random_seed(1234)
    model = build()
    base = os.path.join(directory, name)
    model.save(base + ".keras")
    model.save(base + ".h5")
    x = rows_of(model, name, min(max(batches), 1024))
    y = model.predict(x[0] if len(x) == 1 else x, verbose=0, batch_size=64)
    np.savez(base + ".npz", **{f"input_{i}": a for i, a in enumerate(x)}, output_0=y)
    if name in NATIVE:
        converted(recurrent_onnx.write, model, base + ".native.onnx")
    converted(write_onnx, model, base + ".onnx")
    for batch in batches:
        if batch <= LARGEST_FIXED:
            converted(write_tflite, model, f"{base}.b{batch}.tflite", batch)
    print(f"{name}: {model.count_params():,} weights, {model.input_shape} -> {model.output_shape}", flush=True)


if __name__ == "__main__":
    if len(sys.argv) < 2 or not set(sys.argv[2:]) <= set(WORKLOADS):
        sys.exit(__doc__)
    os.makedirs(sys.argv[1], exist_ok=True)
    for name in sys.argv[2:] or WORKLOADS:
        write(name, sys.argv[1])
