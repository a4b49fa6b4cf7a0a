"""What every client is to do: the same table, the same rows, the same questions.

A client is a module with

    TITLE, PACKAGES, FORMATS     for the table of results
    open()                       connects to what PG* names; what it returns is handed to the others
    extension(c)                 creates the extension as the client's documentation says
    migrate(c)                   creates table `items` and its hnsw index; a list of what it did, empty
                                 when there was nothing to do
    insert(c, rows)              inserts, with the client's types
    nearest(c, column, op, to)   ids in the order of the distance
    read(c)                      the rows by id, as dicts, values as the client returns them
    binary(c)                    optional: [1,1,2] sent and read back in the binary format, as a list
    close(c)
"""
import os

from pgvector import Bit, HalfVector, SparseVector, Vector

ROWS = [
    {"id": 1, "embedding": [1, 1, 1], "half": [1, 1, 1], "sparse": [1, 1, 1], "bits": "000"},
    {"id": 2, "embedding": [2, 2, 3], "half": [2, 2, 3], "sparse": [2, 2, 3], "bits": "101"},
    {"id": 3, "embedding": [1, 1, 2], "half": [1, 1, 2], "sparse": [1, 1, 2], "bits": "111"},
]

# Ids in the order of their distance from [1,1,1], or from 101.
ORDER = {"<->": [1, 3, 2], "<#>": [2, 3, 1], "<=>": [1, 2, 3], "<+>": [1, 3, 2]}
QUESTIONS = [(column, op, [1, 1, 1], ids) for column in ("embedding", "half", "sparse")
             for op, ids in ORDER.items()]
QUESTIONS += [("bits", "<~>", "101", [2, 3, 1]), ("bits", "<%>", "101", [2, 3, 1])]

CREATE_TABLE = """CREATE TABLE IF NOT EXISTS items (
    id integer PRIMARY KEY, embedding vector(3), half halfvec(3), sparse sparsevec(3), bits bit(3))"""
CREATE_INDEX = """CREATE INDEX IF NOT EXISTS items_embedding ON items
    USING hnsw (embedding vector_l2_ops) WITH (m = 8, ef_construction = 32)"""

TYPES = {"embedding": Vector, "half": HalfVector, "sparse": SparseVector}
# Names of the distances as methods of columns (SQLAlchemy, Peewee).
METHODS = {"<->": "l2_distance", "<#>": "max_inner_product", "<=>": "cosine_distance",
           "<+>": "l1_distance", "<~>": "hamming_distance", "<%>": "jaccard_distance"}


def typed(row):
    """A row with the values of package pgvector."""
    return {key: TYPES[key](value) if key in TYPES else value for key, value in row.items()}


def url(driver):
    env = os.environ
    return f"postgresql+{driver}://{env['PGUSER']}@{env['PGHOST']}:{env['PGPORT']}/{env['PGDATABASE']}"


def plain(value):
    """A value as the rows above have it, whatever the client makes of it."""
    if isinstance(value, str):
        if value[:1] == "[":
            return [float(number) for number in value[1:-1].split(",")]
        if value[:1] == "{":
            return [float(number) for number in SparseVector.from_text(value).to_list()]
        return value
    if hasattr(value, "to_list"):
        return [float(number) for number in value.to_list()]
    if hasattr(value, "to_text"):
        return value.to_text()
    if hasattr(value, "to01"):
        return value.to01()
    if isinstance(value, int):
        return value
    if hasattr(value, "as_string"):
        return value.as_string()
    if isinstance(value, bytes):
        return Bit.from_binary(value).to_text()
    return [float(number) for number in value]
