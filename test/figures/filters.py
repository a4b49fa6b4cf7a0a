#!/usr/bin/env python3
"""The figures of docs/measurements: ten nearest among the rows that a filter lets pass.

    test/figures/filters.py --setup --target vectorext='host=... dbname=...' --target pgvector='host=... dbname=...'
    test/figures/filters.py --target vectorext='host=... dbname=...' --target pgvector='host=... dbname=...'

Each database has a table glove (id, embedding) as `vectorext_bench load` makes it.  --setup makes from it the table
`filtered`, the same in all, and its index, with the filter columns where the extension is vectorext.  Without it the
queries are asked, of all targets in turn: the exact answers come from the first one.  Prints for each filter and
target the median and mean milliseconds and the recall at 10.  Debian's python3-psycopg2 is needed.
"""

import argparse
import time

import psycopg2

COLUMNS = "half, ten, cent, mil, dmil, cluster, day, labels"
# A random number of each row that is the same everywhere.
NUMBER = "abs(hashint4extended(id, {seed})) % {values}"
TABLE = f"""
CREATE TABLE filtered AS
SELECT id, embedding, {NUMBER.format(seed=1, values=2)} AS half, {NUMBER.format(seed=2, values=10)} AS ten,
       {NUMBER.format(seed=3, values=100)} AS cent, {NUMBER.format(seed=4, values=1000)} AS mil,
       {NUMBER.format(seed=5, values=10000)} AS dmil, id IN (
           SELECT id FROM glove ORDER BY embedding <=> (SELECT embedding FROM glove WHERE id = 4001)
           LIMIT (SELECT count(*) / 100 FROM glove)) AS cluster,
       date '2020-01-01' + ({NUMBER.format(seed=6, values=1000)})::int AS day,
       ARRAY[{NUMBER.format(seed=7, values=100)}, {NUMBER.format(seed=8, values=100)}]::int[] AS labels
FROM glove ORDER BY id"""

# Name, condition, and which rows are asked for.
NEAR, FAR = "cluster", "NOT cluster"
FILTERS = (
    ("none", "true", FAR),
    ("50 %", "half = 1", FAR),
    ("10 %", "ten = 3", FAR),
    ("1 %", "cent = 7", FAR),
    ("0.1 %", "mil = 11", FAR),
    ("0.01 %", "dmil = 77", FAR),
    ("1 %, all near", "cluster", NEAR),
    ("1 %, all far", "cluster", FAR),
    ("10 % and 50 %", "ten = 3 AND half = 1", FAR),
    ("5 of 100", "cent IN (1, 2, 3, 4, 5)", FAR),
    ("dates, 1 %", "day BETWEEN '2021-01-01' AND '2021-01-10'", FAR),
    ("labels, 2 %", "labels && ARRAY[7]", FAR),
)


class Target:
    """A database that is asked."""

    def __init__(self, name, dsn):
        self.name = name
        self.connection = psycopg2.connect(dsn)
        self.connection.autocommit = True
        self.cursor = self.connection.cursor()
        self.run("SET jit = off")
        self.run("SET max_parallel_workers_per_gather = 0")
        self.is_ours = bool(self.rows("SELECT 1 FROM pg_proc WHERE proname = 'vectorext_check'"))
        if not self.is_ours:
            for setting in ("iterative_scan = relaxed_order", "max_scan_tuples = 400000", "scan_mem_multiplier = 8"):
                self.run("SET hnsw." + setting)

    def run(self, statement, parameters=None):
        self.cursor.execute(statement, parameters)

    def rows(self, statement, parameters=None):
        self.run(statement, parameters)
        return self.cursor.fetchall()

    def setup(self):
        self.run("SET maintenance_work_mem = '1500MB'")
        self.run("DROP TABLE IF EXISTS filtered")
        self.run(TABLE)
        columns = ", " + COLUMNS if self.is_ours else ""
        self.run(f"CREATE INDEX filtered_idx ON filtered USING hnsw (embedding vector_cosine_ops{columns})"
                 " WITH (m = 16, ef_construction = 200)")
        self.run("VACUUM ANALYZE filtered")

    def nearest(self, condition, query):
        return [row[0] for row in self.rows(
            f"SELECT id FROM filtered WHERE {condition} ORDER BY embedding <=> %s::vector LIMIT 10", (query,))]

    def exact(self, condition, query):
        self.run("SET enable_indexscan = off")
        found = self.nearest(condition, query)
        self.run("RESET enable_indexscan")
        return found


def report(name, targets, rounds, queries, condition):
    exact = [set(targets[0].exact(condition, query)) for query in queries]
    wanted = sum(len(ids) for ids in exact)
    times = {target.name: [] for target in targets}
    found = dict.fromkeys(times, 0)
    for _ in range(rounds):
        for target in targets:
            found[target.name] = 0
            for query, ids in zip(queries, exact):
                start = time.perf_counter()
                answer = target.nearest(condition, query)
                times[target.name].append(1000 * (time.perf_counter() - start))
                found[target.name] += len(ids.intersection(answer))
    for target in targets:
        taken = sorted(times[target.name])
        print(f"{name:14} {target.name:10} median {taken[len(taken) // 2]:8.2f}  mean {sum(taken) / len(taken):8.2f} ms"
              f"  recall {found[target.name] / max(wanted, 1):.3f} of {wanted}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--target", action="append", required=True, metavar="NAME=DSN")
    parser.add_argument("--setup", action="store_true")
    parser.add_argument("--queries", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--ef", type=int, default=40)
    arguments = parser.parse_args()
    targets = [Target(*target.split("=", 1)) for target in arguments.target]
    if arguments.setup:
        for target in targets:
            target.setup()
        return
    for target in targets:
        target.run("SET hnsw.ef_search = %s", (arguments.ef,))
    for name, condition, asked in FILTERS:
        queries = [row[0] for row in targets[0].rows(
            f"SELECT embedding::text FROM filtered WHERE {asked} ORDER BY hashint4extended(id, 9) LIMIT %s",
            (arguments.queries,))]
        report(name, targets, arguments.rounds, queries, condition)


if __name__ == "__main__":
    main()
