"""What the page asks for: texts by keywords, by vectors, and by both, and why one is where it is."""
import pathlib
import threading

import load
import model
import wordnet
from common.app import App
from common.database import vector
from common.params import Wrong

HERE = pathlib.Path(__file__).resolve().parent
MOST_RESULTS = 50
MOST_WORDS = 12  # of which an explanation tells
EMBEDDING = threading.Lock()
KEYWORDS = """
    SELECT id, row_number() OVER (ORDER BY score DESC, id) AS rank, score, part, words, body,
           ARRAY(SELECT term FROM unnest(%(terms)s) AS term WHERE term = ANY (tsvector_to_array(document))) AS matched
    FROM (SELECT documents.*, bm25(document, query, statistics) AS score
          FROM documents, document_words, any_word(%(text)s) AS query
          WHERE document @@ query
          ORDER BY score DESC, id LIMIT %(limit)s) AS best
    ORDER BY score DESC, id"""
VECTORS = """
    SELECT id, row_number() OVER (ORDER BY distance) AS rank, distance, part, words, body
    FROM (SELECT documents.*, embedding <=> %(embedding)s AS distance FROM documents
          ORDER BY embedding <=> %(embedding)s LIMIT %(limit)s) AS nearest
    ORDER BY distance"""
HYBRID = """
    SELECT id, row_number() OVER (ORDER BY fused.score DESC) AS rank, fused.score,
           ranks[1] AS vector_rank, ranks[2] AS keyword_rank, embedding <=> %(embedding)s AS distance, part, words, body
    FROM reciprocal_rank_fusion(
             ARRAY(SELECT id FROM documents ORDER BY embedding <=> %(embedding)s LIMIT 100),
             ARRAY(SELECT id FROM documents, document_words, any_word(%(text)s) AS query
                   WHERE document @@ query
                   ORDER BY bm25(document, query, statistics) DESC, id LIMIT 100),
             k => %(k)s) AS fused JOIN documents USING (id)
    ORDER BY fused.score DESC LIMIT %(limit)s"""
# How rare each word of the question is, for the page's list of them.
TERMS = """
    SELECT term, coalesce(terms.documents, 0) AS documents
    FROM unnest(tsvector_to_array(to_tsvector('english', %(text)s))) AS asked (term) LEFT JOIN terms USING (term)
    ORDER BY documents, term"""
# What each word adds to the score of the keywords, and what the distance would be without it.
WORD_SCORES = """
    SELECT term, bm25(document, ARRAY[term], statistics) AS score
    FROM documents, document_words, unnest(tsvector_to_array(to_tsvector('english', %(text)s))) AS term
    WHERE id = %(id)s ORDER BY score DESC, term"""
WORD_DISTANCES = """
    SELECT word, embedding <=> %(embedding)s AS distance, embedding <=> without AS distance_without
    FROM documents, unnest(%(words)s, %(without)s::vector[]) AS asked (word, without)
    WHERE id = %(id)s ORDER BY distance_without DESC"""


def embed(texts):
    """As texts of vectors. The model is loaded once, by whoever comes first."""
    with EMBEDDING:
        return [vector(row) for row in model.shared().embed(texts)]


def question(params):
    text = params.text("text", longest=300)
    if not wordnet.WORD.search(text):
        raise Wrong("Please type some words: there is none in this text.")
    return text


def search(db, params):
    text = question(params)
    terms = db.rows(TERMS, {"text": text})
    values = {"text": text, "terms": [row["term"] for row in terms], "embedding": embed([text])[0], "k": load.FUSION["k"],
              "limit": params.integer("limit", high=MOST_RESULTS, default=10)}
    db.execute("SET hnsw.ef_search = %(ef_search)s", {"ef_search": load.EF_SEARCH})
    found = {"terms": terms, "keywords": db.rows(KEYWORDS, values) if terms else [],
             "vectors": db.rows(VECTORS, values), "hybrid": db.rows(HYBRID, values), "note": ""}
    if not terms:
        found["note"] = "These are only words such as \"the\", which keywords leave out: what is found is found by vectors."
    elif not found["keywords"]:
        found["note"] = "No text has one of these words: what is found is found by vectors."
    return found


def explain(db, params):
    """Why a text is where it is, word by word."""
    text, number = question(params), params.integer("id", low=0)
    document = db.row("SELECT id, body, words FROM documents WHERE id = %(id)s", {"id": number})
    if not document:
        raise Wrong(f"There is no text with the number {number}.")
    words = wordnet.WORD.findall(text)[:MOST_WORDS]
    # A single word cannot be left out: nothing would be left.
    shorter = [" ".join(words[:at] + words[at + 1:]) for at in range(len(words))] if len(words) > 1 else []
    whole, *without = embed([text, *shorter])
    values = {"id": number, "text": text, "embedding": whole, "words": words if shorter else [], "without": without}
    return {"document": document, "scores": db.rows(WORD_SCORES, values),
            "distance": db.value("SELECT embedding <=> %(embedding)s FROM documents WHERE id = %(id)s", values),
            "distances": db.rows(WORD_DISTANCES, values)}


def figures(db, params):
    """What the load measured, from its lists, for the page."""
    rows = db.rows(load.FIGURES, load.FUSION)
    return [{"kind": row["kind"] or "all", "way": row["way"], "ndcg": row["ndcg"], "recall": row["recall"]} for row in rows]


def examples(db, params):
    """Some questions to click."""
    return db.rows("SELECT DISTINCT ON (kind) kind, body FROM questions WHERE length(body) BETWEEN 8 AND 60"
                   " ORDER BY kind, md5(body)")


APP = App("semantic-search", page=HERE / "page.html", endpoints={
    "/search": search, "/explain": explain, "/figures": figures, "/examples": examples})
