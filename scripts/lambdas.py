"""Writes testdata/lambda: functions as Keras stores those of Lambda layers, compiled by real CPythons.

    .envs/k2/bin/python scripts/lambdas.py [--pythons ~/.pyenv/versions]

cases.json holds the functions, what they read as, and what Keras 2.15 answers. pyX.Y.json holds the code objects of one
Python, in the base64 that Keras writes; those of a Python that is not there are left as they are.
"""

import argparse
import json
import pathlib
import subprocess
import sys

# name: source, formula, inputs. A source is an expression, or statements that define f.
CASES = {
    "scale": ("lambda x: x / 127.5 - 1.0", "x / 127.5 - 1.0", 1),
    "integers": ("lambda x: x / 127.5 - 1", "x / 127.5 - 1", 1),
    "power": ("lambda x: x ** 2", "x ** 2", 1),
    "triple": ("lambda x: 3 * x", "3 * x", 1),
    "negative": ("lambda x: -x", "-x", 1),
    "polynomial": ("lambda x: (x + 1) * (x - 2) / (2 * x * x + 1)", "(x + 1) * (x - 2) / (2 * x * x + 1)", 1),
    "right": ("lambda x: 1 - (x - (2 - x))", "1 - (x - (2 - x))", 1),
    "floor": ("lambda x: x // 0.5 + x % 0.5", "x // 0.5 + x % 0.5", 1),
    "last": ("lambda x: x[:, -1, :]", "x[:, -1, :]", 1),
    "corner": ("lambda x: x[:, 0]", "x[:, 0]", 1),
    "reversed": ("lambda x: x[..., ::-1]", "x[..., ::-1]", 1),
    "new_axis": ("lambda x: x[:, :, None]", "x[:, :, None]", 1),
    "rows": ("lambda x: x[1:3]", "x[1:3]", 1),
    "halves": ("lambda x: x[:, :2] * x[:, 2:]", "x[:, :2] * x[:, 2:]", 1),
    "distance": ("lambda t: K.abs(t[0] - t[1])", "ops.absolute(t[0] - t[1])", 2),
    "euclidean": ("def f(vects):\n    x, y = vects\n    return K.sqrt(K.sum(K.square(x - y), axis=1, keepdims=True))",
                  "ops.sqrt(ops.maximum(ops.sum(ops.square(vects[0] - vects[1]), axis=1, keepdims=True), 0.0))", 2),
    "mean": ("lambda x: K.mean(x, axis=1)", "ops.mean(x, axis=1)", 1),
    "mean_of_two": ("lambda x: K.mean(x, axis=[1, 2])", "ops.mean(x, axis=[1, 2])", 1),
    "l2": ("lambda x: K.l2_normalize(x, axis=-1)",
           "x * ops.rsqrt(ops.maximum(ops.sum(ops.square(x), axis=-1, keepdims=True), 1e-12))", 1),
    "tf_chain": ("lambda x: tf.nn.relu(tf.reduce_max(x, axis=2, keepdims=True) - x)", "ops.relu(ops.max(x, axis=2, keepdims=True) - x)", 1),
    "tf_math": ("lambda x: tf.math.log(tf.math.exp(x) + 1.0)", "ops.log(ops.exp(x) + 1.0)", 1),
    "expand": ("lambda x: K.expand_dims(x, -1)", "ops.expand_dims(x, axis=-1)", 1),
    "concatenate": ("lambda x: K.concatenate([x, K.square(x)], axis=-1)", "ops.concatenate([x, ops.square(x)], axis=-1)", 1),
    "antirectifier": ("def f(x):\n    x -= K.mean(x, axis=1, keepdims=True)\n    return K.concatenate([K.relu(x), K.relu(-x)], axis=1)",
                      "ops.concatenate([ops.relu(x - ops.mean(x, axis=1, keepdims=True)), ops.relu(-(x - ops.mean(x, axis=1, keepdims=True)))], axis=1)", 1),
    "imports": ("def f(x):\n    import tensorflow as tf\n    from tensorflow.keras import backend as K\n    return tf.transpose(K.exp(x), [0, 2, 1])",
                "ops.transpose(ops.exp(x), axes=[0, 2, 1])", 1),
    "permute": ("lambda x: K.permute_dimensions(x, (0, 2, 1))", "ops.transpose(x, axes=[0, 2, 1])", 1),
    "clip": ("lambda x: K.clip(x, -0.5, 0.5)", "ops.clip(x, x_max=0.5, x_min=-0.5)", 1),
    "softmax": ("lambda x: K.softmax(x * 2.0, axis=1)", "ops.softmax(x * 2.0, axis=1)", 1),
    "constants": ("lambda x: x * (2 ** 3 + 10 // 4 - 7 % 3) / len([1, 2])", "x * 9 / 2", 1),
    "math": ("lambda x: x * math.sqrt(2) + math.pi", "x * 1.4142135623730951 + 3.141592653589793", 1),
    "array": ("lambda x: x - np.array([0.5, 0.25, 1.0, 0.0])", "x - [0.5, 0.25, 1.0, 0.0]", 1),
    "conditional": ("def f(x, axis=None):\n    if axis is None:\n        axis = -1\n    return K.max(x, axis=axis)", "ops.max(x, axis=-1)", 1),
    "ternary": ("lambda x, flip=True: -x if flip else x", "-x", 1),
    "keywords": ("lambda x, scale=2.0, shift=1.0: x * scale + shift", "x * 2.0 + 1.0", 1),
    "inner": ("def f(x):\n    g = lambda y: y * 2\n    return g(x) + g(1)", "x * 2 + 2", 1),
    "closure": ("def f(x):\n    k = 3.0\n    def g(y):\n        return y * k\n    return g(x)", "x * 3.0", 1),
    "unpack": ("def f(x):\n    a, b = x[:, :, :2], x[:, :, 2:]\n    a, b = b, a\n    return a * K.exp(b)", "x[:, :, 2:] * ops.exp(x[:, :, :2])", 1),
    "split": ("lambda x: tf.split(x, 2, axis=-1)[1]", "ops.split(x, axis=-1, indices_or_sections=2)[1]", 1),
    "list_of_two": ("lambda x: [x + 1.0, x * 2.0]", "x + 1.0, x * 2.0", 1),
    "tile": ("lambda x: K.tile(x, [1, 2, 1])", "ops.tile(x, repeats=[1, 2, 1])", 1),
    "dot": ("lambda ab: K.batch_dot(ab[0], ab[1], axes=[2, 2])", "Dot(axes=[2, 2])([ab[0], ab[1]])", 2),
    "greater": ("lambda x: tf.cast(x > 0.25, tf.float32)", "ops.cast(x > 0.25, dtype=\"float32\")", 1),
    "hard_sigmoid": ("lambda x: K.hard_sigmoid(x)", "ops.clip(x * 0.2 + 0.5, x_max=1.0, x_min=0.0)", 1),
}

