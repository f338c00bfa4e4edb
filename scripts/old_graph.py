"""Models of tf.keras 2.0 to 2.3 that call TensorFlow functions, which these store as
TensorFlowOpLayer. Run under such a TensorFlow:

    python scripts/old_graph.py testdata/models/old

writes VERSION-graph-CASE.h5 with its answers in .npz.
"""

import os
import sys

import numpy as np
import tensorflow as tf

VERSION = tf.keras.__version__.split("-")[0]


def rising(*shape):
    return tf.constant(np.linspace(-1, 1, int(np.prod(shape)), dtype="float32").reshape(shape))


def arrays(x):
    return [
        *tf.split(x, 2, axis=1), *tf.split(x, [1, 3], axis=1), tf.stack([x, x], 1), tf.squeeze(x[:, :1], [1]), tf.concat([x, x], 1), tf.gather(x, [0, 2], axis=1),
        tf.pad(x, [[0, 0], [1, 1], [0, 0]]), tf.pad(x, [[0, 0], [1, 1], [0, 0]], "REFLECT"), tf.unstack(x, axis=1)[1], tf.reverse(x, [1]),
        tf.reshape(x, [tf.shape(x)[0], -1]), tf.tile(x, [1, 2, 1]), tf.transpose(x, [0, 2, 1]), tf.slice(x, [0, 1, 1], [-1, 2, 2]),
    ]


def numbers(x):
    return [
        tf.nn.bias_add(x, rising(6)), tf.nn.leaky_relu(x, 0.3), tf.clip_by_value(x, -1, 1), tf.einsum("bij,bkj->bik", x, x), tf.where(x > 0, x, -x), tf.math.top_k(x, 2)[0],
        tf.add_n([x, x]), tf.cumsum(x, 1), tf.cumsum(x, 1, exclusive=True), tf.zeros_like(x), tf.argmin(x, 1), tf.reduce_any(x > 0, 1), tf.ones_like(x), tf.cast(x, tf.int32),
        tf.reduce_mean(x, 1), tf.nn.log_softmax(x), tf.math.atan2(x, x + 3), tf.one_hot(tf.cast(x, tf.int32), 3), tf.linalg.band_part(x, -1, 1),
    ]


def images(x):
    return [
        tf.nn.conv2d(x, rising(2, 2, 4, 3), 1, "SAME"), tf.nn.depthwise_conv2d(x, rising(2, 2, 4, 1), [1, 2, 2, 1], "VALID"), tf.nn.max_pool2d(x, 2, 2, "VALID"),
        tf.nn.avg_pool2d(x, 3, 1, "SAME"), tf.image.resize(x, (3, 5)), tf.image.resize(x, (3, 5), "nearest"), tf.nn.depth_to_space(x, 2), tf.nn.space_to_depth(x, 2),
    ]


def write(folder, name, build, shape):
    x = tf.keras.Input(shape, name="x")
    model = tf.keras.Model(x, build(x))
    data = np.random.RandomState(1).normal(size=(3,) + shape).astype("float32")
    path = os.path.join(folder, "%s-graph-%s" % (VERSION, name))
    model.save(path + ".h5", include_optimizer=False)
    answers = {"output_%d" % i: y.numpy() for i, y in enumerate(model(tf.constant(data)))}
    np.savez_compressed(path + ".npz", input_0=data, **answers)


if __name__ == "__main__":
    write(sys.argv[1], "arrays", arrays, (4, 6))
    write(sys.argv[1], "numbers", numbers, (4, 6))
    write(sys.argv[1], "images", images, (4, 6, 4))
