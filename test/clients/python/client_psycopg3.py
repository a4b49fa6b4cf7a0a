"""psycopg 3, with the types of package pgvector, text and binary, COPY in the binary format as well."""
import psycopg
from pgvector import Bit, Vector
from pgvector.psycopg import register_vector
from psycopg.rows import dict_row

from items import CREATE_INDEX, CREATE_TABLE, TYPES, typed

TITLE, PACKAGES, FORMATS = "psycopg 3", ("psycopg", "pgvector"), "text, binary, binary COPY"


def open():
    return psycopg.connect(autocommit=True, row_factory=dict_row)


def extension(c):
    c.execute("CREATE EXTENSION IF NOT EXISTS vector")
    register_vector(c)


def migrate(c):
    c.execute(CREATE_TABLE)
    c.execute(CREATE_INDEX)
    return []


def insert(c, rows):
    """The first row in the text format, the second in the binary one, the others by COPY."""
    values = [{**typed(row), "bits": Bit(row["bits"])} for row in rows]
    c.execute("INSERT INTO items VALUES (%(id)s, %(embedding)s, %(half)s, %(sparse)s, %(bits)s)", values[0])
    c.execute("INSERT INTO items VALUES (%(id)s, %(embedding)b, %(half)b, %(sparse)b, %(bits)b)", values[1])
    with c.cursor().copy("COPY items FROM STDIN WITH (FORMAT BINARY)") as copy:
        copy.set_types(["int4", "vector", "halfvec", "sparsevec", "bit"])
        for value in values[2:]:
            copy.write_row(list(value.values()))


def nearest(c, column, op, to):
    rows = c.execute(f"SELECT id FROM items ORDER BY {column} {op.replace('%', '%%')} %s LIMIT 5",
                     (TYPES.get(column, Bit)(to),))
    return [row["id"] for row in rows]


def read(c):
    return c.cursor(binary=True).execute("SELECT * FROM items ORDER BY id").fetchall()


def binary(c):
    row = c.cursor(binary=True).execute("SELECT %b::vector AS v", (Vector([1, 1, 2]),)).fetchone()
    exact = c.execute("SELECT %s <=> %s AS d", (Vector([1, 1, 2]), Vector([1, 1, 1]))).fetchone()["d"]
    assert exact == 0.05719095841793653, exact
    return [float(number) for number in Vector(row["v"]).to_list()] if not hasattr(row["v"], "to_list") \
        else [float(number) for number in row["v"].to_list()]


def close(c):
    c.close()
