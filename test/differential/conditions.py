"""Random conditions on the filter columns."""
import values


class Parameters:
    """The constants of a query. `@n@` in its text stands for the n-th: a literal, or `$n` of a prepared one."""

    def __init__(self):
        self.given = []

    def add(self, type_name, literal):
        self.given.append((type_name, literal))
        return f"@{len(self.given)}@"


def _comparison(rng, column, constant):
    form = rng.random()
    if form < 0.55:
        left, right = column, constant()
        operator = rng.choice(("=", "=", "<", "<=", ">", ">=", "<>"))
        return f"{left} {operator} {right}" if rng.random() < 0.8 else f"{right} {operator} {left}"
    if form < 0.75:
        return f"{column} BETWEEN {constant()} AND {constant()}"
    if form < 0.95:
        listed = ", ".join(constant() for _ in range(rng.randint(1, 5)))
        return f"{column} {rng.choice(('IN', 'IN', 'IN', 'NOT IN'))} ({listed})"
    return f"{column} {rng.choice(('=', '<'))} NULL"


def _any(rng, column, type_name, draw, parameters):
    members = [draw(rng) for _ in range(rng.randint(0, 5))] + ["NULL"] * (rng.random() < 0.15)
    text = "{" + ",".join(f'"{m}"' if m != "NULL" else m for m in members) + "}"
    return f"{column} = ANY ({parameters.add(type_name + '[]', values.quoted(text))})"


def _labels(rng, parameters):
    given = parameters.add("int[]", values.quoted(values.labels(rng)))
    return rng.choice((
        f"labels && {given}", f"labels && {given}", f"labels @> {given}", f"labels @> {given}",
        f"{given} && labels", f"{given} <@ labels", f"labels <@ {given}", f"labels = {given}",
        f"{rng.randint(1, values.LABELS)} = ANY (labels)"))


def _flag(rng):
    return rng.choice(("flag", "NOT flag", "flag IS TRUE", "flag IS NOT TRUE", "flag = false", "flag IS NOT FALSE"))


def _other_types(rng):
    """Comparisons with another type than the column's, and with what an expression gives."""
    return rng.choice((
        f"created >= date '2026-02-{rng.randint(1, 28):02d}'", f"tenant < {rng.randint(0, 9)}::bigint",
        f"tenant = {rng.randint(0, 9)}::smallint", f"price > {rng.randint(0, 20)}", f"price < {rng.randint(0, 20)}::real",
        "lang LIKE 'e%'", f"id % {rng.randint(2, 40)} = 1", "price = 'NaN'", f"tenant = {rng.randint(0, 5)} + 1",
        "tenant = 1 AND tenant = 2", "tenant > 5 AND tenant < 5"))


def one(rng, parameters, columns=()):
    """A condition on one of `columns`, or on any."""
    offered = values.COLUMNS if rng.random() < 0.85 else values.EXPRESSIONS
    column = rng.choice(tuple(columns or offered))
    type_name, draw = values.COLUMNS.get(column) or values.EXPRESSIONS[column]
    kind = rng.random()
    if kind < 0.1:
        return f"{column} IS {rng.choice(('', 'NOT '))}NULL"
    if kind < 0.2:
        return _other_types(rng)
    if column == "labels":
        return _labels(rng, parameters)
    if column == "flag":
        return _flag(rng)
    if kind < 0.35:
        return _any(rng, column, type_name, draw, parameters)
    return _comparison(rng, column, lambda: parameters.add(type_name, values.quoted(draw(rng))))


def some(rng, parameters, depth=0):
    """A condition of one or several, joined by AND, OR and NOT."""
    kind = rng.random()
    if depth > 1 or kind < 0.5:
        return one(rng, parameters)
    if kind < 0.85:
        joined = " AND " if kind < 0.7 else " OR "
        return "(" + joined.join(some(rng, parameters, depth + 1) for _ in range(rng.randint(2, 3))) + ")"
    return f"NOT ({some(rng, parameters, depth + 1)})"
