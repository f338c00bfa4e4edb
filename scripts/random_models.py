#!/usr/bin/env python3
"""Models drawn at random, layers x options x wiring, with the answers of the Keras at hand.

    random_models.py OUT [--count 200] [--seed 1]

writes random_SEED.h5 (Keras 2) or .keras and, every fifth, .h5 (Keras 3), with .npz of
an input and its output beside each, for `kerasrun verify OUT`. A model that Keras itself
cannot build, run or save is left out and counted. Seeds stand alone: random_7 is the same
model however many are drawn.
"""

import argparse
import collections
import os
import sys
import traceback

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import keras
import numpy as np

from fixtures import oracle

L = keras.layers
ACTIVATIONS = "relu tanh sigmoid softplus softsign elu selu gelu swish exponential hard_sigmoid linear softmax".split()
MERGES = "Add Subtract Multiply Average Maximum Minimum Concatenate Dot".split()


class Draw:
    """A random model: a list of tensors that grows by layers called on some of them."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.inputs, self.tensors = [], []

    def one(self, *choices):
        return choices[self.rng.integers(len(choices))]

    def maybe(self, p=0.5):
        return self.rng.random() < p

    def size(self, low=1, high=5):
        return int(self.rng.integers(low, high + 1))

    def activation(self):
        return self.one(*ACTIVATIONS)

    def input(self):
        rank = self.one(1, 2, 2, 3, 3)
        if rank == 2 and self.maybe(0.4):
            x = keras.Input((self.size(3, 7),), dtype="int32")
            self.inputs.append((x, "words"))
            y = L.Embedding(9, self.size(2, 5), mask_zero=self.maybe())(x)
        else:
            x = y = keras.Input(tuple(self.size(4, 8) for _ in range(rank)))
            self.inputs.append((x, "padded" if rank == 2 and self.maybe(0.3) else "normal"))
            if self.inputs[-1][1] == "padded":
                y = L.Masking()(x)
        self.tensors.append(y)

    def step(self):
        kind = self.rng.random()
        x = self.tensors[self.rng.integers(max(0, len(self.tensors) - 3), len(self.tensors))]
        if kind < 0.18 and len(self.tensors) > 1:
            y = self.merge(x)
        elif kind < 0.28:
            y = self.nested(x)
        else:
            y = self.layer(x)
        self.tensors.extend(y if isinstance(y, (list, tuple)) else [y])

    def merge(self, x):
        same = [t for t in self.tensors if tuple(t.shape) == tuple(x.shape)]
        other, how = same[self.rng.integers(len(same))], self.one(*MERGES)
        if how == "Dot":
            return L.Dot(axes=self.one(1, -1), normalize=self.maybe())([x, other])
        if how == "Concatenate":
            return L.Concatenate(axis=self.one(-1, 1))([x, other])
        several = [other, x] if how != "Subtract" and self.maybe(0.3) else [other]
        return getattr(L, how)()([x] + several)

    def nested(self, x):
        shape = tuple(x.shape[1:])
        inner = keras.Input(shape)
        before, self.tensors = self.tensors, [inner]
        y = self.layer(inner)
        if isinstance(y, (list, tuple)):
            y = y[0]
        model = keras.Model(inner, y)
        self.tensors = before
        out = model(x)
        if self.maybe(0.2) and tuple(y.shape) == tuple(inner.shape):
            out = model(out)
        return out

    def layer(self, x):
        rank = len(x.shape) - 1
        table = {1: self.rows, 2: self.steps, 3: self.images}.get(rank, self.any)
        choices = table(x) if self.maybe(0.7) or rank not in (1, 2, 3) else self.any(x)
        return choices[self.rng.integers(len(choices))]()(x)

    def any(self, x):
        return [
            lambda: L.Dense(self.size(), activation=self.activation(), use_bias=self.maybe(0.8)),
            lambda: L.Activation(self.activation()),
            lambda: L.BatchNormalization(axis=self.one(-1, 1), center=self.maybe(0.8), scale=self.maybe(0.8), epsilon=self.one(1e-3, 1e-2)),
            lambda: L.LayerNormalization(axis=self.one(-1, 1), center=self.maybe(0.8), scale=self.maybe(0.8)),
            lambda: L.UnitNormalization(axis=self.one(-1, 1)),
            lambda: L.Flatten(),
            lambda: L.Dropout(0.3),
            lambda: L.GaussianNoise(0.2),
            lambda: L.LeakyReLU(),
            lambda: L.ELU(self.one(1.0, 0.5)),
            lambda: L.PReLU(),
            lambda: L.Softmax(axis=self.one(-1, 1)),
            lambda: L.ReLU(max_value=self.one(None, 2.0), threshold=self.one(0.0, 0.3)),
            lambda: L.Rescaling(self.one(0.5, 2.0), self.one(0.0, -1.0)),
            lambda: L.Reshape((-1, 1) if self.maybe() else (-1,)),
            lambda: L.Permute(tuple(int(i) + 1 for i in self.rng.permutation(len(x.shape) - 1))),
        ]

    def rows(self, x):
        return [
            lambda: L.RepeatVector(self.size(2, 4)),
            lambda: L.Dense(self.size(2, 7), activation=self.activation()),
            lambda: L.Reshape((1, x.shape[1])),
            lambda: L.ActivityRegularization(l2=0.1),
        ]

    def recurrent(self, **options):
        cell = self.one(L.LSTM, L.GRU, L.SimpleRNN)
        options.update(activation=self.one("tanh", "relu", "sigmoid"), use_bias=self.maybe(0.8), go_backwards=self.maybe(0.2))
        if cell is not L.SimpleRNN:
            options["recurrent_activation"] = self.one("sigmoid", "hard_sigmoid")
        if cell is L.GRU:
            options["reset_after"] = self.maybe()
        return cell(self.size(), **options)

    def cells(self):
        return [self.one(L.LSTMCell, L.GRUCell, L.SimpleRNNCell)(self.size()) for _ in range(self.size(1, 2))]

    def steps(self, x):
        pad, strides = self.one("valid", "same", "causal"), self.one(1, 1, 2)
        bare = {"go_backwards": False}
        return [
            lambda: L.Conv1D(self.size(), self.size(1, 3), strides=strides, padding=pad, activation=self.activation()),
            lambda: L.Conv1D(self.size(), self.size(1, 3), dilation_rate=self.one(1, 2), padding=pad),
            lambda: L.SeparableConv1D(self.size(), self.size(1, 3), padding=self.one("valid", "same"), depth_multiplier=self.one(1, 2)),
            lambda: L.DepthwiseConv1D(self.size(1, 3), padding=self.one("valid", "same")),
            lambda: L.Conv1DTranspose(self.size(), self.size(1, 3), strides=strides, padding=self.one("valid", "same")),
            lambda: L.MaxPooling1D(self.size(1, 3), strides=self.one(None, 1), padding=self.one("valid", "same")),
            lambda: L.AveragePooling1D(self.size(1, 3), strides=self.one(None, 1), padding=self.one("valid", "same")),
            lambda: L.GlobalAveragePooling1D(keepdims=self.maybe(0.3)),
            lambda: L.GlobalMaxPooling1D(keepdims=self.maybe(0.3)),
            lambda: self.recurrent(return_sequences=self.maybe(0.7)),
            lambda: self.recurrent(return_sequences=self.maybe(), return_state=True),
            lambda: L.RNN(self.cells(), return_sequences=self.maybe()),
            lambda: L.Bidirectional(self.one(L.LSTM, L.GRU)(self.size(), return_sequences=self.maybe(0.7)), merge_mode=self.one("concat", "sum", "mul", "ave")),
            lambda: L.TimeDistributed(L.Dense(self.size(), activation=self.activation())),
            lambda: lambda t: L.MultiHeadAttention(self.size(1, 3), self.size(), value_dim=self.one(None, 3))(t, t, use_causal_mask=self.maybe(0.3)),
            lambda: lambda t: L.Attention(use_scale=self.maybe())([t, t]),
            lambda: lambda t: L.AdditiveAttention()([t, t]),
            lambda: L.ZeroPadding1D(self.size(1, 2)),
            lambda: L.Cropping1D((1, 0)),
            lambda: L.UpSampling1D(self.size(2, 3)),
            lambda: L.EinsumDense("abc,cd->abd", output_shape=(None, self.size()), bias_axes=self.one(None, "d")),
            lambda: L.Masking(0.0),
            lambda: L.SpatialDropout1D(0.2),
        ]

    def images(self, x):
        pad = self.one("valid", "same")
        window = lambda: (self.size(1, 3), self.size(1, 3))
        stride = self.one((1, 1), (2, 2), (2, 1) if pad == "valid" else (2, 2))
        return [
            lambda: L.Conv2D(self.size(), window(), strides=stride, padding=pad, activation=self.activation(), use_bias=self.maybe(0.8)),
            lambda: L.Conv2D(self.size(), window(), dilation_rate=self.one(1, 2), padding=pad),
            lambda: L.DepthwiseConv2D(window(), padding=pad, depth_multiplier=self.one(1, 2)),
            lambda: L.SeparableConv2D(self.size(), window(), padding=pad, depth_multiplier=self.one(1, 2)),
            lambda: L.Conv2DTranspose(self.size(), window(), strides=self.one(1, 2), padding=pad),
            lambda: L.MaxPooling2D(window(), strides=self.one(None, 1), padding=pad),
            lambda: L.AveragePooling2D(window(), strides=self.one(None, 1), padding=pad),
            lambda: L.GlobalAveragePooling2D(keepdims=self.maybe(0.3)),
            lambda: L.GlobalMaxPooling2D(keepdims=self.maybe(0.3)),
            lambda: L.ZeroPadding2D(((1, 0), (2, 1))),
            lambda: L.Cropping2D(((1, 0), (0, 1))),
            lambda: L.UpSampling2D(window(), interpolation=self.one("nearest", "bilinear")),
            lambda: L.Resizing(self.size(2, 9), self.size(2, 9), interpolation=self.one("nearest", "bilinear", "bicubic", "area"), crop_to_aspect_ratio=self.maybe(0.3)),
            lambda: L.CenterCrop(self.size(2, 4), self.size(2, 4)),
            lambda: L.TimeDistributed(L.Conv1D(self.size(), 2, padding="same")),
            lambda: L.GroupNormalization(groups=self.one(1, -1)),
            lambda: L.SpatialDropout2D(0.2),
            lambda: L.Reshape((x.shape[1], -1)),
        ]

    def model(self):
        for _ in range(self.size(1, 2)):
            self.input()
        for _ in range(self.size(2, 8)):
            self.step()
        used = self.tensors[-1:] + [t for t in self.tensors[len(self.inputs) : -1] if self.maybe(0.2)]
        return keras.Model([x for x, _ in self.inputs], used)

    def feeds(self, batch=3):
        out = []
        for x, kind in self.inputs:
            shape = (batch,) + tuple(x.shape[1:])
            if kind == "words":
                a = self.rng.integers(0, 9, shape).astype("int32")
            else:
                a = self.rng.standard_normal(shape).astype("float32")
                if kind == "padded":
                    a[self.rng.random(shape[:2]) < 0.3] = 0
            out.append(a)
        return out


def write(seed, folder):
    keras.utils.set_random_seed(seed)
    keras.backend.clear_session()
    draw = Draw(seed)
    model = draw.model()
    model.set_weights([w if w.dtype.kind not in "f" else (np.abs(w) + draw.rng.uniform(0.1, 0.5, w.shape) if "variance" in v.name else w + draw.rng.uniform(-0.3, 0.3, w.shape)).astype(w.dtype)
                       for v, w in zip(model.weights, model.get_weights())])
    suffix = oracle.SUFFIX if not oracle.K3 or seed % 5 else ".h5"
    name = "random_%d" % seed
    oracle.export(model, folder, name, draw.feeds(), gradients=False, suffix=suffix)
    keras.models.load_model(os.path.join(folder, name + suffix))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    left = collections.Counter()
    for seed in range(args.seed, args.seed + args.count):
        try:
            write(seed, args.out)
        except Exception as e:  # Keras' own limits: shapes that do not fit, files it cannot open
            for suffix in (".h5", ".keras", ".npz"):
                path = os.path.join(args.out, "random_%d%s" % (seed, suffix))
                if os.path.exists(path):
                    os.remove(path)
            where = traceback.extract_tb(sys.exc_info()[2])[-1]
            left["%s in %s" % (type(e).__name__, os.path.basename(where.filename))] += 1
    print("Keras %s: %d models written, %d left out" % (keras.__version__, args.count - sum(left.values()), sum(left.values())))
    for why, n in left.most_common(5):
        print("%6d %s" % (n, why))


if __name__ == "__main__":
    main()
