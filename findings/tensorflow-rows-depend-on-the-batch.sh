#!/usr/bin/env bash
# A row of a plain Dense layer answers other bits alone than among other rows: on
# TensorFlow the order of the sums depends on the size of the batch. So answers of
# Keras cannot be compared bit for bit, and a cache of answers by row is not exact.
# ONNX Runtime gives a product the same bits at both sizes here.
#
# Keras 3.15.1 on TensorFlow 2.21 (oneDNN and Eigen choose the blocking by shape),
# ONNX Runtime 1.23.2, x86-64.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"${PYTHON:-python3}" -m venv "$dir/env"
"$dir/env/bin/pip" install --quiet keras==3.15.1 tensorflow-cpu==2.21.0 numpy==2.4.6 onnxruntime==1.23.2 onnx==1.19.1
cd "$dir"
TF_CPP_MIN_LOG_LEVEL=3 env/bin/python -W ignore - <<'PY'
import keras
import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

rng = np.random.default_rng(0)
tensorflow = onnx_runtime = 0
for inputs, units, rows in [(52, 64, 8), (512, 10, 32), (784, 128, 32), (2048, 1000, 4)]:
    x = rng.standard_normal((rows, inputs)).astype("float32")
    kernel = rng.standard_normal((inputs, units)).astype("float32")
    model = keras.Sequential([keras.Input((inputs,)), keras.layers.Dense(units, use_bias=False)])
    model.set_weights([kernel])
    graph = helper.make_graph([helper.make_node("MatMul", ["x", "w"], ["y"])], "g",
                              [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, inputs])],
                              [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, units])],
                              [numpy_helper.from_array(kernel, "w")])
    proto = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    proto.ir_version = 10
    session = onnxruntime.InferenceSession(proto.SerializeToString(), providers=["CPUExecutionProvider"])
    different = []
    for run in (lambda v: model(v).numpy(), lambda v: session.run(None, {"x": v})[0]):
        alone = np.concatenate([run(x[i:i + 1]) for i in range(rows)])
        different.append(int((run(x) != alone).any(axis=1).sum()))
    print(f"({rows}, {inputs}) x ({inputs}, {units}): rows with other bits alone: TensorFlow {different[0]}, ONNX Runtime {different[1]} of {rows}")
    tensorflow += different[0]
    onnx_runtime += different[1]
raise SystemExit(tensorflow == 0 or onnx_runtime > 0)
PY
