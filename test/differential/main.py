#!/usr/bin/env python3
"""Random queries, each answered by an index and by a sequential scan.  Called by `run`, which has the usage.

The server is the one that PG* name.  Queries come in groups of GROUP, each with a table of its own that is made from the
seed and the group's number; so a failure is seen again without those before.
"""
import argparse
import pathlib
import random
import re
import sys
import time

import psycopg2

import compare
import queries
import world
from session import Session, inlined, prepared

GROUP = 50
# Of rows, or of answers.  What is promised of a range is in docs/ranges.md; the others are below what many seeds keep.
FLOORS = {"range": 0.999, "complete: range": 0.995, "threshold and order": 0.98, "threshold and limit": 0.98,
          "limit": 0.98, "filtered limit": 0.98}
INDEX_SHARE, FILTER_SHARE = 0.75, 0.2
FILTER_COLUMN = re.compile(r"\b(?:tenant|created|lang|labels|price|flag|id)\b")
SEQUENTIAL = ("enable_indexscan = off", "enable_indexonlyscan = off", "enable_bitmapscan = off", "enable_seqscan = on",
              "enable_sort = on")
ALWAYS = ("jit = off", "max_parallel_workers_per_gather = 0", "max_parallel_maintenance_workers = 0",
          "client_min_messages = warning", "vectorext.seed = 1", "app.tenants = '{1,3,5}'", "timezone = 'UTC'",
          "statement_timeout = '60s'", "extra_float_digits = 1")


def settings_for_index(rng, settings):
    """The statement that forces the index, with what else a scan depends on."""
    def switch(share):
        return "on" if rng.random() < share else "off"
    chosen = [
        "enable_seqscan = off", "enable_indexscan = on", "enable_indexonlyscan = on", f"enable_sort = {switch(0.25)}",
        f"enable_bitmapscan = {switch(0.5)}", f"enable_incremental_sort = {switch(0.8)}", f"enable_material = {switch(0.5)}",
        f"hnsw.ef_search = {settings.ef_search}",
        f"hnsw.iterative_scan = {'strict_order' if settings.strict else rng.choice(('off', 'relaxed_order'))}",
        f"hnsw.max_scan_tuples = {rng.choice((20000, 20000, 1, 50, 500))}",
        f"work_mem = '{rng.choice(('4MB', '4MB', '64kB'))}'",
        f"vectorext.range_scan = {'exact' if settings.exact_ranges else 'approximate'}"]
    return ["SET " + setting for setting in chosen]


def uses_filters(plan, index_names):
    """Whether an index of ours gets a condition on a filter column."""
    ours = False
    for line in plan.split("\n"):
        if "Index" in line and " Scan " in line:
            ours = any(name in line for name in index_names)
        elif ours and "Index Cond:" in line and FILTER_COLUMN.search(line):
            return True
    return False


class Failure(Exception):
    def __init__(self, reasons, query, statements, got, expected):
        super().__init__("\n".join(reasons))
        self.query, self.statements, self.got, self.expected = query, statements, got, expected


