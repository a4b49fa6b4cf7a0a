"""What the page asks for: pictures like one, by name, by both, near-duplicates, and which digit a drawing is."""
import base64
import functools
import io
import pathlib

import numpy
from PIL import Image

import data
import load
from common.app import App, Binary
from common.database import vector
from common.params import Wrong

HERE = pathlib.Path(__file__).resolve().parent
MOST_RESULTS = 60
MOST_NEIGHBORS = 100
SHOWN_NEIGHBORS = 10
DRAWING_SIDE = 56
FIELD_SIDE = 4  # an explanation tells of fields of so many pixels in each direction
GRID = """
    SELECT id, name FROM emoji
    WHERE is_plain AND (category = %(category)s OR %(category)s = '') ORDER BY id LIMIT %(limit)s"""
BY_PICTURE = """
    SELECT id, name, category, plain, row_number() OVER (ORDER BY distance) AS rank, distance
    FROM (SELECT other.*, embedding <=> %(embedding)s AS distance FROM emoji AS other
          WHERE {condition} ORDER BY embedding <=> %(embedding)s LIMIT %(limit)s) AS near
    ORDER BY distance"""
BY_NAME = """
    SELECT id, name, category, plain, row_number() OVER (ORDER BY score DESC, id) AS rank, score,
           ARRAY(SELECT term FROM unnest(tsvector_to_array(to_tsvector('english', %(text)s))) AS term
                 WHERE term = ANY (tsvector_to_array(document))) AS matched
    FROM (SELECT emoji.*, bm25(document, query, statistics) AS score
          FROM emoji, emoji_words, any_word(%(text)s) AS query
          WHERE document @@ query AND {condition}
          ORDER BY score DESC, id LIMIT %(limit)s) AS best
    ORDER BY score DESC, id"""
BY_BOTH = """
    SELECT id, name, category, plain, row_number() OVER (ORDER BY fused.score DESC) AS rank, fused.score,
           ranks[1] AS picture_rank, ranks[2] AS name_rank, embedding <=> %(embedding)s AS distance
    FROM reciprocal_rank_fusion(
             ARRAY(SELECT id FROM emoji WHERE {condition} ORDER BY embedding <=> %(embedding)s LIMIT 50),
             ARRAY(SELECT id FROM emoji, emoji_words, any_word(%(text)s) AS query
                   WHERE document @@ query AND {condition}
                   ORDER BY bm25(document, query, statistics) DESC, id LIMIT 50),
             k => %(k)s) AS fused JOIN emoji USING (id)
    ORDER BY fused.score DESC LIMIT %(limit)s"""
WITHIN = """
    SELECT id, name, category, plain, distance
    FROM (SELECT emoji.*, embedding <=> %(embedding)s AS distance FROM emoji
          WHERE embedding <=> %(embedding)s < %(radius)s AND {condition}) AS near
    ORDER BY distance, id LIMIT %(limit)s"""
NEIGHBORS = """
    SELECT id, digit, pixels <-> %(pixels)s AS distance, pixels::text AS pixels FROM digits
    ORDER BY pixels <-> %(pixels)s LIMIT %(neighbors)s"""
DIFFERENCE = """
    SELECT group_name::integer AS field, share FROM digits, explain_distance_groups(%(pixels)s, pixels, 'l2', %(fields)s)
    WHERE id = %(id)s ORDER BY field"""


def grid(db, params):
    """Pictures to choose from, and the categories that there are."""
    category = params.text("category", default="")
    found = db.rows(GRID, {"category": category, "limit": 400})
    if not found:
        raise Wrong(f"There is no category \"{category}\".")
    names = [row["category"] for row in db.rows("SELECT category FROM emoji WHERE is_plain GROUP BY category ORDER BY min(id)")]
    return {"emoji": found, "categories": names}


def chosen(db, params):
    found = db.row("SELECT id, name, category, plain, file, embedding::text AS embedding FROM emoji WHERE id = %(id)s",
                   {"id": params.integer("id", low=0)})
    if not found:
        raise Wrong(f"There is no picture with the number {params.values['id']}.")
    return found


def picture(db, params):
    """The PNG file of an emoji, from the package."""
    return Binary("image/png", data.picture_file(chosen(db, params)["file"]).read_bytes())


