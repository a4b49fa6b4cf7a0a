"""What the page of the recommender asks for."""
import pathlib

from common.app import App
from common.params import Wrong

LIKED = 4
CANDIDATES = 60
MOST_RESULTS = 50
PEOPLE = 943
AGAINST = -0.5   # what a disliked film weighs in a profile

# Of each strategy: what the films are compared with, the operator, and the metric's name.
BY_QUERY = {
    "average": ("""recommend(array_agg(factors) FILTER (WHERE weight > 0),
                         array_agg(factors) FILTER (WHERE weight < 0)) AS query FROM opinions""", "<=>", "cosine"),
    "profile": ("avg(factors, weight) AS query FROM opinions", "<=>", "cosine"),
    "person": ("p.factors AS query FROM people AS p WHERE p.id = %(person)s", "<#>", "inner_product"),
}
BY_EXAMPLES = ("best_score", "sum_scores")

OPINIONS = """
    WITH opinions AS (
        SELECT f.id, f.title, f.factors, o.weight
        FROM unnest(%(films)s::integer[], %(weights)s::real[]) AS o (film, weight) JOIN films AS f ON f.id = o.film
        WHERE f.factors IS NOT NULL
    )"""
# The index tests year and genres itself. The other conditions are tested on what it finds, and it goes on until there are enough.
NEAR_QUERY = OPINIONS + """, asked AS (
        SELECT {query}
    ), candidates AS (
        SELECT near.* FROM asked, LATERAL (
            SELECT f.id, f.title, f.year, f.genres, f.factors, f.factors {operator} asked.query AS distance
            FROM films AS f
            WHERE {filters}
            ORDER BY f.factors {operator} asked.query LIMIT %(candidates)s) AS near
    )"""
NEAR_EXAMPLES = OPINIONS + """, asked AS (
        SELECT array_agg(factors) FILTER (WHERE weight > 0) AS liked,
               array_agg(factors) FILTER (WHERE weight < 0) AS disliked
        FROM opinions
    ), candidates AS (
        SELECT DISTINCT near.id, near.title, near.year, near.genres, near.factors,
               1 - example_score(near.factors, asked.liked, asked.disliked, %(strategy)s) AS distance
        FROM asked, unnest(asked.liked) AS example, LATERAL (
            SELECT * FROM films AS f
            WHERE {filters}
            ORDER BY f.factors <=> example LIMIT %(candidates)s) AS near
    )"""
CHOOSE = """, near AS (
        SELECT *, row_number() OVER (ORDER BY distance, id) AS n, autocut(array_agg(distance) OVER every_one, %(jumps)s) AS cut
        FROM candidates
        WINDOW every_one AS (ORDER BY distance, id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
    ), given AS (
        SELECT array_agg(id ORDER BY n) AS ids, array_agg(factors ORDER BY n) AS vectors, array_agg(distance ORDER BY n) AS distances
        FROM near WHERE n <= cut OR NOT %(autocut)s
    )
    SELECT m.rank, near.id, near.title, near.year, near.genres, m.distance,
           alike.title AS because, 1 - alike.distance AS similarity
    FROM given, mmr(ids, vectors, distances, %(results)s, %(balance)s, %(metric)s) WITH ORDINALITY AS m (id, distance, score, rank)
    JOIN near USING (id)
    LEFT JOIN LATERAL (
        SELECT o.title, o.factors <=> near.factors AS distance FROM opinions AS o WHERE o.weight > 0
        ORDER BY distance LIMIT 1) AS alike ON true
    ORDER BY m.rank"""
# The dimensions that speak most for a film, or against it, with the films that have most of them.
WHY = """
    SELECT e.dimension, e.share,
           (SELECT string_agg(title, '; ') FROM (
                SELECT title FROM films WHERE factors IS NOT NULL
                ORDER BY sign(e.a) * vector_element(factors, e.dimension) DESC LIMIT 3) AS most) AS films
    FROM asked, films AS f, explain_distance(f.factors, asked.query, 'cosine') AS e
    WHERE f.id = %(film)s
    LIMIT 4"""
ALIKE = OPINIONS + """
    SELECT o.title, CASE WHEN o.weight > 0 THEN 'liked' ELSE 'disliked' END AS opinion,
           1 - (o.factors <=> f.factors) AS similarity
    FROM opinions AS o, films AS f WHERE f.id = %(film)s
    ORDER BY similarity DESC"""


def must_exist(db, films):
    there = {row["id"] for row in db.rows("SELECT id FROM films WHERE id = ANY (%(films)s::integer[])", {"films": films})}
    for film in films:
        if film not in there:
            raise Wrong(f"There is no film No. {film}.")