class Group:
    """One table and its queries."""

    def __init__(self, options, number, totals):
        self.options, self.number, self.totals = options, number, totals
        self.rng = random.Random(f"{options.seed} {number}")
        self.history = []
        self.session = Session("", self.history)
        self.old = None
        self.at, self.statements = number * GROUP, []
        for setting in ALWAYS:
            self.session.change(f"SET {setting}")

    def run(self, count):
        try:
            self.run_steps(count)
        except psycopg2.Error as error:
            raise Failure([f"error: {error}"], None, [], [], []) from error

    def run_steps(self, count):
        self.world = world.World(self.rng, self.session, self.options.storage, self.options.filters)
        self.world.create()
        self.maker = queries.Maker(self.world)
        for at in range(count):
            self.at = self.totals.asked = self.number * GROUP + at + 1
            while self.rng.random() < 0.25:
                self.disturb()
            self.query()
        self.end_snapshot()
        self.session.change("RESET ALL")
        found = self.world.check()
        if found:
            raise Failure([f"vectorext_check: {found[:5]}"], None, ["SELECT * FROM vectorext_check(...)"], [], [])

    def close(self):
        for session in (self.session, self.old):
            if session:
                session.close()

    # ---- a session with an old snapshot, which VACUUM has to respect

    def begin_snapshot(self):
        self.old = Session("second session", self.history)
        for setting in (*ALWAYS, "search_path = world, public"):
            self.old.change(f"SET {setting}")
        self.old.change("BEGIN ISOLATION LEVEL REPEATABLE READ")
        self.old.rows("SELECT 1 FROM t LIMIT 1")
        self.old.change("SELECT 1")
        self.old_queries = self.rng.randint(1, 4)

    def end_snapshot(self):
        if self.old:
            self.old.close()
            self.history.append("/* second session */ COMMIT;")
            self.old = None

    def disturb(self):
        """Whatever takes a lock on the index waits for the old snapshot's end, so that ends first."""
        if not self.old and self.rng.random() < 0.1:
            self.begin_snapshot()
        if self.old:
            self.session.change(self.world.data_change())
            if self.rng.random() < 0.5:
                self.session.change("VACUUM t")
            return
        self.world.disturb()

    # ---- one query

    def query(self):
        query = self.maker.make()
        while self.old and query.changes:
            query = self.maker.make()  # its rows may have been changed since
        settings = compare.Settings(self.rng)
        forced = settings_for_index(self.rng, settings)
        session = self.session
        if self.old:
            session = self.old
            self.old_queries -= 1
        if self.world.secured and session is self.session and self.rng.random() < 0.6:
            session.rows("SET ROLE reader; SELECT 1")
            query.filtered = True
        try:
            self.ask(session, query, settings, forced)
        except psycopg2.Error as error:
            raise Failure([f"error: {error}"], query, [*forced, inlined(query.text, query.parameters.given)], [], []) from error
        session.rows("RESET ROLE; SELECT 1")
        if self.old and self.old_queries <= 0:
            self.end_snapshot()

    def ask(self, session, query, settings, forced):
        text = inlined(query.text, query.parameters.given)
        all_rows = self.sequential(session, query)
        session.rows("; ".join([*forced, "SELECT 1"]))
        mode = self.rng.choices((self.plain, self.prepared, self.held_cursor, self.open_cursor), (6, 3, 1, 1))[0]
        if query.changes:
            mode = self.plain
        elif session is self.old:
            mode = self.rng.choice((self.plain, self.prepared))
        self.statements = list(forced)
        explained, got = mode(session, query, text)
        by_index = any(name in explained for name in self.world.index_names)
        self.totals.shapes[query.shape] += 1
        self.totals.by_index[query.shape] += by_index
        self.totals.by_filter += uses_filters(explained, self.world.index_names)
        complaints = compare.Comparison(query, settings, self.totals).compare(got, all_rows)
        if complaints:
            raise Failure(complaints + ["plan:", explained], query, self.statements, got, all_rows)

    def sequential(self, session, query):
        session.rows("; ".join([*("SET " + setting for setting in SEQUENTIAL), "SELECT 1"]))
        text = inlined(query.all_rows, query.parameters.given)
        if self.rng.random() < 0.1:
            plan = session.plan("EXPLAIN (COSTS OFF) " + text)
            if any(name in plan for name in self.world.index_names):
                raise Failure(["the sequential plan uses an index", plan], query, [text], [], [])
        return self.rolled_back(session, text) if query.changes else session.rows(text)

    @staticmethod
    def rolled_back(session, text):
        session.cursor.execute("BEGIN")
        found = session.rows(text)
        session.cursor.execute("ROLLBACK")
        return found

    # ---- ways to run it: each returns the plan and the rows

    def plain(self, session, query, text):
        self.statements.append(text)
        explained = session.plan("EXPLAIN (COSTS OFF) " + text)
        return explained, self.rolled_back(session, text) if query.changes else session.rows(text)

    def prepared(self, session, query, text):
        plan_mode = self.rng.choice(("force_generic_plan", "force_generic_plan", "auto"))
        prepare, execute = prepared(query.text, query.parameters.given)
        self.statements += [f"SET plan_cache_mode = {plan_mode}", prepare, execute]
        session.cursor.execute(f"SET plan_cache_mode = {plan_mode}; {prepare}")
        explained = session.plan("EXPLAIN (COSTS OFF) " + execute)
        rows = session.rows(execute)
        session.cursor.execute("DEALLOCATE p")
        return explained, rows

    def held_cursor(self, session, query, text):
        explained = session.plan("EXPLAIN (COSTS OFF) " + text)
        self.statements += ["BEGIN", f"DECLARE c CURSOR WITH HOLD FOR {text}"]
        session.cursor.execute(f"BEGIN; DECLARE c {self.rng.choice(('', 'SCROLL '))}CURSOR WITH HOLD FOR {text}")
        rows = self.fetch(session, self.rng.choice((0, 1, 7)))
        session.cursor.execute("COMMIT")
        return explained, rows + self.fetch_rest(session)

    def open_cursor(self, session, query, text):
        """Rows change while it is open; it sees none of that. The changes are undone."""
        explained = session.plan("EXPLAIN (COSTS OFF) " + text)
        self.statements += ["BEGIN", f"DECLARE c CURSOR FOR {text}"]
        session.cursor.execute(f"BEGIN; DECLARE c CURSOR FOR {text}")
        rows = self.fetch(session, self.rng.choice((0, 1, 7, 45)))
        session.cursor.execute("RESET ROLE")
        change = self.world.data_change()
        self.statements += [f"FETCH {len(rows)} FROM c", change, "FETCH ALL FROM c"]
        session.cursor.execute(change)
        rows += self.fetch_rest(session)
        session.cursor.execute("ROLLBACK")
        return explained, rows

    @staticmethod
    def fetch(session, count):
        return session.rows(f"FETCH {count} FROM c") if count else []

    def fetch_rest(self, session):
        rows = []
        while True:
            part = self.fetch(session, self.rng.choice((1, 5, 100, 1000)))
            if not part:
                break
            rows += part
        session.cursor.execute("CLOSE c")
        return rows


