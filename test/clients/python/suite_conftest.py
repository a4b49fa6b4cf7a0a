"""For the tests in the source package of `pgvector`, which come without their conftest.py.

They take numpy from it. pg8000, alone of the clients, knows no PGPORT: here it learns it.
"""
import functools
import os

import numpy  # noqa: F401
import pg8000
import pg8000.native

PORT = int(os.environ["PGPORT"])
pg8000.connect = functools.partial(pg8000.connect, port=PORT)
pg8000.native.Connection = functools.partial(pg8000.native.Connection, port=PORT)
