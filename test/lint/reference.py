#!/usr/bin/env python3
"""REFERENCE.md, made of the statements that create the objects, of options.cpp, and of the words below.

    test/lint/reference.py            says whether the page is what this makes
    test/lint/reference.py --write    writes it

What an operator or function does, and an example, come from the output of the test sql/reference.sql.
What nothing describes is a finding, and so is a description of what is not there.
"""
import sys

import reference_source as source
import tree

PAGE = "REFERENCE.md"
FILTERS = "src/core/filter/filter_values.h"

INTRODUCTION = """
# Reference

Every object that `CREATE EXTENSION vectorext` makes, every setting and every limit; under the name `vector` (see
[Moving from pgvector](docs/moving-from-pgvector.md)) they are the same. How to use them, and what to expect of an index,
is in [Tuning an index](docs/tuning.md) and in [Operating](docs/operating.md). A **+** marks what pgvector 0.8 does not have.

This page is made by `test/lint/reference.py` of the install script, of the settings' definitions and of the output of a
test, [sql/reference.sql](sql/reference.sql), which is where the examples come from: all of them are run.

[Types](#types) | [Operators](#operators) | [Functions](#functions) | [Aggregates](#aggregates) | [Casts](#casts) |
[Operator classes](#operator-classes) | [Index options](#index-options) | [Settings](#settings) | [Limits](#limits) |
[Behind the scenes](#behind-the-scenes)
"""

