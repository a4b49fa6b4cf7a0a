"""What reference.py reads: the objects of the install script, options.cpp, limits, described examples."""
import dataclasses
import re

import tree

FRAGMENTS = [name for name in tree.files(".sql") if name.startswith("sql/extension/")]
# In the order of the install script.  Vectors have dimensions, which a type modifier says.
VECTOR_TYPES = tuple(re.findall(r"^CREATE TYPE (\w+) \([^;]*TYPMOD_IN", "\n".join(map(tree.read, FRAGMENTS)), re.MULTILINE))
TYPES = (*VECTOR_TYPES, "bit")

# What no statement is to use.
PLANNER = "what the planner gives to index scans, with the operators `@<`, `@<~`, `@<@`, and `<=>~`"


def vector_type(args):
    """The type of the first vector, or array of vectors; empty if there is none."""
    return next((kind for kind in (arg.removesuffix("[]") for arg in args) if kind in TYPES), "")


@dataclasses.dataclass
class Routine:
    """A function or an aggregate. `args` are types, `declared` what the statement says of them."""
    kind: str
    name: str
    args: list
    declared: list
    outs: list
    returns: str
    callers: str = "everyone"

    @property
    def member(self):
        return f"{self.kind} {self.name}({', '.join(self.args)})"

    @property
    def type(self):
        return vector_type(self.args)


@dataclasses.dataclass
class Operator:
    name: str
    args: list
    function: str
    returns: str = ""

    @property
    def member(self):
        return f"operator {self.name} ({', '.join(self.args)})"

    @property
    def type(self):
        return vector_type(self.args)


@dataclasses.dataclass
class Cast:
    source: str
    target: str
    how: str

    @property
    def member(self):
        return f"cast ({self.source} AS {self.target})"


@dataclasses.dataclass
class OperatorClass:
    name: str
    type: str
    method: str
    default: bool
    operator: str  # the first

    @property
    def member(self):
        return f"operator class {self.name} USING {self.method}"


@dataclasses.dataclass
class FilterClass:
    """Of a filter column. `operators` without the types of their operands."""
    name: str
    type: str
    operators: list

    @property
    def member(self):
        return f"operator class {self.name} USING hnsw"


class Objects:
    """All of them, in the order of the script, and which functions the others use for what."""

    def __init__(self):
        self.types, self.methods = [], []
        self.routines, self.operators, self.casts, self.classes = [], [], [], []
        self.filters = []
        self.uses = {}
        for text in map(tree.read, FRAGMENTS):
            self.use(PLANNER, text, r"COMMENT ON FUNCTION (\w+)[^;]*IS 'internal: ")
            for statement in statements(text):
                self.take(statement)
        for operator in self.operators:
            operator.returns = next(r.returns for r in self.routines
                                    if r.name == operator.function and r.args == operator.args)
        self.pgvector = set(re.findall(r"^    (.*\S)", tree.read("dropin/members.txt"), re.MULTILINE))

    def use(self, purpose, text, pattern):
        names = re.findall(pattern, text)
        if names:
            self.uses.setdefault(purpose, []).extend(names)

    def take(self, text):
        head = text.split("(")[0]
        if head.startswith("CREATE FUNCTION"):
            self.routines.append(routine(text))
            self.use("what the planner asks for the costs of distances", text, r"SUPPORT (\w+)")
        elif head.startswith("CREATE AGGREGATE"):
            self.routines.append(aggregate(text, self.routines))
            self.use("aggregates", text, r"\w+FUNC = (\w+)")
        elif head.startswith("CREATE CAST"):
            given, target, how = re.match(r"CREATE CAST \((.*?) AS (.*?)\).* AS (\w+)", text).groups()
            self.casts.append(Cast(given, target, how.lower()))
            self.use("casts", text, r"WITH FUNCTION (\w+)")
        elif head.startswith("CREATE OPERATOR CLASS vectorext_"):
            self.filters.append(filter_class(text))
        elif head.startswith("CREATE OPERATOR FAMILY"):
            pass
        elif head.startswith("CREATE OPERATOR CLASS"):
            self.classes.append(operator_class(text))
            self.use("operator classes", text, r"FUNCTION \d+ (\w+)")
        elif "FUNCTION = vectorext_" in text:
            self.use(PLANNER, text, r"FUNCTION = (\w+)")
        elif head.startswith("CREATE OPERATOR"):
            self.operators.append(operator(text))
            self.use("operators", text, r"FUNCTION = (\w+)")
        elif head.startswith("CREATE TYPE") and "(" in text and not head.endswith(" AS "):
            self.types.append(head.split()[2])
            self.use("input and output of the types", text, r"(?:IN|IN?PUT|OUTPUT|RECEIVE|SEND) = (\w+)")
        elif head.startswith("CREATE ACCESS METHOD"):
            self.methods.append(head.split()[3])
            self.use("access methods", text, r"HANDLER (\w+)")
        elif head.startswith(("REVOKE", "GRANT")):
            name = re.search(r"FUNCTION (\w+)", text).group(1)
            role = re.search(r" TO (\w+)", text)
            called = next(r for r in self.routines if r.name == name)
            called.callers = f"members of `{role.group(1)}`" if role else "superusers"
        elif head.startswith("DROP FUNCTION"):
            self.routines = [r for r in self.routines if r.name != head.split()[2]]


def statements(text):
    text = re.sub(r"--.*|^\\.*", "", text, flags=re.MULTILINE)
    for statement in text.split(";"):
        statement = re.sub(r"\s+", " ", statement).strip()
        if statement and not statement.startswith(("COMMENT", "SELECT")):
            yield statement.replace("( ", "(").replace(" )", ")")


