"""MovieLens 100k: its tables, factors trained on four fifths of the ratings, and how well they foresee the others."""
import csv
import os
import random
import time

import factors
from common import fetch
from common.database import vector

RECBOLE = ("recbole", "1.2.1", "9c9948202011f37eb0a7c6768129313f00d6403ad221ec940d5e2d5d5f33a407")
SEED = int(os.environ.get("VECTOREXT_EXAMPLE_SEED", "1"))
LIKED = 4

TABLES = (
    "CREATE TABLE films (id integer PRIMARY KEY, title text NOT NULL, year integer, genres text[] NOT NULL, factors vector(64))",
    "CREATE TABLE people (id integer PRIMARY KEY, factors vector(64) NOT NULL)",
    """CREATE TABLE ratings (
           person integer REFERENCES people, film integer REFERENCES films, stars integer NOT NULL, held_out boolean NOT NULL,
           PRIMARY KEY (person, film))""",
)
# One index for each metric; year and genres are tested inside it.
INDEXES = (
    "CREATE INDEX films_product ON films USING hnsw (factors vector_ip_ops, year, genres)",
    "CREATE INDEX films_cosine ON films USING hnsw (factors vector_cosine_ops, year, genres)",
    "VACUUM (ANALYZE)",
)

# Ten films for each person, of those without a rating that was trained on. Relevant: held out, and liked.
EVALUATE = """
    SELECT (m).queries, (m).precision, (m).ndcg
    FROM (SELECT vectorext_evaluate_mean(answer.films, relevant.films, 10) AS m
          FROM people AS p
          JOIN (SELECT person, array_agg(film) AS films FROM ratings WHERE held_out AND stars >= %(liked)s
                GROUP BY person) AS relevant ON relevant.person = p.id,
               LATERAL ({answer}) AS answer) AS means"""
UNSEEN = "NOT EXISTS (SELECT FROM ratings AS r WHERE r.person = p.id AND r.film = f.id AND NOT r.held_out)"
TEN = """SELECT array_agg(id) AS films FROM (
             SELECT f.id FROM films AS f WHERE """ + UNSEEN + """
             ORDER BY {order} LIMIT 10) AS ten"""
BY_FACTORS = TEN.format(order="f.factors <#> p.factors")
BY_PROFILE = """SELECT ten.films
         FROM (SELECT avg(liked.factors, rated.stars) AS profile
               FROM ratings AS rated JOIN films AS liked ON liked.id = rated.film
               WHERE rated.person = p.id AND NOT rated.held_out) AS made,
              LATERAL (""" + TEN.format(order="f.factors <=> made.profile") + ") AS ten"
BY_EXAMPLES = """SELECT ten.films
         FROM (SELECT recommend(array_agg(seen.factors) FILTER (WHERE rated.stars >= %(liked)s),
                                array_agg(seen.factors) FILTER (WHERE rated.stars <= 1)) AS query
               FROM ratings AS rated JOIN films AS seen ON seen.id = rated.film
               WHERE rated.person = p.id AND NOT rated.held_out) AS made,
              LATERAL (""" + TEN.format(order="f.factors <=> made.query") + ") AS ten"
BY_POPULARITY = """SELECT array_agg(id) AS films FROM (
             SELECT f.id FROM popular AS f WHERE """ + UNSEEN + """ ORDER BY likes DESC, id LIMIT 10) AS ten"""
# Each way to answer, with floors of precision and ndcg: see README.md.
WAYS = (
    ("factors of the person, <#>", BY_FACTORS, "films_product", 0.26, 0.375),
    ("profile of weighted films, <=>", BY_PROFILE, "films_cosine", 0.20, 0.27),
    ("recommend(liked, disliked), <=>", BY_EXAMPLES, "films_cosine", 0.185, 0.25),
)


def read(folder, name):
    with open(folder / "recbole" / "dataset_example" / "ml-100k" / name, encoding="utf-8", newline="") as stream:
        yield from csv.reader(list(stream)[1:], delimiter="\t", quoting=csv.QUOTE_NONE)


def split(ratings, seed):
    """Marks a fifth of each person's ratings as held out."""
    by_person = {}
    for person, film, stars in ratings:
        by_person.setdefault(person, []).append((film, stars))
    generator = random.Random(seed)
    for person, rated in sorted(by_person.items()):
        rated.sort()
        held = set(generator.sample(range(len(rated)), len(rated) // 5))
        for at, (film, stars) in enumerate(rated):
            yield person, film, stars, at in held


def array(texts):
    return "{" + ",".join(f'"{text}"' for text in texts) + "}"


def load(db, report):
    folder = fetch.pypi(*RECBOLE)
    films = [(int(row[0]), row[1], int(row[2]) if row[2].isdigit() else None, row[3].split()) for row in read(folder, "ml-100k.item")]
    ratings = list(split(((int(row[0]), int(row[1]), int(float(row[2]))) for row in read(folder, "ml-100k.inter")), SEED))
    report.figure("seed", SEED)
    report.figure("films, people, ratings", f"{len(films)}, {len({row[0] for row in ratings})}, {len(ratings)}")
    begin = time.monotonic()
    people_factors, film_factors = factors.train(
        max(row[0] for row in ratings), max(film[0] for film in films),
        [(person - 1, film - 1, stars) for person, film, stars, held in ratings if not held], SEED)
    report.figure("training, s", round(time.monotonic() - begin, 1))
    for statement in TABLES:
        db.execute(statement)
    # Films that no rating is left of have no direction: NULL, which comes last.
    db.copy("films", ["id", "title", "year", "genres", "factors"],
            [(key, title, year, array(genres), vector(film_factors[key - 1]) if film_factors[key - 1].any() else None)
             for key, title, year, genres in films])
    db.copy("people", ["id", "factors"], [(row + 1, vector(made)) for row, made in enumerate(people_factors)])
    db.copy("ratings", ["person", "film", "stars", "held_out"], ratings)
    for statement in INDEXES:
        db.execute(statement)
    evaluate(db, report)


def evaluate(db, report):
    db.execute("""
        CREATE TABLE popular AS
        SELECT film AS id, count(*) AS likes FROM ratings WHERE NOT held_out AND stars >= %(liked)s GROUP BY film""",
               {"liked": LIKED})
    db.execute("ALTER TABLE popular ADD PRIMARY KEY (id)")
    db.execute("ANALYZE popular")
    base = db.row(EVALUATE.format(answer=BY_POPULARITY), {"liked": LIKED})
    report.figure("people with something to foresee", base["queries"])
    report.figure("popularity: precision@10", base["precision"])
    report.figure("popularity: ndcg@10", base["ndcg"])
    for name, answer, index, precision, ndcg in WAYS:
        statement = EVALUATE.format(answer=answer)
        db.must_use_index(index, statement, {"liked": LIKED})
        found = db.row(statement, {"liked": LIKED})
        report.floor(f"{name}: precision@10", found["precision"], max(precision, base["precision"]))
        report.floor(f"{name}: ndcg@10", found["ndcg"], max(ndcg, base["ndcg"]))
    for index in ("films_product", "films_cosine"):
        report.floor(f"recall of {index}", db.value("SELECT recall FROM vectorext_recall(%(index)s)", {"index": index}), 0.9)
