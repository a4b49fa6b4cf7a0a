"""run.py CLIENT: tries one client against the server and the empty database that PG* name.

Prints a line for each step, then the client's line for the table of results.
"""
import importlib
import importlib.metadata
import sys

import psycopg

from items import QUESTIONS, ROWS, plain


def catalog():
    """What the catalogs say about the table, by a connection that the client knows nothing of."""
    with psycopg.connect() as connection:
        return connection.execute("""
            SELECT (SELECT string_agg(format('%s %s', attname, format_type(atttypid, atttypmod)), ', ' ORDER BY attnum)
                      FROM pg_attribute WHERE attrelid = 'items'::regclass AND attnum > 0 AND NOT attisdropped),
                   (SELECT string_agg(indexdef, '; ' ORDER BY indexdef) FROM pg_indexes WHERE tablename = 'items'),
                   (SELECT string_agg(format('%s %s', relname, relfilenode), ', ' ORDER BY relname) FROM pg_class
                     WHERE relname ~ '^items')""").fetchone()


def step(name, correct):
    print(f"{'ok' if correct else 'not ok'} - {name}")
    if not correct:
        sys.exit(1)


def main(name):
    client = importlib.import_module("client_" + name)
    c = client.open()
    client.extension(c)
    client.extension(c)
    step("extension, twice", True)
    client.migrate(c)
    made = catalog()
    step(f"table and hnsw index: {made[:2]}", "embedding vector(3)" in made[0]
         and "USING hnsw (embedding vector_l2_ops) WITH (m='8', ef_construction='32')" in made[1])
    client.insert(c, ROWS)
    step("insertion", True)
    for column, op, to, ids in QUESTIONS:
        found = [int(id) for id in client.nearest(c, column, op, to)]
        step(f"nearest by {column} {op}: {found}", found == ids)
    found = [{key: plain(value) for key, value in row.items() if key in ROWS[0]} for row in client.read(c)]
    step(f"reading back: {found}", found == ROWS)
    if hasattr(client, "binary"):
        found = client.binary(c)
        step(f"binary format: {found}", found == [1, 1, 2])
    again = client.migrate(c)
    step(f"second migration: {again}", again == [] and catalog() == made)
    client.close(c)
    versions = ", ".join(f"{package} {importlib.metadata.version(package)}" for package in client.PACKAGES)
    print(f"RESULT | {client.TITLE} | Python | {versions} | {client.FORMATS} |")


main(sys.argv[1])
