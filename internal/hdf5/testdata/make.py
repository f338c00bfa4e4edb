"""Writes the .h5 files of this folder with h5py, and beside each a .txt that
lists what h5py reads back from it. Run: python make.py [NAME...]"""
import ctypes
import glob
import hashlib
import json
import os
import struct
import sys

import h5py
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
VLEN_ASCII = h5py.string_dtype("ascii")


def digest(array):
    return hashlib.sha1(array.tobytes()).hexdigest()[:12]


def shape_of(shape):
    return "[" + ",".join(map(str, (0,) if shape is None else shape)) + "]"


def texts(values):
    flat = np.asarray(values, dtype=object).ravel().tolist()
    flat = [v.decode() if isinstance(v, bytes) else v for v in flat]
    return json.dumps(flat, ensure_ascii=False, separators=(",", ":"))


def value(shape, dtype, is_text, read):
    """What a line says of a value: strings, or digests of the raw bytes, of the
    values as float32, and of integers as int64."""
    if shape is None:
        return "[]" if is_text else digest(np.empty(0))
    if is_text:
        return texts(read())
    array = np.asarray(read(), dtype=dtype)
    words = [digest(array)]
    if dtype.kind in "fiub" and dtype.names is None:
        words.append(digest(array.astype("<f4")))
    if dtype.kind in "iub" and not (dtype.kind == "u" and array.size and array.max() > 2**63 - 1):
        words.append(digest(array.astype("<i8")))
    return " ".join(words)


def list_attributes(path, obj, out):
    for name in obj.attrs:
        attr = obj.attrs.get_id(name)
        is_text = attr.get_type().get_class() == h5py.h5t.STRING
        if attr.shape is None or 0 in attr.shape:
            line = "[]" if is_text else digest(np.empty(0))
        else:
            line = value(attr.shape, attr.dtype, is_text, lambda: obj.attrs[name])
        out.append(f"attribute {path}@{name} {shape_of(attr.shape)} {line}")


def list_group(group, out):
    out.append(f"group {group.name}")
    list_attributes(group.name, group, out)
    for name in group:
        path = group.name.rstrip("/") + "/" + name
        link = group.get(name, getlink=True)
        if isinstance(link, h5py.SoftLink):
            out.append(f"soft {path} {link.path}")
        elif isinstance(link, h5py.ExternalLink):
            out.append(f"external {path}")
        elif isinstance(group[name], h5py.Group):
            list_group(group[name], out)
        elif isinstance(group[name], h5py.Datatype):
            out.append(f"datatype {path}")
        else:
            data = group[name]
            list_attributes(path, data, out)
            is_text = data.id.get_type().get_class() == h5py.h5t.STRING
            line = value(data.shape, data.dtype, is_text, lambda: data[()])
            out.append(f"dataset {path} {shape_of(data.shape)} {line}")


def fill_types(g):
    """Every element type, and the shapes at the edges."""
    base = np.arange(-6, 6).reshape(3, 4)
    for name in ("i1", "i2", "i4", "i8", "f2", "f4", "f8"):
        for order in "<>":
            g[f"{name}_{'little' if order == '<' else 'big'}"] = (base * 3.25).astype(order + name)
    for name in ("u1", "u2", "u4", "u8"):
        g[name] = np.abs(base).astype(name) + np.array([250], name)
    g["u8_top"] = np.array([2**64 - 1], "u8")
    g["halves"] = np.array([0, -0.0, 1e-7, 6e-8, 65504, np.inf, -np.inf, 0.333], "f2")
    g["bool"] = np.array([True, False, True])
    g["enum"] = np.array([0, 7, 1], h5py.enum_dtype({"a": 0, "b": 1, "c": 7}, "i2"))
    g["opaque2"] = np.array([0x3F80, 0xC000], "<u2").view("V2")
    g["opaque2"].attrs["dtype"] = "bfloat16"
    g["scalar"] = np.float32(1.5)
    g["count"] = np.int64(-3)
    g["no_rows"] = np.zeros((0, 4), "f4")
    g["null"] = h5py.Empty("f4")
    g["never_written"] = g.create_dataset("lazy", (3, 2), "f4", fillvalue=2.5)
    g.create_dataset("vlen_text", data=["", "é", "plain", "x" * 300], dtype=h5py.string_dtype())
    g["fixed_text"] = np.array([b"ab", b"", b"abcdef"], "S6")
    space = h5py.h5s.create_simple((2,))
    kind = h5py.h5t.C_S1.copy()
    kind.set_size(4)
    for name, pad in (("terminated", h5py.h5t.STR_NULLTERM), ("spaces", h5py.h5t.STR_SPACEPAD)):
        t = kind.copy()
        t.set_strpad(pad)
        d = h5py.h5d.create(g.id, name.encode(), t, space)
        d.write(h5py.h5s.ALL, h5py.h5s.ALL, np.array([b"ab  ", b"abcd"], "S4"), t)


