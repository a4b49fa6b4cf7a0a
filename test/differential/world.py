"""One table with its data, its indexes and what is done to it between queries."""
import values
from values import quoted

DEFINITION = ("id int NOT NULL, v {type}, tenant int, created timestamptz, lang text, labels int[], price float8, "
              "flag bool")
COLUMN_NAMES = ("id", "v", *values.COLUMNS)
PARTIAL = ("tenant <= 3", "flag", "lang IN ('en', 'de')", "v IS NOT NULL", "price > 1")
POLICIES = ("tenant = 2", "tenant = ANY (current_setting('app.tenants')::int[])", "flag", "labels && '{1,2,3}'",
            "price < 100 AND tenant IS NOT NULL")


class Index:
    """What an index is on: `expression(column)` of a vector column, `metric`, and perhaps a predicate."""

    def __init__(self, rng, vectors, storage):
        self.form = "{}"
        self.kind, self.dims, self.vectors = vectors.kind, vectors.dims, vectors
        if vectors.kind == "vector" and rng.random() < 0.25:
            self.choose_expression(rng)
        self.metric = rng.choice(values.METRICS[self.kind])
        self.operator, self.function = values.OPERATORS[self.metric]
        self.predicate = rng.choice(PARTIAL) if rng.random() < 0.2 else None
        offered = values.storages(self.kind, self.metric)
        self.storage = storage if storage in offered else rng.choice(offered)
        self.filters = []

    def choose_expression(self, rng):
        choice = rng.randrange(3)
        if choice == 0 and self.vectors.scale == 1:
            self.kind, self.form = "halfvec", f"({{}}::halfvec({self.dims}))"
        elif choice == 1:
            self.dims = 3
            self.form = "(subvector({}, 1, 3)::vector(3))"
        elif choice == 2:
            self.kind, self.form = "bit", f"(binary_quantize({{}})::bit({self.dims}))"

    @property
    def type_name(self):
        return f"{self.kind}({self.dims})"

    @property
    def exact(self):
        return self.kind == "bit" or self.vectors.exact(self.metric)

    def of(self, column):
        return self.form.format(column)

    def statement(self, table, concurrently=""):
        keys = ", ".join([f"{self.of('v')} {self.kind}_{self.metric}_ops", *self.filters])
        options = f"m = {self.m}, ef_construction = {max(24, 2 * self.m)}"
        options += f", storage = {self.storage}" if self.storage != "plain" or self.kind != "bit" else ""
        where = f" WHERE {self.predicate}" if self.predicate else ""
        return f"CREATE INDEX {concurrently}ON {table} USING hnsw ({keys}) WITH ({options}){where}"