def search(db, params):
    """By a picture, by words of a name, or by both, whichever are given."""
    has_picture, text = bool(params.values.get("id")), params.text("text", default="")
    limit = params.integer("limit", high=MOST_RESULTS, default=20)
    if not has_picture and not text:
        raise Wrong("Please click a picture, or type words of a name.")
    condition, values = "true", {"limit": limit, "text": text, "k": load.FUSION_K}
    if params.choice("variants", ("yes", "no"), default="no") == "no":
        condition = "is_plain"
    asked = chosen(db, params) if has_picture else None
    if asked:
        condition += " AND id <> %(id)s"
        values.update(id=asked["id"], embedding=asked["embedding"])
    if text and not db.value("SELECT numnode(any_word(%(text)s)) > 0", {"text": text}):
        raise Wrong(f"\"{text}\" has no word to search for, only such as \"the\" or signs.")
    way, statement = ("both", BY_BOTH) if asked and text else ("picture", BY_PICTURE) if asked else ("name", BY_NAME)
    found = db.rows(statement.format(condition=condition), values)
    if not found:
        raise Wrong(f"No name has a word of \"{text}\".")
    return {"way": way, "asked": asked and {"id": asked["id"], "name": asked["name"]}, "found": found}


def duplicates(db, params):
    """All pictures within a distance of one."""
    asked = chosen(db, params)
    radius = params.number("radius", 0, 0.5, default=load.DUPLICATE_RADIUS)
    found = db.rows(WITHIN.format(condition="id <> %(id)s"), {
        "id": asked["id"], "embedding": asked["embedding"], "radius": radius, "limit": MOST_RESULTS})
    return {"asked": {"id": asked["id"], "name": asked["name"]}, "found": found}


def digit(db, params):
    """Which digit a drawing is, by the votes of its nearest neighbors, and where it differs from the nearest."""
    neighbors = params.integer("neighbors", high=MOST_NEIGHBORS, default=load.NEIGHBORS)
    drawing = params.values.get("drawing")
    if not isinstance(drawing, list) or len(drawing) != DRAWING_SIDE ** 2 or \
            not all(isinstance(value, int) and 0 <= value <= 255 for value in drawing):
        raise Wrong(f"drawing: a list of {DRAWING_SIDE ** 2} numbers from 0 to 255 is expected.")
    centered = data.centered(numpy.array(drawing, numpy.uint8).reshape(DRAWING_SIDE, DRAWING_SIDE))
    if centered is None:
        raise Wrong("Please draw a digit first.")
    pixels = vector(centered.ravel())
    near = db.rows(NEIGHBORS, {"pixels": pixels, "neighbors": neighbors})
    votes = {}
    for row in near:
        votes.setdefault(row["digit"], []).append(row["distance"])
    ranked = sorted(votes, key=lambda voted: (-len(votes[voted]), min(votes[voted])))
    shares = db.rows(DIFFERENCE, {"pixels": pixels, "fields": fields(), "id": near[0]["id"]})
    return {
        "digit": ranked[0],
        "votes": [{"digit": voted, "votes": len(votes[voted]), "nearest": min(votes[voted])} for voted in ranked],
        "centered": data_url(centered),
        "near": [{"digit": row["digit"], "distance": row["distance"], "picture": data_url(numpy.array(
            row["pixels"].strip("[]").split(","), float).reshape(centered.shape).astype(numpy.uint8))}
                 for row in near[:SHOWN_NEIGHBORS]],
        "shares": [row["share"] or 0 for row in shares],
    }


def sample(db, params):
    """A digit of the test, as a drawing: what nobody needs to draw."""
    row = db.row("SELECT digit, pixels::text AS pixels FROM test_digits WHERE id = %(id)s",
                 {"id": params.integer("id", low=0, high=load.TEST_DIGITS - 1)})
    return {"digit": row["digit"], "pixels": [int(value) for value in row["pixels"].strip("[]").split(",")]}


@functools.lru_cache(maxsize=1)
def fields():
    """Groups of dimensions for explain_distance_groups: squares of pixels, numbered row by row. Dimensions count from 1."""
    across = data.DIGIT_SIDE // FIELD_SIDE
    groups = {}
    for pixel in range(data.DIGIT_SIDE ** 2):
        row, column = divmod(pixel, data.DIGIT_SIDE)
        groups.setdefault(row // FIELD_SIDE * across + column // FIELD_SIDE, []).append(pixel + 1)
    return "{" + ", ".join(f'"{name}": {members}' for name, members in groups.items()) + "}"


def data_url(pixels):
    """A picture of pixels, dark on light, for the page to show."""
    stream = io.BytesIO()
    Image.fromarray(255 - pixels).save(stream, "PNG")
    return "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode()


APP = App("images", page=HERE / "page.html", endpoints={
    "/grid": grid, "/picture": picture, "/search": search, "/duplicates": duplicates, "/digit": digit, "/sample": sample})
