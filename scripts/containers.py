"""Writes testdata/models/containers: models in other forms than one file.

Run by an environment with Keras 2.15 (requirements-keras2.txt) into which
`pip install --no-deps tensorflowjs==4.22.0` has put the converter. Graphs of
operations, which are most of a SavedModel and not read, are cut out of
saved_model.pb to keep the repository small; all else is as Keras wrote it.
"""
import functools
import importlib.util
import json
import os
import pathlib
import shutil
import sys
import types

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import h5py
import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.core.protobuf import saved_model_pb2
from tensorflow.keras import layers as L

OUT = pathlib.Path(__file__).resolve().parent.parent / "testdata" / "models" / "containers"


def numbers(model, seed=0):
    """Gives all weights numbers that differ, variances positive ones."""
    r = np.random.RandomState(seed)
    model.set_weights([(np.abs(r.randn(*w.shape)) * 0.5 + 0.1).astype(w.dtype) for w in model.get_weights()])


def deep():
    x = i = keras.Input((4, 3), name="sequence")
    x = L.Bidirectional(L.LSTM(2, return_sequences=True), name="both")(x)
    x = L.TimeDistributed(L.Dense(4), name="each")(x)
    x = L.Add(name="sum")([x, L.MultiHeadAttention(2, 3, name="attention")(x, x)])
    inner = keras.Sequential([L.Input((4, 4)), L.Dense(3), L.BatchNormalization()], name="inner")
    x = L.GRU(3)(inner(x))
    return keras.Model(i, L.Dense(2, activation="softmax")(x), name="deep")


def plain():
    m = keras.Sequential([
        L.Input((6, 6, 2)), L.Conv2D(3, 3, padding="same", activation="relu"), L.SeparableConv2D(3, 3),
        L.PReLU(), L.DepthwiseConv2D(2), L.GlobalAveragePooling2D(), L.Dropout(0.3), L.Dense(2)], name="plain")
    m.compile("adam", "mse")
    return m


def cells():
    i = keras.Input((4,), dtype="int32", name="ids")
    return keras.Model(i, L.RNN([L.LSTMCell(3), L.GRUCell(2)])(L.Embedding(7, 3)(i)), name="cells")


def answers(model, name):
    r = np.random.RandomState(1)
    x = [r.randint(0, 7, (3, *t.shape[1:])).astype("int32") if t.dtype.is_integer else r.randn(3, *t.shape[1:]).astype("float32")
         for t in model.inputs]
    y = model.predict(x[0], verbose=0)
    np.savez(OUT / (name + ".npz"), input_0=x[0], output_0=y)


def without_graphs(folder):
    path = folder / "saved_model.pb"
    s = saved_model_pb2.SavedModel.FromString(path.read_bytes())
    for g in s.meta_graphs:
        g.ClearField("graph_def")
        g.ClearField("signature_def")
        g.ClearField("object_graph_def")  # the objects' metadata stand in keras_metadata.pb
        g.meta_info_def.ClearField("stripped_op_list")
    path.write_bytes(s.SerializeToString())


def saved_model(name, model):
    numbers(model)
    folder = OUT / name
    model.save(folder, save_format="tf")
    without_graphs(folder)
    for extra in ("assets", "fingerprint.pb"):
        shutil.rmtree(folder / extra) if (folder / extra).is_dir() else (folder / extra).unlink(missing_ok=True)
    answers(model, name)


def checkpoint(name, model):
    numbers(model, 2)
    model.save_weights(OUT / name, save_format="tf")
    (OUT / "checkpoint").unlink()
    (OUT / (name + ".json")).write_text(model.to_json())
    answers(model, name)


@functools.cache
def converter():
    """The converter's own modules, without what its package imports for other formats."""
    root = pathlib.Path(importlib.util.find_spec("tensorflowjs").submodule_search_locations[0])
    for name, folder in (("tensorflowjs", root), ("tensorflowjs.converters", root / "converters")):
        m = types.ModuleType(name)
        m.__path__ = [str(folder)]
        sys.modules[name] = m
    import tensorflowjs.converters.keras_h5_conversion as conversion
    return conversion


def tfjs(name, model, quantize=None):
    numbers(model, 3)
    conversion = converter()
    path = OUT / "whole.h5"
    model.save(path)
    topology, groups = conversion.h5_merged_saved_model_to_tfjs_format(h5py.File(path, "r"))
    path.unlink()
    (OUT / name).mkdir()
    conversion.write_artifacts(topology, groups, str(OUT / name), quantization_dtype_map=quantize)
    if quantize:  # the answers are those of the numbers that are left
        read_back(model, OUT / name)
    answers(model, name)


def read_back(model, folder):
    import tensorflowjs.read_weights as reader
    manifest = json.loads((folder / "model.json").read_text())["weightsManifest"]
    read = {w["name"]: w["data"] for group in reader.read_weights(manifest, str(folder)) for w in group}
    model.set_weights([read[w.name.split(":")[0]] for w in model.weights])


def pair(name, model, weights, text=lambda j: j, **how):
    numbers(model, 4)
    (OUT / (name + ".json")).write_text(text(model.to_json()))
    model.save_weights(OUT / weights, **how)
    answers(model, name)


def main():
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    saved_model("saved_model_deep", deep())
    saved_model("saved_model_cells", cells())
    checkpoint("checkpoint_plain", plain())
    checkpoint("checkpoint_deep", deep())
    tfjs("tfjs_plain", plain())
    tfjs("tfjs_deep", deep())
    for dtype in ("uint8", "uint16", "float16"):
        tfjs("tfjs_" + dtype, plain(), {dtype: "*"})
    pair("pair", plain(), "pair_weights.h5")
    pair("pair_in_a_string", plain(), "pair_in_a_string.weights.h5", text=json.dumps)


if __name__ == "__main__":
    main()
