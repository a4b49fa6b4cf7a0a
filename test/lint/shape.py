#!/usr/bin/env python3
"""Sizes and characters: files of at most 600 lines, functions of at most 60, ASCII, no tabs.

Tabs are where make and gofmt want them.  A file whose first ten lines say "data table" may be longer, and what
earlier releases consist of (sql/update).
clang-tidy measures functions too, but only what it compiles; this sees shell, Python, Perl, Go, Rust,
Java, fuzzers and other processors' kernels as well.
"""
import ast
import re

import tree

FILE_LINES = 600
FUNCTION_LINES = 60
TABS = ("Makefile", ".go", "/go.mod")

# Comments, literals and preprocessor lines of C++: blanked, so that braces are braces.
CPP_NOISE = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"'
    r"|'(?:\\.|[^'\\\n])'|^[ \t]*#(?:\\\n|[^\n])*", re.DOTALL | re.MULTILINE)
# The text before `{` when that opens a function: ends in `)` and what may follow a parameter list.
CPP_HEAD = re.compile(r"\)\s*(?:(?:const|noexcept|override|final|mutable|try)\b\s*|->[^;{}]*"
                      r"|:[^:;{}][^;{}]*|requires\b[^;{}]*)*$")
CPP_CONTROL = re.compile(r"^\s*(?:\}?\s*else\b|if|for|while|switch|catch|do)\b")


def blank(match):
    return re.sub(r"[^\n]", " ", match.group())


def cpp_functions(text):
    """(first line, last line) of each function body, numbered from 1."""
    text = CPP_NOISE.sub(blank, text)
    line, opened, since = 1, [], 0
    for at, char in enumerate(text):
        if char == "\n":
            line += 1
        elif char == "{":
            head = text[since:at]
            function = CPP_HEAD.search(head) and not CPP_CONTROL.match(head.lstrip())
            opened.append(line if function else None)
        elif char == "}" and opened:
            first = opened.pop()
            if first:
                yield first, line
        if char in "{};":
            since = at + 1


def python_functions(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.lineno, node.end_lineno


def braced_functions(text, head):
    """Shell, Perl, Go, Rust and Java, by our layout: the closing brace stands in the column of the head."""
    first = indent = None
    for number, line in enumerate(text.split("\n"), 1):
        match = re.match(head, line)
        if first is None and match and not line.rstrip().endswith("}"):
            first, indent = number, match.group(1)
        elif first is not None and re.match(re.escape(indent) + r"[})]\s*(?:#.*)?;?$", line):
            yield first, number
            first = None


def functions(name, text):
    if name.endswith((".h", ".cpp")):
        return cpp_functions(text)
    if name.endswith(".py"):
        return python_functions(text)
    if name.endswith((".pl", ".pm")):
        return braced_functions(text, r"(\s*)sub \w+")
    if name.endswith(".go"):
        return braced_functions(text, r"()func ")
    if name.endswith(".rs"):
        return braced_functions(text, r"(\s*)(?:pub(?:\(\w+\))? )?(?:async )?fn \w+.*[{(]$")
    if name.endswith(".java"):
        return braced_functions(text, r"(\s*)(?:\w[\w<>.,?]* )*\w+\(.*\{$")
    if name.endswith(".sh") or text.startswith("#!/usr/bin/env bash"):
        return braced_functions(text, r"(\s*)\w+\(\) [({]")
    return ()


def check_characters(name, text):
    for number, line in enumerate(text.split("\n"), 1):
        if not line.isascii():
            yield f"{name}:{number}: not ASCII"
        if line != line.rstrip():
            yield f"{name}:{number}: white space at the end of the line"
        if "\t" in line and not name.endswith(TABS):
            yield f"{name}:{number}: tab"
    if text and not text.endswith("\n"):
        yield f"{name}: no newline at the end"


def check_file(name):
    text = tree.read(name)
    yield from check_characters(name, text)
    lines = text.count("\n")
    may_be_longer = name.startswith("sql/update/") or "data table" in "\n".join(text.split("\n")[:10]).lower()
    if lines > FILE_LINES and not may_be_longer:
        yield f"{name}: {lines} lines, {FILE_LINES} are the limit"
    for first, last in functions(name, text):
        if last - first > FUNCTION_LINES:
            yield f"{name}:{first}: function of {last - first} lines, {FUNCTION_LINES} are the limit"


if __name__ == "__main__":
    tree.finish((finding for name in tree.files() for finding in check_file(name)), "shape")
