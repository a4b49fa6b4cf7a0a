"""pg8000, with the types of package pgvector."""
import os

import pg8000.native
from pgvector.pg8000 import register_vector

from items import CREATE_INDEX, CREATE_TABLE, TYPES, typed

TITLE, PACKAGES, FORMATS = "pg8000", ("pg8000", "pgvector"), "text"


def open():
    env = os.environ
    return pg8000.native.Connection(env["PGUSER"], host=env["PGHOST"], port=int(env["PGPORT"]),
                                    database=env["PGDATABASE"])


def extension(c):
    c.run("CREATE EXTENSION IF NOT EXISTS vector")
    register_vector(c)


def migrate(c):
    c.run(CREATE_TABLE)
    c.run(CREATE_INDEX)
    return []


def insert(c, rows):
    for row in rows:
        c.run("INSERT INTO items VALUES (:id, :embedding, :half, :sparse, :bits)", **typed(row))


def nearest(c, column, op, to):
    rows = c.run(f"SELECT id FROM items ORDER BY {column} {op} :to LIMIT 5", to=TYPES.get(column, str)(to))
    return [row[0] for row in rows]


def read(c):
    rows = c.run("SELECT * FROM items ORDER BY id")
    return [{column["name"]: value for column, value in zip(c.columns, row)} for row in rows]


def close(c):
    c.close()
