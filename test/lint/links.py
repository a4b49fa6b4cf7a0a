#!/usr/bin/env python3
"""Relative links between the project's Markdown pages lead somewhere, anchors included.

Also, pages that the source names by their path are there, and no page below docs/ is without a link to it.
"""
import posixpath
import re

import tree

LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(([^()\s]+)\)")
PATH = re.compile(r"(?<![\w/.])(?:docs|src|test)/[\w/.-]+\.md\b")
FENCE = re.compile(r"^\s*(```|~~~)")


def prose(name):
    """Lines of a page with their numbers, without blocks and spans of code: in these nothing is a link."""
    inside = False
    for number, line in enumerate(tree.read(name).split("\n"), 1):
        if FENCE.match(line):
            inside = not inside
        elif not inside and not line.startswith("    "):
            yield number, line


def anchor(heading):
    """As GitHub makes it of a heading: lower case, punctuation gone, spaces to hyphens."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").strip().lower()
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


def anchors(name):
    made = [anchor(line.lstrip("#")) for _, line in prose(name) if re.match(r"#{1,6} ", line)]
    return [f"{text}-{made[:i].count(text)}" if text in made[:i] else text for i, text in enumerate(made)]


def links(name):
    """Number of the line, target as it is written. Text of a link can be on two lines."""
    lines = list(prose(name))
    text, starts = "", []
    for number, line in lines:
        starts.append((len(text), number))
        text += re.sub(r"`[^`]*`", lambda code: "x" * len(code.group()), line) + "\n"
    for match in LINK.finditer(text):
        yield max(number for start, number in starts if start <= match.start()), match.group(1)


def check_page(name, pages, reached):
    for number, target in links(name):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, heading = target.partition("#")
        path = posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) if path else name
        reached.add(path)
        if not (tree.REPO / path).exists():
            yield f"{name}:{number}: {target}: there is no {path}"
        elif heading and (path not in pages or heading not in pages[path]):
            yield f"{name}:{number}: {target}: {path} has no such heading"


def check_source(name, pages):
    for number, line in enumerate(tree.read(name).split("\n"), 1):
        for path in PATH.findall(line):
            if path not in pages:
                yield f"{name}:{number}: there is no {path}"


if __name__ == "__main__":
    all_pages = {name: anchors(name) for name in tree.files(".md")}
    linked = set()
    found = [finding for name in all_pages for finding in check_page(name, all_pages, linked)]
    found += [finding for name in tree.files() if name not in all_pages for finding in check_source(name, all_pages)]
    found += [f"{name}: no page links to it" for name in all_pages if name.startswith("docs/") and name not in linked]
    tree.finish(found, "links")
