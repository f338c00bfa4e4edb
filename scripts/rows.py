"""Rows in every format against pandas, pyarrow, NumPy and Pillow.

    rows.py KERASRUN [PHOTOGRAPH...]

writes the same rows in every format that `kerasrun predict` reads and reads back every
format that it writes: the numbers must be the same to the bit. Lossless images must be
what Pillow decodes; of photographs in JPEG it prints by how much they differ.
Needs pandas, pyarrow, NumPy and Pillow.
"""
import glob
import json
import os
import subprocess
import sys
import tempfile
import zipfile

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

kerasrun, photographs = sys.argv[1], sys.argv[2:]


SAME = os.path.join(os.path.dirname(__file__), "..", "testdata", "models", "layers", "Activation_linear_k3.keras")


def model(path, shape):
    """A model that answers what it gets, for other rows than the fixture's of 14 numbers."""
    with zipfile.ZipFile(SAME) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "config.json":
                data = data.replace(b"[null, 14]", json.dumps([None, *shape]).encode()).replace(b'"in0"', b'"x"').replace(b'"activation", "trainable"', b'"y", "trainable"')
                data = data.replace(b'"name": "activation"', b'"name": "y"').replace(b'["activation", 0, 0]', b'["y", 0, 0]')
            new.writestr(name, data)


def predict(*args):
    done = subprocess.run([kerasrun, "predict", *args], stderr=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(done.stderr)


def same(name, got, want):
    got = np.asarray(got, "float32")
    if got.shape != want.shape or (got.view("uint32") != want.view("uint32")).any():
        sys.exit(f"{name}: {got.shape} {got.ravel()[:5]}, wanted {want.shape} {want.ravel()[:5]}")
    print("ok", name)


READ = {
    "csv": lambda p: pd.read_csv(p).to_numpy("float32"),
    "jsonl": lambda p: np.stack(pd.read_json(p, lines=True, precise_float=True)["y"]).astype("float32"),
    "parquet": lambda p: np.stack(pq.read_table(p).column("y").to_numpy()),
    "npy": np.load,
    "npz": lambda p: np.load(p)["y"],
}


def tables(d):
    rng = np.random.default_rng(1)
    x = (rng.standard_normal((500, 7)) * 10.0 ** rng.integers(-30, 30, (500, 7))).astype("float32")
    x[0] = [0, 1 / 3, 16777216, np.float32(1e-45), np.finfo("float32").max, -1e-10, 123456789]
    model(d + "/same.keras", [7])
    frame = pd.DataFrame(x, columns=[f"x_{i}" for i in range(7)])
    frame.to_csv(d + "/pandas.csv", index=False)
    frame.to_csv(d + "/packed.csv.gz", index=False)
    with pa.output_stream(d + "/packed.csv.zst", compression="zstd") as f:
        f.write(frame.to_csv(index=False).encode())
    frame.to_parquet(d + "/pandas.parquet")
    with open(d + "/python.jsonl", "w") as f:
        f.writelines(json.dumps({"x": row.tolist()}) + "\n" for row in x)
    for codec in "none", "snappy", "gzip", "zstd":
        pq.write_table(pa.table({"x": list(x)}), f"{d}/lists-{codec}.parquet", compression=codec)
    np.save(d + "/numpy.npy", x)
    np.savez(d + "/numpy.npz", x=x)
    np.savez_compressed(d + "/packed.npz", x=x)
    for path in sorted(glob.glob(d + "/*")):
        if path.endswith(".keras"):
            continue
        predict(d + "/same.keras", path, "-o", d + "/y.npy")
        same("read " + os.path.basename(path), np.load(d + "/y.npy"), x)
    for name, read in READ.items():
        predict(d + "/same.keras", d + "/numpy.npy", "-o", f"{d}/y.{name}")
        same("written " + name, read(f"{d}/y.{name}"), x)


def images(d):
    rng = np.random.default_rng(2)
    picture = rng.integers(0, 256, (19, 23, 3), dtype="uint8")
    model(d + "/picture.keras", [19, 23, 3])
    for name, options in {"png": {}, "bmp": {}, "gif": {}, "tiff": {"compression": "tiff_lzw"}, "webp": {"lossless": True}}.items():
        path = f"{d}/picture.{name}"
        Image.fromarray(picture).save(path, **options)
        predict(d + "/picture.keras", path, "-o", d + "/y.npy")
        same("read " + name, np.load(d + "/y.npy"), np.asarray(Image.open(path).convert("RGB"), "float32")[None])
    for path in photographs:
        want = np.asarray(Image.open(path).convert("RGB"), "float32")[None]
        model(d + "/photograph.keras", want.shape[1:])
        predict(d + "/photograph.keras", path, "-o", d + "/y.npy")
        off = np.abs(np.load(d + "/y.npy") - want)
        print(f"{os.path.basename(path)}: {off.mean():.4f} of 255 in the mean, {off.max():.0f} at most off Pillow's, {(off > 0).mean():.1%} of the numbers differ")
        if off.max() > 3:
            sys.exit("more than what predict says")


with tempfile.TemporaryDirectory() as folder:
    tables(folder)
with tempfile.TemporaryDirectory() as folder:
    images(folder)