# Name: elements, dimensions, bytes, text. The numbers come from datum.h.
TYPES = {
    "vector": ("single precision, 4 bytes", "1 to {Vector.kMaxDims}", "8 + 4 n", "`[1,2.5,-3e2]`"),
    "halfvec": ("half precision, 2 bytes: 11 significant bits, up to 65504", "1 to {HalfVector.kMaxDims}", "8 + 2 n",
                "`[1,2.5,-3e2]`"),
    "sparsevec": ("single precision; zeros are not stored",
                  "1 to {SparseVector.kMaxDims}; of these at most {SparseVector.kMaxNonZero} not zero",
                  "16 + 8 for each that is not zero", "`{{1:2.5,7:-1}}/10`"),
}
ABOUT_TYPES = """
`vector(n)` and its like allow n dimensions only; without (n) each row has its own number, and a column to be indexed needs
(n), or the index an expression such as `((v::vector(3)))`. No element is NaN or infinite. In the text of a `sparsevec`,
indices count from 1, in any order, and the dimensions follow the slash. Output is the shortest text that reads back as the
same value (for `halfvec`, as the same single-precision number). A number is rounded to the nearest one that the type has, ties
to even; one beyond the range is an error. Text and binary form and the stored one are pgvector's. `bit(n)` is the server's own
type: here are distances and indexes for it.
"""
# Types of another kind.
OTHER_TYPES = {
    "bm25_statistics": "`bm25_statistics` is how many of a set of documents have each term, and how long they are: 24 bytes, and 8 and "
                       "its own length for each term. Its text has documents, words, and terms: `3 17 'cat':2 'dog':1`. It is at most "
                       "1 GB, of 4,294,967,295 documents. See [Hybrid search](docs/hybrid-search.md). **+**",
}
ABOUT_OPERATORS = """
Both operands have as many dimensions, or it is an error; comparison and `||` take any. Where one is a `vector` and the other
a `halfvec` or `sparsevec`, the `vector` is cast. A literal beside a vector is taken for a vector. Distances are double
precision; their sums are added up in single precision. An overflow in arithmetic is an error.
"""
ABOUT_CASTS = """
*Implicit* casts happen wherever the other type is wanted. Casts *on assignment* happen when a value is stored in a column of
that type, and where one writes `ARRAY[1,2]::vector`. Those from `vector` to `vector(n)`, and the like, are implicit: each
cast checks the dimensions. Arrays are of one dimension and without NULLs; `jsonb` is an array of numbers.
"""
ABOUT_CLASSES = """
An index answers `ORDER BY column operator value LIMIT k` with the operator of its class. There is no default class for
`hnsw`: the metric is for you to say.
"""
ABOUT_FILTERS = """
Columns behind the vector need no operator class: each of these is the default of its type. What the index tests, and what it
keeps of a value, is in [Filters and tenants](docs/filtering.md). All of these **+**.
"""
ABOUT_SETTINGS = """
Where frameworks and poolers leave no room for `SET hnsw.ef_search = 100`, it can be said elsewhere. What comes later in
this list goes first:

* for an index, by what it measures itself: `WITH (target_recall = 0.95)`;
* for an index: `ALTER INDEX items_embedding_idx SET (ef_search = 100)`, by its owner;
* for the server, a database or a role: in `postgresql.conf`, or `ALTER DATABASE app SET hnsw.ef_search = 100`, `ALTER ROLE
  app SET ...`; new sessions begin with it;
* for a connection: `options=-c%20hnsw.ef_search=100` in its URI, or `PGOPTIONS`;
* for a session, a transaction or a function: `SET`, `SET LOCAL`, `CREATE FUNCTION ... SET`.

The server loads this library when a session first needs it, and knows no setting of it before. Until then `SET` takes any
value, and `ALTER ROLE` and `ALTER DATABASE` are for superusers and those who were granted it (`GRANT SET ON PARAMETER
hnsw.ef_search TO app`): others get `permission denied to set parameter`. A role may change its own after anything that uses
the library, such as `SELECT '[1]'::vector`, in the same session, or always where `session_preload_libraries` has
`vectorext`. A value that was out of range is told of by a WARNING when the library is loaded, and not used. All of this is
so for `ivfflat.probes` too.
"""
METHODS = {
    "hnsw": "`CREATE INDEX ON items USING hnsw (embedding vector_l2_ops)`",
    "ivfflat": "`ivfflat` is a name for the same index, for what was written for pgvector.",
}
OPTIONS = {
    "m": "links of a node on each upper level, twice as many on the base level; fixed when the index is built",
    "ef_construction": "candidates that an insertion considers; at least 2 m. ALTER INDEX changes it for later ones",
    "storage": "what the index keeps of a vector: itself (`plain`), a RaBitQ code of 8 bits per dimension (`compact`), or also "
               "sketches of a node's neighbors, scanned together (FastScan; `fast`); rows found by codes are ranked by exact "
               "distance. Fixed when the index is built. Default: what `hnsw.default_storage` says, else `fast` for `<->`, `<#>` and `<=>` on "
               "`vector` and `halfvec`, but `plain` up to 8 dimensions; `plain` for all else. `inverted` is for `<#>` on `sparsevec` "
               "alone: posting lists, searched exactly (block-max pruning), for which all other options mean nothing",
    "ef_search": "of this index, where nobody has chosen `hnsw.ef_search`: a session, a role, a database or a file. "
                 "ALTER INDEX changes it at once",
    "target_recall": "where there is no `ef_search` either: the recall of 10 neighbors that one is chosen for when the index is "
                     "built, by rows held out; changed by REINDEX or `vectorext_tune`",
    "lists": "of `ivfflat`: there are none; with `ivfflat.probes` as large, a scan compares every row",
    "probes": "of `ivfflat`: the same for `ivfflat.probes`",
}
SETTINGS = {
    "hnsw.ef_search": "candidates that a search keeps: more finds more of the true neighbors and takes longer",
    "hnsw.default_storage": "storage of an index that is built without the option, by REINDEX too; `plain` where there is no "
                            "such storage for the type or operator. `auto`: see `storage`",
    "hnsw.iterative_scan": "`strict_order`: all rows are compared before the first is returned, so that the "
    "order is exact at any depth; otherwise it is up to `ef_search` rows. Every scan goes on for as long as it is asked to",
    "hnsw.max_scan_tuples": "vectors that a scan takes from the graph; if asked for more, it sorts the rest of the index",
    "hnsw.scan_mem_multiplier": "the same for memory, times `work_mem`",
    "vectorext.range_scan": "how rows within a distance are found where there is no `LIMIT`: `exact` compares all rows by "
                            "their codes and misses none",
    "ivfflat.probes": "effort: the graph is searched as with `hnsw.ef_search` = 40 x the square root of it",
    "ivfflat.iterative_scan": "no effect: every scan goes on for as long as it is asked to",
    "ivfflat.max_probes": "no effect",
}
# Functions that ask themselves who calls them.
CALLERS = {
    **{name: "the owner of the index, members of `pg_stat_scan_tables`" for name in ("vectorext_check", "vectorext_index_info")},
    "vectorext_build_estimate": "who may read the table",
    "vectorext_recall": "who may read the table",
    "vectorext_advise": "who may run the query",
    "vectorext_tune": "who may read the table; with `store`, the owner of the index",
}
# Functions about what answers are worth.
QUALITY = ("vectorext_recall", "vectorext_tune", "vectorext_evaluate", "vectorext_evaluate_range")
# Functions for answers made of several, and for keywords.
HYBRID = ("reciprocal_rank_fusion", "relative_score_fusion", "distribution_fusion", "bm25", "bm25_vector", "bm25_query",
          "bm25_summary", "bm25_terms")
