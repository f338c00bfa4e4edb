"""Writes internal/npz/testdata: every element type and header form, by NumPy itself.

    python scripts/numpy_arrays.py

The Go tests know the values: each numeric array counts 0, 1, 2, … in C order.
"""

import os

import numpy as np

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "internal", "npz", "testdata")


def main():
    os.makedirs(HERE, exist_ok=True)
    arrays = {}
    for kind in ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"]:
        for order, mark in [("le", "<"), ("be", ">")]:
            counted = np.arange(24).reshape(2, 3, 4).astype(mark + kind)
            arrays[f"{kind}_{order}_c"] = counted
            arrays[f"{kind}_{order}_fortran"] = np.asfortranarray(counted)
    arrays["b1"] = np.array([True, False, True])
    arrays["text"] = np.array([["a", "grüße"], ["", "日本 x"]])
    arrays["text_be"] = arrays["text"].astype(">U5")
    arrays["bytes"] = np.array([b"ab", b"", b"xyz"])
    arrays["scalar"] = np.float32(2.5)
    arrays["text_scalar"] = np.array("one")
    arrays["empty"] = np.zeros((0, 5), "f4")
    arrays["halves"] = np.array([0, -0.0, 1, -2.5, 65504, 6e-8, 6.1e-5, np.inf, -np.inf, np.nan], "f2")
    np.savez(os.path.join(HERE, "stored.npz"), **arrays)
    np.savez_compressed(os.path.join(HERE, "deflated.npz"), x=np.zeros((40, 50), "f8"))

    counted = np.arange(6, dtype="f4").reshape(2, 3)
    for version in [(1, 0), (2, 0), (3, 0)]:
        with open(os.path.join(HERE, f"version{version[0]}.npy"), "wb") as f:
            np.lib.format.write_array(f, counted, version=version)
    np.save(os.path.join(HERE, "object.npy"), np.array([{"a": 1}], dtype=object))
    np.save(os.path.join(HERE, "record.npy"), np.zeros(2, [("a", "f4"), ("b", "i4")]))


if __name__ == "__main__":
    main()
