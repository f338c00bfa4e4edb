#!/usr/bin/env python3
"""Writes what the constructors of Keras 3's layers take an option for that is not given: layers/testdata/defaults.json.

    .envs/k3/bin/python scripts/defaults.py
"""

import inspect
import json
import os

import keras

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "layers", "testdata", "defaults.json")


def defaults(cls):
    """The options of a class that have a default other than None."""
    found = {}
    for name, p in inspect.signature(cls.__init__).parameters.items():
        if p.default is not p.empty and p.default is not None:
            found[name] = p.default
    return found


def main():
    classes = {}
    for name in dir(keras.layers):
        cls = getattr(keras.layers, name)
        if inspect.isclass(cls) and cls.__name__ == name and (options := defaults(cls)):
            classes[name] = options
    with open(OUT, "w") as f:
        lines = [f"  {json.dumps(name)}: {json.dumps(options)}" for name, options in sorted(classes.items())]
        f.write("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
