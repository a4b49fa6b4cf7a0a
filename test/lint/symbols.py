#!/usr/bin/env python3
"""What the module needs of others and shows to others.

symbols.py MODULE.so: needs nothing of libstdc++, runs nothing when it is loaded, and exports
exactly the functions that the SQL scripts name, with what the server's function manager wants.
"""
import re
import subprocess
import sys

import tree

# The server's own: magic block and initialization; and what a parallel worker is told to run.
HOOKS = {"Pg_magic_func", "_PG_init", "vectorext_build_worker"}
# Operators new and delete, exceptions, unwinding, std:: and the guards of local statics.
FOREIGN = re.compile(r"_Zn[wa]|_Zd[la]|__cxa_|__gxx_|_ZN?K?S[tsabiod]|_ZT[ISV]|_Unwind|__dynamic_cast")
# The C runtime's own, in every shared library.
HARMLESS = {"__cxa_finalize"}

# CREATE FUNCTION name(...) ... AS 'MODULE_PATHNAME'[, 'symbol']
FUNCTION = re.compile(r"\bCREATE\s+FUNCTION\s+(\w+)|\bAS\s+'MODULE_PATHNAME'(?:\s*,\s*'(\w+)')?", re.I)


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def dynamic_symbols(module, option):
    return {line.split()[-1].split("@")[0] for line in run("nm", "-D", option, module).splitlines()}


def symbols_in_sql():
    """Symbol -> file that names it.  Without a second string the function's name is the symbol's."""
    named = {}
    for name in tree.files(".sql"):
        if not name.startswith(("sql/extension/", "sql/update/")):
            continue
        function = None
        text = re.sub(r"--[^\n]*", "", tree.read(name))
        for created, symbol in FUNCTION.findall(text):
            if created:
                function = created
            else:
                named[symbol or function] = name
    return named


def check_needs(module):
    for symbol in sorted(dynamic_symbols(module, "--undefined-only") - HARMLESS):
        if FOREIGN.match(symbol):
            yield f"needs {symbol}, which is libstdc++'s"
    dynamic = run("readelf", "-dW", module)
    for library in re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic):
        if re.match(r"libstdc\+\+|libc\+\+|libgcc_s", library):
            yield f"is linked with {library}"


def check_load_time(module):
    """One entry in .init_array is the C runtime's frame_dummy; a second is a constructor of ours."""
    word = 8 if "ELF64" in run("readelf", "-h", module) else 4
    for name, size in re.findall(r"\] (\.(?:pre)?init_array|\.ctors) +\w+ +\w+ \w+ (\w+)",
                                 run("readelf", "-SW", module)):
        if name != ".init_array" or int(size, 16) != word:
            yield f"{name} of {int(size, 16)} bytes: something runs when the module is loaded"


def check_exports(module):
    exported = dynamic_symbols(module, "--defined-only")
    companions = {symbol for symbol in exported if symbol.startswith("pg_finfo_")}
    functions = exported - companions - HOOKS
    named = symbols_in_sql()
    for hook in sorted(HOOKS - exported):
        yield f"does not export {hook}"
    for symbol in sorted(functions - named.keys()):
        yield f"exports {symbol}, which no SQL script names"
    for symbol in sorted(named.keys() - functions):
        yield f"does not export {symbol}, which {named[symbol]} names"
    for symbol in sorted(functions ^ {companion[len("pg_finfo_"):] for companion in companions}):
        yield f"{symbol} and pg_finfo_{symbol}: one without the other"


if __name__ == "__main__":
    target = sys.argv[1]
    tree.finish((f"{target.rsplit('/', 1)[-1]}: {finding}"
                 for check in (check_needs, check_load_time, check_exports)
                 for finding in check(target)), "symbols")
