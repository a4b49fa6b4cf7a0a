"""A graph of films: facts in tables, vectors of its entities trained on nine tenths of them, and how well they complete the rest."""
import collections
import os
import time

import graph as films_graph
import model
from common.database import vector

SEED = int(os.environ.get("VECTOREXT_EXAMPLE_SEED", "1"))
RADIUS = 0.25
SHARE = 0.4
NEIGHBORS = 5

TABLES = (
    """CREATE TABLE entities (
           id integer PRIMARY KEY, name text NOT NULL UNIQUE, label text NOT NULL,
           is_film boolean NOT NULL,                            -- of MovieLens, or a planted copy of one
           genres text[],                                       -- MovieLens's, which nothing was trained on
           copy_of integer REFERENCES entities,
           kinds text[] NOT NULL,                               -- relations whose tail it is, in training
           embedding vector(64))""",
    "CREATE TABLE relations (id integer PRIMARY KEY, name text NOT NULL UNIQUE, embedding vector(64) NOT NULL)",
    """CREATE TABLE facts (
           head integer REFERENCES entities, relation integer REFERENCES relations, tail integer REFERENCES entities,
           held_out boolean NOT NULL, PRIMARY KEY (head, relation, tail))""",
)
INDEXES = (
    "CREATE INDEX facts_tail ON facts (tail, relation)",
    # To complete facts: the model's scores are inner products, and an answer is of the relation's kind.
    "CREATE INDEX entities_product ON entities USING hnsw (embedding vector_ip_ops, kinds)",
    "CREATE INDEX films_product ON entities USING hnsw (embedding vector_ip_ops) WHERE is_film",
    "CREATE INDEX films_alike ON entities USING hnsw (embedding vector_cosine_ops) WHERE is_film",
    "VACUUM (ANALYZE)",
)

# Ten answers to each question, without those that are known already, trained on or held out.
TAILS = """
    SELECT (m).queries, (m).recall AS hits, (m).reciprocal_rank AS mrr
    FROM (SELECT vectorext_evaluate_mean(answer.ids, ARRAY[t.tail], 10) AS m
          FROM facts AS t JOIN entities AS h ON h.id = t.head JOIN relations AS r ON r.id = t.relation, LATERAL (
              SELECT array_agg(id) AS ids FROM (
                  SELECT e.id FROM entities AS e
                  WHERE e.kinds @> ARRAY[r.name] AND NOT EXISTS (
                      SELECT FROM facts AS known WHERE known.head = t.head AND known.relation = t.relation
                                                   AND known.tail = e.id AND known.tail <> t.tail)
                  ORDER BY e.embedding <#> complex_tail_query(h.embedding, r.embedding) LIMIT 10) AS nearest) AS answer
          WHERE t.held_out{only}) AS means"""
HEADS = """
    SELECT (m).queries, (m).recall AS hits, (m).reciprocal_rank AS mrr
    FROM (SELECT vectorext_evaluate_mean(answer.ids, ARRAY[t.head], 10) AS m
          FROM facts AS t JOIN entities AS o ON o.id = t.tail JOIN relations AS r ON r.id = t.relation, LATERAL (
              SELECT array_agg(id) AS ids FROM (
                  SELECT e.id FROM entities AS e
                  WHERE e.is_film AND NOT EXISTS (
                      SELECT FROM facts AS known WHERE known.tail = t.tail AND known.relation = t.relation
                                                   AND known.head = e.id AND known.head <> t.head)
                  ORDER BY e.embedding <#> complex_head_query(r.embedding, o.embedding) LIMIT 10) AS nearest) AS answer
          WHERE t.held_out) AS means"""
# What to beat: the most frequent tails of the relation.
FREQUENT = """
    SELECT (m).queries, (m).recall AS hits, (m).reciprocal_rank AS mrr
    FROM (SELECT vectorext_evaluate_mean(answer.ids, ARRAY[t.tail], 10) AS m
          FROM facts AS t, LATERAL (
              SELECT array_agg(tail) AS ids FROM (
                  SELECT f.tail FROM frequent AS f
                  WHERE f.relation = t.relation AND NOT EXISTS (
                      SELECT FROM facts AS known WHERE known.head = t.head AND known.relation = t.relation
                                                   AND known.tail = f.tail AND known.tail <> t.tail)
                  ORDER BY f.times DESC, f.tail LIMIT 10) AS ten) AS answer
          WHERE t.held_out) AS means"""

