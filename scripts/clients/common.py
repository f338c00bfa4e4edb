"""What the scripts of both protocols share: models, rows, and what predict says."""
import os
import subprocess
import tempfile

import numpy as np

KERASRUN, HTTP, GRPC, ADMIN = (os.environ[v] for v in ("KERASRUN", "HTTP", "GRPC", "ADMIN"))
MODELS = {
    "seed": "testdata/models/seed/seed_k3.keras",
    "two": "testdata/models/layers/Add_two_k3.keras",
    "tokens": "testdata/models/layers/Embedding_plain_k3.keras",
    "words": "testdata/models/layers/StringLookup_int_k3.keras",
    "half": "testdata/models/layers/Policy_float16_k3.keras",
}


def predict(model, inputs):
    """Answers of the command to inputs, by the outputs' names."""
    with tempfile.TemporaryDirectory() as d:
        np.savez(d + "/in.npz", **inputs)
        subprocess.run([KERASRUN, "predict", MODELS[model], d + "/in.npz", "-o", d + "/out.npz"], check=True)
        return dict(np.load(d + "/out.npz"))


def rows(ports, n, seed):
    """Random inputs; ports are (name, kind, shape without the rows)."""
    random = np.random.default_rng(seed)
    make = {
        "whole": lambda shape: random.integers(0, 3, shape).astype(np.int32),
        "text": lambda shape: random.choice(["red", "green", "", "grün"], shape),
        "float": lambda shape: random.normal(size=shape).astype(np.float32),
    }
    return {name: make[kind]((n, *shape)) for name, kind, shape in ports}


def texts(v):
    """An array as clients want it: texts are objects."""
    return v.astype(object) if v.dtype.kind == "U" else v


def datatype(v):
    """The Open Inference Protocol's name of an array's type."""
    return {"i": "INT32", "f": "FP32", "U": "BYTES"}[v.dtype.kind]


def kind(datatype):
    return "text" if datatype == "BYTES" else "whole" if datatype.startswith("INT") else "float"


def same(got, want, what):
    """The same bits, in the same shapes."""
    assert set(got) == set(want), (what, set(got), set(want))
    for name, w in want.items():
        g = np.asarray(got[name])
        assert g.shape == w.shape and g.astype(w.dtype).tobytes() == w.tobytes(), (what, name, g, w)
    print("ok", what)


def fails(call, what, *says):
    """A call ends in an error that says all of this."""
    try:
        call()
    except Exception as e:
        text = f"{type(e).__name__} {e}"
        assert all(s in text for s in says), (what, text)
        print("ok", what)
        return
    raise AssertionError(what + ": no error")
