"""asyncpg: binary throughout."""
import asyncio

import asyncpg
from pgvector.asyncpg import register_vector

from items import CREATE_INDEX, CREATE_TABLE, TYPES, typed

TITLE, PACKAGES, FORMATS = "asyncpg", ("asyncpg", "pgvector"), "binary"


class Client:
    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self.connection = self.run(asyncpg.connect())

    def run(self, coroutine):
        return self.loop.run_until_complete(coroutine)


def open():
    return Client()


def extension(c):
    c.run(c.connection.execute("CREATE EXTENSION IF NOT EXISTS vector"))
    c.run(register_vector(c.connection))


def migrate(c):
    c.run(c.connection.execute(CREATE_TABLE))
    c.run(c.connection.execute(CREATE_INDEX))
    return []


def bits(text):
    return asyncpg.BitString(text)


def insert(c, rows):
    for row in rows:
        values = {**typed(row), "bits": bits(row["bits"])}
        c.run(c.connection.execute("INSERT INTO items VALUES ($1, $2, $3, $4, $5)", *values.values()))


def nearest(c, column, op, to):
    rows = c.run(c.connection.fetch(f"SELECT id FROM items ORDER BY {column} {op} $1 LIMIT 5",
                                    TYPES.get(column, bits)(to)))
    return [row["id"] for row in rows]


def read(c):
    return [dict(row) for row in c.run(c.connection.fetch("SELECT * FROM items ORDER BY id"))]


def binary(c):
    value = c.run(c.connection.fetchval("SELECT $1::vector", TYPES["embedding"]([1, 1, 2])))
    return [float(number) for number in (value.to_list() if hasattr(value, "to_list") else value)]


def close(c):
    c.run(c.connection.close())
