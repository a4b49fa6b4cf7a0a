"""What has passed a check is remembered, so that it is not checked again until something changes."""
import hashlib


class Passed:
    """Marks in a folder, each named by a digest of all that a verdict may depend on."""

    def __init__(self, folder, *surroundings):
        """`surroundings`: texts that every verdict depends on."""
        self.folder = folder
        self.folder.mkdir(parents=True, exist_ok=True)
        self.surroundings = hashlib.sha256()
        for text in surroundings:
            self.surroundings.update(text.encode())

    def mark_of(self, *words):
        """The file that is there when what these words say has passed."""
        digest = self.surroundings.copy()
        digest.update("\0".join(words).encode())
        return self.folder / digest.hexdigest()