class World:
    """A schema with a table `t`, a table of query vectors `probes`, and `others` to join with."""

    def __init__(self, rng, session, storage=None, filters=False):
        self.rng, self.session = rng, session
        self.vectors = values.Vectors(rng, rng.choices(("vector", "halfvec", "sparsevec", "bit"), (6, 3, 2, 2))[0])
        self.partitioned = rng.choice((None, None, None, "list", "hash"))
        self.secured = not self.partitioned and rng.random() < 0.3
        self.row_count = rng.choice((0, 20, 300, 600, 1000, 1500, 2500, 4000))
        self.indexes = [Index(rng, self.vectors, storage) for _ in range(rng.choice((1, 1, 2)))]
        for index in self.indexes:
            index.m = rng.choice((4, 8, 16, 16))
            if filters and rng.random() < 0.8:
                names = list(values.COLUMNS) + rng.sample(list(values.EXPRESSIONS), 2)
                rng.shuffle(names)
                index.filters = names[:rng.randint(1, len(names))]
        self.next_id = 0
        self.index_names = ()

    def vector(self):
        rng = self.rng
        kind = rng.random()
        if kind < 0.03:
            return None
        return self.vectors.zero() if kind < 0.05 else self.vectors.random(rng)

    def row(self):
        """Column values as text, None for NULL."""
        drawn = [None if self.rng.random() < 0.06 else draw(self.rng) for _, draw in values.COLUMNS.values()]
        self.next_id += 1
        return [str(self.next_id), self.vector(), *drawn]

    def rows(self, count):
        """Some have the vector of the row before."""
        made = []
        for _ in range(count):
            made.append(self.row())
            if len(made) > 1 and self.rng.random() < 0.08:
                made[-1][1] = made[-2][1]
        return made

    def create(self):
        session, rng = self.session, self.rng
        session.change("CREATE SCHEMA world")
        session.change("SET search_path = world, public")
        definition = DEFINITION.format(type=self.vectors.type_name)
        if self.partitioned:
            session.change(f"CREATE TABLE t ({definition}) PARTITION BY {self.partitioned} (tenant)")
            self.create_partitions()
        else:
            # With room on pages an update need not touch an index.
            options = rng.choice(("", " WITH (fillfactor = 60)"))
            session.change(f"CREATE {rng.choice(('', 'UNLOGGED '))}TABLE t ({definition}, PRIMARY KEY (id)){options}")
        session.change(f"CREATE TABLE probes (id int, v {self.vectors.type_name}, tenant int)")
        session.change("CREATE TABLE others (tenant int, lang text)")
        later = rng.random() < 0.3
        self.load("t", 0 if later else self.row_count)
        for index in self.indexes:
            session.change(index.statement("t"))
        self.load("t", self.row_count if later else self.row_count // 10)
        self.fill_small_tables()
        if rng.random() < 0.3:
            session.change("CREATE INDEX ON t (tenant)")
        if self.secured:
            self.secure()
        if rng.random() < 0.9:
            session.change("VACUUM ANALYZE t")
        session.change("GRANT ALL ON SCHEMA world TO reader")
        session.change("GRANT ALL ON ALL TABLES IN SCHEMA world TO reader")
        self.find_indexes()

    def create_partitions(self):
        if self.partitioned == "list":
            for number, listed in enumerate(("1, 2", "3", "4, 5, NULL")):
                self.session.change(f"CREATE TABLE t{number} PARTITION OF t FOR VALUES IN ({listed})")
            self.session.change("CREATE TABLE t_rest PARTITION OF t DEFAULT")
            return
        for number in range(3):
            self.session.change(
                f"CREATE TABLE t{number} PARTITION OF t FOR VALUES WITH (MODULUS 3, REMAINDER {number})")

    def load(self, table, count):
        lines = ("\t".join("\\N" if field is None else field for field in row) for row in self.rows(count))
        self.session.copy(table, lines)

    def fill_small_tables(self):
        probes = [self.vectors.random(self.rng) for _ in range(4)] + [self.vectors.zero(), None]
        given = ", ".join(f"({number}, {quoted(v)}::{self.vectors.type_name}, {number})" for number, v in enumerate(probes))
        self.session.change(f"INSERT INTO probes VALUES {given}")
        self.session.change("INSERT INTO others VALUES (1, 'en'), (1, 'de'), (3, 'fr'), (5, NULL), (NULL, 'nl')")

    def secure(self):
        self.session.change("ALTER TABLE t ENABLE ROW LEVEL SECURITY")
        self.session.change(f"CREATE POLICY allowed ON t FOR ALL TO reader USING ({self.rng.choice(POLICIES)})")

    def find_indexes(self):
        self.index_names = tuple(row[0] for row in self.session.rows(
            "SELECT c.relname FROM pg_class c JOIN pg_am a ON a.oid = c.relam WHERE a.amname = 'hnsw' "
            "AND c.relkind = 'i' AND c.relnamespace = 'world'::regnamespace ORDER BY 1"))

    def drop(self):
        self.session.change("DROP SCHEMA world CASCADE")

    def check(self):
        """What vectorext_check finds."""
        return [(name, *row) for name in self.index_names
                for row in self.session.rows(f"SELECT * FROM vectorext_check('world.{name}')")]

    # ---- what happens between queries

    def some_rows(self):
        rng = self.rng
        return rng.choice((
            f"id % {rng.randint(3, 60)} = 0", f"id BETWEEN {rng.randint(1, 300)} AND {rng.randint(300, 900)}",
            f"tenant = {rng.randint(0, 6)}", f"id = {rng.randint(1, 500)}", "v IS NULL"))

    def insert(self):
        rows = self.rows(self.rng.choice((1, 5, 40)))
        given = ", ".join("(" + ", ".join(quoted(field) for field in row) + ")" for row in rows)
        return f"INSERT INTO t VALUES {given}"

    def new_tenant(self):
        """Rows stay in their partition: moving them is another test."""
        return "tenant % 3 + 1" if not self.partitioned or self.rng.random() < 0.3 else "tenant"

    def assignment(self):
        rng = self.rng
        return rng.choice((
            f"price = {rng.choice(('price + 1', 'NULL', '7', 'id'))}", "flag = NOT flag", "created = created + '1 day'",
            f"lang = {rng.choice(('NULL', quoted('en'), 'lang'))}", f"tenant = {self.new_tenant()}",
            "labels = labels || 1", "labels = NULL", f"labels = '{{{rng.randint(1, 9)}}}', price = 1"))

    def update(self):
        if self.rng.random() < 0.6:
            return f"UPDATE t SET {self.assignment()} WHERE {self.some_rows()}"
        value = f"{quoted(self.vector())}::{self.vectors.type_name}"
        if self.rng.random() < 0.3:
            value = "(SELECT v FROM t o WHERE o.id = t.id + 1)"
        return f"UPDATE t SET v = {value} WHERE {self.some_rows()}"

    def data_change(self):
        return self.rng.choice((self.insert, self.insert, self.update, self.update, self.update, self.delete))()

    def delete(self):
        return f"DELETE FROM t WHERE {self.some_rows()}"

    def maintenance(self):
        rng = self.rng
        choice = rng.random()
        if choice < 0.6:
            return rng.choice(("VACUUM t", "VACUUM (INDEX_CLEANUP ON) t", "VACUUM ANALYZE t", "VACUUM FREEZE t"))
        if choice < 0.8:
            concurrently = rng.choice(("", "CONCURRENTLY "))
            return f"REINDEX TABLE {concurrently}t"
        if choice < 0.95:
            concurrently = rng.choice(("", "CONCURRENTLY ")) if not self.partitioned else ""
            return rng.choice(self.indexes).statement("t", concurrently)
        return "TRUNCATE t"

    def disturb(self):
        """One step; the table may have other indexes afterwards."""
        rng, session = self.rng, self.session
        kind = rng.random()
        if kind < 0.6:
            session.change(self.data_change())
        elif kind < 0.7:
            session.change("BEGIN")
            session.change(self.data_change())
            session.change("SAVEPOINT s")
            session.change(self.data_change())
            session.change(rng.choice(("ROLLBACK TO s", "RELEASE s")))
            session.change(rng.choice(("ROLLBACK", "COMMIT")))
        else:
            session.change(self.maintenance())
            self.find_indexes()
