"""A connection that keeps what it sends: the pages show it.

Parameters go beside the statement, as psycopg2 takes them: %(name)s.
"""
import io
import re
import textwrap
import time

import psycopg2
import psycopg2.extras

# From quote to quote, comments first: otherwise what is between two literals would be taken for one.
LITERAL = re.compile(r"--[^\n]*|'((?:[^']|'')*)'")
LONGEST_LITERAL = 100
LONG_ARRAY = re.compile(r"ARRAY\[([^\[\]]{200,})\]")


def vector(numbers):
    """Text of a vector. Nine digits are enough for each single-precision number."""
    return "[" + ",".join(f"{float(number):.9g}" for number in numbers) + "]"


def schema_of(name):
    return "vectorext_example_" + name.replace("-", "_")


def _shorten_literal(found):
    literal = found[1]
    return found[0] if literal is None or len(literal) <= LONGEST_LITERAL else f"'{literal[:40]} ...'"


def shorten(text):
    """A statement for people: long literals, such as vectors, are cut."""
    text = LITERAL.sub(_shorten_literal, text)
    text = LONG_ARRAY.sub(lambda found: f"ARRAY[{found[1][:80]} ...]", text)
    lines = [line.rstrip() for line in text.strip("\n").split("\n")]
    # A statement that begins beside its quotes has its other lines indented as the program is.
    if not lines[0][:1].isspace() and len(lines) > 1:
        return lines[0] + "\n" + textwrap.indent(textwrap.dedent("\n".join(lines[1:])), "    ")
    return textwrap.dedent("\n".join(lines)).strip()


class Database:
    """One connection, every statement a transaction of its own. `log` has what was run: text, milliseconds, rows."""

    def __init__(self, name, echo=False):
        self.connection = psycopg2.connect("")
        self.connection.autocommit = True
        self.echo = echo
        self.log = []
        with self.connection.cursor() as cursor:
            # The extension's own schema stays on the path, whichever that is.
            cursor.execute("SELECT set_config('search_path', concat_ws(', ', quote_ident(%(schema)s),"
                           " (SELECT quote_ident(nspname) FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace"
                           " WHERE extname IN ('vectorext', 'vector')), 'public'), false)", {"schema": schema_of(name)})

    @classmethod
    def begin(cls, name):
        """For loading: the extension is there, and the example's schema is new and empty."""
        connection = psycopg2.connect("")
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SET client_min_messages = warning")
            cursor.execute("SELECT FROM pg_extension WHERE extname IN ('vectorext', 'vector')")
            if cursor.rowcount == 0:
                cursor.execute("CREATE EXTENSION vectorext")
            cursor.execute(f'DROP SCHEMA IF EXISTS "{schema_of(name)}" CASCADE')
            cursor.execute(f'CREATE SCHEMA "{schema_of(name)}"')
        connection.close()
        return cls(name, echo=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    def _run(self, statement, parameters, fetch):
        begin = time.monotonic()
        with self.connection.cursor(cursor_factory=psycopg2.extras.RealDictCursor) as cursor:
            text = shorten(cursor.mogrify(statement, parameters).decode())
            cursor.execute(statement, parameters)
            rows = [dict(row) for row in cursor.fetchall()] if fetch else []
        self._note(text, begin, len(rows) if fetch else None)
        return rows

    def _note(self, text, begin, rows):
        took = round(1000 * (time.monotonic() - begin), 1)
        self.log.append({"text": text, "ms": took, "rows": rows})
        if self.echo:
            print(f"{text};\n-- {took} ms\n", flush=True)

    def execute(self, statement, parameters=None):
        self._run(statement, parameters, fetch=False)

    def rows(self, statement, parameters=None):
        """All rows, each a dictionary."""
        return self._run(statement, parameters, fetch=True)

    def row(self, statement, parameters=None):
        """The first row, or None."""
        return next(iter(self.rows(statement, parameters)), None)

    def value(self, statement, parameters=None):
        """The only column of the first row, or None."""
        row = self.row(statement, parameters)
        return None if row is None else next(iter(row.values()))

    def copy(self, table, columns, rows):
        """Loads rows of texts, numbers and None, by COPY."""
        statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
        begin = time.monotonic()
        text = "".join("\t".join(map(_copy_field, row)) + "\n" for row in rows)
        with self.connection.cursor() as cursor:
            cursor.copy_expert(statement, io.StringIO(text))
        self._note(statement, begin, None)

    def plan(self, statement, parameters=None):
        """The statement's plan, as EXPLAIN prints it."""
        with self.connection.cursor() as cursor:
            cursor.execute("EXPLAIN (COSTS OFF) " + statement, parameters)
            return "\n".join(row[0] for row in cursor.fetchall())

    def must_use_index(self, index, statement, parameters=None):
        """Stops unless the plan scans this index."""
        plan = self.plan(statement, parameters)
        if not re.search(rf"Index Scan using {re.escape(index)} on", plan):
            raise AssertionError(f"the plan does not use {index}:\n{plan}")


def _copy_field(value):
    if value is None:
        return r"\N"
    text = str(value)
    for char, escape in (("\\", r"\\"), ("\t", r"\t"), ("\n", r"\n"), ("\r", r"\r")):
        text = text.replace(char, escape)
    return text
