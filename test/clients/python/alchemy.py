"""What SQLAlchemy and SQLModel, which is built on it, have in common."""
from sqlalchemy import MetaData, Table, inspect, select

from items import METHODS, TYPES


def differences(engine, wanted):
    """What a tool that compares the model's table with the database would want to change."""
    if not inspect(engine).has_table(wanted.name):
        return ["table"]
    found = Table(wanted.name, MetaData(), autoload_with=engine)
    changes = [column.name for column in wanted.columns
               if str(column.type) != str(found.columns[column.name].type)
               or getattr(column.type, "dim", None) != getattr(found.columns[column.name].type, "dim", None)]
    indexes = {index.name: index for index in found.indexes}
    for index in wanted.indexes:
        there = indexes.get(index.name)
        if there is None or there.dialect_options["postgresql"]["using"] != "hnsw":
            changes.append(index.name)
    return changes


def by_distance(item, column, op, to):
    """The query for the ids of the nearest items."""
    distance = getattr(getattr(item, column), METHODS[op])
    return select(item.id).order_by(distance(TYPES.get(column, str)(to))).limit(5)