def opinions(db, params):
    """Parameters that all statements have: films with weights, and the person."""
    liked, disliked = params.integers("liked"), params.integers("disliked")
    both = set(liked) & set(disliked)
    if both:
        raise Wrong("A film cannot be both liked and disliked: No. " + ", ".join(map(str, sorted(both))) + ".")
    if liked + disliked:
        must_exist(db, liked + disliked)
    return {"films": liked + disliked, "weights": [1.0] * len(liked) + [AGAINST] * len(disliked),
            "person": params.integer("person", 0, PEOPLE, default=0), "liked": len(liked)}


def filters(given, params):
    """Conditions for the films; what they need is added to the parameters."""
    conditions = ["f.factors IS NOT NULL", "f.id <> ALL (%(films)s::integer[])"]
    given["from_year"] = params.integer("from", 1900, 2100, default=1900)
    given["to_year"] = params.integer("to", 1900, 2100, default=2100)
    if given["from_year"] > given["to_year"]:
        raise Wrong("The first year is later than the last.")
    if (given["from_year"], given["to_year"]) != (1900, 2100):
        conditions.append("f.year BETWEEN %(from_year)s AND %(to_year)s")
    given["genre"] = params.text("genre", default="any")
    if given["genre"] != "any":
        conditions.append("f.genres @> ARRAY[%(genre)s]")
    if given["person"]:
        # NOT EXISTS is a join to the planner, which would rather sort a table as small as this one; load.py has it.
        conditions.append("f.id <> ALL (ARRAY(SELECT r.film FROM ratings AS r WHERE r.person = %(person)s))")
    return "\n              AND ".join(conditions)


def question(db, params):
    """The statement for what the page asks, and its parameters."""
    given = opinions(db, params)
    strategy = given["strategy"] = params.choice("strategy", [*BY_QUERY, *BY_EXAMPLES], default="average")
    if strategy == "person" and not given["person"]:
        raise Wrong("For this strategy, please say which person.")
    if strategy != "person" and not given["liked"]:
        raise Wrong("Please like at least one film: without one there is nothing to go by.")
    given.update(candidates=CANDIDATES, results=params.integer("results", 1, MOST_RESULTS, default=10),
                 balance=params.number("balance", 0, 1, default=1), jumps=params.integer("jumps", 1, 10, default=1),
                 autocut=params.choice("autocut", ["yes", "no"], default="no") == "yes")
    conditions = filters(given, params)
    if strategy in BY_EXAMPLES:
        given["metric"] = "cosine"
        return NEAR_EXAMPLES.format(filters=conditions), given
    query, operator, given["metric"] = BY_QUERY[strategy]
    return NEAR_QUERY.format(query=query, operator=operator, filters=conditions), given


def films(db, params):
    """Films with these words in their titles."""
    words = params.text("title", longest=100)
    pattern = "%" + words.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%"
    return db.rows("""
        SELECT f.id, f.title, f.year, f.genres, f.factors IS NOT NULL AS known
        FROM films AS f WHERE f.title ILIKE %(pattern)s ORDER BY f.title, f.id LIMIT 20""", {"pattern": pattern})


def genres(db, _):
    return [row["genre"] for row in db.rows("SELECT DISTINCT unnest(genres) AS genre FROM films ORDER BY genre")]


def person(db, params):
    """What somebody in the data likes most and least."""
    return db.rows("""
        (SELECT f.id, f.title, f.year, 'liked' AS opinion FROM ratings AS r JOIN films AS f ON f.id = r.film
         WHERE r.person = %(person)s AND NOT r.held_out AND r.stars >= %(liked)s ORDER BY r.stars DESC, f.id LIMIT 6)
        UNION ALL
        (SELECT f.id, f.title, f.year, 'disliked' FROM ratings AS r JOIN films AS f ON f.id = r.film
         WHERE r.person = %(person)s AND NOT r.held_out AND r.stars = 1 ORDER BY f.id LIMIT 3)""",
                   {"person": params.integer("person", 1, PEOPLE), "liked": LIKED})


def recommend(db, params):
    statement, given = question(db, params)
    return db.rows(statement + CHOOSE, given)


def why(db, params):
    """What speaks for a film: opinions on films like it, and dimensions of the factors."""
    film = params.integer("film")
    must_exist(db, [film])
    _, given = question(db, params)
    given["film"] = film
    answer = {"alike": db.rows(ALIKE, given), "dimensions": []}
    if given["strategy"] in BY_QUERY:
        query = BY_QUERY[given["strategy"]][0]
        answer["dimensions"] = db.rows(OPINIONS + f", asked AS (\n        SELECT {query}\n    )" + WHY, given)
    return answer


APP = App("recommendation", pathlib.Path(__file__).with_name("page.html"), {
    "/films": films, "/genres": genres, "/person": person, "/recommend": recommend, "/why": why})