def report_failure(options, group, failure):
    """Says what failed and writes the script that leads there."""
    at = group.at
    print(f"FAILED: seed {options.seed}, query {at} ({failure.query.shape if failure.query else 'between queries'})")
    print(failure)
    for name, rows in (("the index", failure.got), ("all rows that match", failure.expected)):
        print(f"{name} ({len(rows)}): {[tuple(row) for row in rows[:25]]}")
    write_script(options, group, failure.statements)
    print(f"again: test/differential/run --seed {options.seed} --from {at} --queries {at}")


def write_script(options, group, statements):
    """What led to the group's last query, for psql; prints the end of it."""
    path = pathlib.Path(options.scripts) / f"seed-{options.seed}-query-{group.at}.sql"
    path.parent.mkdir(parents=True, exist_ok=True)
    asked = [statement + ";" for statement in statements]
    path.write_text("\n".join(group.history + asked) + "\n", encoding="utf-8")
    print(f"history, and the query: {path}")
    print("\n".join([line for line in group.history if len(line) < 400][-12:] + asked))


def has_filter_columns():
    """Whether an index may have further columns."""
    session = Session("", [])
    session.change("CREATE TABLE probe (v vector(3), tenant int)")
    try:
        session.change("CREATE INDEX ON probe USING hnsw (v vector_l2_ops, tenant)")
        return True
    except psycopg2.Error:
        return False
    finally:
        session.change("DROP TABLE probe")
        session.close()


def prepare_database():
    session = Session("", [])
    session.change("CREATE EXTENSION vectorext")
    session.change("CREATE ROLE reader")
    session.close()


def report(options, totals, asked, seconds):
    """Prints the figures; true if none is below its floor."""
    used, shapes = sum(totals.by_index.values()), sum(totals.shapes.values())
    share = used / max(1, shapes)
    print(f"seed {options.seed}: {asked} queries in {seconds:.1f} s, {share:.3f} by an index, filter columns "
          f"{f'in {totals.by_filter} plans' if options.filters else 'no'}")
    print("by an index: " + ", ".join(
        f"{shape} {totals.by_index[shape]}/{totals.shapes[shape]}" for shape in sorted(totals.shapes)))
    good = asked < 500 or (share >= INDEX_SHARE
                           and (not options.filters or totals.by_filter >= FILTER_SHARE * shapes))
    for kind, floor in FLOORS.items():
        worst = sorted((miss for miss in totals.misses if miss[1] == kind), reverse=True)[:4]
        print(f"{kind}: {totals.share(kind):.5f} of {totals.wanted[kind]} (at least {floor}); most missed: "
              + (", ".join(f"query {at} {found}/{wanted}" for _, _, at, found, wanted in worst) or "none"))
        good = good and (totals.share(kind) >= floor or asked < 500)
    return good


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queries", type=int, default=2000, help="the number of the last query")
    parser.add_argument("--from", type=int, default=1, dest="first", help="begin with the group of this query")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--storage", choices=("plain", "compact", "fast"))
    parser.add_argument("--keep-going", type=int, default=1, metavar="N", help="end with the N-th failure")
    parser.add_argument("--script", action="store_true", help="write the script of the last query in any case")
    parser.add_argument("--scripts", default="build/differential", help="where scripts of failures go")
    return parser.parse_args()


def main():
    options = arguments()
    prepare_database()
    options.filters = has_filter_columns()
    totals, failures, begin = compare.Totals(), 0, time.monotonic()
    number = (options.first - 1) // GROUP
    first = number * GROUP
    while number * GROUP < options.queries and failures < options.keep_going:
        group = Group(options, number, totals)
        try:
            group.run(min(GROUP, options.queries - number * GROUP))
        except Failure as failure:
            report_failure(options, group, failure)
            failures += 1
        if options.script and group.at == options.queries:
            write_script(options, group, group.statements)
        group.close()
        cleaner = Session("", [])
        cleaner.change("DROP SCHEMA IF EXISTS world CASCADE")
        cleaner.close()
        number += 1
    asked = min(options.queries, number * GROUP) - first
    good = report(options, totals, asked, time.monotonic() - begin)
    sys.exit(0 if good and not failures else 1)


if __name__ == "__main__":
    main()
