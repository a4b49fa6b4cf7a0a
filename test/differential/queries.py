"""Random queries. Each has two texts: the one asked for, and one that lists every row the first may return."""
import conditions
from session import inlined
from values import quoted

NAN_LAST, NAN_FIRST = "ASC", "DESC NULLS LAST"


class Query:
    """`text` returns (group, id, key), or a count where `counted`; `all_rows` has the same without LIMIT.

    `groups`: each is a search of its own. `bounded`: a distance is a condition that the index may take.
    """

    def __init__(self, shape, index):
        self.shape, self.index = shape, index
        self.text = self.all_rows = None
        self.parameters = conditions.Parameters()
        self.limit, self.offset = None, 0
        self.descending = self.ordered = self.by_id = self.bounded = self.filtered = self.counted = False
        self.changes = False


class Maker:
    def __init__(self, world):
        self.world, self.rng = world, world.rng

    def make(self):
        shapes = ((self.nearest, 10), (self.locked, 1), (self.within, 5), (self.matching, 3), (self.count, 4), (self.lateral, 3), (self.join, 2),
                  (self.semi_join, 3), (self.cte, 3), (self.union, 1), (self.chosen, 1), (self.delete, 1))
        shape = self.rng.choices([s for s, _ in shapes], [w for _, w in shapes])[0]
        index = self.rng.choice(self.world.indexes)
        query = Query(shape.__name__, index)
        shape(query)
        return query

    # ---- parts

    def query_vector(self, query):
        """A literal, a parameter or a subquery of the index's type."""
        rng, index = self.rng, query.index
        kind = rng.random()
        if kind < 0.12 and self.world.next_id:
            return f"(SELECT {index.of('v')} FROM t AS given WHERE id = {rng.randint(1, self.world.next_id)})"
        vectors = index.vectors
        text = vectors.zero() if kind < 0.16 else None if kind < 0.19 else vectors.random(rng)
        if text and kind > 0.6:
            text = self.stored_vector() or text
        given = query.parameters.add(vectors.type_name, quoted(text))
        return index.of(given)

    def stored_vector(self):
        """That of a row, so that ties and distances of zero are met."""
        found = self.world.session.rows(f"SELECT v::text FROM t WHERE id >= {self.rng.randint(1, self.world.next_id + 1)} "
                                        "AND v IS NOT NULL ORDER BY id LIMIT 1")
        return found[0][0] if found else None

    def distance(self, query, column, given):
        index, rng = query.index, self.rng
        kind = rng.random()
        if kind < 0.7:
            return f"{index.of(column)} {index.operator} {given}"
        if kind < 0.85:
            return f"{given} {index.operator} {index.of(column)}"
        called = f"{index.function}({index.of(column)}, {given})"
        return f"-{called}" if index.metric == "ip" else called

    def key(self, query, distance):
        """What is ordered by: the distance or what grows or falls with it."""
        kind = self.rng.random()
        if kind < 0.65:
            return distance
        if kind < 0.75:
            return self.rng.choice((f"({distance}) + 1", f"({distance}) * 2", f"2 * ({distance}) - 1"))
        query.descending = True
        return self.rng.choice((f"1 - ({distance})", f"-({distance})", f"(2 - ({distance})) / 2"))

    def condition(self, query, share=0.65):
        """Conditions of the columns, with the predicate of a partial index most times."""
        found = []
        if query.index.predicate and self.rng.random() < 0.85:
            found.append(query.index.predicate)
        if self.rng.random() < (share if not query.index.filters else share / 3):
            found.append(conditions.some(self.rng, query.parameters))
        if query.index.filters and self.rng.random() < share:
            found += [conditions.one(self.rng, query.parameters, query.index.filters)
                      for _ in range(self.rng.choice((1, 1, 2)))]
        query.filtered = query.filtered or bool(found)
        return " AND ".join(found) or "true"

    def a_distance(self, query, distance, most=1.0):
        """One that some row has, so that it matters whether a bound is exclusive; in the nearer part of the rows."""
        text = f"SELECT d FROM (SELECT {distance} AS d FROM t) s WHERE d < 'infinity' ORDER BY 1"
        found = [row[0] for row in self.world.session.rows(inlined(text, query.parameters.given))]
        if not found:
            return 1.0
        share = most * self.rng.choice((0.002, 0.01, 0.05, 0.2, 0.7))
        exact = found[min(int(share * len(found)), len(found) - 1)]
        return exact if self.rng.random() < 0.7 else exact * 1.0001

    def threshold(self, query, distance, most=1.0):
        rng = self.rng
        query.bounded = True
        kind = rng.random()
        if kind < 0.05:
            odd = rng.choice(("'NaN'", "'Infinity'", "-1", "NULL", "0"))
            return f"{distance} {rng.choice(('<', '<='))} {odd}::float8"
        r = self.a_distance(query, distance, most)
        given = query.parameters.add("float8", f"'{r!r}'")
        if kind < 0.55:
            return rng.choice((f"{distance} < {given}", f"{distance} <= {given}", f"{given} > {distance}",
                               f"NOT ({distance} >= {given})"))
        if kind < 0.7:
            low = query.parameters.add("float8", f"'{self.a_distance(query, distance, most)!r}'")
            return f"{distance} BETWEEN {low} AND {given}"
        falling = query.parameters.add("float8", f"'{1 - r!r}'")
        return rng.choice((f"1 - ({distance}) > {falling}", f"1 - ({distance}) >= {falling}",
                           f"{falling} <= 1 - ({distance})", f"(2 - ({distance})) / 2 >= (1 + {falling}) / 2",
                           f"-({distance}) > -{given}", f"({distance}) + 1 <= 1 + {given}"))

    def bounds(self, query):
        """LIMIT and OFFSET, as text."""
        rng = self.rng
        if rng.random() < 0.15:
            return ""
        query.limit = rng.choice((0, 1, 2, 10, 10, 10, 40, 41, 100, 1000, 5000))
        if rng.random() < 0.25:
            query.offset = rng.choice((1, 5, 30, 200))
        limit = query.parameters.add("int", str(query.limit)) if rng.random() < 0.3 else str(query.limit)
        return f" LIMIT {limit}" + (f" OFFSET {query.offset}" if query.offset else "")

    def order(self, query, name="k"):
        query.ordered = True
        query.by_id = self.rng.random() < 0.25
        return f" ORDER BY {name}" + (" DESC NULLS LAST" if query.descending else "") + (", id" if query.by_id else "")

    # ---- shapes

    def nearest(self, query, extra="", group="0"):
        distance = self.distance(query, "v", self.query_vector(query))
        key = self.key(query, distance)
        where = self.condition(query) + extra
        if self.rng.random() < 0.25:
            where += f" AND {self.threshold(query, distance)}"
        order = self.order(query)
        query.all_rows = f"SELECT {group} AS g, id, {key} AS k FROM t WHERE {where}{order}"
        query.text = query.all_rows + self.bounds(query)

    def locked(self, query):
        self.nearest(query)
        query.changes = True
        query.text += " FOR UPDATE"

    def within(self, query, extra=""):
        distance = self.distance(query, "v", self.query_vector(query))
        where = f"{self.threshold(query, distance, 0.5)} AND {self.condition(query, 0.4)}{extra}"
        query.text = query.all_rows = f"SELECT 0 AS g, id, {distance} AS k FROM t WHERE {where}"

    def matching(self, query):
        """No distance at all: rows in any order."""
        null = self.rng.choice((" AND v IS NULL", " AND v IS NOT NULL") + ("",) * 6)
        query.text = query.all_rows = f"SELECT 0 AS g, id, NULL::float8 AS k FROM t WHERE {self.condition(query, 0.9)}{null}"

    def count(self, query):
        self.rng.choice((self.nearest, self.within, self.matching))(query)
        query.counted = True
        query.ordered = False
        query.text = f"SELECT count(*) FROM ({query.text}) s"
        query.all_rows = f"SELECT count(*) FROM ({query.all_rows}) s"

    def lateral(self, query):
        index = query.index
        distance = self.distance(query, "t.v", index.of("q.v"))
        key = self.key(query, distance)
        where = self.condition(query, 0.4)
        where += self.rng.choice(("", "", " AND t.tenant = q.tenant", " AND t.tenant >= q.tenant"))
        query.filtered = query.filtered or "q.tenant" in where
        inner = f"SELECT t.id, {key} AS k FROM t WHERE {where}{self.order(query)}"
        around = "SELECT q.id AS g, x.id, x.k FROM probes q CROSS JOIN LATERAL ({}) x"
        query.all_rows = around.format(inner)
        query.text = around.format(inner + (self.bounds(query) or " OFFSET 0"))

    def join(self, query):
        """Near-duplicates of a few rows."""
        distance = self.distance(query, "b.v", query.index.of("a.v"))
        most = self.rng.choice((0.05, 0.3))
        where = self.threshold_of_join(query, distance, most)
        query.filtered = True
        query.text = query.all_rows = (
            f"SELECT a.id AS g, b.id, {distance} AS k FROM t a JOIN t b ON {where} AND a.id <> b.id "
            f"WHERE a.id % {self.rng.choice((97, 211))} = 1")
        if query.index.predicate:
            query.text = query.all_rows = query.text + f" AND b.{query.index.predicate}"

    def threshold_of_join(self, query, distance, most):
        query.bounded = True
        pair = distance.replace("b.v", "v").replace("a.v", "(SELECT v FROM t WHERE v IS NOT NULL ORDER BY id LIMIT 1)")
        given = query.parameters.add("float8", f"'{self.a_distance(query, pair, most)!r}'")
        return self.rng.choice((f"{distance} < {given}", f"{distance} <= {given}", f"1 - ({distance}) >= 1 - {given}"))

    def semi_join(self, query):
        extra = self.rng.choice((
            " AND EXISTS (SELECT FROM others o WHERE o.tenant = t.tenant)",
            " AND NOT EXISTS (SELECT FROM others o WHERE o.tenant = t.tenant AND o.lang = t.lang)",
            " AND tenant IN (SELECT tenant FROM others WHERE lang <> 'nl')",
            " AND lang = ANY (ARRAY(SELECT lang FROM others))",
            " AND tenant = (SELECT min(tenant) FROM others)"))
        query.filtered = True
        self.rng.choice((self.nearest, self.nearest, self.within))(query, extra)

    def cte(self, query):
        distance = self.distance(query, "v", self.query_vector(query))
        key = self.key(query, distance)
        kind = self.rng.choice(("", "", "MATERIALIZED ", "NOT MATERIALIZED "))
        inner = f"SELECT *, {key} AS k FROM t WHERE {self.condition(query, 0.4)}"
        query.all_rows = (f"WITH c AS {kind}({inner}) SELECT 0 AS g, id, k FROM c WHERE {self.condition(query, 0.4)}"
                          + self.order(query))
        query.text = query.all_rows + self.bounds(query)

    def union(self, query):
        parts = []
        distance = self.distance(query, "v", self.query_vector(query))
        key = self.key(query, distance)
        order = self.order(query)
        limit = self.bounds(query)
        for group in (1, 2):
            where = self.condition(query)
            parts.append(f"(SELECT {group} AS g, id, {key} AS k FROM t WHERE {where}{order}@@)")
        query.text = " UNION ALL ".join(parts).replace("@@", limit)
        query.all_rows = " UNION ALL ".join(parts).replace("@@", "")

    def chosen(self, query):
        """Rows of a subquery of ids."""
        self.nearest(query)
        query.text = self.by_ids(query.text)
        query.all_rows = self.by_ids(query.all_rows)
        query.ordered = False

    @staticmethod
    def by_ids(text):
        return f"SELECT 0 AS g, id, NULL::float8 AS k FROM t WHERE id IN (SELECT id FROM ({text}) s)"

    def delete(self, query):
        distance = self.distance(query, "v", self.query_vector(query))
        where = f"{self.threshold(query, distance, 0.3)} AND {self.condition(query, 0.4)}"
        query.changes = True
        query.text = query.all_rows = f"DELETE FROM t WHERE {where} RETURNING 0 AS g, id, {distance} AS k"
