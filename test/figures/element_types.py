#!/usr/bin/env python3
"""What exact search keeps of its ten nearest where elements are rounded, by the type that would store them:

    test/figures/element_types.py FILE.npy [FILE.npy ...]

A file has one vector a row; the first 300 rows are the queries, not rounded, the others the rows.  Types: half precision
(halfvec), bfloat16 (a float without its last 16 bits, rounded), int8 (each vector by its own greatest element, as an
int8vec with a scale would have it), and int8 with the scale of all rows (as an int8vec without).  By Euclidean distance, in
double precision.  Needs numpy.
"""
import sys

import numpy as np

QUERIES, NEAREST = 300, 10


def bfloat16(rows):
    bits = rows.astype(np.float32).view(np.uint32).astype(np.uint64)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000).astype(np.uint32).view(np.float32)


def int8(rows, greatest):
    return np.rint(rows / greatest * 127) * (greatest / 127)


TYPES = {
    "half": lambda rows: rows.astype(np.float16).astype(np.float32),
    "bfloat16": bfloat16,
    "int8, a scale a row": lambda rows: int8(rows, np.maximum(np.abs(rows).max(axis=1, keepdims=True), 1e-30)),
    "int8, one scale": lambda rows: int8(rows, np.abs(rows).max()),
}


def nearest(queries, rows):
    queries, rows = queries.astype(np.float64), rows.astype(np.float64)
    distances = (rows * rows).sum(axis=1)[None, :] - 2 * queries @ rows.T
    return np.argpartition(distances, NEAREST, axis=1)[:, :NEAREST]


def main():
    for name in sys.argv[1:]:
        vectors = np.load(name).astype(np.float32)
        queries, rows = vectors[:QUERIES], vectors[QUERIES:]
        exact = nearest(queries, rows)
        found = []
        for kind, rounded in TYPES.items():
            again = nearest(queries, rounded(rows))
            same = sum(len(set(a) & set(b)) for a, b in zip(exact, again))
            found.append(f"{kind} {same / exact.size:.4f}")
        print(f"{name.rsplit('/', 1)[-1]}: {rows.shape[0]} x {rows.shape[1]}: {', '.join(found)}")


if __name__ == "__main__":
    main()
