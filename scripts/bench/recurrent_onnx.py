"""Models with recurrent layers as ONNX, with ONNX' own LSTM and GRU nodes.

tf2onnx turns a GRU of Keras 3, and everything behind a Masking, into a Loop, which ONNX Runtime
runs several times as slowly as its GRU and LSTM. A comparison with that alone would flatter kerasrun.
"""

import numpy as np
import onnx
from keras import layers as L
from onnx import TensorProto, helper, numpy_helper

# Keras keeps gates as i f c o and z r h; ONNX wants i o f c and z r h.
GATES = {"LSTM": [0, 3, 1, 2], "GRU": [0, 1, 2]}


class Writer:
    """A sequence of layers as ONNX nodes, each working on the value that the one before left."""

    def __init__(self):
        self.nodes, self.constants = [], []
        self.value, self.form = "x", "rows"  # or "channels": channels before steps; or "steps": steps before rows
        self.lengths = ""  # how many steps each row has, where that is not all

    def constant(self, value):
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, op, inputs, outputs=1, **options):
        names = [f"v{len(self.nodes)}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(op, inputs, names, **options))
        return names[0] if outputs == 1 else names

    def to(self, form):
        """Turns the axes of the value."""
        axes = {"rows": "nsc", "channels": "ncs", "steps": "snc"}
        if form != self.form:
            perm = [axes[self.form].index(a) for a in axes[form]]
            self.value, self.form = self.node("Transpose", [self.value], perm=perm), form

    def masking(self, layer):
        """Lengths for rows that are masked at their end alone, as those of this comparison are."""
        assert layer.mask_value == 0
        some = self.node("ReduceMax", [self.node("Abs", [self.value])], axes=[2], keepdims=0)
        steps = self.node("Cast", [self.node("Greater", [some, self.constant(np.float32(0))])], to=TensorProto.INT32)
        self.lengths = self.node("ReduceSum", [steps, self.constant(np.array([1]))], keepdims=0)

    def convolution(self, layer):
        assert layer.padding == "same" and layer.strides == (1,) and not layer.use_bias and layer.activation.__name__ == "linear"
        self.to("channels")
        kernel = self.constant(layer.get_weights()[0].transpose(2, 1, 0))
        self.value = self.node("Conv", [self.value, kernel], auto_pad="SAME_UPPER")

    def normalization(self, layer):
        assert self.form == "channels"
        weights = [self.constant(w) for w in layer.get_weights()]
        self.value = self.node("BatchNormalization", [self.value, *weights], epsilon=layer.epsilon)

    def relu(self, _):
        self.value = self.node("Relu", [self.value])

    def bidirectional(self, layer):
        self.recurrent(layer, [layer.forward_layer, layer.backward_layer])

    def recurrent(self, layer, directions=None):
        directions = directions or [layer]
        op = type(directions[0]).__name__
        self.to("steps")
        weights = [[part(d, op) for d in directions] for part in (of_input, of_state, of_biases)]
        options = {"hidden_size": directions[0].units}
        if op == "GRU":
            options["linear_before_reset"] = 1
        if len(directions) == 2:
            options["direction"] = "bidirectional"
        everything, last = self.node(op, [self.value, *(self.constant(np.stack(w)) for w in weights), self.lengths], 2, **options)
        width = len(directions) * directions[0].units
        if layer.return_sequences:  # steps × directions × rows × units
            side = self.node("Transpose", [everything], perm=[0, 2, 1, 3])
            self.value = self.node("Reshape", [side, self.constant(np.array([0, 0, width]))])
        else:
            side = self.node("Transpose", [last], perm=[1, 0, 2])
            self.value, self.form = self.node("Reshape", [side, self.constant(np.array([0, width]))]), "rows"

    def dense(self, layer):
        kernel, bias = layer.get_weights()
        self.value = self.node("Gemm", [self.value, self.constant(kernel), self.constant(bias)])
        if layer.activation.__name__ == "softmax":
            self.value = self.node("Softmax", [self.value])


def gates(a, op):
    """Gates in ONNX' order, on the last axis."""
    parts = np.split(a, len(GATES[op]), -1)
    return np.concatenate([parts[g] for g in GATES[op]], -1)


def of_input(layer, op):
    return gates(layer.get_weights()[0], op).T


def of_state(layer, op):
    return gates(layer.get_weights()[1], op).T


def of_biases(layer, op):
    bias = layer.get_weights()[2]
    both = (bias, np.zeros_like(bias)) if op == "LSTM" else bias
    return np.concatenate([gates(b, op) for b in both])


HOW = {
    L.InputLayer: lambda *_: None,  # the value x
    L.Masking: Writer.masking, L.Conv1D: Writer.convolution, L.BatchNormalization: Writer.normalization,
    L.ReLU: Writer.relu, L.LSTM: Writer.recurrent, L.GRU: Writer.recurrent, L.Bidirectional: Writer.bidirectional, L.Dense: Writer.dense,
}


def write(model, path):
    """Writes a model whose layers follow one another, as ONNX."""
    w = Writer()
    for layer in model.layers:
        if type(layer) not in HOW:
            raise ValueError(f"{layer.name}: no ONNX for {type(layer).__name__}")
        HOW[type(layer)](w, layer)
    w.nodes.append(helper.make_node("Identity", [w.value], ["y"]))
    graph = helper.make_graph(
        w.nodes,
        "recurrent",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", *model.inputs[0].shape[1:]])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["N", *model.outputs[0].shape[1:]])],
        w.constants,
    )
    proto = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(proto)
    onnx.save(proto, path)
