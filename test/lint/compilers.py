#!/usr/bin/env python3
"""The module compiles without a warning.

compilers.py COMPILER BUILD_DIR PG_CONFIG: each file of the module, by g++ or clang++, with the flags that
make gives it.  So the Makefile alone says which warnings are asked for; it has the server's headers as the
system's, and only ours are judged.  What passed is not compiled again until it, a header, the flags or the
compiler change; it is remembered in BUILD_DIR.

Half the time would go into the server's headers, so they are compiled once, with the door that they come by.
"""
import concurrent.futures
import os
import pathlib
import re
import shlex
import subprocess
import sys

import passed
import tree

COMPILE = re.compile(r"^\S+ (.*) -c -o \S+\.o (\S+\.cpp)$", re.MULTILINE)
FINDING = re.compile(r": (warning|error|fatal error): ")
DOOR = "pg/pg.h"
# The flags are made for g++, and clang need not know each.
CLANG = ["-Wno-unknown-warning-option", "-Wno-unused-command-line-argument"]
# clang looks into templates without making code, g++ does not: the least of it takes half the time.
GXX = ["-O0", "-U_FORTIFY_SOURCE"]
ONLY_CLANG = ["-fsyntax-only"]
ONLY_GXX = ["-S", "-o", os.devnull]


def output_of(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def files_with_flags(pg_config):
    """Pairs of a source file and the flags that make compiles it with."""
    commands = output_of("make", "-nB", "-C", str(tree.REPO), f"PG_CONFIG={pg_config}", "all")
    for flags, name in COMPILE.findall(commands):
        yield name, [word for word in shlex.split(flags) if word not in ("-MMD", "-MP")]


class Compiler:
    """One compiler, and what it has passed."""

    def __init__(self, program, build, pg_config):
        version = output_of(program, "--version")
        self.program = program
        self.is_clang = "clang" in version
        self.folder = build / "compilers" / os.path.basename(program)
        self.passed = passed.Passed(
            self.folder, version, output_of(pg_config, "--version"),
            *map(tree.read, ["test/lint/compilers.py", *tree.files(".h")]))

    def run(self, flags, *words):
        """What it says, one line a warning."""
        command = [self.program, *flags, *(CLANG if self.is_clang else GXX), *words]
        done = subprocess.run(command, cwd=tree.REPO, capture_output=True, text=True)
        findings = [line for line in done.stderr.splitlines() if FINDING.search(line)]
        if done.returncode != 0 and not findings:
            findings = [f"{' '.join(command)} failed: {done.stderr.strip()[-500:]}"]
        return findings

    def open_door(self, flags):
        """Compiles the server's headers; findings, and the words that bring them into a file."""
        header = self.folder / "door.h"
        header.write_text(f'#include "{DOOR}"\n')
        compiled = f"{header}.{'pch' if self.is_clang else 'gch'}"
        return self.run(flags, "-x", "c++-header", str(header), "-o", compiled), ["-include", str(header)]

    def check(self, name, flags, door):
        findings = self.run(flags, *door, *(ONLY_CLANG if self.is_clang else ONLY_GXX), name)
        if not findings:
            self.mark_of(name, flags).touch()
        return findings

    def mark_of(self, name, flags):
        return self.passed.mark_of(name, tree.read(name), *flags)


def main(program, build, pg_config):
    compiler = Compiler(program, pathlib.Path(build).resolve(), pg_config)
    files = list(files_with_flags(pg_config))
    if not files:
        tree.finish(["make would compile nothing"], "compilers")
    waiting = [(name, flags) for name, flags in files if not compiler.mark_of(name, flags).exists()]
    findings, door = [], []
    if any(name.startswith("src/pg/") for name, _ in waiting):
        findings, door = compiler.open_door(waiting[-1][1])
    if not findings:
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            results = [pool.submit(compiler.check, name, flags, door if name.startswith("src/pg/") else [])
                       for name, flags in waiting]
            findings = [finding for result in results for finding in result.result()]
    tree.finish(findings, f"{os.path.basename(program)}, {len(files)} files")


if __name__ == "__main__":
    main(*sys.argv[1:])
