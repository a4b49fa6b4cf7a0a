"""Factors of people and films from ratings: alternating least squares for implicit feedback (Hu, Koren, Volinsky 2008).

That somebody has rated a film at all says that he chose to see it, so every rating is a preference, of a fifth for each star;
films that nobody rated are a preference of 0, with less confidence. The inner product of a person and a film
estimates the preference.
"""
import os

# The matrices are small: threads would only wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
import numpy as np  # noqa: E402

DIMENSIONS = 64
CONFIDENCE = 2.0
REGULARIZATION = 20.0
ROUNDS = 10


def train(people, films, ratings, seed):
    """Two matrices, with a row for each person and film, of triples (person, film, stars), numbered from 0."""
    generator = np.random.default_rng(seed)
    of_films = generator.normal(0, 0.1, (films, DIMENSIONS)).astype(np.float32)
    by_person = _grouped(people, [(person, film, stars) for person, film, stars in ratings])
    by_film = _grouped(films, [(film, person, stars) for person, film, stars in ratings])
    for _ in range(ROUNDS):
        of_people = _solve(by_person, of_films)
        of_films = _solve(by_film, of_people)
    return of_people, of_films


def _grouped(rows, entries):
    """For each row the columns that it has something in, and the preferences."""
    entries = np.array(sorted(entries), dtype=np.int64)
    bounds = np.searchsorted(entries[:, 0], np.arange(rows + 1))
    return [(entries[first:last, 1], (entries[first:last, 2] / 5).astype(np.float32))
            for first, last in zip(bounds, bounds[1:])]


def _solve(groups, others):
    """The least squares of each row, given the other side. A row without entries becomes zero."""
    result = np.zeros((len(groups), DIMENSIONS), dtype=np.float32)
    common = others.T @ others + REGULARIZATION * np.eye(DIMENSIONS, dtype=np.float32)
    for row, (columns, preferences) in enumerate(groups):
        if len(columns):
            used = others[columns]
            result[row] = np.linalg.solve(common + CONFIDENCE * (used.T @ used),
                                          (1 + CONFIDENCE) * (used.T @ preferences))
    return result