def fill_attributes(g):
    """Attributes in every form Keras has given them."""
    g.attrs["keras_version"] = "2.15.0"
    g.attrs.create("config", '{"name": "模型"}'.encode(), dtype=VLEN_ASCII)
    g.attrs.create("layer_names", [b"dense", b"dense_1", b""], dtype=VLEN_ASCII)
    g.attrs["weight_names"] = []
    g.attrs["layer_names0"] = np.array([b"a", b"bcd", b"ef"], "S3")
    g.attrs["null"] = h5py.Empty("f8")
    g.attrs["null_text"] = h5py.Empty(h5py.string_dtype())
    g.attrs["number"] = np.int64(7)
    g.attrs["numbers"] = np.array([[1.5, 2.5], [3.5, -4.5]], ">f4")
    g.attrs["flag"] = True
    g.attrs["fixed"] = np.bytes_(b"fixed one")


def fill_chunks(g):
    """Every chunk index the library version has, with and without filters."""
    rng = np.random.default_rng(1)
    small = rng.standard_normal((17, 9)).astype("f4")
    g.create_dataset("single", data=small, chunks=(17, 9))
    g.create_dataset("single_gzip", data=small, chunks=(17, 9), compression="gzip")
    g.create_dataset("fixed", data=small, chunks=(4, 4))
    g.create_dataset("fixed_gzip", data=small, chunks=(4, 4), compression="gzip", shuffle=True)
    g.create_dataset("fixed_max", data=small, chunks=(4, 4), maxshape=(40, 50))
    g.create_dataset("extensible", data=small, chunks=(4, 4), maxshape=(None, 9))
    g.create_dataset("extensible_second", data=small, chunks=(2, 3), maxshape=(17, None), compression="gzip")
    if g.file.libver[0] != "earliest":
        fill_long_indexes(g)
    g.create_dataset("tree2", data=small, chunks=(4, 4), maxshape=(None, None))
    g.create_dataset("tree2_gzip", data=small, chunks=(2, 2), maxshape=(None, None), compression="gzip")
    holes = g.create_dataset("holes", (40, 40), "i4", chunks=(8, 8), maxshape=(None, None), fillvalue=-5)
    holes[10:12, 30:33] = 1
    sparse = g.create_dataset("sparse", (2000,), "i4", chunks=(2,), maxshape=(None,), fillvalue=9)
    sparse[1500:1503] = 4
    g.create_dataset("shuffle", data=small, chunks=(5, 9), shuffle=True)
    g.create_dataset("fletcher32", data=small, chunks=(5, 9), fletcher32=True)
    g.create_dataset("fletcher_odd", data=np.arange(7, dtype="u1"), chunks=(7,), fletcher32=True)
    g.create_dataset("lzf", data=np.tile(small, (4, 4)).round(1), chunks=(20, 36), compression="lzf", shuffle=True)
    g.create_dataset("all_filters", data=small, chunks=(5, 4), compression="gzip", shuffle=True, fletcher32=True)
    g.create_dataset("text", data=["a", "bc"] * 5, dtype=h5py.string_dtype(), chunks=(3,))
    g.create_dataset("empty_chunks", (0, 4), "f4", chunks=(2, 4), maxshape=(None, 4))
    early = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    early.set_chunk((4, 4))
    early.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    d = h5py.h5d.create(g.id, b"implicit", h5py.h5t.IEEE_F32LE, h5py.h5s.create_simple((17, 9)), early)
    d.write(h5py.h5s.ALL, h5py.h5s.ALL, small)
    compact = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    compact.set_layout(h5py.h5d.COMPACT)
    d = h5py.h5d.create(g.id, b"compact", h5py.h5t.IEEE_F32LE, h5py.h5s.create_simple((17, 9)), compact)
    d.write(h5py.h5s.ALL, h5py.h5s.ALL, small)


def fill_long_indexes(g):
    """Chunk indexes of several pages, blocks or levels."""
    g.create_dataset("fixed_paged", data=np.arange(2300, dtype="i2"), chunks=(1,))
    holes = g.create_dataset("fixed_holes", (5000,), "i2", chunks=(1,), fillvalue=3)
    holes[2100:2102] = 8
    g.create_dataset("extensible_long", data=np.arange(3000, dtype="i2"), chunks=(1,), maxshape=(None,))
    # 131072 chunks on: data blocks of more than one page
    far = g.create_dataset("extensible_paged", (140000,), "i1", chunks=(1,), maxshape=(None,), fillvalue=7)
    far[139990:139993] = 1
    g.create_dataset("tree2_deep", data=np.arange(900, dtype="i2").reshape(30, 30), chunks=(1, 1), maxshape=(None, None))