# Functions that say where an answer ends.
ENDS = ("autocut",)
# Functions for queries that want a few rows of each group.
GROUPED = ("vectorext_occurrence",)
LIMITS = {
    "dimensions of a `vector`, of a `halfvec`": "{Vector.kMaxDims}, {HalfVector.kMaxDims}",
    "dimensions of a `sparsevec`, its non-zero elements": "{SparseVector.kMaxDims}, {SparseVector.kMaxNonZero}",
    "indexed values": "all that the type can hold; 83,886,080 bits",
    "an `hnsw` index": "one vector column or expression, of declared dimensions, and up to {kMaxFilterColumns} filter columns behind "
                       "it; not unique, no `INCLUDE`. `ALTER TABLE ... ALTER "
                       "embedding TYPE vector`, which would take the dimensions away, is refused until it is dropped",
    "vectors in it": "4,294,967,040 different ones, or 32 TB, whichever comes first; 2,147,483,392 when it is built with "
                     "too little `maintenance_work_mem`",
    "its scans": "not parallel, backward or index-only",
    "a btree index": "672 dimensions of a `vector`, 1344 of a `halfvec`, 335 non-zero elements of a `sparsevec`: an entry "
                     "has at most 2704 bytes",
    "a hash index": "no limit",
}


class Page:
    def __init__(self):
        self.objects = source.Objects()
        self.described = source.descriptions()
        self.unused = set(self.described)
        self.findings = []
        self.lines = []
        self.limits = type_limits()

    def add(self, text):
        self.lines += text.strip("\n").split("\n") + [""]

    def table(self, head, rows):
        self.lines += ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
        self.lines += ["| " + " | ".join(row) + " |" for row in rows] + [""]

    def words(self, kind, name):
        """Meaning and example."""
        if (kind, name) not in self.described:
            self.findings.append(f"sql/reference.sql: says nothing of {kind} {name}")
            return "", ""
        self.unused.discard((kind, name))
        meaning, example, result = self.described[(kind, name)]
        return escaped(meaning), f"{code(example)} is {code(result)}"

    def marked(self, text, members):
        return text if any(member in self.objects.pgvector for member in members) else text + " **+**"

    def types_of(self, objects):
        return ", ".join(
            self.marked(code(kind), [o.member for o in objects if o.type == kind])
            for kind in source.TYPES if any(o.type == kind for o in objects))


def type_limits():
    limits, name = {"kMaxFilterColumns": str(source.constants(FILTERS)["kMaxFilterColumns"])}, ""
    for line in tree.read("src/pg/types/datum.h").split("\n"):
        words = line.strip().rstrip(";").split(" ")
        if words[0] == "struct" and words[-1] == "{":
            name = words[1]
        elif words[:3] == ["static", "constexpr", "int"]:
            limits[f"{name}.{words[3]}"] = f"{int(words[5]):,}"
    return limits


def filled(text, limits):
    for name, value in limits.items():
        text = text.replace("{" + name + "}", value)
    return text.replace("{{", "{").replace("}}", "}")


def escaped(text):
    return text.replace("|", "&#124;").replace("<", "&lt;")


def code(text):
    return f"<code>{escaped(text)}</code>" if "|" in text else f"`{text}`"


def groups(objects, key):
    made = {}
    for item in objects:
        made.setdefault(key(item), []).append(item)
    return made


def result_of(objects):
    """In words, for objects of one name."""
    if all(o.returns == o.type for o in objects):
        return "the same type"
    if getattr(objects[0], "outs", []):
        return ", ".join(map(code, objects[0].outs))
    return ", ".join(dict.fromkeys(code(o.returns) for o in objects))


# ---- sections

