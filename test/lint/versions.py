#!/usr/bin/env python3
"""What names a version names that of the control files, default_version.

META.json, the changelog's first entry, and "version A.B.C" in the README and below docs/: so earlier versions are
written without that word there.  And from each release in the changelog a script leads to the next.
"""
import json
import re

import tree

CONTROL = "vectorext.control"
DROPIN = "dropin/vector.control"
VERSION = r"\d+\.\d+\.\d+"


def default_version(name):
    return re.search(rf"^default_version = '({VERSION})'$", tree.read(name), re.MULTILINE).group(1)


def check_meta(version, is_released):
    meta = json.loads(tree.read("META.json"))
    provided = meta["provides"]["vectorext"]
    wanted = {"version": (meta["version"], version), "provides, version": (provided["version"], version),
              "provides, file": (provided["file"], f"sql/vectorext--{version}.sql"),
              "release_status": (meta["release_status"], "stable" if is_released else "testing")}
    for field, (said, right) in wanted.items():
        if said != right:
            yield f"META.json: {field} is {said}, by {CONTROL} and the changelog {right}"


def check_pages(versions):
    for name in tree.files(".md"):
        if name != "README.md" and not name.startswith("docs/"):
            continue
        for number, line in enumerate(tree.read(name).split("\n"), 1):
            for named in re.findall(rf"\b[Vv]ersion (?:is )?({VERSION})", line):
                if named not in versions:
                    yield f"{name}:{number}: version {named}: no control file has it"


def check_dropin(version, releases):
    """As scripts.awk counts them."""
    right = f"0.8.{599 + len(releases)}"
    if version != right:
        yield f"{DROPIN}: default_version is {version}, of the changelog's release number {len(releases)} {right}"


def check_updates(releases):
    for newer, older in zip(releases, releases[1:]):
        for script in (f"sql/update/vectorext--{older}.sql", f"sql/update/vectorext--{older}--{newer}.sql"):
            if not (tree.REPO / script).exists():
                yield f"CHANGELOG.md: has {older} before {newer}, but there is no {script}"


def check_all():
    version = default_version(CONTROL)
    entries = re.findall(rf"^## ({VERSION}), (.*)$", tree.read("CHANGELOG.md"), re.MULTILINE)
    releases = [release for release, _ in entries]
    if releases[:1] != [version]:
        yield f"CHANGELOG.md: begins with {releases[:1]}, {CONTROL} says {version}"
    yield from check_meta(version, entries and entries[0][1] != "unreleased")
    yield from check_pages((version, default_version(DROPIN)))
    yield from check_dropin(default_version(DROPIN), releases)
    yield from check_updates(releases)


if __name__ == "__main__":
    tree.finish(check_all(), "versions")
