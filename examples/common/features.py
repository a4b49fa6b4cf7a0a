"""Arrays that take minutes to compute, kept in the cache."""
import hashlib

import numpy

from . import paths


def cached(name, key, compute):
    """What the function `compute` returns, an array; from the cache where the last was computed of the same key."""
    folder = paths.cache() / "features"
    folder.mkdir(exist_ok=True)
    file = folder / f"{name}-{hashlib.sha256(key.encode()).hexdigest()[:16]}.npy"
    if not file.is_file():
        part = file.with_suffix(".part")
        with open(part, "wb") as stream:
            numpy.save(stream, compute())
        part.replace(file)
    return numpy.load(file)
