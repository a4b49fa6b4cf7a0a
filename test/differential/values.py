"""Random vectors and column values, as SQL literals without quotes (COPY text) or with them."""
import hashlib

OPERATORS = {
    "l2": ("<->", "l2_distance"), "ip": ("<#>", "inner_product"), "cosine": ("<=>", "cosine_distance"),
    "l1": ("<+>", "l1_distance"), "hamming": ("<~>", "hamming_distance"), "jaccard": ("<%>", "jaccard_distance"),
}
METRICS = {"vector": ("l2", "ip", "cosine", "l1"), "halfvec": ("l2", "ip", "cosine", "l1"),
           "sparsevec": ("l2", "ip", "cosine", "l1"), "bit": ("hamming", "jaccard")}
STORAGES = ("fast", "compact", "plain")
LANGUAGES = ("de", "en", "eo", "fr", "nl", "pt-BR", "")
TENANTS = 12
LABELS = 9


def storages(kind, metric):
    """What an index may keep of vectors of this type."""
    coded = kind in ("vector", "halfvec") and metric in ("l2", "ip", "cosine")
    return STORAGES if coded else ("plain",)


class Vectors:
    """Vectors of one column: a type, a number of dimensions and a distribution."""

    def __init__(self, rng, kind):
        self.kind = kind
        self.dims = rng.choice((3, 4, 7, 8, 9, 12, 16, 24, 32))
        if kind == "bit":
            self.dims *= 4
        self.style = rng.choice(("integer", "integer", "normal", "clusters", "near-copies"))
        self.scale = 1.0
        if kind == "vector" and self.style != "integer" and rng.random() < 0.15:
            self.scale = rng.choice((1e-12, 1e12))
        self.centers = [[rng.gauss(0, 1) for _ in range(self.dims)] for _ in range(8)]
        self.spread = 0.02 if self.style == "near-copies" else 0.3

    @property
    def type_name(self):
        return f"{self.kind}({self.dims})"

    def exact(self, metric):
        """Whether distances are computed without rounding, but for one that keeps their order."""
        return self.style == "integer" and metric != "cosine"

    def numbers(self, rng):
        if self.style == "integer":
            return rng.choices((-2, -1, 0, 1, 2), k=self.dims)
        if self.style == "normal":
            return [self.scale * round(rng.gauss(0, 1), 4) for _ in range(self.dims)]
        center = rng.choice(self.centers)
        return [self.scale * round(x + rng.gauss(0, self.spread), 4) for x in center]

    def random(self, rng):
        return self.text(self.numbers(rng))

    def zero(self):
        return self.text([0] * self.dims)

    def text(self, numbers):
        if self.kind == "bit":
            return "".join("1" if x > 0 else "0" for x in numbers)
        if self.kind == "sparsevec":
            held = ",".join(f"{i}:{x}" for i, x in enumerate(numbers, 1) if x and (i * 7 + self.dims) % 3)
            return f"{{{held}}}/{self.dims}"
        return "[" + ",".join(str(x) for x in numbers) + "]"


def timestamp(rng):
    return f"2026-0{rng.randint(1, 3)}-{rng.randint(1, 28):02d} {rng.randint(0, 23):02d}:00:00+00"


def price(rng):
    kind = rng.random()
    if kind < 0.05:
        return rng.choice(("NaN", "Infinity", "-Infinity", "-0", "0"))
    return str(rng.randint(0, 20)) if kind < 0.4 else repr(round(rng.expovariate(0.1), 2))


def labels(rng):
    members = [str(rng.randint(1, LABELS)) for _ in range(rng.choice((0, 1, 1, 2, 3)))]
    if rng.random() < 0.05:
        members.append("NULL")
    return "{" + ",".join(members) + "}"


def tenant(rng):
    """Few tenants have most rows."""
    return str(min(int(rng.expovariate(0.4)), TENANTS))


COLUMNS = {
    "tenant": ("int", tenant),
    "created": ("timestamptz", timestamp),
    "lang": ("text", lambda rng: rng.choice(LANGUAGES)),
    "labels": ("int[]", labels),
    "price": ("float8", price),
    "flag": ("bool", lambda rng: rng.choice("tf")),
}
# Expressions over them that an index may keep, of further types.
EXPRESSIONS = {
    "(id % 10)": ("int", lambda rng: str(rng.randint(0, 9))),
    "(tenant::int2)": ("int2", tenant),
    "(tenant::int8)": ("int8", tenant),
    "(tenant::numeric)": ("numeric", tenant),
    "(price::real)": ("real", price),
    "(labels[1])": ("int", lambda rng: str(rng.randint(1, LABELS))),
    "(md5(lang)::uuid)": ("uuid", lambda rng: hashlib.md5(rng.choice(LANGUAGES).encode()).hexdigest()),
    "lower(lang)": ("text", lambda rng: rng.choice(LANGUAGES).lower()),
}


def quoted(text):
    return "NULL" if text is None else "'" + text.replace("'", "''") + "'"