def add_types(page):
    page.add("## Types")
    rows = []
    for name in page.objects.types:
        if name in OTHER_TYPES:
            continue
        if name not in TYPES:
            page.findings.append(f"{PAGE}: type {name} is described nowhere")
            continue
        rows.append([code(name)] + [filled(cell, page.limits) for cell in TYPES[name]])
    page.table(["type", "elements", "dimensions n", "bytes", "text"], rows)
    page.add(ABOUT_TYPES)
    for name in filter(OTHER_TYPES.get, page.objects.types):
        page.add(OTHER_TYPES[name])


def add_operators(page):
    page.add("## Operators")
    page.add(ABOUT_OPERATORS)
    made = groups(page.objects.operators, lambda o: o.name + (" real" if "real" in o.args else ""))
    kinds = {"double precision": "Distances", "boolean": "Comparison"}
    for title in ("Distances", "Arithmetic", "Comparison"):
        rows = []
        for name, group in made.items():
            if kinds.get(group[0].returns, "Arithmetic") != title:
                continue
            shown = code(group[0].name) + (" with a `real`, on either side" if " real" in name else "")
            rows.append([shown, page.types_of(group), result_of(group), *page.words("operator", name)])
        page.add(f"### {title}")
        page.table(["operator", "for", "result", "meaning", "example"], rows)


def behind(objects):
    return {name for names in objects.uses.values() for name in names}


def is_public(page, routine):
    """What is described, or what nothing else uses: that ought to be."""
    return ("function", routine.name) in page.described or routine.name not in behind(page.objects)


def signature(routine):
    shown = {routine.type: "v", routine.type + "[]": "v[]"} if routine.type else {}
    return f"{routine.name}({', '.join(shown.get(arg, arg) for arg in routine.args)})"


def add_functions(page):
    page.add("## Functions\n\n*v* is a vector of one of the types named.")
    functions = [r for r in page.objects.routines if r.kind == "function" and is_public(page, r)]
    rows = [[code(shown), page.types_of(group), result_of(group), *page.words("function", group[0].name)]
            for shown, group in groups((f for f in functions if f.type), signature).items()]
    page.table(["function", "for", "result", "meaning", "example"], rows)
    page.add("### Looking at the server and at indexes\n\nAll of these **+**; more about them is in "
             "[Operating](docs/operating.md#inspection).")
    add_others(page, [f for f in functions if not f.type and f.name not in (*QUALITY, *GROUPED, *HYBRID, *ENDS)])
    page.add("### A few rows of each group\n\nAll of these **+**; more about them is in "
             "[Grouped answers](docs/grouped-answers.md).")
    add_others(page, [f for f in functions if f.name in GROUPED])
    page.add("### Several answers made one, and keywords\n\nAll of these **+**; more about them is in "
             "[Hybrid search](docs/hybrid-search.md).")
    add_others(page, [f for f in functions if f.name in HYBRID])
    page.add("### Where answers end\n\n**+**; more about it is in "
             "[Recommendation](docs/recommendation.md#where-to-stop).")
    add_others(page, [f for f in functions if f.name in ENDS])
    page.add("### What answers are worth\n\nAll of these **+**; more about them is in "
             "[Measuring and tuning](docs/measuring-and-tuning.md).")
    add_others(page, [f for f in functions if f.name in QUALITY])


def add_others(page, functions):
    rows = []
    for function in functions:
        result = ", ".join(code(out) for out in function.outs) or code(function.returns)
        rows.append([code(f"{function.name}({', '.join(function.declared)})"), result,
                     page.words("function", function.name)[0],
                     CALLERS.get(function.name, function.callers)])
    page.table(["function", "result", "meaning", "for"], rows)


def add_aggregates(page):
    page.add("## Aggregates\n\nThey can run in parallel. Those of vectors are NULL where there is no vector.")
    aggregates = [r for r in page.objects.routines if r.kind == "aggregate"]
    rows = [[code(shown), page.types_of(group) or page.marked(
                 "ids of any type" if group[0].args[0].startswith("any") else code(group[0].args[0]), [group[0].member]),
             result_of(group), *page.words("aggregate", group[0].name)]
            for shown, group in groups(aggregates, signature).items()]
    page.table(["aggregate", "for", "result", "meaning", "example"], rows)


