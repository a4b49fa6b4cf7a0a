"""What the page of the knowledge graph asks for."""
import pathlib

from common.app import App
from common.params import Wrong
from load import DUPLICATES, RADIUS, SHARE

MOST_ANSWERS = 50
FIRST_FACTS = 12

# The facts of a film, so many of each relation.
FACTS = """
    SELECT name AS relation, id, label, held_out, total
    FROM (SELECT r.name, t.id, t.label, f.held_out, count(*) OVER (PARTITION BY r.id) AS total,
                 row_number() OVER (PARTITION BY r.id ORDER BY f.held_out DESC, t.label) AS n
          FROM facts AS f JOIN relations AS r ON r.id = f.relation JOIN entities AS t ON t.id = f.tail
          WHERE f.head = %(film)s) AS numbered
    WHERE n <= %(first)s ORDER BY name, n"""
# What else stands there, by the model: entities of the relation's kind that are not known from training. Of each, whether it was
# held out, and the films most like this one that have it.
TAILS = """
    SELECT e.id, e.label, e.distance,
           EXISTS (SELECT FROM facts AS f WHERE f.head = h.id AND f.relation = r.id AND f.tail = e.id) AS held_out,
           (SELECT string_agg(alike.label, '; ' ORDER BY alike.distance) FROM (
                SELECT o.label, o.embedding <=> h.embedding AS distance
                FROM facts AS f JOIN entities AS o ON o.id = f.head
                WHERE f.tail = e.id AND f.relation = r.id AND NOT f.held_out ORDER BY distance LIMIT 2) AS alike) AS because
    FROM entities AS h, relations AS r, LATERAL (
        SELECT e.id, e.label, e.embedding <#> complex_tail_query(h.embedding, r.embedding) AS distance
        FROM entities AS e
        WHERE e.kinds @> ARRAY[r.name] AND e.embedding IS NOT NULL AND NOT EXISTS (
            SELECT FROM facts AS known
            WHERE known.head = h.id AND known.relation = r.id AND known.tail = e.id AND NOT known.held_out)
        ORDER BY e.embedding <#> complex_tail_query(h.embedding, r.embedding) LIMIT %(k)s) AS e
    WHERE h.id = %(film)s AND r.name = %(relation)s
    ORDER BY e.distance"""
# The other way round: which films it should be said of.
HEADS = """
    SELECT e.id, e.label, e.distance,
           EXISTS (SELECT FROM facts AS f WHERE f.head = e.id AND f.relation = r.id AND f.tail = t.id) AS held_out,
           (SELECT string_agg(alike.label, '; ' ORDER BY alike.distance) FROM (
                SELECT o.label, o.embedding <=> e.embedding AS distance
                FROM facts AS f JOIN entities AS o ON o.id = f.head
                WHERE f.tail = t.id AND f.relation = r.id AND NOT f.held_out ORDER BY distance LIMIT 2) AS alike) AS because
    FROM entities AS t, relations AS r, LATERAL (
        SELECT e.id, e.label, e.embedding, e.embedding <#> complex_head_query(r.embedding, t.embedding) AS distance
        FROM entities AS e
        WHERE e.is_film AND e.embedding IS NOT NULL AND NOT EXISTS (
            SELECT FROM facts AS known
            WHERE known.tail = t.id AND known.relation = r.id AND known.head = e.id AND NOT known.held_out)
        ORDER BY e.embedding <#> complex_head_query(r.embedding, t.embedding) LIMIT %(k)s) AS e
    WHERE t.id = %(entity)s AND r.name = %(relation)s
    ORDER BY e.distance"""
