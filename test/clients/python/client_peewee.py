"""Peewee, with the fields of package pgvector."""
import os

from peewee import SQL, IntegerField, Model, PostgresqlDatabase
from pgvector.peewee import FixedBitField, HalfVectorField, SparseVectorField, VectorField

from items import METHODS, TYPES, typed

TITLE, PACKAGES, FORMATS = "Peewee", ("peewee", "pgvector"), "text"

database = PostgresqlDatabase(os.environ["PGDATABASE"])


class Item(Model):
    id = IntegerField(primary_key=True)
    embedding = VectorField(dimensions=3)
    half = HalfVectorField(dimensions=3)
    sparse = SparseVectorField(dimensions=3)
    bits = FixedBitField(max_length=3)

    class Meta:
        database = database
        table_name = "items"


# Its indexes have no place for WITH.
Item.add_index(SQL("CREATE INDEX IF NOT EXISTS items_embedding ON items USING hnsw (embedding vector_l2_ops) "
                   "WITH (m = 8, ef_construction = 32)"))


def open():
    database.connect()
    return database


def extension(c):
    c.execute_sql("CREATE EXTENSION IF NOT EXISTS vector")


def migrate(c):
    changes = [] if c.table_exists("items") else ["items"]
    c.create_tables([Item], safe=True)
    return changes


def insert(c, rows):
    Item.insert_many([typed(row) for row in rows]).execute()


def nearest(c, column, op, to):
    distance = getattr(getattr(Item, column), METHODS[op])
    return [item.id for item in Item.select().order_by(distance(TYPES.get(column, str)(to))).limit(5)]


def read(c):
    return list(Item.select().order_by(Item.id).dicts())


def close(c):
    c.close()
