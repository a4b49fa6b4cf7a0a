"""ComplEx (Trouillon and others 2016), its gradients written out in numpy.

A fact (head, relation, tail) has the score Re(sum(head * relation * conj(tail))). Of each question (head, relation, ?) and
(?, relation, tail) the model learns which entities answer it: a softmax over all that stand there in some fact of the
relation. So the query has to keep to these, too: load.py says of each entity where it stands.
"""
import os

# Threads would wait for each other at matrices of this size.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
import numpy as np  # noqa: E402

DIMENSIONS = 64
ROUNDS = 30
BATCH = 256
RATE = 0.1
DECAY = 0.01
DROPOUT = 0.3


class Adagrad:
    """Steps for an array of complex numbers, seen as twice as many real ones, of the rows that a batch concerns."""

    def __init__(self, numbers):
        self.values = numbers.view(np.float32)
        self.squares = np.full_like(self.values, 1e-6)

    def step(self, rows, gradient):
        """The rows are different ones."""
        gradient = gradient.view(np.float32) + DECAY * self.values[rows]
        self.squares[rows] += gradient * gradient
        self.values[rows] -= RATE * gradient / np.sqrt(self.squares[rows])


def questions(triples, given, answer):
    """Of each relation: who can answer, and for each question its answers. In an order that does not depend on hashes."""
    relations = {}
    for triple in triples:
        relations.setdefault(triple[1], {}).setdefault(triple[given], []).append(triple[answer])
    return [(relation, np.unique(np.concatenate([*asked.values()])), sorted(asked.items()))
            for relation, asked in sorted(relations.items())]


def batches(work, generator):
    """All questions once, in random order; those of a batch have the relation and the direction in common."""
    made = []
    for backward, relation, able, asked in work:
        order = generator.permutation(len(asked))
        made += [(backward, relation, able, [asked[i] for i in order[at:at + BATCH]]) for at in range(0, len(order), BATCH)]
    return [made[i] for i in generator.permutation(len(made))]


def train(entities, relations, triples, seed):
    """Vectors of entities and relations, real parts first, then imaginary ones, of triples numbered from 0."""
    generator = np.random.default_rng(seed)
    entity, relation = (generator.normal(0, 0.1, (rows, DIMENSIONS)).astype(np.float32).view(np.complex64)
                        for rows in (entities, relations))
    steps = Adagrad(entity), Adagrad(relation)
    work = [(False, *asked) for asked in questions(triples, 0, 2)] + [(True, *asked) for asked in questions(triples, 2, 0)]
    for _ in range(ROUNDS):
        for batch in batches(work, generator):
            learn(entity, relation, steps, batch, generator)
    return halves(entity), halves(relation)


def learn(entity, relation, steps, batch, generator):
    """One batch: the softmax over the candidates' scores is to be even over the answers, and zero elsewhere."""
    backward, kind, able, asked = batch
    given = np.array([question for question, _ in asked])
    turn = np.conj(relation[kind]) if backward else relation[kind]
    kept = (generator.random((len(given), DIMENSIONS // 2)) >= DROPOUT).astype(np.float32) / (1 - DROPOUT)
    query = entity[given] * turn * kept
    candidates = entity[able]
    scores = query.view(np.float32) @ candidates.view(np.float32).T
    scores -= scores.max(axis=1, keepdims=True)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=1, keepdims=True)
    for row, (_, answers) in enumerate(asked):
        scores[row, np.searchsorted(able, answers)] -= 1 / len(answers)
    to_query = (scores @ candidates.view(np.float32)).view(np.complex64) * kept
    to_able = (scores.T @ query.view(np.float32)).view(np.complex64)
    to_turn = (to_query * np.conj(entity[given])).sum(axis=0, keepdims=True)
    steps[0].step(given, to_query * np.conj(turn))
    steps[0].step(able, to_able)
    steps[1].step([kind], np.conj(to_turn) if backward else to_turn)


def halves(numbers):
    return np.concatenate([numbers.real, numbers.imag], axis=1)