def fill_links(f):
    """Links of every kind a reader may follow, and types shared by datasets."""
    f["target/data"] = np.arange(4, dtype="i4")
    f["hard"] = f["target/data"]
    f["soft"] = h5py.SoftLink("/target/data")
    f["target/relative"] = h5py.SoftLink("data")
    f["dangling"] = h5py.SoftLink("/nowhere")
    f["loop"] = h5py.SoftLink("loop")
    f["outside"] = h5py.ExternalLink("other.h5", "/data")
    f["named_type"] = np.dtype("<f4")
    f.create_dataset("of_named_type", data=np.ones(3), dtype=f["named_type"])
    f["of_named_type"].attrs.create("a", np.ones(2), dtype=f["named_type"])


def fill_many(f):
    """Groups and attributes stored in heaps and trees of several levels."""
    f["data"] = np.arange(3, dtype="f4")
    many = f.create_group("many")
    plain = f.create_dataset("plain", data=[1])
    for i in range(600):
        many[f"member_{i:04d}_{'x' * (i % 23)}"] = plain
    long_names = f.create_group("long_names")
    for i in range(8):
        long_names[f"{i}" + "n" * 3000] = plain
    if f.libver[0] != "earliest":
        for i in range(40):
            f.attrs[f"attribute_{i:02d}"] = np.arange(i % 5 + 1, dtype="i4") + i
        f["data"].attrs["tiny"] = 1
        for i in range(12):
            f["data"].attrs[f"huge_{i}"] = np.arange(9000 if i > 10 else 3, dtype="u1")


def make(name, fill, ordered=False, **options):
    path = os.path.join(HERE, name + ".h5")
    with h5py.File(path, "w", track_order=ordered, **options) as f:
        fill(f)
    write_listing(name)


def write_listing(name):
    out = []
    with h5py.File(os.path.join(HERE, name + ".h5"), "r") as f:
        list_group(f, out)
    with open(os.path.join(HERE, name + ".txt"), "w", encoding="utf-8") as f:
        f.write("\n".join(out) + "\n")


def keras_like(f):
    fill_attributes(f)
    f["model_weights/dense/dense/kernel:0"] = np.arange(12, dtype="f4").reshape(3, 4) / 7
    f["model_weights/dense/dense/bias:0"] = np.zeros(4, "f4")
    f["model_weights"].attrs["layer_names"] = ["dense"]
    f["model_weights/dense"].attrs["weight_names"] = np.array([b"dense/kernel:0", b"dense/bias:0"])
    f["optimizer_weights/iteration:0"] = np.int64(120)


def ordered(f):
    for name in ("zebra", "ape", "mole"):
        f.create_group(name, track_order=True)
    for i in (3, 1, 2):
        f["mole"].attrs[f"attr{i}"] = i
    for i in range(20):
        f["ape"].attrs[f"attr{(i * 7) % 20:02d}"] = i
        f[f"ape/member{(i * 7) % 20:02d}"] = i


def refused():
    """One file for every feature the reader refuses, its dataset named x."""
    def create(f, kind, n=4, plist=None):
        h5py.h5d.create(f.id, b"x", kind, h5py.h5s.create_simple((n,)), plist)

    def n_bit(f):
        plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        plist.set_chunk((4,))
        plist.set_filter(h5py.h5z.FILTER_NBIT)
        create(f, h5py.h5t.STD_I32LE, plist=plist)

    def precision(f):
        kind = h5py.h5t.STD_I32LE.copy()
        kind.set_precision(17)
        create(f, kind)

    def virtual(f):
        layout = h5py.VirtualLayout((4,), "f4")
        layout[:] = h5py.VirtualSource("other.h5", "d", (4,))
        f.create_virtual_dataset("x", layout)

    return {
        "compound": lambda f: f.create_dataset("x", data=np.zeros(2, [("a", "i4"), ("b", "f8")])),
        "reference": lambda f: f.create_dataset("x", data=[f.ref], dtype=h5py.ref_dtype),
        "variable": lambda f: f.create_dataset("x", (2,), dtype=h5py.vlen_dtype("i4")),
        "array": lambda f: f.create_dataset("x", (2,), dtype=np.dtype(("f4", (3,)))),
        "time": lambda f: create(f, h5py.h5t.UNIX_D32LE),
        "long_double": lambda f: f.create_dataset("x", data=np.zeros(2, "g")),
        "precision": precision,
        "n_bit": n_bit,
        "szip": lambda f: f.create_dataset("x", data=np.arange(64), chunks=(32,), compression="szip"),
        "scale_offset": lambda f: f.create_dataset("x", data=np.arange(10), chunks=(5,), scaleoffset=2),
        "virtual": virtual,
        "external_data": lambda f: f.create_dataset("x", (4,), "f4", external=[("other.bin", 0, 16)]),
        "external_link": lambda f: f.__setitem__("x", h5py.ExternalLink("other.h5", "/d")),
    }


