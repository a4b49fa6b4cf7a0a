"""Loads emoji and digits, and measures search by picture, by name and by both, near-duplicates, and classes by neighbors."""
import data
from common.database import vector
from common.keywords import ANY_WORD

TRAIN_DIGITS = 20000
TEST_DIGITS = 2000
DEPTH = 50
NEIGHBORS = 5
FUSION_K = 20
DUPLICATE_RADIUS = 0.08
# nDCG@10 of retrieval; some 0.02 below what was measured.
RETRIEVAL_FLOORS = {"picture": 0.44, "name": 0.36, "both": 0.47}

EMOJI = """
    CREATE TABLE emoji (
        id integer PRIMARY KEY,
        name text NOT NULL,
        other_names text NOT NULL,
        category text NOT NULL,
        subcategory text NOT NULL,
        plain integer NOT NULL,
        is_plain boolean NOT NULL,
        file text NOT NULL,
        document tsvector GENERATED ALWAYS AS (to_tsvector('english', name || ' ' || other_names)) STORED,
        embedding halfvec(1280) NOT NULL)"""
EMOJI_INDEXES = (
    # Whether it is plain is a filter column: searches among the plain ones pass over variants inside the index.
    "CREATE INDEX emoji_embedding_idx ON emoji USING hnsw (embedding halfvec_cosine_ops, is_plain)",
    "CREATE INDEX emoji_document_idx ON emoji USING gin (document)",
    "CREATE MATERIALIZED VIEW emoji_words AS SELECT bm25_statistics(document) AS statistics FROM emoji WHERE is_plain",
    "ANALYZE emoji",
)
# A plain emoji asked for by its picture, and by the words of its name; of the answer the others of its subcategory are right.
LISTS = """
    CREATE TABLE lists AS
    SELECT asked.id, asked.category,
           ARRAY(SELECT other.id FROM emoji AS other WHERE other.is_plain AND other.subcategory = asked.subcategory
                 AND other.id <> asked.id) AS relevant,
           ARRAY(SELECT other.id FROM emoji AS other WHERE other.is_plain AND other.id <> asked.id
                 ORDER BY other.embedding <=> asked.embedding LIMIT %(depth)s) AS by_picture,
           ARRAY(SELECT other.id FROM emoji AS other, emoji_words, any_word(asked.name) AS query
                 WHERE other.document @@ query AND other.is_plain AND other.id <> asked.id
                 ORDER BY bm25(other.document, query, statistics) DESC, other.id LIMIT %(depth)s) AS by_name
    FROM emoji AS asked WHERE asked.is_plain"""
RETRIEVAL = """
    SELECT way, (vectorext_evaluate_mean(ids, relevant, 10)).*
    FROM lists, LATERAL (VALUES
        ('picture', by_picture),
        ('name', by_name),
        ('both', ARRAY(SELECT fused.id FROM reciprocal_rank_fusion(by_picture, by_name, k => %(k)s) AS fused))) AS found (way, ids)
    WHERE cardinality(relevant) > 0
    GROUP BY way"""
CATEGORIES = """
    CREATE TABLE category_answers AS
    SELECT asked.id, asked.category AS class, voted.category AS answer
    FROM emoji AS asked,
         LATERAL (SELECT category
                  FROM (SELECT other.category, other.embedding <=> asked.embedding AS distance
                        FROM emoji AS other WHERE other.is_plain AND other.id <> asked.id
                        ORDER BY other.embedding <=> asked.embedding LIMIT %(neighbors)s) AS near
                  GROUP BY category ORDER BY count(*) DESC, min(distance) LIMIT 1) AS voted
    WHERE asked.is_plain AND asked.category <> 'Component'"""
# All pairs that are near, against all pairs of variants of one emoji. A pair is the numbers of both in one.
DUPLICATES = """
    CREATE TABLE near AS
    SELECT least(a.id, b.id) * 10000 + greatest(a.id, b.id) AS pair, a.subcategory = b.subcategory AS alike
    FROM near_pairs('emoji_embedding_idx', %(radius)s) AS pairs
         JOIN emoji AS a ON a.ctid = pairs.tid JOIN emoji AS b ON b.ctid = pairs.neighbor"""
DUPLICATE_FIGURES = """
    SELECT cardinality(found) AS found, alike, measured.*
    FROM (SELECT array_agg(pair) AS found, avg(alike::integer) AS alike FROM near) AS near,
         vectorext_evaluate_range(found, ARRAY(
             SELECT a.id * 10000 + b.id FROM emoji AS a JOIN emoji AS b USING (plain) WHERE a.id < b.id)) AS measured"""
# Of every fiftieth emoji, the pairs that reading the whole table finds.
EXACT_PAIRS = """
    SELECT (vectorext_evaluate_range(
               ARRAY(SELECT pair FROM near WHERE (pair / 10000) %% 50 = 0),
               ARRAY(SELECT a.id * 10000 + b.id FROM emoji AS a JOIN emoji AS b
                     ON a.id < b.id AND (a.embedding <=> b.embedding) + 0 < %(radius)s WHERE a.id %% 50 = 0))).recall"""
DIGITS = """
    CREATE TABLE {table} (id integer PRIMARY KEY, digit integer NOT NULL, pixels vector(784) NOT NULL)"""
