"""Writes one table in many ways that Parquet allows, by pyarrow: python3 make-parquet-pages.py FOLDER COUNT.

For every file N.parquet there are N.json (its names, texts and numbers) and N.floats (its displacements, row by row).
"""

import json
import os
import random
import struct
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

NOTES = ["a", "bb", "Südtirol", "東京", "x" * 200]
TYPES = {"float": (pa.float32(), "float32"), "double": (pa.float64(), "float64"), "int": (pa.int32(), "int32")}


def write_file(folder, number):
    source = random.Random(number)
    rows = source.choice([1, 7, 100, 3000, 9000])
    epochs = source.choice([2, 3, 17, 40])
    kind = source.choice(list(TYPES))
    numbers = np.random.default_rng(number)
    values = np.round(numbers.normal(0, 8, (rows, epochs)), 0 if kind == "int" else source.choice([0, 1, 1, 4])).astype("float32")
    missing = numbers.random((rows, epochs)) < source.choice([0, 0.001, 0.05, 0.5])
    if number % 6 == 0:
        missing[:, 0] = True
    if number % 4 == 0:
        values[:, 1] = 3
    names = [f"P{row:06d}" + ("é" if source.random() < 0.1 and number % 3 == 0 else "") for row in range(rows)]
    notes = [None if row % 5 == 0 else source.choice(NOTES) for row in range(rows)]
    # Whole numbers of 64 bits that a double still holds.
    integers = [row * (2**40 + 1 if number % 2 else 3) for row in range(rows)]
    points = [struct.pack("<BIdd", 1, 1, 10 + row * 1e-5, 45 + (row % 7) * 1e-4) for row in range(rows)]

    fields = [
        pa.field("pid", pa.string(), nullable=number % 2 == 0),
        pa.field("geometry", pa.binary()),
        pa.field("integer", pa.int64()),
        pa.field("note", pa.string()),
    ]
    arrays = [pa.array(names), pa.array(points, pa.binary()), pa.array(integers, pa.int64()), pa.array(notes)]
    arrow_type, dtype = TYPES[kind]
    for epoch in range(epochs):
        day = str(np.datetime64("2020-01-03") + 6 * epoch).replace("-", "")
        can_miss = source.random() < 0.7 or bool(missing[:, epoch].any())
        fields.append(pa.field(f"D{day}", arrow_type, nullable=can_miss))
        arrays.append(pa.array(values[:, epoch].astype(dtype), arrow_type, mask=missing[:, epoch]))
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["Point"]}}}
    table = pa.table(arrays, schema=pa.schema(fields, metadata={"geo": json.dumps(geo)}))

    series = [field.name for field in fields[4:]]
    encoding = source.choice(["dictionary", "dictionary", "plain", "streams"])
    options = {"use_dictionary": encoding == "dictionary"}
    if encoding == "streams" and kind == "int":
        options["column_encoding"] = {name: "DELTA_BINARY_PACKED" for name in series}
    elif encoding == "streams":
        options["use_byte_stream_split"] = series
    pq.write_table(
        table,
        os.path.join(folder, f"{number}.parquet"),
        compression=source.choice(["snappy", "zstd", "gzip", "none", "brotli", "lz4"]),
        data_page_version=source.choice(["1.0", "2.0"]),
        row_group_size=source.choice([1000, 100_000]),
        data_page_size=source.choice([100, 5000, 1 << 20]),
        # A dictionary that grows past this is given up for plain pages.
        dictionary_pagesize_limit=source.choice([1 << 20, 2000]),
        write_batch_size=source.choice([64, 1024]),
        write_page_index=source.random() < 0.3,
        **options,
    )
    values[missing] = np.nan
    values.tofile(os.path.join(folder, f"{number}.floats"))
    with open(os.path.join(folder, f"{number}.json"), "w", encoding="utf-8") as file:
        json.dump({"epochs": epochs, "names": names, "notes": notes, "integers": integers}, file)


for number in range(int(sys.argv[2])):
    write_file(sys.argv[1], number)
