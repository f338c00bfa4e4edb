"""Parquet against pyarrow.

    parquet.py write    writes the fixtures of internal/parquet with pyarrow and pandas
    parquet.py read F…  prints what pyarrow reads of each file as a line of JSON

Needs pyarrow, pandas and NumPy.
"""
import datetime
import decimal
import json
import math
import os
import sys

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

OUT = os.path.join(os.path.dirname(__file__), "..", "internal", "parquet", "testdata")
ROWS = 60


def table():
    r = np.random.default_rng(7)
    f = r.standard_normal(ROWS).astype("float32")
    nulls = [None if i % 7 == 3 else float(v) for i, v in enumerate(f)]
    vector = r.standard_normal((ROWS, 5)).astype("float32")
    return pa.table({
        "f32": f,
        "f64": r.standard_normal(ROWS),
        "f16": pa.array(f.astype("float16")),
        "i8": pa.array(r.integers(-100, 100, ROWS), pa.int8()),
        "i32": pa.array(np.arange(ROWS) ** 2 * -3, pa.int32()),
        "i64": pa.array(r.integers(-2**60, 2**60, ROWS), pa.int64()),
        "u32": pa.array(r.integers(2**31, 2**32, ROWS), pa.uint32()),
        "bool": pa.array([None if i == 5 else bool(i % 3 == 0) for i in range(ROWS)]),
        "text": pa.array([f"row {i % 9} ä" for i in range(ROWS)]),
        "nulls": pa.array(nulls, pa.float64()),
        "constant": np.full(ROWS, 2.5, "float32"),
        "few": pa.array([i // 10 for i in range(ROWS)], pa.int64()),
        "dec": pa.array([decimal.Decimal(i * 37 - 5000) / 100 for i in range(ROWS)], pa.decimal128(12, 2)),
        "long": pa.array([decimal.Decimal(10) ** 30 + i if i % 2 else None for i in range(ROWS)], pa.decimal128(38, 4)),
        "day": pa.array([datetime.date(1969, 12, 1) + datetime.timedelta(i) for i in range(ROWS)]),
        "time": pa.array([datetime.datetime(1969, 12, 31, 23, 59) + datetime.timedelta(milliseconds=777 * i) for i in range(ROWS)], pa.timestamp("us")),
        "vector": pa.array(list(vector), pa.list_(pa.float32())),
        "fixed": pa.FixedSizeListArray.from_arrays(pa.array(vector.ravel()), 5),
        "ragged": pa.array([None if i % 11 == 4 else [float(k) if k != 2 else None for k in range(i % 4)] for i in range(ROWS)], pa.list_(pa.float64())),
        "image": pa.array([[[i, 1, 2], [3, 4, i]] for i in range(ROWS)], pa.list_(pa.list_(pa.int32()))),
        "in": pa.array([{"a": i, "b": [i, i + 1]} for i in range(ROWS)]),
    })


PLAIN = {"use_dictionary": False}
CASES = {
    "default": {},
    "none_plain": {"compression": "none", **PLAIN},
    "zstd_v2_groups": {"compression": "zstd", "data_page_version": "2.0", "row_group_size": 25},
    "gzip_small_pages": {"compression": "gzip", "data_page_size": 64, "write_batch_size": 20, "write_page_checksum": True},
    "v2_none_crc": {"compression": "none", "data_page_version": "2.0", "write_page_checksum": True},
}
ENCODINGS = {
    "f32": "BYTE_STREAM_SPLIT", "f64": "BYTE_STREAM_SPLIT", "i32": "DELTA_BINARY_PACKED", "i64": "DELTA_BINARY_PACKED",
    "few": "DELTA_BINARY_PACKED", "text": "DELTA_BYTE_ARRAY", "constant": "PLAIN", "bool": "RLE", "image.list.element.list.element": "DELTA_BINARY_PACKED",
}


def plain(v):
    if isinstance(v, dict):
        return {k: plain(x) for k, x in v.items()}
    if isinstance(v, list):
        return [plain(x) for x in v]
    if isinstance(v, decimal.Decimal):
        return str(v)
    if isinstance(v, datetime.datetime):
        return v.strftime("%Y-%m-%dT%H:%M:%S.%f").rstrip("0").rstrip(".") + "Z"
    if isinstance(v, datetime.date):
        return v.isoformat()
    if isinstance(v, np.floating):
        return float(v)
    if isinstance(v, float) and not math.isfinite(v):
        return str(v)
    return v


def columns(path):
    t = pq.read_table(path)
    return {name: [plain(v) for v in t.column(name).to_pylist()] for name in t.column_names}


def write():
    os.makedirs(OUT, exist_ok=True)
    t = table()
    for name, options in CASES.items():
        pq.write_table(t, os.path.join(OUT, name + ".parquet"), **options)
    pq.write_table(t, os.path.join(OUT, "encodings.parquet"), use_dictionary=False, column_encoding=ENCODINGS)
    pq.write_table(t.select(["text"]), os.path.join(OUT, "delta_length.parquet"), use_dictionary=False, column_encoding={"text": "DELTA_LENGTH_BYTE_ARRAY"})
    pd.DataFrame({"a": [1.5, None, 3.0], "b": ["x", "y", None]}, index=["p", "q", "r"]).to_parquet(os.path.join(OUT, "pandas.parquet"))
    json.dump(columns(os.path.join(OUT, "default.parquet")), open(os.path.join(OUT, "want.json"), "w"), separators=(",", ":"))


if sys.argv[1] == "write":
    write()
else:
    for path in sys.argv[2:]:
        print(json.dumps(columns(path), separators=(",", ":")))
