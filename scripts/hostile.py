#!/usr/bin/env python3
"""Writes testdata/hostile: one small file for each way in which a model file can
attack the program that opens it. keras/hostile_test.go says what must happen.

    python scripts/hostile.py [FOLDER]

Needs h5py and numpy, not Keras. The same files come out each time.
"""

import io
import json
import pathlib
import struct
import sys
import zipfile
import zlib

import h5py
import numpy as np

OUT = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent / "testdata" / "hostile")


# --- models -------------------------------------------------------------------

def layer(cls, name, module="keras.layers", **config):
    return {"module": module, "class_name": cls, "config": {"name": name, **config}, "registered_name": None}


def sequential(*layers, shape=(None, 4)):
    first = layer("InputLayer", "in", batch_shape=list(shape), dtype="float32")
    return {"module": "keras", "class_name": "Sequential", "registered_name": None,
            "config": {"name": "s", "layers": [first, *layers]}}


def node(*refs):
    return {"args": [{"class_name": "__keras_tensor__", "config": {"shape": [None, 4], "dtype": "float32", "keras_history": list(r)}} for r in refs], "kwargs": {}}


def functional(*layers, output, shape=(None, 4)):
    """layers: (spec, [node, …])"""
    first = layer("InputLayer", "in", batch_shape=list(shape), dtype="float32")
    specs = [{**s, "name": s["config"]["name"], "inbound_nodes": nodes} for s, nodes in [(first, []), *layers]]
    return {"module": "keras", "class_name": "Functional", "registered_name": None,
            "config": {"name": "f", "layers": specs, "input_layers": [["in", 0, 0]], "output_layers": [list(output)]}}


DENSE = layer("Dense", "d", units=2, activation="linear")
FINE = sequential(DENSE)
KERNEL = np.arange(8, dtype="float32").reshape(4, 2)
BIAS = np.zeros(2, "float32")


def legacy(config=FINE, fill=None, version="3.15.0", names=("d",)):
    """The bytes of a legacy .h5. fill(group of the layer d) writes its weights."""
    b = io.BytesIO()
    with h5py.File(b, "w") as f:
        if config is not None:
            f.attrs["model_config"] = config if isinstance(config, (str, bytes)) else json.dumps(config)
        f.attrs["keras_version"] = version
        f.attrs["backend"] = "tensorflow"
        w = f.create_group("model_weights")
        w.attrs["layer_names"] = np.array([n if isinstance(n, bytes) else n.encode() for n in names])
        for n in names:
            g = w.create_group(n)
            g.attrs["weight_names"] = np.array([b"d/kernel", b"d/bias"])
            (fill or weights)(g)
    return b.getvalue()


def weights(g):
    g["d/kernel"], g["d/bias"] = KERNEL, BIAS


def tree(fill=None):
    """The bytes of a model.weights.h5."""
    b = io.BytesIO()
    with h5py.File(b, "w") as f:
        g = f.create_group("layers/dense/vars")
        if fill:
            fill(g, f)
        else:
            g["0"], g["1"] = KERNEL, BIAS
    return b.getvalue()


# --- archives -------------------------------------------------------------------

def archive(config=FINE, data=None, extra=(), method=zipfile.ZIP_STORED, weights_name="model.weights.h5"):
    members = [("metadata.json", json.dumps({"keras_version": "3.15.0"}).encode()),
               ("config.json", config if isinstance(config, bytes) else json.dumps(config).encode())]
    members.append((weights_name, tree() if data is None else data))
    return zipped(members + list(extra), method)


def zipped(members, method=zipfile.ZIP_STORED):
    b = io.BytesIO()
    with zipfile.ZipFile(b, "w", method) as z:
        for name, data, *mode in members:
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = method
            info.external_attr = (mode[0] if mode else 0o100644) << 16
            info.create_system = 3
            z.writestr(info, data)
    return b.getvalue()