def add_casts(page):
    page.add("## Casts")
    page.add(ABOUT_CASTS)
    others = [c for c in page.objects.casts if c.source != c.target]
    targets = {}
    for (given, how), group in groups(others, lambda c: (c.source, c.how)).items():
        to = ", ".join(page.marked(code(c.target), [c.member]) for c in group)
        targets.setdefault((to, how), []).append(code(given))
    rows = [[", ".join(given), to, "implicit" if how == "implicit" else "on assignment"]
            for (to, how), given in sorted(targets.items(), key=lambda item: (item[0][1] != "implicit", item[1]))]
    page.table(["from", "to", "when"], rows)


def add_classes(page):
    page.add("## Operator classes")
    page.add(ABOUT_CLASSES)
    for method in page.objects.methods:
        if method not in METHODS:
            page.findings.append(f"{PAGE}: access method {method} is described nowhere")
        page.add(f"### {method}\n\n{METHODS.get(method, '')}")
        chosen = [c for c in page.objects.classes if c.method == method]
        rows = []
        for operator, group in groups(chosen, lambda c: c.operator).items():
            names = {c.type: page.marked(code(c.name), [c.member]) + (" (default)" if c.default else "") for c in group}
            rows.append([code(operator)] + [names.get(kind, "") for kind in source.TYPES])
        page.table(["operator", *(f"for `{kind}`" for kind in source.TYPES)], rows)
    page.add("### Filter columns of hnsw")
    page.add(ABOUT_FILTERS)
    rows = [[", ".join(code(c.type) for c in group), ", ".join(code(c.name) for c in group),
             ", ".join(code(operator) for operator in operators)]
            for operators, group in groups(page.objects.filters, lambda c: tuple(c.operators)).items()]
    page.table(["type", "operator class", "operators"], rows)
    page.add("### btree, hash\n\nFor sorting, DISTINCT, GROUP BY, merge and hash joins. All are the default of their type.")
    chosen = [c for c in page.objects.classes if c.method not in page.objects.methods]
    rows = [[code(method)] + [page.marked(code(c.name), [c.member]) for c in group]
            for method, group in groups(chosen, lambda c: c.method).items()]
    page.table(["", *(f"for `{kind}`" for kind in source.VECTOR_TYPES)], rows)


def add_options(page):
    settings, options = source.options()
    for title, given, words in (("Index options", options, OPTIONS), ("Settings", settings, SETTINGS)):
        page.add(f"## {title}")
        page.add("`WITH (m = 16, storage = compact)`" if words is OPTIONS
                 else "Any user may change them at any time; `EXPLAIN (SETTINGS)` shows those of a search that were changed.")
        for name in sorted(set(given) ^ set(words)):
            page.findings.append(f"test/lint/reference.py: {name} is described or defined, not both")
        page.table(["name", "default", "range", "meaning"],
                   [[code(name), *given[name], words.get(name, "")] for name in given])
    page.add(ABOUT_SETTINGS)


def add_rest(page):
    page.add("## Limits")
    page.table(["of", "limit"], [[name, filled(limit, page.limits)] for name, limit in LIMITS.items()])
    page.add("## Behind the scenes\n\nFunctions that the objects above consist of. There is no need to call them.")
    rows = []
    for purpose, names in page.objects.uses.items():
        hidden = [name for name in dict.fromkeys(names) if ("function", name) not in page.described]
        if hidden:
            rows.append([purpose, ", ".join(code(name) for name in hidden)])
    page.table(["for", "functions"], rows)


def make_page():
    page = Page()
    page.add(INTRODUCTION)
    for section in (add_types, add_operators, add_functions, add_aggregates, add_casts, add_classes, add_options,
                    add_rest):
        section(page)
    for kind, name in sorted(page.unused):
        page.findings.append(f"sql/reference.sql: describes {kind} {name}, which is not there")
    return "\n".join(page.lines).rstrip("\n") + "\n", page.findings


if __name__ == "__main__":
    text, found = make_page()
    if sys.argv[1:] == ["--write"]:
        (tree.REPO / PAGE).write_text(text, encoding="utf-8")
    elif not (tree.REPO / PAGE).exists() or tree.read(PAGE) != text:
        found.append(f"{PAGE}: is not what the script makes: test/lint/reference.py --write")
    tree.finish(found, "reference")
