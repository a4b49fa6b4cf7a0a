#!/usr/bin/env python3
"""clang-tidy over src and test/unit, in parallel.

tidy.py CLANG_TIDY BUILD_DIR PG_CONFIG: what CMake builds is checked as BUILD_DIR/compile_commands.json
compiles it, src/pg as the Makefile does.  What passed is not checked again until it, a header, the rules
or the program change; it is remembered in BUILD_DIR.

Files that are compiled alike are read together, as one translation unit: three quarters of the time that
a file takes alone goes into matching each rule against the standard library, GoogleTest or the server's
headers.  Six unit tests take 45 s of processor time one by one and 12 s together.  Two things differ in a unit:

- A using declaration is in use when any file of the unit uses it, so files that have such are read once
  more alone, by the rules of UNUSED.
- Files may not go together, since names of one are names of another; then those that the errors
  name are read alone.  It costs time and nothing else.
"""
import concurrent.futures
import itertools
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

import passed
import tree

# g++'s command lines are given to clang: it may not know every warning that they name.
FOR_ALL = ["-Wno-unknown-warning-option", "-Wno-unused-command-line-argument"]
FOR_SERVER = ["-std=c++20", "-fno-exceptions", "-fno-rtti", "-fno-threadsafe-statics", "-Wno-register",
              "-D_GNU_SOURCE", '-DVX_VERSION=""', "-DPGDLLEXPORT=__attribute__((visibility(\"default\")))"]
FINDING = re.compile(r"^(/\S+?):(\d+):(\d+): (?:warning|error): (.*)$", re.MULTILINE)
# Rules that ask whether a unit uses what one of its files declares, and what makes them ask.
UNUSED = "--checks=-*,misc-unused-using-decls,misc-unused-alias-decls"
DECLARES_NAME = re.compile(r"\b(using [\w:]+::\w+;|namespace \w+ =)")
# Larger units save little more, and the cores would end far apart.
FILES_OF_UNIT = 12


def output_of(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def flags_of(entry):
    """What a line of compile_commands.json says but for the compiler, its input and its output."""
    words = iter(shlex.split(entry["command"])[1:])
    return [word for word in words
            if not (word in ("-o", "-c") and next(words, None))]


def files_with_flags(build, pg_config):
    """Pairs of a source file and the flags that it is compiled with."""
    for entry in json.loads((build / "compile_commands.json").read_text()):
        name = os.path.relpath(entry["file"], tree.REPO)
        if name.startswith(("src/core/", "src/bench/", "test/unit/")):
            yield name, (*flags_of(entry), *FOR_ALL)
    include = output_of(pg_config, "--includedir-server")
    for name in tree.files(".cpp"):
        if name.startswith("src/pg/"):
            yield name, (*FOR_SERVER, *FOR_ALL, f"-I{tree.REPO / 'src'}", "-isystem", include)


def rules_of(name):
    """The nearest .clang-tidy."""
    return next(folder / ".clang-tidy" for folder in (tree.REPO / name).parents
                if (folder / ".clang-tidy").exists())


def rules_text(rules):
    """A .clang-tidy with what it inherits: the options of the nearer file, coming last, hold."""
    text = rules.read_text()
    if "InheritParentConfig: true" not in text:
        return text
    return rules_text(rules_of(os.path.relpath(rules.parent, tree.REPO))) + text.split("CheckOptions:\n")[1]


def units(files):
    """Pairs of flags and the names of files that are read together, the dearest first."""
    found = []
    alike = sorted((flags, rules_of(name), name) for name, flags in files.items())
    for (flags, _), group in itertools.groupby(alike, key=lambda file: file[:2]):
        names = [file[2] for file in group]
        count = -(-len(names) // FILES_OF_UNIT)
        found += [(flags, names[i * len(names) // count:(i + 1) * len(names) // count])
                  for i in range(count)]
    return sorted(found, key=lambda unit: -sum(len(tree.read(name)) for name in unit[1]))


class Tidy:
    """One program, its rules, and what has passed them."""

    def __init__(self, program, build, pg_config):
        self.program = program
        # With whatever any file's verdict may depend on, the file itself aside.
        self.passed = passed.Passed(
            build / "tidy-passed", output_of(program, "--version"), output_of(pg_config, "--version"),
            *map(tree.read, ["test/lint/tidy.py", *tree.files(".clang-tidy", ".h")]))
        self.sources = build / "tidy-units"
        self.sources.mkdir(exist_ok=True)

    def read(self, source, flags, *options):
        """What clang-tidy says of one translation unit: pairs of a file and a finding in it."""
        done = subprocess.run([self.program, "--quiet", *options, str(source), "--", *flags],
                              cwd=tree.REPO, capture_output=True, text=True)
        findings = [(os.path.relpath(path, tree.REPO), f"{line}:{column}: {message}")
                    for path, line, column, message in FINDING.findall(done.stdout)]
        if done.returncode != 0 and not findings:
            text = (done.stdout + done.stderr).strip()[-500:]
            findings = [(os.path.relpath(source, tree.REPO), f" clang-tidy failed: {text}")]
        return findings

    def check_alone(self, name, flags, *options):
        """Findings of a file that is read by itself."""
        mark = self.passed.mark_of(name, tree.read(name), *options, *flags)
        if mark.exists():
            return []
        findings = self.read(tree.REPO / name, flags, *options)
        if not findings:
            mark.touch()
        return findings

    def check_unit(self, flags, names):
        """Findings in files that are read together."""
        if len(names) == 1:
            return self.check_alone(names[0], flags)
        mark = self.passed.mark_of(*names, *map(tree.read, names), *flags)
        if mark.exists():
            return []
        source = self.sources / f"{mark.name[:16]}.cpp"
        source.write_text("".join(f'#include "{tree.REPO / name}"  // NOLINT(bugprone-suspicious-include)\n'
                                  for name in names))
        # The unit is not where its files are, so it is told the rules that hold there.
        rules = source.with_suffix(".yaml")
        rules.write_text(rules_text(rules_of(names[0])))
        findings = self.read(source, flags, f"--config-file={rules}")
        # The parts of a unit that is no C++ are asked one by one; they may well be.
        broken = {name for name, text in findings if "clang-diagnostic-error" in text or " clang-tidy failed: " in text}
        if broken:
            apart = [name for name in names if name in broken] or names
            rest = [name for name in names if name not in apart]
            print(f"clang-tidy: not together with others: {' '.join(apart)}", flush=True)
            findings = [finding for name in apart for finding in self.check_alone(name, flags)]
            return findings + (self.check_unit(flags, rest) if rest else [])
        if not findings:
            mark.touch()
        return findings


def main(program, build, pg_config):
    build = pathlib.Path(build).resolve()
    tidy = Tidy(program, build, pg_config)
    # Of a file that CMake compiles twice (for two targets) one reading is enough.
    files = dict(files_with_flags(build, pg_config))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = [pool.submit(tidy.check_unit, flags, names) for flags, names in units(files)]
        results += [pool.submit(tidy.check_alone, name, flags, UNUSED) for name, flags in files.items()
                    if DECLARES_NAME.search(tree.read(name))]
        findings = [f"{name}:{text}" for result in results for name, text in result.result()]
    tree.finish(findings, f"clang-tidy, {len(files)} files")


if __name__ == "__main__":
    main(*sys.argv[1:])