# Two films are taken for one where their vectors are near, and enough of the one's people are the other's, too: vectors
# propose, facts decide. Then connected components.
DUPLICATES = """
    WITH RECURSIVE near AS MATERIALIZED (
        SELECT a.id AS a, b.id AS b, p.distance
        FROM near_pairs('films_alike', %(radius)s) AS p
        JOIN entities AS a ON a.ctid = p.tid JOIN entities AS b ON b.ctid = p.neighbor
    ), pairs AS MATERIALIZED (
        SELECT a, b, distance, count(o.head) AS shared, count(*) AS of_one
        FROM near JOIN facts AS f ON f.head = near.a AND NOT f.held_out JOIN relations AS r ON r.id = f.relation
        LEFT JOIN facts AS o ON o.head = near.b AND o.relation = f.relation AND o.tail = f.tail AND NOT o.held_out
        WHERE r.name IN ('actor', 'directed_by', 'written_by')
        GROUP BY a, b, distance HAVING count(o.head) >= %(share)s * count(*)
    ), edges AS MATERIALIZED (
        SELECT a, b FROM pairs UNION ALL SELECT b, a FROM pairs
    ), reached (id, other) AS (
        SELECT a, a FROM edges
        UNION
        SELECT reached.id, edges.b FROM reached JOIN edges ON edges.a = reached.other
    ), components AS (
        SELECT entity, array_agg(id ORDER BY id) AS ids
        FROM (SELECT id, min(other) AS entity FROM reached GROUP BY id) AS least GROUP BY entity
    )"""
RESOLVED = DUPLICATES + """
    SELECT (SELECT count(*) FROM near) AS near, (SELECT count(*) FROM pairs) AS pairs, (SELECT count(*) FROM components) AS components,
           (SELECT count(*) FROM near JOIN entities AS c ON (c.id, c.copy_of) IN ((a, b), (b, a))) AS proposed,
           (SELECT count(*) FROM pairs JOIN entities AS c ON (c.id, c.copy_of) IN ((a, b), (b, a))) AS right_ones"""


def array(texts):
    return "{" + ",".join(f'"{text}"' for text in texts) + "}"


def load(db, report):
    graph = films_graph.prepare(SEED)
    report.figure("seed", SEED)
    report.figure("triples read; facts after one direction is left out", f"{graph.triples_read}; "
                  f"{len(graph.training) + len(graph.held_out)}, of them {len(graph.held_out)} held out")
    entity_vectors, relation_vectors = train(graph, report)
    for statement in TABLES:
        db.execute(statement)
    fill(db, graph, entity_vectors, relation_vectors)
    for statement in INDEXES:
        db.execute(statement)
    evaluate(db, report)
    resolve(db, report)
    connect(db, report)


def train(graph, report):
    """Only entities with two facts or more have a vector: of the others it would be that of their only film, turned."""
    times = collections.Counter(entity for head, _, tail in graph.training for entity in (head, tail))
    learned = sorted(entity for entity, count in times.items() if count > 1)
    place = {entity: at for at, entity in enumerate(learned)}
    triples = [(place[head], relation, place[tail]) for head, relation, tail in graph.training if head in place and tail in place]
    begin = time.monotonic()
    entities, relations = model.train(len(learned), len(graph.relations), triples, SEED)
    report.figure("entities; with a vector", f"{len(graph.entities)}; {len(learned)}")
    report.figure("training, s", round(time.monotonic() - begin, 1))
    return {entity: entities[at] for entity, at in place.items()}, relations


