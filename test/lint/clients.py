#!/usr/bin/env python3
"""The tables in docs/clients.md, made of test/clients/results.txt, which `test/clients/run --table` writes.

    test/lint/clients.py            says whether the tables are what this makes
    test/lint/clients.py --write    writes them

The results must be those of every client that test/clients/run has, in the versions that are pinned there.
"""
import json
import re
import sys

import tree

PAGE = "docs/clients.md"
RESULTS = "test/clients/results.txt"
CLIENTS = "test/clients/"
BEGIN, END = "<!-- clients: begin -->\n", "<!-- clients: end -->\n"
SUITE = "tests of package "


def node_pins():
    return json.loads(tree.read(CLIENTS + "node/package.json"))["dependencies"]


def python_pins():
    return dict(re.findall(r"^([\w-]+)(?:\[.*\])?==(.*)$", tree.read(CLIENTS + "python/requirements.txt"), re.M))


def go_pins():
    pins = re.findall(r"^\s(?:github\.com/)?(\S+) v(\S+)$", tree.read(CLIENTS + "go/go.mod"), re.M)
    return {**dict(pins), "pgvector": dict(pins)["pgvector/pgvector-go"]}


def rust_pins():
    return dict(re.findall(r'^([\w-]+) = (?:\{ version = )?"=([^"]+)"', tree.read(CLIENTS + "rust/Cargo.toml"), re.M))


def java_pins():
    text = tree.read(CLIENTS + "java/pom.xml")
    pins = dict(re.findall(r"<artifactId>(.*)</artifactId>\s*<version>(.*)</version>", text))
    for name, value in re.findall(r"<([\w.]+\.version)>(.*)</", text):
        pins = {key: version.replace("${" + name + "}", value) for key, version in pins.items()}
    return pins


# Language in the results: prefix of its list in test/clients/run, what is pinned. Ruby's are the distribution's.
LANGUAGES = {
    "Node.js": ("NODE", node_pins), "Python": ("PYTHON", python_pins), "Go": ("GO", go_pins),
    "Rust": ("RUST", rust_pins), "Java": ("JAVA", java_pins), "Ruby": ("RUBY", None),
}


def read_results():
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in tree.read(RESULTS).splitlines()]


def check_versions(rows):
    for language, (_, pins) in LANGUAGES.items():
        pinned = pins() if pins else {}
        for name, _, versions, _ in (row for row in rows if pins and row[1] == language):
            for package in versions.split(", "):
                title, version = package.rsplit(" ", 1)
                if pinned.get(title) != version:
                    yield f"{RESULTS}: {name} for {language} has {package}, pinned is {pinned.get(title)}"


def check_clients(rows):
    lists = dict(re.findall(r"^(?:readonly )?([A-Z]+)_CLIENTS=\((.*)\)$", tree.read(CLIENTS + "run"), re.M))
    for language, (prefix, _) in LANGUAGES.items():
        have = len([row for row in rows if row[1] == language and not row[0].startswith(SUITE)])
        if have != len(lists.get(prefix, "").split()):
            yield f"{RESULTS}: {have} clients for {language}, test/clients/run has {lists.get(prefix)}"
    for row in rows:
        if row[1] not in LANGUAGES or "left out" in row[2]:
            yield f"{RESULTS}: {' '.join(row)}: not tried"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    return "".join(line + "\n" for line in lines + ["| " + " | ".join(row) + " |" for row in rows])


def make_tables(rows):
    clients = [row for row in rows if not row[0].startswith(SUITE)]
    suites = [[language, versions, result] for name, language, versions, result in rows if name.startswith(SUITE)]
    return (table(["client", "language", "versions", "formats"], clients)
            + "\nThe tests that come with packages were run, too:\n\n"
            + table(["language", "package", "result"], suites))


if __name__ == "__main__":
    results = read_results()
    before, rest = tree.read(PAGE).split(BEGIN)
    made, after = make_tables(results), rest.split(END)[1]
    found = [*check_versions(results), *check_clients(results)]
    if sys.argv[1:] == ["--write"]:
        (tree.REPO / PAGE).write_text(before + BEGIN + made + END + after, encoding="utf-8")
    elif rest.split(END)[0] != made:
        found.append(f"{PAGE}: the tables are not what the script makes: test/lint/clients.py --write")
    tree.finish(found, "clients")
