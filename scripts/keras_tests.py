#!/usr/bin/env python3
"""The layer calls of Keras' own tests as fixtures: which of them does kerasrun answer alike?

    keras_tests.py OUT [PATTERN]

runs the tests of keras.layers that the installed Keras 3 brings along (those whose path
holds PATTERN), watches every call of a layer of Keras' own with arrays, and makes a
functional model of each call that is new: OUT/FILE_NUMBER.keras with its .npz, for
`kerasrun verify OUT`. What Keras itself cannot build, save and open again is counted.
Needs pytest and absl-py beside Keras.
"""

import collections
import json
import os
import re
import sys
import types

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras.src import backend, tree
from keras.src.layers.layer import Layer

from fixtures import oracle

LARGEST = 1 << 22  # numbers of a call's arrays and weights


class Watch:
    """A pytest plugin: Layer.__call__ records the calls made from outside any layer."""

    def __init__(self, folder):
        self.folder, self.depth, self.test = folder, 0, ""
        self.seen, self.left, self.written = set(), collections.Counter(), 0
        call = Layer.__call__
        watch = self

        def watched(layer, *args, **kwargs):
            watch.depth += 1
            try:
                answer = call(layer, *args, **kwargs)
                if watch.depth == 1 and not backend.any_symbolic_tensors(args, kwargs):
                    watch.record(layer, args, kwargs)  # calls of its own are inside
                return answer
            finally:
                watch.depth -= 1

        Layer.__call__ = watched

    def pytest_runtest_setup(self, item):
        self.test = re.sub(r"_test$", "", item.path.stem)

    def record(self, layer, args, kwargs):
        if not type(layer).__module__.startswith("keras.src.layers."):
            return
        kwargs = {k: v for k, v in kwargs.items() if k != "training"}
        try:
            key = self.key(layer, args, kwargs)
            if key in self.seen:
                return
            self.seen.add(key)
            self.write(layer, args, kwargs)
        except Exception as e:
            self.left["%s: %s: %s" % (type(layer).__name__, type(e).__name__, str(e).splitlines()[0][:90] if str(e) else "")] += 1

    def key(self, layer, args, kwargs):
        config = {k: v for k, v in layer.get_config().items() if k != "name"}
        shapes = tree.map_structure(lambda x: (str(x.dtype), tuple(x.shape)) if is_array(x) else repr(x), (args, kwargs))
        return re.sub(r'"(name|seed)": [^,}]*', "", json.dumps([type(layer).__name__, config, shapes], default=str))

    def write(self, layer, args, kwargs):
        inputs, feeds = [], []

        def symbolic(x):
            if not is_array(x):
                return x
            x = np.asarray(x)
            dtype = "string" if x.dtype.kind in "SUO" else str(x.dtype)
            inputs.append(keras.Input(shape=x.shape[1:], dtype=dtype))
            feeds.append(x)
            return inputs[-1]

        for part in layer._flatten_layers():
            if getattr(part, "stateful", False):
                part.reset_state()
        args, kwargs = tree.map_structure(symbolic, (args, kwargs))
        if not inputs or sum(x.size for x in feeds) + layer.count_params() > LARGEST:
            return
        outputs = layer(*args, **kwargs)
        if not tree.flatten(outputs):
            return
        model = keras.Model(inputs, outputs)
        self.written += 1
        name = "%s_%d" % (self.test, self.written)
        try:
            oracle.export(model, self.folder, name, feeds, gradients=False)
            keras.models.load_model(os.path.join(self.folder, name + ".keras"))
        except Exception:
            for suffix in (".keras", ".npz"):
                path = os.path.join(self.folder, name + suffix)
                if os.path.exists(path):
                    os.remove(path)
            self.written -= 1
            raise


def is_array(x):
    return isinstance(x, (np.ndarray, tf.Tensor)) and len(x.shape) > 0


def main():
    folder = sys.argv[1]
    pattern = sys.argv[2] if len(sys.argv) > 2 else ""
    root = os.path.join(os.path.dirname(keras.src.__file__), "layers")
    sys.modules.setdefault("grain", types.ModuleType("grain"))  # imported by tests, needed by few
    shared = types.ModuleType("conftest")  # Keras' own, which is not installed
    shared.skip_if_backend = lambda backend, reason: pytest.mark.skipif(backend == keras.config.backend(), reason=reason)
    sys.modules.setdefault("conftest", shared)
    files = sorted(os.path.join(d, f) for d, _, fs in os.walk(root) for f in fs if f.endswith("_test.py") and pattern in os.path.join(d, f))
    watch = Watch(folder)
    pytest.main(["-q", "-x", "--maxfail=100000", "--continue-on-collection-errors", "--tb=no", "-p", "no:cacheprovider", "-W", "ignore", *files], plugins=[watch])
    print("%d calls written, %d left out" % (watch.written, sum(watch.left.values())))
    for why, n in watch.left.most_common(40):
        print("%6d %s" % (n, why))


if __name__ == "__main__":
    main()