def fill(db, graph, entity_vectors, relation_vectors):
    films_of, kinds = collections.defaultdict(lambda: collections.defaultdict(list)), collections.defaultdict(set)
    for head, relation, tail in graph.training:
        films_of[tail][graph.relations[relation]].append(head)
        kinds[tail].add(graph.relations[relation])
    rows = []
    for entity, name in enumerate(graph.entities):
        genres = graph.titles[entity][2] if entity in graph.titles else []
        rows.append((entity, name, films_graph.label(graph, films_of, entity), "t" if entity in graph.titles else "f",
                     array(genres) if genres else None, graph.copy_of.get(entity), array(sorted(kinds[entity])),
                     vector(entity_vectors[entity]) if entity in entity_vectors else None))
    db.copy("entities", ["id", "name", "label", "is_film", "genres", "copy_of", "kinds", "embedding"], rows)
    db.copy("relations", ["id", "name", "embedding"], [
        (relation, name, vector(relation_vectors[relation])) for relation, name in enumerate(graph.relations)])
    for facts, held_out in ((graph.training, "f"), (graph.held_out, "t")):
        db.copy("facts", ["head", "relation", "tail", "held_out"], [(*fact, held_out) for fact in facts])


def evaluate(db, report):
    db.execute("CREATE TABLE frequent AS SELECT relation, tail, count(*) AS times FROM facts WHERE NOT held_out GROUP BY relation, tail")
    db.execute("CREATE INDEX frequent_times ON frequent (relation, times DESC, tail)")
    base = db.row(FREQUENT)
    report.figure("tails by frequency: hits@10", base["hits"])
    report.figure("tails by frequency: mrr", base["mrr"])
    for name, statement, index, hits, mrr in (("tails", TAILS.format(only=""), "entities_product", 0.37, 0.24),
                                              ("heads", HEADS, "films_product", 0.16, 0.09)):
        db.must_use_index(index, statement)
        found = db.row(statement)
        least = base if name == "tails" else {"hits": 0, "mrr": 0}
        report.floor(f"{name} by ComplEx: hits@10", found["hits"], max(hits, least["hits"]), f"{found['queries']} questions")
        report.floor(f"{name} by ComplEx: mrr", found["mrr"], max(mrr, least["mrr"]))
    report.floor("recall of the index of all entities", db.value("SELECT recall FROM vectorext_recall('entities_product')"), 0.9)
    for relation in ("actor", "directed_by", "genre", "award_nomination"):
        found = db.row(TAILS.format(only=" AND r.name = %(relation)s"), {"relation": relation})
        report.figure(f"tails of {relation}: hits@10", found["hits"], f"{found['queries']} questions")


def resolve(db, report):
    found = db.row(RESOLVED, {"radius": RADIUS, "share": SHARE})
    planted = db.value("SELECT count(*) FROM entities WHERE copy_of IS NOT NULL")
    report.figure("pairs of films within the radius; that are a film and its copy", f"{found['near']}; {found['proposed']} of {planted}")
    report.figure("pairs after facts decide", found["pairs"])
    report.floor("copies found", found["right_ones"] / planted, 0.85)
    report.floor("of the pairs that are taken for one, copies", found["right_ones"] / max(found["pairs"], 1), 0.6)


def connect(db, report):
    """The nearest films of every film, and whether MovieLens's genres, which no vector was made of, agree with them."""
    db.execute("""
        CREATE TABLE neighbors AS
        SELECT a.id AS film, b.id AS neighbor, g.distance
        FROM knn_graph('films_alike', %(k)s) AS g JOIN entities AS a ON a.ctid = g.tid JOIN entities AS b ON b.ctid = g.neighbor""",
               {"k": NEIGHBORS})
    db.execute("ALTER TABLE neighbors ADD PRIMARY KEY (film, neighbor)")
    agree = db.value("""
        SELECT avg((a.genres && b.genres)::integer)::float8
        FROM neighbors JOIN entities AS a ON a.id = film JOIN entities AS b ON b.id = neighbor
        WHERE a.copy_of IS NULL AND b.copy_of IS NULL AND a.genres IS NOT NULL AND b.genres IS NOT NULL""")
    chance = db.value("""
        SELECT avg((a.genres && b.genres)::integer)::float8 FROM entities AS a, entities AS b
        WHERE a.id < b.id AND a.copy_of IS NULL AND b.copy_of IS NULL AND a.genres IS NOT NULL AND b.genres IS NOT NULL""")
    report.figure("any two films that share a genre of MovieLens", chance)
    report.floor("neighbors that do", agree, 0.6)
