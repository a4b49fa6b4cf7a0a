#!/usr/bin/env python3
"""clang-tidy over src and test/unit, in parallel.

tidy.py CLANG_TIDY BUILD_DIR PG_CONFIG: what CMake builds is checked as BUILD_DIR/compile_commands.json
compiles it, src/pg as the Makefile does.  A file that passed is not checked again until it, a header,
the rules or the program change; what passed is remembered in BUILD_DIR.
"""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

import tree

# g++'s command lines are given to clang: it may not know every warning that they name.
FOR_ALL = ["-Wno-unknown-warning-option", "-Wno-unused-command-line-argument"]
FOR_SERVER = ["-std=c++20", "-fno-exceptions", "-fno-rtti", "-fno-threadsafe-statics", "-Wno-register",
              "-D_GNU_SOURCE", "-DPGDLLEXPORT=__attribute__((visibility(\"default\")))"]
FINDING = re.compile(r"^(/\S+?):(\d+):(\d+): (?:warning|error): (.*)$", re.MULTILINE)


def output_of(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def jobs(tidy, build, pg_config):
    """Source file -> the command that checks it."""
    extra = [f"--extra-arg={flag}" for flag in FOR_ALL]
    for entry in json.loads((build / "compile_commands.json").read_text()):
        name = os.path.relpath(entry["file"], tree.REPO)
        if name.startswith(("src/core/", "src/bench/", "test/unit/")):
            yield name, [tidy, "--quiet", "-p", str(build), *extra, str(tree.REPO / name)]
    include = output_of(pg_config, "--includedir-server")
    flags = [*FOR_SERVER, *FOR_ALL, f"-I{tree.REPO / 'src'}", "-isystem", include]
    for name in tree.files(".cpp"):
        if name.startswith("src/pg/"):
            yield name, [tidy, "--quiet", str(tree.REPO / name), "--", *flags]


def digest_of_surroundings(tidy, pg_config):
    """Changes with whatever any file's verdict may depend on, the file itself aside."""
    digest = hashlib.sha256(output_of(tidy, "--version").encode() + output_of(pg_config, "--version").encode())
    for name in [".clang-tidy", "test/lint/tidy.py", *tree.files(".h")]:
        digest.update(tree.read(name).encode())
    return digest


def check(name, command, surroundings, passed):
    """Findings in one file, [] if it passed or had passed."""
    digest = surroundings.copy()
    digest.update("\0".join(command).encode() + tree.read(name).encode())
    mark = passed / digest.hexdigest()
    if mark.exists():
        return []
    done = subprocess.run(command, cwd=tree.REPO, capture_output=True, text=True)
    findings = [f"{os.path.relpath(path, tree.REPO)}:{line}:{column}: {message}"
                for path, line, column, message in FINDING.findall(done.stdout)]
    if done.returncode != 0 and not findings:
        findings = [f"{name}: clang-tidy failed: {(done.stdout + done.stderr).strip()[-500:]}"]
    if not findings:
        mark.touch()
    return findings


def main(tidy, build, pg_config):
    build = pathlib.Path(build).resolve()
    passed = build / "tidy-passed"
    passed.mkdir(exist_ok=True)
    surroundings = digest_of_surroundings(tidy, pg_config)
    # Of a file that CMake compiles twice (for two targets) one reading is enough.
    commands = dict(jobs(tidy, build, pg_config))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = [pool.submit(check, name, command, surroundings, passed)
                   for name, command in commands.items()]
        findings = [finding for result in results for finding in result.result()]
    tree.finish(findings, f"clang-tidy, {len(commands)} files")


if __name__ == "__main__":
    main(*sys.argv[1:])