DIGIT_INDEX = "CREATE INDEX digits_pixels_idx ON digits USING hnsw (pixels vector_l2_ops)"
DIGIT_ANSWERS = """
    CREATE TABLE digit_answers AS
    SELECT asked.id, asked.digit AS class, voted.digit AS answer
    FROM test_digits AS asked,
         LATERAL (SELECT digit
                  FROM (SELECT digit, digits.pixels <-> asked.pixels AS distance FROM digits
                        ORDER BY digits.pixels <-> asked.pixels LIMIT %(neighbors)s) AS near
                  GROUP BY digit ORDER BY count(*) DESC, min(distance) LIMIT 1) AS voted"""
# Of each class: which were given it, against which are of it.
CLASSES = """
    SELECT class, cardinality(members) AS members, measured.*
    FROM (SELECT class, array_agg(id) AS members FROM {answers} GROUP BY class) AS classes,
         LATERAL (SELECT array_agg(id) AS given FROM {answers} WHERE answer = classes.class) AS answers,
         vectorext_evaluate_range(given, members) AS measured
    ORDER BY class"""


def load(db, report):
    # For runs that can be compared: the same graph each time.
    db.execute("SET vectorext.seed = 1")
    db.execute("SET max_parallel_maintenance_workers = 0")
    load_emoji(db, report)
    measure_retrieval(db, report)
    measure_duplicates(db, report)
    db.execute(CATEGORIES, {"neighbors": NEIGHBORS})
    measure_classes(db, report, "category", "category_answers", 0.66)
    load_digits(db, report)
    db.execute(DIGIT_ANSWERS, {"neighbors": NEIGHBORS})
    measure_classes(db, report, "digit", "digit_answers", 0.92)


def load_emoji(db, report):
    found = data.emojis()
    db.execute(EMOJI)
    columns = ("id", "name", "other_names", "category", "subcategory", "plain", "is_plain", "file", "embedding")
    db.copy("emoji", columns, (
        (emoji.number, emoji.name, emoji.other_names, emoji.category, emoji.subcategory, emoji.plain,
         emoji.plain == emoji.number, emoji.file.name, vector(features))
        for emoji, features in zip(found, data.emoji_features(found))))
    db.execute(ANY_WORD)
    for statement in EMOJI_INDEXES:
        db.execute(statement)
    report.figure("emoji", len(found))
    report.figure("plain ones", sum(emoji.plain == emoji.number for emoji in found))


def load_digits(db, report):
    for table, part, number in (("digits", "train", TRAIN_DIGITS), ("test_digits", "t10k", TEST_DIGITS)):
        db.execute(DIGITS.format(table=table))
        pixels, labels = data.digits(part, number)
        db.copy(table, ("id", "digit", "pixels"), (
            (at, digit, "[" + ",".join(map(str, row)) + "]")
            for at, (digit, row) in enumerate(zip(labels.tolist(), pixels.tolist()))))
        report.figure(table.replace("_", " "), len(labels))
    db.execute(DIGIT_INDEX)
    db.execute("ANALYZE digits")


def measure_retrieval(db, report):
    db.execute("SET hnsw.ef_search = 100")
    db.execute(LISTS, {"depth": DEPTH})
    rows = {row["way"]: row for row in db.rows(RETRIEVAL, {"k": FUSION_K})}
    for way, floor in RETRIEVAL_FLOORS.items():
        report.floor(f"same subcategory, by {way}: nDCG@10", rows[way]["ndcg"], floor)
        report.figure(f"same subcategory, by {way}: precision@10", rows[way]["precision"])
    report.floor("nDCG@10 by both above the better of picture and name",
                 rows["both"]["ndcg"] - max(rows["picture"]["ndcg"], rows["name"]["ndcg"]), 0.02)


def measure_duplicates(db, report):
    db.execute(DUPLICATES, {"radius": DUPLICATE_RADIUS})
    row = db.row(DUPLICATE_FIGURES)
    label = f"pairs nearer than {DUPLICATE_RADIUS}"
    report.figure(label, row["found"])
    report.floor(f"{label}: in one subcategory", float(row["alike"]), 0.97)
    report.figure(f"{label}: precision", row["precision"], "against variants of one emoji in skin color")
    report.floor(f"{label}: recall", row["recall"], 0.62)
    report.floor(f"{label}: F1", row["f1"], 0.58)
    report.floor(f"{label}: recall of the index", db.value(EXACT_PAIRS, {"radius": DUPLICATE_RADIUS}), 0.98)


def measure_classes(db, report, label, answers, floor):
    """Figures of each class, and their means, of which F1 has a floor."""
    rows = db.rows(CLASSES.format(answers=answers))
    for row in rows:
        report.figure(f"{label} {row['class']}: precision, recall, F1", "  ".join(
            f"{row[figure] or 0:.3f}" for figure in ("precision", "recall", "f1")), f"{row['members']} tested")
    means = {figure: sum(row[figure] or 0 for row in rows) / len(rows) for figure in ("precision", "recall", "f1")}
    report.figure(f"{label}, mean of the classes: precision", means["precision"])
    report.figure(f"{label}, mean of the classes: recall", means["recall"])
    report.floor(f"{label}, mean of the classes: F1", means["f1"], floor)
