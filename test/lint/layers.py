#!/usr/bin/env python3
"""The dependency picture of src/README.md, checked on every #include.

    bench -> libpq        pg -> core        core: inverted -> paged -> graph, quantize;  graph, quantize -> kernels;
                                            graph -> filter;  answers -> kernels;  kernels, text, quality, filter -> base
    pg: module.cpp, entry_points.cpp -> quality, advice -> planner -> index -> types -> fetch -> the other files of pg
        answers -> core's answers, types;  index -> filter -> core's filter, the other files of pg
        index -> all of core;  quality -> core's quality;  types -> kernels;  the other files of pg -> text

Arrows may be followed further; never upward, never sideways; but bench/layouts* runs the core in the
tool's own process.  Server headers come in through pg/pg.h alone, and what depends on the server's version
is in pg/compat.h alone, which pg.h includes.
"""
import re

import tree

# The arrows of the picture.  "pg" is the files directly in src/pg.
ARROWS = {
    "core/base": set(),
    "core/text": {"core/base"},
    "core/kernels": {"core/base"},
    "core/filter": {"core/base", "core/kernels"},
    "core/quantize": {"core/kernels"},
    "core/quality": {"core/base"},
    "core/answers": {"core/kernels"},
    "core/graph": {"core/kernels", "core/filter"},
    "core/paged": {"core/graph", "core/quantize"},
    "core/inverted": {"core/paged"},
    "pg": {"core/text"},
    "pg/fetch": {"pg"},
    "pg/types": {"pg/fetch", "core/kernels"},
    "pg/answers": {"pg/types", "core/answers"},
    "pg/filter": {"pg", "core/filter"},
    "pg/index": {"pg/types", "pg/filter", "core/inverted", "core/quality"},
    "pg/planner": {"pg/index"},
    "pg/quality": {"pg/planner", "core/quality"},
    "pg/advice": {"pg/planner"},
    "bench": set(),
}


def below(module):
    """All that the arrows lead to."""
    return ARROWS[module].union(*map(below, ARROWS[module]))


# Module -> modules whose headers it may include, besides its own.
BELOW = {module: below(module) for module in ARROWS}
CORE = {module for module in ARROWS if module.startswith("core/")}
SERVER = {module for module in ARROWS if module.split("/")[0] == "pg"}
TESTS = {"test/unit": CORE | {"bench"}, "test/fuzz": CORE, "test/kernels": CORE}

# Files that may include more than their module may: the laboratory, and what makes a module of all rooms.
WIDER = {"src/bench/layouts.cpp": CORE, "src/bench/layout_pages.h": CORE,
         "src/pg/module.cpp": SERVER | CORE, "src/pg/entry_points.cpp": SERVER | CORE}

DOOR = "src/pg/pg.h"
VERSIONS = "src/pg/compat.h"

# What owns memory, throws or starts a guard has no place on either side of a longjmp.
OWNING = {"any", "condition_variable", "deque", "exception", "filesystem", "forward_list", "fstream",
          "functional", "future", "iostream", "istream", "list", "locale", "map", "memory", "mutex",
          "ostream", "queue", "regex", "set", "shared_mutex", "sstream", "stack", "stdexcept", "string",
          "thread", "typeinfo", "unordered_map", "unordered_set", "variant", "vector"}
# The C headers that core may use: the instruction sets' and the features' of the processor, and how
# to give it away while another process holds a lock.
CORE_C = {"immintrin.h", "arm_neon.h", "cpuid.h", "sys/auxv.h", "asm/hwcap.h", "sched.h"}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+(["<])([^">]+)[">]', re.MULTILINE)


def module_of(name):
    """`core/graph` for src/core/graph/search.h, `pg` for src/pg/pg.h; None for what lies outside the picture."""
    parts = name.split("/")
    if parts[0] == "test":
        return "/".join(parts[:2])
    if parts[0] != "src":
        return None
    return "/".join(parts[1:-1][:2]) if parts[1] in ("core", "pg") else parts[1]


def check_quoted(name, module, target):
    """A quoted include names a file of ours, relative to src/ (or, in tests, to test/unit)."""
    if module in TESTS and (tree.REPO / "test/unit" / target).is_file():
        return None
    if not (tree.REPO / "src" / target).is_file():
        if name in (DOOR, VERSIONS):
            return None
        return f"{target} is no file below src/ (server headers: pg/pg.h)"
    to = module_of("src/" + target)
    allowed = WIDER.get(name, TESTS.get(module, BELOW.get(module, set())))
    if module == to or to in allowed:
        return None
    return f"{module} may not include {target}"


def check_angled(name, module, target):
    if module not in CORE | SERVER:
        return "server header" if target == "postgres.h" else None
    if target in OWNING:
        return f"<{target}> owns memory or throws"
    if target.endswith(".h") and module in CORE and target not in CORE_C:
        return f"<{target}> is not among the C headers of core"
    if target.endswith(".h") and module in SERVER and name != DOOR:
        return f"<{target}> belongs into pg/pg.h"
    return None


def check_file(name):
    text = tree.read(name)
    module = module_of(name)
    if module not in BELOW and module not in TESTS:
        yield f"{name}: module {module} is not in the dependency picture"
        return
    for quote, target in INCLUDE.findall(text):
        check = check_quoted if quote == '"' else check_angled
        message = check(name, module, target)
        if message:
            yield f"{name}: {message}"
    if "PG_VERSION_NUM" in text and name != VERSIONS:
        yield f"{name}: PG_VERSION_NUM is tested in {VERSIONS} alone"
    if name.endswith(".h") and not name.endswith("-inl.h") and "/region/" not in name:
        if "\n#pragma once\n" not in text:
            yield f"{name}: no #pragma once"


if __name__ == "__main__":
    tree.finish((finding for name in tree.files(".h", ".cpp")
                 if name.startswith(("src/", "test/")) for finding in check_file(name)), "layers")