def routine(text):
    name, declared, returns = re.match(
        r"CREATE FUNCTION (\w+)\((.*?)\) RETURNS (?:SETOF )?(.*?) AS '", text).groups()
    parts = [part.strip() for part in declared.split(",") if part.strip()]
    taken = [part for part in parts if not part.startswith("OUT ")]
    columns = re.match(r"TABLE \((.*)\)", returns)
    outs = [part[4:] for part in parts if part.startswith("OUT ")] if columns is None else columns.group(1).split(", ")
    outs = [out.split(" ")[0].strip('"') for out in outs]
    kinds = [re.sub(r" DEFAULT .*", "", part) for part in taken]
    return Routine("function", name, list(map(argument_type, kinds)), kinds, outs, returns)


def argument_type(declared):
    """What has a name is written `name type`; of types only one is of two words."""
    return declared if declared.startswith("double ") else declared.split(" ", 1)[-1]


def aggregate(text, functions):
    name, declared = re.match(r"CREATE AGGREGATE (\w+)\((.*?)\)", text).groups()
    kinds = declared.split(", ")
    final = re.search(r"FINALFUNC = (\w+)", text)
    # One without is a sum, and of the type that it adds up.
    returns = next(f.returns for f in functions if f.name == final.group(1)) if final else kinds[0]
    return Routine("aggregate", name, list(map(argument_type, kinds)), kinds, [], returns)


def operator(text):
    return Operator(re.match(r"CREATE OPERATOR (\S+)", text).group(1),
                    list(re.search(r"LEFTARG = (\w+(?:\[\])?), RIGHTARG = (\w+(?:\[\])?)", text).groups()),
                    re.search(r"FUNCTION = (\w+)", text).group(1))


def operator_class(text):
    name, default, kind, method, first = re.match(
        r"CREATE OPERATOR CLASS (\w+) (DEFAULT )?FOR TYPE (\w+) USING (\w+) AS OPERATOR 1 (\S+?),? ",
        text).groups()
    return OperatorClass(name, kind, method, default is not None, first)


def filter_class(text):
    name, kind = re.match(r"CREATE OPERATOR CLASS (\w+) DEFAULT FOR TYPE (.*?) USING hnsw ", text).groups()
    return FilterClass(name, kind, re.findall(r"OPERATOR \d pg_catalog\.(\S+)", text))


def descriptions():
    """(kind, name) -> (meaning, example, its result), from the test's output."""
    found, key, example = {}, None, None
    for line in tree.read("expected/reference.out").split("\n"):
        match = re.match(r"-- (operator|function|aggregate) (.*?): (.*)", line)
        if match:
            key, example = match.groups()[:2], None
            found[key] = (match.group(3), "", "")
        elif key and line.startswith("SELECT "):
            example = line.removeprefix("SELECT ").rstrip(";")
        elif key and example:
            found[key] = (found[key][0], example, line)
            key = None
    return found


# ---- what C++ says

def constants(name):
    """Numbers that a file declares `constexpr`, as it writes decimals."""
    found = {"INT_MAX": 2147483647}
    for const, value in re.findall(r"constexpr \w+ (k\w+) = ([\w.]+);", tree.read(name)):
        number = int(value) if value.isdigit() else value if re.fullmatch(r"\d+\.\d+", value) else found.get(value)
        if number is not None:
            found[const] = number
    return found


def arguments(text):
    """Of the call that `text` begins behind: split at commas outside of brackets and strings."""
    parts, depth, part = [], 0, ""
    for token in re.findall(r'"(?:\\.|[^"\\])*"|.', text, re.DOTALL):
        depth += token in "([{" and len(token) == 1
        if token == "," and depth == 0:
            parts.append(part.strip())
            part = ""
            continue
        if token == ")" and depth == 0:
            return parts + [part.strip()]
        depth -= token in ")]}" and len(token) == 1
        part += token
    raise ValueError("a call without an end")


def enum_names(text, table):
    body = re.search(re.escape(table) + r"\[\] = \{(.*?)\};", text, re.DOTALL).group(1)
    return re.findall(r'\{"(\w+)"', body)


def options():
    """(settings, index options): name -> (default, range), as options.cpp registers them."""
    path = "src/pg/index/options.cpp"
    text, known = tree.read(path), constants(path) | constants(path.replace(".cpp", ".h"))

    def number(word):
        return str(known[word]) if word in known else word

    settings, given = {}, {}
    for kind, rest in re.findall(r"DefineCustom(\w+)Variable\((.*?\);)", text, re.DOTALL):
        # A developer's, which src/README.md describes.
        if "GUC_NO_SHOW_ALL" in rest:
            continue
        args = arguments(rest)
        names = enum_names(text, args[5]) if kind == "Enum" else []
        span = ", ".join(f"`{n}`" for n in names) or f"{number(args[5])} to {number(args[6])}"
        settings[args[0].strip('"')] = (f"`{names[0]}`" if names else number(args[4]), span)
    for kind, rest in re.findall(r"add_(int|enum|real)_reloption\((.*?\);)", text, re.DOTALL):
        args = arguments(rest)
        if kind == "enum":
            given[args[1].strip('"')] = ("depends", ", ".join(f"`{n}`" for n in enum_names(text, args[3])))
        else:
            default, least = number(args[3]), number(args[4])
            # Below the range: not given, so the setting of that name decides.
            default = default if float(default) >= float(least) else "none" if kind == "real" else "the setting's"
            given[args[1].strip('"')] = (default, f"{least} to {number(args[5])}")
    return settings, given
