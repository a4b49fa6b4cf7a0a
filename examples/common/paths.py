"""Where things are: the examples, and the cache outside the repository."""
import os
import pathlib

EXAMPLES = pathlib.Path(__file__).resolve().parents[1]


def cache():
    """The folder for what is downloaded and written, made if it is missing."""
    base = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    folder = pathlib.Path(base) / "vectorext"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
