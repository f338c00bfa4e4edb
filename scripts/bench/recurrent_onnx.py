"""LSTM and GRU models as ONNX' own LSTM and GRU nodes.

tf2onnx turns a GRU of Keras 3 into a Loop, which ONNX Runtime runs several times as slowly
as its GRU. A comparison with that alone would flatter kerasrun.
"""

import numpy as np
import onnx
from keras import layers as L
from onnx import TensorProto, helper, numpy_helper

# Keras keeps gates as i f c o and z r h; ONNX wants i o f c and z r h.
GATES = {"LSTM": [0, 3, 1, 2], "GRU": [0, 1, 2]}


def write(model, path):
    """Writes a stack of recurrent layers and a Dense on the last step, as ONNX."""
    nodes = [helper.make_node("Transpose", ["x"], ["steps"], perm=[1, 0, 2])]
    constants = []

    def constant(name, value):
        constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    stack = [layer for layer in model.layers if isinstance(layer, (L.LSTM, L.GRU))]
    sequence = "steps"
    for k, layer in enumerate(stack):
        op = type(layer).__name__
        kernel, recurrent, bias = layer.get_weights()
        of_input, of_state = (bias, np.zeros_like(bias)) if op == "LSTM" else bias

        def gates(a, units=layer.units, order=GATES[op]):
            return np.concatenate([a[..., g * units : (g + 1) * units] for g in order], -1)

        weights = [
            constant(f"W{k}", gates(kernel).T[None]),
            constant(f"R{k}", gates(recurrent).T[None]),
            constant(f"B{k}", np.concatenate([gates(of_input), gates(of_state)])[None]),
        ]
        options = {"hidden_size": layer.units}
        if op == "GRU":
            options["linear_before_reset"] = 1
        nodes.append(helper.make_node(op, [sequence, *weights], [f"all{k}", f"last{k}"], **options))
        if layer is not stack[-1]:  # steps × directions × batch × units, without the directions
            nodes.append(helper.make_node("Squeeze", [f"all{k}", constant(f"axis{k}", np.array([1]))], [f"y{k}"]))
            sequence = f"y{k}"
    kernel, bias = model.layers[-1].get_weights()
    nodes.append(helper.make_node("Squeeze", [f"last{k}", constant("axis", np.array([0]))], ["state"]))
    nodes.append(helper.make_node("Gemm", ["state", constant("K", kernel), constant("b", bias)], ["y"]))
    graph = helper.make_graph(
        nodes,
        "recurrent",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", *model.inputs[0].shape[1:]])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["N", kernel.shape[1]])],
        constants,
    )
    proto = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(proto)
    onnx.save(proto, path)
