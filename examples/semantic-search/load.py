"""Loads texts and questions, and measures three ways to find the text that answers a question."""
import model
import wordnet
from common.database import vector
from common.features import cached
from common.keywords import ANY_WORD

PER_KIND = 1000
SEED = 2  # the settings below were chosen with other questions, those of seed 1
DEPTH = 100
EF_SEARCH = 200
FUSION = {"k": 10, "weights": [1, 1]}
WAYS = ("keywords", "vectors", "ranks fused", "scores fused")
# Of all questions; 0.01 to 0.02 below the least of three seeds.
FLOORS = {
    "keywords": {"ndcg": 0.14, "recall": 0.22},
    "vectors": {"ndcg": 0.17, "recall": 0.26},
    "ranks fused": {"ndcg": 0.19, "recall": 0.30},
    "scores fused": {"ndcg": 0.19, "recall": 0.30},
}

TABLES = """
    CREATE TABLE documents (
        id integer PRIMARY KEY,
        part text NOT NULL,
        words text[] NOT NULL,
        body text NOT NULL,
        document tsvector GENERATED ALWAYS AS (to_tsvector('english', body)) STORED,
        embedding vector(384) NOT NULL)"""
QUESTIONS = """
    CREATE TABLE questions (
        id integer PRIMARY KEY,
        kind text NOT NULL,
        body text NOT NULL,
        relevant integer[] NOT NULL,
        embedding vector(384) NOT NULL)"""
INDEXES = (
    "CREATE INDEX documents_embedding_idx ON documents USING hnsw (embedding vector_cosine_ops)",
    "CREATE INDEX documents_document_idx ON documents USING gin (document)",
    "CREATE MATERIALIZED VIEW document_words AS SELECT bm25_statistics(document) AS statistics FROM documents",
    "CREATE MATERIALIZED VIEW terms AS SELECT term, t.documents FROM document_words, bm25_terms(statistics) AS t",
    "CREATE UNIQUE INDEX terms_term_idx ON terms (term)",
    "ANALYZE",
)
# What each of the two ways finds, with its scores; all fusions are made of these lists.
LISTS = """
    CREATE TABLE lists AS
    SELECT questions.id AS question, kind, relevant, near.ids AS near_ids, near.scores AS near_scores,
           matching.ids AS matching_ids, matching.scores AS matching_scores
    FROM questions,
         LATERAL (SELECT array_agg(id ORDER BY distance, id) AS ids, array_agg(-distance ORDER BY distance, id) AS scores
                  FROM (SELECT documents.id, documents.embedding <=> questions.embedding AS distance FROM documents
                        ORDER BY documents.embedding <=> questions.embedding LIMIT %(depth)s) AS nearest) AS near,
         LATERAL (SELECT array_agg(id ORDER BY score DESC, id) AS ids, array_agg(score ORDER BY score DESC, id) AS scores
                  FROM (SELECT documents.id, bm25(document, query, statistics) AS score
                        FROM documents, document_words, any_word(questions.body) AS query
                        WHERE document @@ query
                        ORDER BY score DESC, documents.id LIMIT %(depth)s) AS best) AS matching"""
FIGURES = """
    SELECT kind, way, (vectorext_evaluate_mean(ids, relevant, 10)).*
    FROM lists, LATERAL (VALUES
        ('keywords', matching_ids),
        ('vectors', near_ids),
        ('ranks fused', ARRAY(SELECT id FROM reciprocal_rank_fusion(near_ids, matching_ids, k => %(k)s, weights => %(weights)s))),
        ('scores fused', ARRAY(SELECT id FROM relative_score_fusion(
                             near_ids, near_scores, matching_ids, matching_scores, weights => %(weights)s)))) AS found (way, ids)
    GROUP BY ROLLUP (kind), way ORDER BY kind, way"""


def features(texts):
    """Embeddings of texts."""
    def compute():
        print(f"computing the embeddings of {len(texts)} texts; this takes minutes the first time", flush=True)
        return model.shared().embed(texts)
    return cached("minilm", "\n".join(texts), compute)


def load(db, report):
    found = wordnet.synsets()
    asked = wordnet.questions(found, PER_KIND, SEED)
    # For runs that can be compared: the same graph each time.
    db.execute("SET vectorext.seed = 1")
    db.execute("SET max_parallel_maintenance_workers = 0")
    db.execute(TABLES)
    db.copy("documents", ("id", "part", "words", "body", "embedding"), (
        (number, synset.part, array(synset.words), synset.text, vector(row))
        for number, (synset, row) in enumerate(zip(found, features([synset.text for synset in found])))))
    db.execute(QUESTIONS)
    db.copy("questions", ("id", "kind", "body", "relevant", "embedding"), (
        (number, kind, text, array([str(synset)]), vector(row))
        for number, ((kind, text, synset), row) in enumerate(zip(asked, features([text for _, text, _ in asked])))))
    db.execute(ANY_WORD)
    for statement in INDEXES:
        db.execute(statement)
    report.figure("documents", len(found))
    report.figure("questions", len(asked))
    measure(db, report)


def array(texts):
    """Texts as an array of PostgreSQL's."""
    return "{" + ",".join('"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' for text in texts) + "}"


def measure(db, report):
    db.execute("SET hnsw.ef_search = %(ef_search)s", {"ef_search": EF_SEARCH})
    recall = db.value("SELECT recall FROM vectorext_recall('documents_embedding_idx', k => 100, query_vectors =>"
                      " ARRAY(SELECT embedding::text FROM questions ORDER BY id LIMIT 200))")
    report.floor("recall@100 of the index", recall, 0.97)
    db.execute(LISTS, {"depth": DEPTH})
    figures = {(row["kind"], row["way"]): row for row in db.rows(FIGURES, FUSION)}
    for kind in wordnet.KINDS:
        for way in WAYS:
            row = figures[kind, way]
            report.figure(f"{kind}, {way}: nDCG@10", row["ndcg"])
            report.figure(f"{kind}, {way}: recall@10", row["recall"])
    for way in WAYS:
        for figure, label in (("ndcg", "nDCG@10"), ("recall", "recall@10")):
            report.floor(f"all, {way}: {label}", figures[None, way][figure], FLOORS[way][figure])
    for fused in WAYS[2:]:
        for figure, label in (("ndcg", "nDCG@10"), ("recall", "recall@10")):
            single = max(figures[None, way][figure] for way in WAYS[:2])
            report.floor(f"all, {fused}: {label} above the better of keywords and vectors",
                         figures[None, fused][figure] - single, 0.005)