# Functions that are refused, and what the message must name.
REFUSED = {
    "other_global": ("lambda x: preprocess_input(x)", "preprocess_input"),
    "random": ("lambda x: x + K.random_normal((2, 2))", "random_normal"),
    "loop": ("def f(x):\n    for i in [1, 2, 3]:\n        x = x + i\n    return x", "a loop"),
    "branch": ("def f(x):\n    if x > 0:\n        return x\n    return -x", "a branch"),
    "system": ("lambda x: __import__('os').system('true')", "__import__"),
    "import": ("def f(x):\n    import os\n    return x * os.getpid()", "os"),
    "shape": ("lambda x: K.reshape(x, (-1, K.int_shape(x)[1] * 4))", "shape"),
}

DUMP = """
import base64, json, marshal, sys
out = {}
for name, source in sorted(json.load(sys.stdin).items()):
    scope = {}
    exec(compile(source if source.startswith("def") else "f = " + source, "model.py", "exec"), scope)
    out[name] = base64.b64encode(marshal.dumps(scope["f"].__code__)).decode("ascii")
print(json.dumps(out))
"""


def answers():
    import numpy as np
    import tensorflow as tf

    def f_of(source):
        scope = {"K": tf.keras.backend, "tf": tf, "np": np, "math": __import__("math")}
        exec(compile(source if source.startswith("def") else "f = " + source, "model.py", "exec"), scope)
        return scope["f"]

    out = {}
    for name, (source, formula, n) in CASES.items():
        rng = np.random.default_rng(7)
        inputs = [rng.uniform(-2, 2, (2, 3, 4)).round(2).astype("float32") for _ in range(n)]
        tensors = [tf.constant(x) for x in inputs]
        f = f_of(source)
        results = f(tensors if n > 1 else tensors[0])
        results = results if isinstance(results, list) else [results]
        out[name] = {
            "source": source,
            "defaults": list(f.__defaults__) if f.__defaults__ else None,
            "formula": formula,
            "inputs": [{"shape": list(x.shape), "data": x.ravel().tolist()} for x in inputs],
            "outputs": [{"shape": list(y.shape), "data": [float("%.9g" % v) for v in y.numpy().ravel()]} for y in results],
        }
    for name, (source, reason) in REFUSED.items():
        out[name] = {"source": source, "refused": reason}
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pythons", type=pathlib.Path, default=pathlib.Path.home() / ".pyenv/versions")
    args = parser.parse_args()
    to = pathlib.Path(__file__).parent.parent / "testdata/lambda"
    to.mkdir(exist_ok=True)
    sources = {name: case[0] for name, case in {**CASES, **REFUSED}.items()}
    for python in sorted(args.pythons.glob("*/bin/python")):
        version = ".".join(python.parent.parent.name.split(".")[:2])
        try:
            done = subprocess.run([str(python), "-c", DUMP], input=json.dumps(sources), capture_output=True, text=True, check=True)
        except subprocess.CalledProcessError as e:
            sys.exit(f"{python}: {e.stderr}")
        text = json.dumps(json.loads(done.stdout), indent=0, sort_keys=True)
        (to / f"py{version}.json").write_text(text + "\n")
    (to / "cases.json").write_text(json.dumps(answers(), separators=(",", ":"), sort_keys=True).replace('},"', '},\n"') + "\n")


if __name__ == "__main__":
    main()
