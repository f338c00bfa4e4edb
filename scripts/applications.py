#!/usr/bin/env python3
"""Saves every constructor of keras.applications with random weights, and its answers.

    applications.py OUT                             all 40, as fixtures in OUT
    applications.py OUT --then 'kerasrun verify'    verifies each as it is made, then deletes it
    applications.py OUT --only VGG16,NASNetMobile

A model is saved as .h5 and .keras, each with the .npz of its answers beside it. Weights
are seeded; the statistics of BatchNormalization are those of the input, or activations
would explode or die over a hundred layers. Two processes share the work.
"""

import argparse
import gc
import os
import shlex
import subprocess
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["CUDA_VISIBLE_DEVICES"] = ""

# The smallest images that a family takes, where that is not 32.
SIZES = {"Xception": 71, "InceptionV3": 75, "InceptionResNetV2": 75}
BARE = ["MobileNetV2", "EfficientNetV2B0"]  # saved without their top too
PROCESSES = 2


def constructors():
    import keras

    models = {n: f for n, f in vars(keras.applications).items() if n[0].isupper() and callable(f)}
    assert len(models) == 40, f"keras.applications has {len(models)} constructors"
    return models


def build(make, name, top):
    size = SIZES.get(name, 32)
    options = {"include_top": top, "weights": None, "input_shape": (size, size, 3)}
    if top:
        options["classes"] = 10
    return make(**options)


def settle(model, x, rng):
    """Gives the weights that start as zeros, ones or nearly nothing values of their own."""
    import keras
    import numpy as np

    norms = [l for l in layers(model) if isinstance(l, keras.layers.BatchNormalization)]
    momenta = [l.momentum for l in norms]
    for l in layers(model):
        for w in l.weights:
            name = w.name
            if name in ("gamma", "bias", "beta") or name.endswith("_gamma"):
                start = 0.0 if name in ("bias", "beta") else 1.0
                w.assign(rng.normal(start, 0.1, w.shape))
    if norms:
        for l in norms:
            l.momentum = 0.0
        model(x, training=True)
        for l, m in zip(norms, momenta):
            l.momentum = m
            # Channels that hardly vary over so few images would be blown up, rounding errors and all.
            variance = np.asarray(l.moving_variance)
            variance = np.maximum(variance, variance.mean()) * rng.uniform(0.8, 1.2, variance.shape)
            # In a hundred residual blocks rounding errors grow to 1e-4, in Keras as here, unless each adds little.
            l.moving_variance.assign(variance * (3 if model.name.startswith("resnet") else 1))


def answers(model, x):
    """The model's answers, its last kernel scaled so that probabilities are neither all alike nor 0 and 1."""
    import keras
    import numpy as np

    last = model.layers[-1]
    if not isinstance(last, keras.layers.Dense):
        return np.asarray(model(x, training=False))
    features = keras.Model(model.input, last.input)(x, training=False)
    kernel = np.asarray(last.kernel)
    last.kernel.assign(kernel / max(np.std(features @ kernel), 1e-9))
    return np.asarray(last(features))


def images(rng, shape):
    """Images that differ in colour and contrast: noise alone looks all the same to a deep network."""
    colour = rng.uniform(0, 255, (8, 1, 1, shape[-1]))
    noise = rng.uniform(-1, 1, (8, *shape)) * rng.uniform(10, 120, (8, 1, 1, 1))
    return (colour + noise).clip(0, 255).astype("float32")


def layers(model):
    for l in model.layers:
        if hasattr(l, "layers"):
            yield from layers(l)
        else:
            yield l


def make(name, constructor, top, folder, then):
    import keras
    import numpy as np

    began = time.time()
    keras.backend.clear_session()
    keras.utils.set_random_seed(len(name))
    rng = np.random.default_rng(len(name))
    model = build(constructor, name, top)
    many = images(rng, model.input_shape[1:])
    if not any(type(l).__name__ in ("Rescaling", "Normalization") for l in model.layers):
        many = many / 127.5 - 1
    settle(model, many, rng)
    x = many[:2]
    y = answers(model, x)
    spread = float(np.std(y[0] - y[1]))
    if not np.all(np.isfinite(y)) or spread < 1e-6:
        sys.exit(f"{name}: the answers say nothing: spread {spread}")
    stem = os.path.join(folder, name + ("" if top else "_bare"))
    for ext in (".h5", ".keras"):
        model.save(f"{stem}_{ext[1:]}{ext}")
        np.savez(f"{stem}_{ext[1:]}.npz", input_0=x, output_0=y)
    params = model.count_params()
    del model
    gc.collect()
    made, status = time.time() - began, 0
    if then:
        files = [f"{stem}_{ext}.{ext}" for ext in ("h5", "keras")]
        status = subprocess.run(shlex.split(then) + files).returncode
        for f in files:
            os.remove(f)
            os.remove(os.path.splitext(f)[0] + ".npz")
    print(f"{name}{'' if top else ' without top'}: {params / 1e6:.1f} M, spread {spread:.2g}, made in {made:.0f} s, checked in {time.time() - began - made:.0f} s", flush=True)
    return status


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--only", default="", metavar="NAMES")
    parser.add_argument("--then", default="", metavar="COMMAND")
    parser.add_argument("--part", type=int, help="of the work, counted from 0")
    args = parser.parse_args()
    os.makedirs(args.out, exist_ok=True)
    if args.part is None:
        command = [sys.executable, *sys.argv]
        parts = [subprocess.Popen([*command, "--part", str(i)]) for i in range(PROCESSES)]
        sys.exit(max(p.wait() for p in parts))
    import absl.logging

    absl.logging.set_verbosity(absl.logging.ERROR)
    models = constructors()
    wanted = [n for n in sorted(models) if not args.only or n in args.only.split(",")]
    work = [(n, True) for n in wanted] + [(n, False) for n in wanted if n in BARE]
    failed = [n for n, top in work[args.part :: PROCESSES] if make(n, models[n], top, args.out, args.then)]
    if failed:
        sys.exit("failed: " + ", ".join(failed))


if __name__ == "__main__":
    main()
