"""What a page sends, checked: a wrong value is a message for the person who typed it."""
import math

LARGEST_ID = 2**31 - 1


class Wrong(Exception):
    """Its text is shown on the page."""


class Params:
    """Values by name: texts of a query string, or what a JSON body holds."""

    def __init__(self, values):
        self.values = values

    def text(self, name, longest=200, default=None):
        """A text that is not empty, unless there is a default."""
        value = self.values.get(name, "")
        if not isinstance(value, str):
            raise Wrong(f"{name}: a text is expected.")
        value = value.strip()
        if not value:
            if default is None:
                raise Wrong(f"Please fill in: {name}.")
            return default
        if len(value) > longest:
            raise Wrong(f"{name}: at most {longest} characters, please; these are {len(value)}.")
        if any(ord(char) < 32 or 0xD800 <= ord(char) < 0xE000 for char in value):
            raise Wrong(f"{name}: there are characters in it that are not text.")
        return value

    def integer(self, name, low=1, high=LARGEST_ID, default=None):
        value = self._given(name, default)
        try:
            number = int(str(value), 10)
        except ValueError:
            raise Wrong(f"{name}: a whole number is expected, not \"{_shown(value)}\".") from None
        return _within(name, number, low, high)

    def number(self, name, low, high, default=None):
        value = self._given(name, default)
        try:
            number = float(value)
        except (TypeError, ValueError):
            raise Wrong(f"{name}: a number is expected, not \"{_shown(value)}\".") from None
        return _within(name, number, low, high)

    def integers(self, name, most=100):
        """A list of ids, or a text with commas between them; may be empty."""
        value = self.values.get(name, [])
        parts = [part for part in value.split(",") if part.strip()] if isinstance(value, str) else value
        if not isinstance(parts, list):
            raise Wrong(f"{name}: a list of numbers is expected.")
        if len(parts) > most:
            raise Wrong(f"{name}: at most {most}, please; these are {len(parts)}.")
        return [Params({name: part}).integer(name) for part in parts]

    def choice(self, name, choices, default=None):
        value = self._given(name, default)
        if value not in choices:
            raise Wrong(f"{name}: \"{_shown(value)}\" is none of: {', '.join(choices)}.")
        return value

    def _given(self, name, default):
        value = self.values.get(name)
        if isinstance(value, str):
            value = value.strip()
        if value is None or value == "":
            if default is None:
                raise Wrong(f"Please fill in: {name}.")
            return default
        return value


def _shown(value):
    text = str(value)
    return text if len(text) <= 40 else text[:40] + "..."


def _within(name, number, low, high):
    if not math.isfinite(number) or not low <= number <= high:
        raise Wrong(f"{name}: a number from {low} to {high}, please.")
    return number
