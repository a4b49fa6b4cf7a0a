#!/usr/bin/env python3
"""Runs the SQL in the README and in the pages below docs/, and compares what it prints with what they show.

    test/lib/pages.py [PAGE ...]

Called by `test/check docs` with a server that PG* name. Each page has a database of its own and one session of psql,
which ends at the first error. In a page,

    ```sql                 is run
    ```sql not run: WHY    is not, and is counted
    ```text                right after SQL is what that prints (psql -q), but for white space at line ends
    <!-- sql-setup         begins lines of SQL, up to -->, which a reader does not see
"""
import argparse
import difflib
import os
import pathlib
import re
import subprocess
import sys
import tempfile

REPO = pathlib.Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^ *```(.*)$")
SETUP, SETUP_END = "<!-- sql-setup", "-->"
# Begins the output of the block in this line of the page.
MARK = "-- output of line "


class Fault(Exception):
    pass


class Block:
    def __init__(self, info, line):
        self.info, self.line, self.lines = info, line, []


def blocks_of(name, text):
    """Blocks of code and setups, in order. The line is that of the fence."""
    blocks, open_block, previous_end = [], None, None
    for number, line in enumerate(text.split("\n"), 1):
        fence = FENCE.match(line)
        ends = line.strip() == SETUP_END if open_block and open_block.info == SETUP else fence
        if open_block:
            if ends:
                open_block, previous_end = None, number
            else:
                open_block.lines.append(line)
        elif fence or line.strip() == SETUP:
            open_block = Block(fence.group(1).strip() if fence else SETUP, number)
            open_block.follows = previous_end and not "".join(text.split("\n")[previous_end:number - 1]).strip()
            blocks.append(open_block)
        elif line.strip():
            previous_end = None
    if open_block:
        raise Fault(f"{name}:{open_block.line}: a block without end")
    return blocks


def is_run(block):
    return block.info in ("sql", SETUP)


def script_of(text, blocks):
    """psql's input, with each line where it is in the page, so that psql's messages name that."""
    lines = [""] * (text.count("\n") + 1)
    for block in filter(is_run, blocks):
        lines[block.line - 1] = f"\\echo {MARK}{block.line}"
        lines[block.line:block.line + len(block.lines)] = block.lines
    return "\n".join(lines) + "\n"


def run_script(name, script):
    """What each block prints, by its line."""
    database = "docs " + name
    subprocess.run(["createdb", database], check=True)
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(script, encoding="utf-8")
        done = subprocess.run(["psql", "-Xq", "-v", "ON_ERROR_STOP=1", "-d", database, "-f", name], cwd=folder,
                              capture_output=True, encoding="utf-8", check=False,
                              env={**os.environ, "LC_ALL": "C", "PGCLIENTENCODING": "UTF8"})
    if done.returncode != 0:
        raise Fault(done.stderr.strip().replace("psql:", "", 1) or f"{name}: psql failed")
    parts = re.split(f"^{MARK}(\\d+)\n", done.stdout, flags=re.M)
    return {int(line): output for line, output in zip(parts[1::2], parts[2::2])}


def printed(lines):
    return [line.rstrip() for line in "\n".join(lines).rstrip().split("\n")]


def compare(name, blocks, outputs):
    """Faults of outputs that are shown, and how many were compared."""
    faults, compared = [], 0
    for before, block in zip([Block("", 0)] + blocks, blocks):
        if block.info != "text":
            continue
        if before.info != "sql" or not block.follows:
            faults.append(f"{name}:{block.line}: a block `text` that is not right after one `sql`")
            continue
        compared += 1
        difference = difflib.unified_diff(printed(block.lines), printed(outputs[before.line].split("\n")),
                                          f"{name}:{block.line}", "psql", lineterm="")
        difference = "\n".join(difference)
        if difference:
            faults.append(difference)
    return faults, compared


def strange_infos(name, blocks):
    return [f"{name}:{b.line}: a block `{b.info}`: neither `sql` nor `sql not run: WHY`"
            for b in blocks if b.info.startswith("sql") and b.info != "sql"
            and not re.fullmatch(r"sql not run: \S.*", b.info)]


def check_page(name):
    """Prints what was done; returns how many blocks were run, and the faults."""
    text = (REPO / name).read_text(encoding="utf-8")
    try:
        blocks = blocks_of(name, text)
        outputs = run_script(name, script_of(text, blocks)) if any(map(is_run, blocks)) else {}
    except Fault as fault:
        return 0, [str(fault)]
    faults, compared = compare(name, blocks, outputs)
    faults += strange_infos(name, blocks)
    run = sum(block.info == "sql" for block in blocks)
    left = [block for block in blocks if block.info.startswith("sql not run")]
    print(f"{name}: {run} blocks run, output of {compared} compared, {len(left)} not run")
    for block in left:
        print(f"  {name}:{block.line}: {block.info}")
    return run, faults


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("pages", nargs="*")
    pages = parser.parse_args().pages
    os.chdir(REPO)
    pages = pages or ["README.md", *sorted(str(path) for path in pathlib.Path("docs").rglob("*.md"))]
    total, faults = 0, []
    for page in pages:
        run, found = check_page(page)
        total += run
        faults += found
    if total == 0:
        faults.append("nothing was run")
    print(*faults, sep="\n", end="\n" if faults else "")
    print(f"docs: {total} blocks of SQL in {len(pages)} pages, {len(faults)} fault(s)")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
