"""SQLAlchemy 2 through psycopg 3. The second migration compares the model with what reflection finds."""
from pgvector.sqlalchemy import BIT, HALFVEC, SPARSEVEC, VECTOR
from sqlalchemy import Index, Integer, create_engine, select, text
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column

from alchemy import by_distance, differences
from items import typed, url

TITLE, PACKAGES, FORMATS = "SQLAlchemy", ("SQLAlchemy", "pgvector"), "text"


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "items"
    id = mapped_column(Integer, primary_key=True)
    embedding = mapped_column(VECTOR(3))
    half = mapped_column(HALFVEC(3))
    sparse = mapped_column(SPARSEVEC(3))
    bits = mapped_column(BIT(3))


Index("items_embedding", Item.embedding, postgresql_using="hnsw",
      postgresql_with={"m": 8, "ef_construction": 32}, postgresql_ops={"embedding": "vector_l2_ops"})


def open():
    return Session(create_engine(url("psycopg")))


def extension(c):
    c.execute(text("CREATE EXTENSION IF NOT EXISTS vector"))
    c.commit()


def migrate(c):
    engine = c.get_bind()
    changes = differences(engine, Item.__table__)
    Base.metadata.create_all(engine)
    return changes


def insert(c, rows):
    c.add_all([Item(**typed(row)) for row in rows])
    c.commit()


def nearest(c, column, op, to):
    return c.scalars(by_distance(Item, column, op, to)).all()


def read(c):
    return [{column.name: getattr(item, column.name) for column in Item.__table__.columns}
            for item in c.scalars(select(Item).order_by(Item.id))]


def close(c):
    c.close()
