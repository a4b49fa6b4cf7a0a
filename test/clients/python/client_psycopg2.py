"""psycopg2, with the types of package pgvector."""
import psycopg2
import psycopg2.extras
from pgvector.psycopg2 import register_vector

from items import CREATE_INDEX, CREATE_TABLE, TYPES, typed

TITLE, PACKAGES, FORMATS = "psycopg2", ("psycopg2-binary", "pgvector"), "text"


def open():
    connection = psycopg2.connect("")
    connection.autocommit = True
    return connection.cursor(cursor_factory=psycopg2.extras.RealDictCursor)


def extension(c):
    c.execute("CREATE EXTENSION IF NOT EXISTS vector")
    register_vector(c.connection)


def migrate(c):
    c.execute(CREATE_TABLE)
    c.execute(CREATE_INDEX)
    return []


def insert(c, rows):
    for row in rows:
        c.execute("INSERT INTO items VALUES (%(id)s, %(embedding)s, %(half)s, %(sparse)s, %(bits)s)", typed(row))


def nearest(c, column, op, to):
    c.execute(f"SELECT id FROM items ORDER BY {column} {op.replace('%', '%%')} %s LIMIT 5",
              (TYPES.get(column, str)(to),))
    return [row["id"] for row in c.fetchall()]


def read(c):
    c.execute("SELECT * FROM items ORDER BY id")
    return c.fetchall()


def close(c):
    c.connection.close()
