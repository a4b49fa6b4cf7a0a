#!/usr/bin/env python3
"""Words that must not stand in the project's files, and SQL that must not stand in its scripts."""
import re

import tree

# Bracketed letters keep the patterns from finding themselves.
ANYWHERE = {
    r"\b(?:TO[D]O|FIX[M]E|X[X]X|HA[C]K)\b": "unfinished work; open an issue instead",
    r"\b(?i:st[u]bs?|st[u]bbed)\b": "unfinished work; open an issue instead",
    r"(?<![\w.}/-])/(?:wor[k]|roo[t])(?:/|\b)": "a path of one machine",
    r"(?i)\b(?:registry[.]npmjs|npmmirror[.]|pypi[.]org|pythonhosted[.]|proxy[.]golang|crates[.]io"
    r"|rubygems[.]org|deb[.]debian|archive[.]ubuntu|security[.]debian|apt[.]postgresql[.]org)":
        "host of a package registry: name the package, its client knows the host",
}
# In what the build files do, not in what their comments say.
BUILD = {r"^[^#]*(?:-march=nativ[e]|-Ofas[t]|-ffast-mat[h])": "would not run or not round as elsewhere"}
# An install script that replaces an object takes over one that somebody else made (CVE-2022-2625).
SCRIPTS = {r"(?i)\bOR\s+REPLACE\b": "OR REPLACE", r"(?i)\bIF\s+NOT\s+EXISTS\b": "IF NOT EXISTS"}


def rules_for(name):
    rules = dict(ANYWHERE)
    if name in ("Makefile", "CMakeLists.txt") or name.endswith(".cmake"):
        rules.update(BUILD)
    if name.startswith(("sql/extension/", "dropin/changes/")) or "--" in name:
        rules.update(SCRIPTS)
    return rules


def check_file(name):
    rules = rules_for(name)
    for number, line in enumerate(tree.read(name).split("\n"), 1):
        for pattern, message in rules.items():
            match = re.search(pattern, line)
            if match:
                yield f"{name}:{number}: `{match.group().strip()}`: {message}"


if __name__ == "__main__":
    tree.finish((finding for name in tree.files() for finding in check_file(name)), "words")