# Films like this one that have an actor in common with it, and who that is: distances and joins in one statement.
SHARED = """
    SELECT e.id, e.label, e.embedding <=> asked.embedding AS distance, count(*) AS shared,
           string_agg(split_part(actor.label, ':', 1), ', ' ORDER BY actor.label) AS actors
    FROM entities AS asked
    JOIN facts AS mine ON mine.head = asked.id
    JOIN relations AS r ON r.id = mine.relation AND r.name = 'actor'
    JOIN facts AS theirs ON theirs.tail = mine.tail AND theirs.relation = mine.relation AND theirs.head <> mine.head
    JOIN entities AS e ON e.id = theirs.head AND e.is_film
    JOIN entities AS actor ON actor.id = mine.tail
    WHERE asked.id = %(film)s AND NOT mine.held_out AND NOT theirs.held_out AND e.embedding IS NOT NULL
    GROUP BY e.id, asked.id
    ORDER BY distance LIMIT %(k)s"""
ALIKE = """
    SELECT e.id, e.label, e.embedding <=> asked.embedding AS distance, e.genres
    FROM entities AS asked, LATERAL (
        SELECT * FROM entities AS o WHERE o.is_film AND o.id <> asked.id
        ORDER BY o.embedding <=> asked.embedding LIMIT %(k)s) AS e
    WHERE asked.id = %(film)s
    ORDER BY distance"""
# Of whom the film is one of the nearest: the graph of neighbors has directions.
BACK = """
    SELECT e.id, e.label, n.distance FROM neighbors AS n JOIN entities AS e ON e.id = n.film
    WHERE n.neighbor = %(film)s ORDER BY n.distance LIMIT %(k)s"""
COMPONENTS = DUPLICATES + """
    SELECT c.entity, array_agg(e.label ORDER BY e.id) AS labels, array_agg(e.name ORDER BY e.id) AS names,
           (SELECT max(p.distance) FROM pairs AS p WHERE p.a = ANY (c.ids)) AS distance,
           bool_or(e.copy_of = ANY (c.ids)) AS planted
    FROM components AS c JOIN entities AS e ON e.id = ANY (c.ids)
    GROUP BY c.entity, c.ids ORDER BY distance"""


def entity(db, params, name, film=False):
    """The number of an entity that exists and has a vector; a film where one is asked for."""
    number = params.integer(name, 0)
    found = db.row("SELECT is_film, embedding IS NOT NULL AS known FROM entities WHERE id = %(id)s", {"id": number})
    if not found or (film and not found["is_film"]):
        raise Wrong(f"There is no {'film' if film else 'entity'} No. {number}.")
    if not found["known"]:
        raise Wrong("Of this one there is a single fact, too little to learn from.")
    return number


def relation(db, params):
    return params.choice("relation", [row["name"] for row in db.rows("SELECT name FROM relations ORDER BY name")])


def answers(params):
    return params.integer("k", 1, MOST_ANSWERS, default=10)


def films(db, params):
    words = params.text("title", longest=100)
    pattern = "%" + words.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%"
    return db.rows("""
        SELECT e.id, e.label, e.name, e.genres FROM entities AS e
        WHERE e.is_film AND e.label ILIKE %(pattern)s ORDER BY e.label LIMIT 20""", {"pattern": pattern})


def facts(db, params):
    return db.rows(FACTS, {"film": entity(db, params, "film", film=True), "first": FIRST_FACTS})


def tails(db, params):
    return db.rows(TAILS, {"film": entity(db, params, "film", film=True), "relation": relation(db, params), "k": answers(params)})


def heads(db, params):
    return db.rows(HEADS, {"entity": entity(db, params, "entity"), "relation": relation(db, params), "k": answers(params)})


def alike(db, params):
    given = {"film": entity(db, params, "film", film=True), "k": answers(params)}
    return {"alike": db.rows(ALIKE, given), "shared": db.rows(SHARED, given), "back": db.rows(BACK, given)}


def duplicates(db, params):
    return db.rows(COMPONENTS, {"radius": params.number("radius", 0.01, 0.5, default=RADIUS),
                                "share": params.number("share", 0, 1, default=SHARE)})


APP = App("knowledge-graph", pathlib.Path(__file__).with_name("page.html"), {
    "/films": films, "/facts": facts, "/tails": tails, "/heads": heads, "/alike": alike, "/duplicates": duplicates})
