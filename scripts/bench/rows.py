"""Rows through a model, from a file to a file: kerasrun beside pandas + Keras and polars + ONNX Runtime.

    rows.py KERASRUN MODEL [ROWS]    prints a table: seconds, rows/s, CPU seconds, peak memory

Each contender is a process of its own, one after the other, and their answers are compared. Needs Keras 3 on TensorFlow,
pandas, polars, pyarrow, onnx and ONNX Runtime; those of the peers that do not import are left out.
"""
import os
import subprocess
import sys
import tempfile
import time


def keras_answers(model, rows, out):
    import keras
    import pandas as pd

    m = keras.models.load_model(model, compile=False)
    x = pd.read_csv(rows, dtype="float32").to_numpy()
    y = m.predict(x, batch_size=1024, verbose=0)
    pd.DataFrame(y).to_csv(out, index=False)


def write_onnx(model, path):
    """A stack of Dense layers as ONNX, without a converter."""
    import keras
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    m = keras.models.load_model(model, compile=False)
    nodes, weights, at = [], [], "x"
    ops = {"relu": "Relu", "sigmoid": "Sigmoid", "tanh": "Tanh", "softmax": "Softmax"}
    for n, layer in enumerate(m.layers):
        config = layer.get_config()
        if "units" in config:
            for part, w in zip(("w", "b"), layer.get_weights(), strict=True):
                weights.append(numpy_helper.from_array(w, f"{part}{n}"))
            nodes.append(helper.make_node("Gemm", [at, f"w{n}", f"b{n}"], [f"h{n}"]))
            at = f"h{n}"
        if config.get("activation", "linear") != "linear":
            nodes.append(helper.make_node(ops[config["activation"]], [at], [f"a{n}"]))
            at = f"a{n}"
    graph = helper.make_graph(nodes, "g", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, m.input_shape[1]])],
                              [helper.make_tensor_value_info(at, TensorProto.FLOAT, [None, None])], weights)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), path)


def onnx_answers(model, rows, out):
    import numpy as np
    import onnxruntime
    import polars as pl

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    s = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    x = pl.read_csv(rows, schema_overrides=None).cast(pl.Float32).to_numpy()
    y = np.concatenate([s.run(None, {"x": np.ascontiguousarray(x[i:i + 1024])})[0] for i in range(0, len(x), 1024)])
    pl.DataFrame(y).write_csv(out)


def arrow_answers(model, rows, out):
    import numpy as np
    import onnxruntime
    import pyarrow as pa
    import pyarrow.parquet as pq

    s = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    t = pq.read_table(rows)
    x = np.stack([t.column(i).to_numpy() for i in range(t.num_columns)], 1)
    y = np.concatenate([s.run(None, {"x": np.ascontiguousarray(x[i:i + 1024])})[0] for i in range(0, len(x), 1024)])
    pq.write_table(pa.table({"y": y[:, 0]}), out)


def timed(name, rows, command):
    start = time.time()
    child = subprocess.Popen(command, stderr=subprocess.PIPE)
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.time() - start
    if status:
        print(f"{name:28} left out: {child.stderr.read().decode().strip().splitlines()[-1:]}")
        return
    cpu = usage.ru_utime + usage.ru_stime
    print(f"{name:28} {seconds:7.2f} s {rows / seconds:12,.0f} rows/s {cpu:7.2f} CPU s {usage.ru_maxrss / 1024:7.0f} MB", flush=True)


def data(d, rows):
    import numpy as np
    import pyarrow as pa
    import pyarrow.csv
    import pyarrow.parquet as pq

    x = np.random.default_rng(0).standard_normal((int(rows), 52)).astype("float32")
    t = pa.table({f"x{i}": x[:, i] for i in range(52)})
    pa.csv.write_csv(t, d + "/x.csv")
    pq.write_table(t, d + "/x.parquet")
    np.save(d + "/x.npy", x)


def compare(d):
    import numpy as np
    import pyarrow.parquet as pq

    def read(name):
        return np.loadtxt(f"{d}/{name}", skiprows=1, delimiter=",", ndmin=2)[:, 0]

    ours = read("y.csv")
    for other in ("keras.csv", "onnx.csv"):
        if os.path.exists(f"{d}/{other}"):
            print(f"farthest from {other}: {np.abs(ours - read(other)).max():.1e}")
    ours = ours.astype("float32")
    print("npy and Parquet equal CSV:", np.array_equal(np.load(d + "/y.npy")[:, 0], ours), np.array_equal(pq.read_table(d + "/y.parquet").column(0).to_numpy(), ours))


def main(kerasrun, model, rows):
    me = [sys.executable, __file__]  # nothing large is imported here: a child's peak memory is at least its parent's
    with tempfile.TemporaryDirectory() as d:
        subprocess.run([*me, "data", d, str(rows)], check=True)
        subprocess.run([*me, "write_onnx", model, d + "/m.onnx"], check=True, capture_output=True)
        timed("CSV: pandas + Keras", rows, [*me, "keras_answers", model, d + "/x.csv", d + "/keras.csv"])
        timed("CSV: polars + ONNX Runtime", rows, [*me, "onnx_answers", d + "/m.onnx", d + "/x.csv", d + "/onnx.csv"])
        timed("CSV: kerasrun", rows, [kerasrun, "predict", model, d + "/x.csv", "-o", d + "/y.csv"])
        timed("Parquet: pyarrow + ONNX", rows, [*me, "arrow_answers", d + "/m.onnx", d + "/x.parquet", d + "/onnx.parquet"])
        timed("Parquet: kerasrun", rows, [kerasrun, "predict", model, d + "/x.parquet", "-o", d + "/y.parquet"])
        timed("npy: kerasrun", rows, [kerasrun, "predict", model, d + "/x.npy", "-o", d + "/y.npy"])
        subprocess.run([*me, "compare", d], check=True)


if __name__ == "__main__":
    if sys.argv[1] in ("data", "write_onnx", "keras_answers", "onnx_answers", "arrow_answers", "compare"):
        os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
        globals()[sys.argv[1]](*sys.argv[2:])
    else:
        main(sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 1_000_000)