def old_messages(name):
    """Dataset "shared" has the oldest reference to its committed type, "fill" the
    size that old libraries write for no fill value. h5py writes neither any more,
    so they are put into the headers; h5py reads them."""
    path = os.path.join(HERE, name + ".h5")
    with h5py.File(path, "w", libver="earliest") as f:
        f["type"] = np.dtype("<i4")
        f.create_dataset("shared", data=np.arange(3, dtype="i4"), dtype=f["type"])
        f.create_dataset("fill", data=np.arange(3, dtype="f4"), fillvalue=7)
        shared, fill, kind = (h5py.h5o.get_info(f[n].id).addr for n in ("shared", "fill", "type"))
    with open(path, "rb") as f:
        data = bytearray(f.read())

    def patch(header, change):
        size, = struct.unpack_from("<I", data, header + 8)
        at, end, out, count = header + 16, header + 16 + size, b"", 1
        while at < end:
            message, n, flags = struct.unpack_from("<HHB", data, at)
            if message:
                body = change(message, bytes(data[at + 8:at + 8 + n]))
                out += struct.pack("<HHBxxx", message, len(body), flags) + body
                count += 1
            at += 8 + n
        rest = size - len(out) - 8  # one empty message takes up the rest
        data[header + 16:end] = out + struct.pack("<HHBxxx", 0, rest, 0) + bytes(rest)
        struct.pack_into("<H", data, header + 2, count)

    patch(shared, lambda m, b: struct.pack("<BB6xQQ", 1, 0, 0, kind) if m == 3 else b)
    patch(fill, lambda m, b: b[:4] + b"\xff" * 4 + b[8:] if m == 5 else b)
    with open(path, "wb") as f:
        f.write(data)
    write_listing(name)


def cache_image(name):
    """A file whose metadata stands in an image of libhdf5's cache."""
    class Config(ctypes.Structure):
        _fields_ = [("version", ctypes.c_int), ("generate", ctypes.c_bool), ("resize", ctypes.c_bool), ("ageout", ctypes.c_int)]

    lib = ctypes.CDLL(glob.glob(os.path.join(os.path.dirname(h5py.__file__), "..", "h5py.libs", "libhdf5-*"))[0])
    fapl = h5py.h5p.create(h5py.h5p.FILE_ACCESS)
    fapl.set_libver_bounds(h5py.h5f.LIBVER_V110, h5py.h5f.LIBVER_V110)
    lib.H5Pset_mdc_image_config.argtypes = [ctypes.c_int64, ctypes.POINTER(Config)]
    if lib.H5Pset_mdc_image_config(fapl.id, ctypes.byref(Config(1, True, False, -1))) < 0:
        raise SystemExit("no cache image")
    with h5py.File(h5py.h5f.create(os.path.join(HERE, name + ".h5").encode(), h5py.h5f.ACC_TRUNC, fapl=fapl)) as f:
        f["x"] = np.arange(3, dtype="f4")


def main(names):
    for name, fill in refused().items():
        if not names or "refused_" + name in names:
            with h5py.File(os.path.join(HERE, f"refused_{name}.h5"), "w", libver="latest" if name == "virtual" else None) as f:
                fill(f)
    jobs = {"old_messages": old_messages, "refused_cache_image": cache_image}
    jobs |= {"keras_like": lambda n: make(n, keras_like), "user_block": lambda n: make(n, keras_like, userblock_size=1024)}
    for libver in ("earliest", "v108", "v110", "v112", "latest"):
        for fill in (fill_types, fill_attributes, fill_chunks, fill_links, fill_many):
            if fill is not fill_attributes and libver not in ("earliest", "latest"):
                continue
            jobs[f"{fill.__name__[5:]}_{libver}"] = lambda n, fill=fill, v=libver: make(n, fill, libver=v)
    for libver in ("earliest", "latest"):
        jobs["ordered_" + libver] = lambda n, v=libver: make(n, ordered, ordered=True, libver=v)
    for name, job in jobs.items():
        if not names or name in names:
            job(name)


main(sys.argv[1:])
