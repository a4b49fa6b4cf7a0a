"""Quality figures: printed, kept in the cache as JSON, and checked against floors."""
import json
import time

from . import paths


class Report:
    def __init__(self, name):
        self.name = name
        self.began = time.monotonic()
        self.figures = []
        self.failures = []

    def figure(self, name, value, note=""):
        """A figure that nothing is asked of."""
        self._add(name, value, None, note)

    def floor(self, name, value, at_least, note=""):
        """A figure that fails the example where it is less, or no number."""
        if value is None or not value >= at_least:
            self.failures.append(f"{name}: {_text(value)}, at least {_text(at_least)} was expected")
        self._add(name, value, at_least, note)

    def require(self, what, passed):
        """A property that is there or not."""
        if not passed:
            self.failures.append(f"{what}: no")
        self._add(what, bool(passed), None, "")

    def _add(self, name, value, at_least, note):
        self.figures.append({"name": name, "value": value, "at_least": at_least, "note": note})

    def finish(self):
        """Prints and stores the figures; returns whether all floors are met."""
        seconds = round(time.monotonic() - self.began, 1)
        width = max((len(figure["name"]) for figure in self.figures), default=0)
        print(f"Figures of {self.name}, after {seconds} s:")
        for figure in self.figures:
            floor = "" if figure["at_least"] is None else f"   (floor {_text(figure['at_least'])})"
            note = f"   {figure['note']}" if figure["note"] else ""
            print(f"  {figure['name']:{width}}  {_text(figure['value'])}{floor}{note}")
        for failure in self.failures:
            print(f"FAILED: {failure}")
        stored = {"example": self.name, "seconds": seconds, "figures": self.figures, "failures": self.failures}
        file = paths.cache() / f"figures-{self.name}.json"
        file.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
        print(f"stored in {file}", flush=True)
        return not self.failures


def _text(value):
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.4f}" if isinstance(value, float) else str(value)
