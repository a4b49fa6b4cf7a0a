"""A connection that remembers what it changed, so that a failure can be replayed as a script."""
import io
import re

import psycopg2


class Session:
    def __init__(self, name, history):
        self.connection = psycopg2.connect("")
        self.connection.autocommit = True
        self.cursor = self.connection.cursor()
        self.name, self.history = name, history

    def change(self, sql):
        """Runs what changes tables, settings or the transaction, and remembers it."""
        self.history.append(f"/* {self.name} */ {sql};" if self.name else f"{sql};")
        self.cursor.execute(sql)

    def copy(self, table, lines):
        text = "".join(line + "\n" for line in lines)
        self.history.append(f"COPY {table} FROM stdin;\n{text}\\.")
        self.cursor.copy_expert(f"COPY {table} FROM STDIN", io.StringIO(text))

    def rows(self, sql):
        self.cursor.execute(sql)
        return self.cursor.fetchall()

    def plan(self, sql):
        return "\n".join(row[0] for row in self.rows(sql))

    def close(self):
        self.connection.close()


def inlined(text, given):
    """The query with its constants in it."""
    def constant(match):
        type_name, literal = given[int(match.group(1)) - 1]
        return f"{literal}::{type_name}"
    return re.sub(r"@(\d+)@", constant, text)


def prepared(text, given, name="p"):
    """PREPARE and EXECUTE of the query, its constants parameters."""
    body = re.sub(r"@(\d+)@", r"$\1", text)
    if not given:
        return f"PREPARE {name} AS {body}", f"EXECUTE {name}"
    types = ", ".join(type_name for type_name, _ in given)
    constants = ", ".join(f"{literal}::{type_name}" for type_name, literal in given)
    return f"PREPARE {name} ({types}) AS {body}", f"EXECUTE {name} ({constants})"