def lying(members):
    """An archive whose members, (name, data, size said), lie about their size."""
    local, central = b"", b""
    for name, data, size in members:
        c = zlib.compressobj(9, zlib.DEFLATED, -15)
        packed = c.compress(data) + c.flush()
        head = struct.pack("<HHHHHLLLHH", 45, 0, 8, 0, 33, zlib.crc32(data), len(packed), 0xFFFFFFFF, len(name), 20)
        extra = struct.pack("<HHQQ", 1, 16, size, len(packed))
        at = len(local)
        local += b"PK\3\4" + head + name.encode() + extra + packed
        central += b"PK\1\2" + struct.pack("<H", 45) + head[:-2] + struct.pack("<HHHHLL", 12, 0, 0, 0, 0, at) + name.encode() + struct.pack("<HHQ", 1, 8, size)
    return local + central + b"PK\5\6" + struct.pack("<HHHHLLH", 0, 0, len(members), len(members), len(central), len(local), 0)


def overlapping(count, size):
    """Many members that are all the same bytes of the file."""
    data = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = data.compress(bytes(size)) + data.flush()
    local = b"PK\3\4" + struct.pack("<HHHHHLLLHH", 20, 0, 8, 0, 33, zlib.crc32(bytes(size)), len(packed), size, 1, 0) + b"a" + packed
    central = b"".join(
        b"PK\1\2" + struct.pack("<HHHHHHLLLHHHHHLL", 20, 20, 0, 8, 0, 33, zlib.crc32(bytes(size)), len(packed), size, len(n), 0, 0, 0, 0, 0, 0) + n
        for n in (f"assets/{i}".encode() for i in range(count)))
    return local + central + b"PK\5\6" + struct.pack("<HHHHLLH", 0, 0, count, count, len(central), len(local), 0)


# --- damage that h5py does not write ------------------------------------------

def cyclic_btree():
    b = bytearray(legacy(fill=lambda g: (weights(g), [g.create_group(f"x{i}") for i in range(40)])))
    trees = [i for i in range(len(b) - 8) if b[i:i + 4] == b"TREE"]
    at = max(trees, key=lambda i: b[i + 6])  # that of the layer: it has the most entries
    b[at + 5] = 1  # an inner node, …
    b[at + 32:at + 40] = struct.pack("<Q", at)  # … whose first child is itself
    return bytes(b)


def cyclic_continuation():
    def many(g):
        weights(g)
        for i in range(20):
            g.attrs[f"attribute {i}"] = np.arange(8)
    b = bytearray(legacy(fill=many))
    done = False
    for at in range(0, len(b) - 24, 8):
        if b[at:at + 4] == b"\x10\0\x10\0":  # a continuation message of 16 bytes
            where, size = struct.unpack("<QQ", b[at + 8:at + 24])
            if 0 < where < len(b) and 24 <= size < len(b):
                b[where:where + 24] = struct.pack("<HHBBHQQ", 0x10, 16, 0, 0, 0, where, size)
                done = True
    assert done
    return bytes(b)


def giant_attribute():
    b = bytearray(legacy(names=("d", "e", "f")))
    at = b.index(b"layer_names\0")
    dims = b.index(struct.pack("<Q", 3), at)
    b[dims:dims + 8] = struct.pack("<Q", 1 << 40)
    return bytes(b)


def patched_shape(fill, old, new):
    """A file in which a dataset's shape says new instead of old."""
    b = legacy(fill=fill)
    assert b.count(struct.pack("<Q", old)) >= 1
    return b.replace(struct.pack("<Q", old), struct.pack("<Q", new))


# --- the attacks -----------------------------------------------------------------

CODE = "4wEAAAAAAAAAAAAAAAAAAAAAAAAAAQAAAAAAAAAA8wYAAAClAFMA"  # base64 of marshalled bytecode
FUNCTION = {"module": "builtins", "class_name": "function", "registered_name": "function"}


def lambda_layer():
    return sequential(layer("Lambda", "l", function={"class_name": "__lambda__", "config": {"code": CODE, "defaults": None, "closure": None}}, arguments={}))


def nested(depth):
    m = sequential(DENSE)
    for i in range(depth):
        m = sequential({**m, "config": {**m["config"], "name": f"s{i}"}})
    return m


