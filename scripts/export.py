#!/usr/bin/env python3
"""Turns any Keras model into a fixture, and writes all of testdata/models.

    export.py model.keras -o DIR                 a file; random inputs
    export.py model.h5 -o DIR --inputs x.npz     input_0, input_1, … of x.npz
    export.py nets.py:build -o DIR --gradients   a function that returns a model
    export.py --all                              every fixture this Keras can write
    export.py --all --only LSTM                  those whose name begins so

Works unchanged with Keras 2.15 and 3.15 (make keras-envs builds both under .envs); each
version writes its own files, so --all is run once with either:

    .envs/k2/bin/python scripts/export.py --all
    .envs/k3/bin/python scripts/export.py --all

or, from any Python, export.py --all --keras 2. What a fixture holds: fixtures/oracle.py.
A new case is one line in fixtures/*_cases.py, listed in FAMILIES below.
"""

import argparse
import importlib
import importlib.util
import os
import subprocess
import sys
import time
import warnings

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
MODELS = os.path.join(ROOT, "testdata", "models")

FAMILIES = [
    "core_cases",
    "activation_cases",
    "merging_cases",
    "integer_cases",
    "normalization_cases",
    "convert_cases",
    "model_cases",
    "convolutional_cases",
    "pooling_cases",
    "recurrent_cases",
    "attention_cases",
    "preprocessing_cases",
    "operation_cases",
    "operation3_cases",
    "lambda_cases",
    "precision_cases",
    "quantized_cases",
]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", nargs="?", help="a .h5 or .keras file, or FILE.py:FUNCTION, or MODULE:FUNCTION")
    parser.add_argument("-o", "--out", help="folder to write to")
    parser.add_argument("--name", help="name of the fixture; that of the file or function otherwise")
    parser.add_argument("--inputs", help=".npz with input_0, input_1, …; drawn at random otherwise")
    parser.add_argument("--gradients", action="store_true", help="write gradients of inputs and weights too")
    parser.add_argument("--format", choices=["h5", "keras"], help="of the file written; as given otherwise")
    parser.add_argument("--all", action="store_true", help="write every fixture of testdata")
    parser.add_argument("--only", default="", metavar="PREFIX", help="with --all: only names that begin so")
    parser.add_argument("--keras", choices=["2", "3"], help="with --all: run under .envs/k2 or .envs/k3")
    args = parser.parse_args()
    if not args.all and not (args.model and args.out):
        parser.error("give a model and -o, or --all")
    if args.keras:
        sys.exit(rerun(args))
    warnings.simplefilter("ignore")
    if args.all:
        sys.exit(export_all(args.only))
    export_one(args)


def rerun(args):
    """The same under the Python that has the Keras asked for."""
    python = os.path.join(ROOT, ".envs", "k" + args.keras, "bin", "python")
    command = [python, os.path.abspath(__file__), "--all", "--only", args.only]
    return subprocess.run(command, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}).returncode


def export_all(prefix):
    """Writes every case of every family; returns 1 if one failed."""
    from fixtures import cases, custom, oracle, quantize, seed, stateful, training, weights

    began, written, failed = time.time(), 0, []
    version = "3" if oracle.K3 else "2"

    def attempt(name, write, *arguments):
        nonlocal written
        try:
            write(*arguments)
            written += 1
        except Exception as error:  # one broken case must not hide the others
            failed.append(name)
            print(f"{name}: {type(error).__name__}: {str(error)[:400]}", file=sys.stderr)

    if "seed".startswith(prefix):
        attempt("seed", seed.write, os.path.join(MODELS, "seed"))
    if "weights".startswith(prefix):
        attempt("weights", weights.write, os.path.join(ROOT, "testdata", "weights"))
    if oracle.K3 and "quantize".startswith(prefix):
        attempt("quantize", quantize.write, os.path.join(ROOT, "testdata", "quantize"))
    if "stateful".startswith(prefix):
        attempt("stateful", stateful.write, os.path.join(ROOT, "testdata", "stateful"))
    if "custom".startswith(prefix):
        attempt("custom", custom.write, os.path.join(ROOT, "testdata", "custom"))
    for family in FAMILIES:
        table = importlib.import_module("fixtures." + family).CASES
        for c in table:
            if version in c.keras and c.file.startswith(prefix):
                attempt(c.file, cases.write, c, os.path.join(MODELS, "layers"))
    for name, write in training.RUNS.items():
        if name.startswith(prefix):
            attempt(name, write, os.path.join(ROOT, "testdata", "training"), name)
    print(f"{written} fixtures written with Keras {version}, {len(failed)} failed, {time.time() - began:.0f} s")
    return 1 if failed else 0


def export_one(args):
    from fixtures import inputs, oracle

    import keras

    suffix, file = "." + args.format if args.format else oracle.SUFFIX, None
    if args.model.endswith((".h5", ".hdf5", ".keras")):
        model = keras.models.load_model(args.model, compile=False)
        name, own = os.path.splitext(os.path.basename(args.model))
        if not args.format or suffix == own:
            suffix, file = own, args.model  # the very bytes, not a second saving
    else:
        keras.utils.set_random_seed(0)
        model, name = built(args.model)
    values = inputs.read(args.inputs) if args.inputs else inputs.draw(model)
    oracle.export(model, args.out, args.name or name, values, args.gradients, suffix, file)


def built(reference):
    """The model that FILE.py:FUNCTION or MODULE:FUNCTION returns, and the function's name."""
    source, separator, function = reference.rpartition(":")
    if not separator:
        sys.exit(f"{reference}: must be a .h5 or .keras file, or FILE.py:FUNCTION")
    if source.endswith(".py"):
        spec = importlib.util.spec_from_file_location("factory", source)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    else:
        module = importlib.import_module(source)
    return getattr(module, function)(), function


if __name__ == "__main__":
    main()
