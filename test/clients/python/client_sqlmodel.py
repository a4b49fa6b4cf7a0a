"""SQLModel on SQLAlchemy and psycopg2."""
from typing import Any, Optional

from pgvector.sqlalchemy import BIT, HALFVEC, SPARSEVEC, VECTOR
from sqlalchemy import Index
from sqlmodel import Field, Session, SQLModel, create_engine, select, text

from alchemy import by_distance, differences
from items import TYPES, typed, url

TITLE, PACKAGES, FORMATS = "SQLModel", ("sqlmodel", "pgvector"), "text"


class Item(SQLModel, table=True):
    __tablename__ = "items"
    id: Optional[int] = Field(default=None, primary_key=True)
    embedding: Optional[Any] = Field(default=None, sa_type=VECTOR(3))
    half: Optional[Any] = Field(default=None, sa_type=HALFVEC(3))
    sparse: Optional[Any] = Field(default=None, sa_type=SPARSEVEC(3))
    bits: Optional[Any] = Field(default=None, sa_type=BIT(3))


Index("items_embedding", Item.embedding, postgresql_using="hnsw",
      postgresql_with={"m": 8, "ef_construction": 32}, postgresql_ops={"embedding": "vector_l2_ops"})


def open():
    return Session(create_engine(url("psycopg2")))


def extension(c):
    c.exec(text("CREATE EXTENSION IF NOT EXISTS vector"))
    c.commit()


def migrate(c):
    engine = c.get_bind()
    changes = differences(engine, Item.__table__)
    SQLModel.metadata.create_all(engine)
    return changes


def insert(c, rows):
    c.add_all([Item(**typed(row)) for row in rows])
    c.commit()


def nearest(c, column, op, to):
    return c.exec(by_distance(Item, column, op, to)).scalars().all()


def read(c):
    return [{name: getattr(item, name) for name in ("id", *TYPES, "bits")}
            for item in c.exec(select(Item).order_by(Item.id))]


def close(c):
    c.close()