def laughs(depth):
    inner = layer("Activation", "l", activation="relu")
    for i in range(depth):
        refs = [("in", 0, 0)] + [("l", k, 0) for k in range(9)]
        inner = functional((inner, [node(r) for r in refs]), output=("l", 9, 0))
        inner["config"]["name"] = "l"
    return inner


def external(g):
    g.create_dataset("d/kernel", (4, 2), "float32", external=[("/etc/passwd", 0, 32)])
    g["d/bias"] = BIAS


def virtual(g):
    v = h5py.VirtualLayout((4, 2), "float32")
    v[:] = h5py.VirtualSource("/tmp/other.h5", "kernel", (4, 2))
    g.create_virtual_dataset("d/kernel", v)
    g["d/bias"] = BIAS


def linked(link):
    def fill(g):
        g["d/bias"] = BIAS
        g["d/kernel"] = link
    return fill


def sparse(shape):
    def fill(g):
        g.create_dataset("d/kernel", shape, "float32", chunks=tuple(min(n, 64) for n in shape), compression="gzip")
        g["d/bias"] = np.zeros(shape[1], "float32") if shape[1] < 1000 else BIAS
    return fill


def braid(g, f):
    """Groups that contain themselves, under two names each: 2^n paths."""
    g["0"], g["1"] = KERNEL, BIAS
    for name in "ab":
        f["layers"][name] = f["layers"]
        f[name] = f


def ladder(g, f):
    """Groups of which each holds the next under two names: 2^40 paths, no circle."""
    g["0"], g["1"] = KERNEL, BIAS
    step = f.create_group("r")
    for i in range(40):
        inner = step.create_group("a")
        step["b"] = inner
        step = inner


def wide_and_nan(g):
    g["d/kernel"] = np.array([[np.nan, 1], [np.inf, 2], [3, -np.inf], [4, 5]], "float32")
    g["d/bias"] = BIAS


def image(cls, **config):
    return archive(sequential(layer(cls, "l", **config), shape=(None, 8, 8, 4)))


