"""What the lint programs share: the files of the project, and how a finding is reported."""
import pathlib
import subprocess
import sys

REPO = pathlib.Path(__file__).resolve().parents[2]

# Written by programs, not by hand: measured and formatted by nobody.
OUTPUTS = ("expected/", "test/isolation/expected/", "test/data/", "test/unit/golden/", "test/fuzz/corpus/")


def files(*suffixes, outputs=False):
    """Paths of the project's files relative to REPO, new ones included, ignored ones not."""
    listing = subprocess.run(
        ["git", "-c", f"safe.directory={REPO}", "-C", REPO, "ls-files", "-z", "--cached",
         "--others", "--exclude-standard"],
        check=True, capture_output=True, text=True).stdout
    for name in sorted(set(listing.split("\0"))):
        if not name or not (REPO / name).is_file():
            continue
        if not outputs and name.startswith(OUTPUTS):
            continue
        if not suffixes or name.endswith(suffixes):
            yield name


def read(name):
    return (REPO / name).read_text(encoding="utf-8", errors="replace")


def finish(findings, subject):
    """Prints findings, then a closing line; the exit status says whether there were any."""
    findings = sorted(set(findings))
    for finding in findings:
        print(finding)
    print(f"{subject}: {len(findings)} finding(s)")
    sys.exit(1 if findings else 0)
