"""Writes the TFRecord files of internal/tfrecord/testdata with real TensorFlow."""
import pathlib

import tensorflow as tf

folder = pathlib.Path(__file__).parent.parent / "internal/tfrecord/testdata"


def floats(*v):
    return tf.train.Feature(float_list=tf.train.FloatList(value=v))


def ints(*v):
    return tf.train.Feature(int64_list=tf.train.Int64List(value=v))


def texts(*v):
    return tf.train.Feature(bytes_list=tf.train.BytesList(value=v))


def write(name, rows, compression=""):
    folder.mkdir(exist_ok=True)
    with tf.io.TFRecordWriter(str(folder / name), compression) as w:
        for row in rows:
            example = tf.train.Example(features=tf.train.Features(feature=row))
            w.write(example.SerializeToString(deterministic=True))


rows = [
    {"x": floats(0.5, -1.25, 1e-7), "n": ints(-3), "name": texts("é, one".encode())},
    {"x": floats(1, 2, 3), "n": ints(1 << 31), "name": texts(b"")},
    {"n": ints(7), "x": floats(float("nan"), float("inf"), 0), "name": texts(b"three")},
    {"x": floats(1, 2), "n": ints(), "name": texts(b"short")},
]
write("rows.tfrecord", rows)
write("rows.tfrecord.gz", rows[:1], "GZIP")