BIG = 1 << 40
files = {
    # code and gadgets
    "lambda_bytecode.keras": archive(lambda_layer()),
    "lambda_bytecode.h5": legacy(lambda_layer()),
    "lambda_keras2.h5": legacy(sequential(layer("Lambda", "l", function=[CODE, None, None], function_type="lambda")), version="2.11.0"),
    "module_os.keras": archive(sequential(layer("system", "l", module="os", command="id"))),
    "module_own_class.keras": archive(sequential(layer("Dense", "d", module="evil", units=2))),
    "registered_name.keras": archive(sequential({**layer("Dense", "d", units=2), "registered_name": "evil>Dense"})),
    "gadget_get_file.keras": archive(sequential(layer("Activation", "a", activation={**FUNCTION, "module": "keras.utils", "config": "get_file"}))),
    "gadget_unsafe_switch.keras": archive(sequential(layer("Activation", "a", activation={**FUNCTION, "module": "keras.config", "config": "enable_unsafe_deserialization"}))),
    "gadget_lambda_activation.keras": archive(sequential(layer("Dense", "d", units=2, activation={"class_name": "__lambda__", "config": {"code": CODE}}))),
    "gadget_initializer.keras": archive(sequential(layer("Dense", "d", units=2, kernel_initializer={"module": "subprocess", "class_name": "Popen", "config": {"args": "id"}}))),
    "gadget_compile.keras": archive({**FINE, "compile_config": {"optimizer": "sgd", "loss": {"module": "os", "class_name": "function", "config": "system"}}}),
    "torch_module.keras": archive(sequential(layer("TorchModuleWrapper", "t", module="keras.src.utils.torch_utils", lora_enabled=False, **{"module_bytes": "gASVCgAAAAAAAACMAm9zlC4="}))),
    "tfsm_layer.keras": archive(sequential(layer("TFSMLayer", "t", filepath="/tmp/evil", call_endpoint="serve"))),
    "jax_layer.keras": archive(sequential(layer("JaxLayer", "j", call_fn={"class_name": "__lambda__", "config": {"code": CODE}}))),
    "vocabulary_path.keras": archive(sequential(layer("StringLookup", "v", vocabulary="/etc/passwd"))),
    "vocabulary_url.keras": archive(sequential(layer("IntegerLookup", "v", vocabulary="http://169.254.169.254/latest/meta-data/"))),
    "vocabulary_text.keras": archive(sequential(layer("TextVectorization", "v", vocabulary="../../../etc/passwd"))),
    # HDF5 that leads out of the file
    "external_storage.h5": legacy(fill=external),
    "external_storage.keras": archive(data=tree(lambda g, f: (g.create_dataset("0", (4, 2), "float32", external=[("/etc/passwd", 0, 32)]), g.create_dataset("1", data=BIAS)))),
    "external_link.h5": legacy(fill=linked(h5py.ExternalLink("/etc/passwd", "/kernel"))),
    "external_link.keras": archive(data=tree(lambda g, f: (g.__setitem__("0", h5py.ExternalLink("other.h5", "/0")), g.__setitem__("1", BIAS)))),
    "virtual_dataset.h5": legacy(fill=virtual),
    "soft_link_nowhere.h5": legacy(fill=linked(h5py.SoftLink("/../../../etc/passwd"))),
    "soft_link_cycle.h5": legacy(fill=linked(h5py.SoftLink("/model_weights/d/d/kernel"))),
    # bombs and circles in HDF5
    "shape_bomb.h5": legacy(sequential(layer("Dense", "d", units=1 << 20), shape=(None, 1 << 16)), fill=sparse((1 << 16, 1 << 20))),
    "shape_bomb_ratio.h5": legacy(sequential(layer("Dense", "d", units=1 << 13), shape=(None, 1 << 14)), fill=sparse((1 << 14, 1 << 13))),
    "shape_not_the_configs.h5": legacy(fill=sparse((1 << 20, 1 << 20))),
    "shape_overflow.h5": patched_shape(lambda g: (g.create_dataset("d/kernel", (4, 77773), "int8", chunks=(1, 64)), g.create_dataset("d/bias", data=BIAS)), 77773, (1 << 62) + 2),
    "cyclic_btree.h5": cyclic_btree(),
    "cyclic_continuation.h5": cyclic_continuation(),
    "cyclic_groups.keras": archive(data=tree(braid)),
    "ladder_groups.keras": archive(data=tree(ladder)),
    "giant_attribute.h5": giant_attribute(),
    # archives
    "zip_bomb_config.keras": lying([("config.json", b"{}", 100 << 30), ("model.weights.h5", b"", 0)]),
    "zip_bomb_weights.keras": lying([("config.json", json.dumps(FINE).encode(), len(json.dumps(FINE))), ("model.weights.h5", b"\0" * 64, 8 << 30)]),
    "zip_size_lie.keras": lying([("config.json", json.dumps(FINE).encode(), 10), ("model.weights.h5", b"", 0)]),
    "zip_overlapping.keras": overlapping(600, 60 << 20 >> 1),
    "zip_duplicate.keras": archive(extra=[("config.json", b"{}")]),
    "zip_duplicate_slash.keras": archive(extra=[("assets/a", b"1"), ("assets\\a", b"2")]),
    "zip_traversal.keras": archive(extra=[("../../../../tmp/evil", b"x"), ("/etc/cron.d/evil", b"x"), ("assets/../../evil", b"x")]),
    "zip_symlink.keras": zipped([("config.json", b"/etc/passwd", 0o120777), ("model.weights.h5", tree())]),
    "zip_symlink_asset.keras": archive(extra=[("assets/v/vocabulary.txt", b"/etc/passwd", 0o120777)]),
    "zip_encrypted.keras": archive().replace(b"PK\1\2\x14\3\x14\0\0\0", b"PK\1\2\x14\3\x14\0\1\0").replace(b"PK\3\4\x14\0\0\0", b"PK\3\4\x14\0\1\0"),
    "zip_empty.keras": zipped([]),
    "npz_pickle.keras": archive(data=zipped([("0.npy", b"\x93NUMPY\1\0v\0{'descr': '|O', 'fortran_order': False, 'shape': (1,), }".ljust(128) + b"cos\nsystem\n(S'id'\ntR.")]), weights_name="model.weights.npz"),
    "shard_outside.keras": archive(data=json.dumps({"metadata": {}, "weight_map": {"/layers/dense/vars": ["../../other.weights.h5"]}}).encode(), weights_name="model.weights.json"),
    # configurations
    "json_deep.keras": archive(b"[" * 100_000 + b"]" * 100_000, method=zipfile.ZIP_DEFLATED),
    "json_huge_integer.keras": archive(sequential(layer("Dense", "d", units=10 ** 400))),
    "json_duplicate_keys.keras": archive(json.dumps(FINE).replace('"units": 2', '"units": 2, "units": 1000').encode()),
    "json_not_utf8.keras": archive(json.dumps(FINE).replace('"d"', '"\\ud800"').encode() + b"\xff"),
    "json_cut.keras": archive(json.dumps(FINE)[:-30].encode()),
    "nested_models.keras": archive(nested(200), method=zipfile.ZIP_DEFLATED),
    "many_layers.keras": archive(b'{"class_name":"Sequential","config":{"name":"s","layers":[' + b",".join([b'{"class_name":"Flatten","config":{}}'] * 100_001) + b"]}}", method=zipfile.ZIP_DEFLATED),
    "models_in_models.keras": archive(laughs(12), method=zipfile.ZIP_DEFLATED),
    "graph_cycle.keras": archive(functional((DENSE, [node(("e", 0, 0))]), (layer("Activation", "e", activation="relu"), [node(("d", 0, 0))]), output=("e", 0, 0))),
    "graph_self_call.keras": archive(functional((DENSE, [node(("d", 0, 0))]), output=("d", 0, 0))),
    "graph_dangling.keras": archive(functional((DENSE, [node(("ghost", 0, 0))]), output=("d", 0, 0))),
    "graph_dangling_call.keras": archive(functional((DENSE, [node(("in", 7, 0))]), output=("d", 0, 0))),
    "graph_dangling_output.keras": archive(functional((DENSE, [node(("in", 0, 9))]), output=("d", 0, 0))),
    "graph_same_names.keras": archive(functional((DENSE, [node(("in", 0, 0))]), (DENSE, [node(("d", 0, 0))]), output=("d", 0, 0))),
    "graph_self_call_keras2.h5": legacy({"class_name": "Model", "config": {"name": "m", "layers": [
        {"class_name": "InputLayer", "name": "in", "config": {"name": "in", "batch_input_shape": [None, 4]}, "inbound_nodes": []},
        {"class_name": "Dense", "name": "d", "config": {"name": "d", "units": 2}, "inbound_nodes": [[["d", 0, 0, {}]]]}],
        "input_layers": [["in", 0, 0]], "output_layers": [["d", 0, 0]]}}, version="2.4.0"),
    # sizes
    "size_units.keras": archive(sequential(layer("Dense", "d", units=BIG))),
    "size_units_fit.keras": archive(sequential(layer("Dense", "d", units=(1 << 31) - 1))),
    "size_input.keras": archive(sequential(DENSE, shape=(None, 1 << 31))),
    "size_reshape.keras": archive(sequential(layer("Reshape", "l", target_shape=[1 << 16, 1 << 16, 1 << 16, 1 << 16, -1]))),
    "size_repeat.keras": archive(sequential(layer("RepeatVector", "l", n=BIG))),
    "size_repeat_fit.keras": archive(sequential(layer("RepeatVector", "l", n=(1 << 31) - 1))),
    "size_embedding.keras": archive(sequential(layer("Embedding", "l", input_dim=(1 << 31) - 1, output_dim=(1 << 31) - 1))),
    "size_filters.keras": image("Conv2D", filters=(1 << 31) - 1, kernel_size=[3, 3]),
    "size_kernel.keras": image("Conv2D", filters=1, kernel_size=[(1 << 31) - 1] * 2),
    "size_dilation.keras": image("Conv2D", filters=1, kernel_size=[3, 3], dilation_rate=[1 << 31, 1], padding="same"),
    "size_strides.keras": image("Conv2DTranspose", filters=1, kernel_size=[3, 3], strides=[1 << 30, 1 << 30]),
    "size_pool.keras": image("AveragePooling2D", pool_size=[1 << 30, 1 << 30], strides=[1, 1], padding="same"),
    "size_padding.keras": image("ZeroPadding2D", padding=[[BIG, 0], [0, BIG]]),
    "size_padding_fit.keras": image("ZeroPadding2D", padding=[[1 << 30, 0], [0, 1 << 30]]),
    "size_up_sampling.keras": image("UpSampling2D", size=[1 << 30, 1 << 30]),
    "size_heads.keras": archive(functional((layer("MultiHeadAttention", "l", num_heads=1 << 31, key_dim=1 << 31), [node(("in", 0, 0), ("in", 0, 0))]), output=("l", 0, 0), shape=(None, 8, 4))),
    # not what the name says, or not all of it
    "empty.h5": b"",
    "signature_only.h5": b"\x89HDF\r\n\x1a\n",
    "cut.h5": legacy()[:3000],
    "cut.keras": archive()[:900],
    "pytorch.keras": zipped([("archive/data.pkl", b"\x80\x02}q\0."), ("archive/version", b"3\n")]),
    "pickle.h5": b"\x80\x04\x95\x1d\0\0\0\0\0\0\0\x8c\x05posix\x94\x8c\x06system\x94\x93\x94\x8c\x02id\x94\x85\x94R\x94.",
    "lfs_pointer.h5": b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 12345\n",
    "html.h5": b"<!DOCTYPE html><html><body>Not found</body></html>",
    "config_is_code.h5": legacy("__import__('os').system('id')"),
    "config_not_utf8.h5": legacy(json.dumps(FINE).encode().replace(b'"d"', b'"\xff\xfe"')),
    "no_config.h5": legacy(None),
    "no_weights.keras": zipped([("config.json", json.dumps(FINE).encode())]),
    "wrong_shape.h5": legacy(fill=lambda g: (g.create_dataset("d/kernel", data=KERNEL.T), g.create_dataset("d/bias", data=BIAS))),
    "wrong_shape.keras": archive(data=tree(lambda g, f: (g.create_dataset("0", data=KERNEL.T), g.create_dataset("1", data=BIAS)))),
    "missing_bias.keras": archive(data=tree(lambda g, f: g.create_dataset("0", data=KERNEL))),
    "strings_for_weights.keras": archive(data=tree(lambda g, f: (g.create_dataset("0", data=np.full((4, 2), b"x")), g.create_dataset("1", data=BIAS)))),
    "names_not_utf8.h5": legacy(names=(b"\xff\xfe",)),
    "nan_weights.h5": legacy(fill=wide_and_nan),
}


def history():
    b = io.BytesIO()
    with h5py.File(b, "w") as f:
        for name in "loss", "val_loss", "accuracy":
            f[name] = np.linspace(1, 0, 20)
    return b.getvalue()


def weightless():
    b = io.BytesIO()
    with h5py.File(b, "w") as f:
        f.attrs["model_config"] = json.dumps(FINE)
        f.attrs["keras_version"] = "3.15.0"
    return b.getvalue()


files["training_history.h5"] = history()
files["no_weights.h5"] = weightless()

OUT.mkdir(parents=True, exist_ok=True)
for old in OUT.iterdir():
    if old.name not in files and old.suffix in (".h5", ".keras"):
        old.unlink()
for name, data in files.items():
    (OUT / name).write_bytes(data)
    if len(data) > 100_000:
        print(f"{name}: {len(data)} bytes", file=sys.stderr)
print(f"{len(files)} files, {sum(map(len, files.values()))} bytes in {OUT}")
