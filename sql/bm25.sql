-- Keyword search by BM25.

-- Names of its own: scripts share a database.
CREATE SCHEMA bm25_test;
SET search_path = bm25_test, public;

CREATE TABLE docs (id int, body text, document tsvector GENERATED ALWAYS AS (to_tsvector('simple', body)) STORED);
INSERT INTO docs VALUES
    (1, 'the quick brown fox jumps over the lazy dog'),
    (2, 'a quick brown dog outpaces a quick red fox'),
    (3, 'lazy cats sleep all day and all night'),
    (4, 'the moon over the mountain at night is red'),
    (5, 'vectors index nearest neighbors'),
    (6, 'index the index of the indexes'),
    (7, 'a fox is no dog and a dog is no cat'),
    (8, 'mountain goats jump over mountain streams');
CREATE MATERIALIZED VIEW facts AS SELECT bm25_statistics(document) AS statistics FROM docs;
SELECT statistics FROM facts;
SELECT s.* FROM facts, bm25_summary(statistics) AS s;
SELECT number, term, documents FROM facts, bm25_terms(statistics) WHERE documents > 2;
SELECT count(*) AS terms,
       bool_and(documents = (SELECT count(*) FROM docs WHERE tsvector_to_array(document) @> ARRAY[term])) AS counted,
       bool_and(number = place) AS numbered, max(place) = max(number) AS ordered
  FROM (SELECT *, row_number() OVER (ORDER BY term COLLATE "C") AS place FROM facts, bm25_terms(statistics)) t;

-- Scores of rank_bm25 0.2.2 (pip install rank_bm25), where `corpus` is [body.split() for each body] and q is query.split():
--   okapi:   BM25Okapi(corpus).get_scores(q), whose k1 is 1.5
--   plus:    BM25Plus(corpus, k1=1.2, b=.4, delta=0).get_scores(q)
--   lucene:  Lucene(corpus, k1=1.2, b=.75).get_scores(q), where
--            class Lucene(BM25Okapi):
--                def _calc_idf(self, counts):
--                    self.idf = {w: math.log(1 + (self.corpus_size - n + .5) / (n + .5)) for w, n in counts.items()}
-- all of them printed by "%.9f".  No word is in more than half of the texts: there, BM25Okapi has a rule of its own.
CREATE TABLE expected (query text, idf text, k1 float8, b float8, scores float8[]);
INSERT INTO expected VALUES
    ('quick fox', 'okapi', 1.5, 0.75, '{1.312252440,1.719137005,0.000000000,0.000000000,0.000000000,0.000000000,0.380231719,0.000000000}'),
    ('quick fox', 'plus', 1.2, 0.4, '{2.514212982,3.080519208,0.000000000,0.000000000,0.000000000,0.000000000,1.006520125,0.000000000}'),
    ('quick fox', 'lucene', 1.2, 0.75, '{2.087647455,2.570855285,0.000000000,0.000000000,0.000000000,0.000000000,0.806161223,0.000000000}'),
    ('index', 'okapi', 1.5, 0.75, '{0.000000000,0.000000000,0.000000000,0.000000000,1.221478548,1.471843717,0.000000000,0.000000000}'),
    ('index', 'plus', 1.2, 0.4, '{0.000000000,0.000000000,0.000000000,0.000000000,1.681607844,2.140610986,0.000000000,0.000000000}'),
    ('index', 'lucene', 1.2, 0.75, '{0.000000000,0.000000000,0.000000000,0.000000000,1.597069255,1.880725259,0.000000000,0.000000000}'),
    ('red mountain night night', 'okapi', 1.5, 0.75, '{0.000000000,0.890852776,1.883679160,3.563411103,0.000000000,0.000000000,0.000000000,1.471843717}'),
    ('red mountain night night', 'plus', 1.2, 0.4, '{0.000000000,1.452947287,2.987130998,5.811789148,0.000000000,0.000000000,0.000000000,2.140610986}'),
    ('red mountain night night', 'lucene', 1.2, 0.75, '{0.000000000,1.201646331,2.528500384,4.806585324,0.000000000,0.000000000,0.000000000,1.880725259}'),
    ('zebra dog', 'okapi', 1.5, 0.75, '{0.421399664,0.421399664,0.000000000,0.000000000,0.000000000,0.000000000,0.568996501,0.000000000}'),
    ('zebra dog', 'plus', 1.2, 0.4, '{1.061265695,1.061265695,0.000000000,0.000000000,0.000000000,0.000000000,1.421194197,0.000000000}'),
    ('zebra dog', 'lucene', 1.2, 0.75, '{0.886001124,0.886001124,0.000000000,0.000000000,0.000000000,0.000000000,1.161628165,0.000000000}');
CREATE VIEW compared AS
SELECT query, idf, id, scores[id] AS expected,
       bm25(document, plainto_tsquery('simple', query), statistics, k1, b, idf) AS of_query,
       bm25(document, string_to_array(query, ' '), statistics, k1, b, idf) AS of_terms,
       inner_product(bm25_vector(document, statistics, k1, b), bm25_query(plainto_tsquery('simple', query), statistics, idf)) AS product,
       inner_product(bm25_vector(document, statistics, k1, b), bm25_query(string_to_array(query, ' '), statistics, idf)) AS product_of_terms
  FROM expected, docs, facts;
SELECT idf, count(*) AS scores, count(*) FILTER (WHERE expected > 0) AS not_zero,
       count(*) FILTER (WHERE abs(of_query - expected) < 1e-9) AS of_query,
       count(*) FILTER (WHERE of_terms = of_query) AS of_terms,
       count(*) FILTER (WHERE abs(product - expected) < 1e-6) AS product,
       count(*) FILTER (WHERE product_of_terms = product) AS product_of_terms
  FROM compared GROUP BY idf ORDER BY idf;
-- k1 is 1.2, b 0.75 and idf lucene where nothing else is said.
SELECT count(*) FILTER (WHERE bm25(document, ARRAY['fox'], statistics) = bm25(document, ARRAY['fox'], statistics, 1.2, 0.75, 'lucene')) AS same,
       count(*) FILTER (WHERE bm25_vector(document, statistics) = bm25_vector(document, statistics, 1.2, 0.75)) AS same_vectors
  FROM docs, facts;

-- Against the formula in SQL, many documents and terms; stripped ones count each term once.
SELECT setseed(0.5);
CREATE TABLE many AS
SELECT d AS id, to_tsvector('simple', string_agg('w' || (300 * random() ^ 3)::int, ' ')) AS document
  FROM generate_series(1, 300) d, generate_series(1, 60) i WHERE i < 10 + d % 50 GROUP BY d;
CREATE TABLE counts AS
SELECT id, lexeme, cardinality(positions)::float8 AS tf, sum(cardinality(positions)) OVER (PARTITION BY id) AS length
  FROM many, unnest(document);
CREATE TABLE many_facts AS SELECT bm25_statistics(document) AS statistics, bm25_statistics(strip(document)) AS stripped FROM many;
CREATE FUNCTION formula(terms text[], k1 float8, b float8) RETURNS TABLE (id int, score float8) LANGUAGE sql AS $$
    WITH n AS (SELECT lexeme, count(*)::float8 AS n FROM counts GROUP BY lexeme),
         average AS (SELECT sum(tf) / 300 AS length FROM counts)
    SELECT id, sum(ln(1 + (300 - n + 0.5) / (n + 0.5)) * tf * (k1 + 1) / (tf + k1 * (1 - b + b * c.length / a.length)))
      FROM counts c JOIN n USING (lexeme), average a WHERE lexeme = ANY (terms) GROUP BY id
$$;
SELECT count(*) AS documents, count(*) FILTER (WHERE abs(bm25(document, q, statistics, 2, 0.5) - coalesce(score, 0)) < 1e-9) AS same
  FROM (VALUES (ARRAY['w0', 'w7', 'w30', 'w299'])) v(q), many_facts, many LEFT JOIN formula('{w0,w7,w30,w299}', 2, 0.5) USING (id);
SELECT count(*) AS documents, count(*) FILTER (WHERE abs(bm25(strip(document), q, stripped, b => 0) - bm25(strip(document), q, stripped, 0)) < 1e-12) AS same
  FROM (VALUES (ARRAY['w0', 'w7', 'w30', 'w299'])) v(q), many_facts, many;
-- Prefixes are all terms that begin so; what is negated does not count; weights of lexemes do not matter.
SELECT count(*) AS documents,
       count(*) FILTER (WHERE abs(bm25(document, 'w29:*'::tsquery, statistics) - bm25(document, terms, statistics)) < 1e-12) AS same,
       count(*) FILTER (WHERE bm25_query('w29:* & (!w1 | !w2:*)'::tsquery, statistics) = bm25_query(terms, statistics)) AS same_vectors,
       count(*) FILTER (WHERE abs(bm25(document, 'w0 & w3 <-> w5'::tsquery, statistics) - bm25(document, '{w0,w3,w5}'::text[], statistics)) < 1e-12) AS phrases,
       count(*) FILTER (WHERE bm25(document, 'w0:A'::tsquery, statistics) = bm25(setweight(document, 'B'), 'w0'::tsquery, statistics)) AS weights
  FROM many, (SELECT array_agg(term ORDER BY term DESC) AS terms FROM many_facts, bm25_terms(statistics) WHERE term LIKE 'w29%') p, many_facts;
-- By an index on the vectors, which are as many terms long; and by sorting.
SELECT bm25_summary(statistics) FROM many_facts;
ALTER TABLE many ADD terms sparsevec;
UPDATE many SET terms = bm25_vector(document, statistics) FROM many_facts;
SELECT terms AS dimensions FROM bm25_summary((SELECT statistics FROM many_facts)) \gset
ALTER TABLE many ALTER terms TYPE sparsevec(:dimensions);
SET vectorext.seed = 1;
CREATE INDEX ON many USING hnsw (terms sparsevec_ip_ops);
SET enable_seqscan = off;
SELECT bm25_query(ARRAY['w7', 'w30'], statistics) AS query FROM many_facts \gset
EXPLAIN (COSTS OFF) SELECT id FROM many ORDER BY terms <#> :'query' LIMIT 10;
SELECT array_agg(id) = (SELECT array_agg(id ORDER BY score DESC)
                          FROM (SELECT id, score FROM formula('{w7,w30}', 1.2, 0.75) ORDER BY score DESC LIMIT 10) f) AS same
  FROM (SELECT id FROM many ORDER BY terms <#> :'query' LIMIT 10) nearest;
RESET enable_seqscan;

-- In parallel, and by hash aggregation.
ANALYZE many;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
EXPLAIN (COSTS OFF) SELECT bm25_statistics(document) FROM many;
SELECT bm25_statistics(document)::text = (SELECT statistics::text FROM many_facts) AS same FROM many;
SELECT bm25_statistics(document) FROM many WHERE id < 0;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
RESET max_parallel_workers_per_gather;
SELECT sum(documents) FROM (SELECT (bm25_summary(bm25_statistics(document))).documents FROM many GROUP BY id % 7) s;

-- Statistics may be stored apart from their row, or compressed; and each row may have others.
CREATE TABLE stored AS SELECT 1 AS id, statistics FROM many_facts;
ALTER TABLE stored ALTER statistics SET STORAGE extended;
INSERT INTO stored
SELECT 2, bm25_statistics(array_to_tsvector(ARRAY(SELECT 'w7' || repeat('x', n) FROM generate_series(0, 99) n))) FROM generate_series(1, 9);
CREATE TABLE longer AS SELECT 3 AS id, bm25_statistics(to_tsvector('simple', 'word' || i)) AS statistics FROM generate_series(1, 5000) i;
INSERT INTO stored SELECT * FROM longer;
SELECT id, pg_column_size(statistics) < 2000 AS in_row, pg_column_compression(statistics) IS NOT NULL AS compressed, (bm25_summary(statistics)).terms FROM stored ORDER BY id;
CREATE TABLE plain AS SELECT id, statistics::text AS words FROM stored;
SELECT s.id, count(*) AS documents, count(*) FILTER (WHERE score > 0) AS found, count(*) FILTER (WHERE score = bm25(document, q, words::bm25_statistics)) AS same
  FROM (VALUES (ARRAY['w7', 'word7'])) v(q), many, stored s JOIN plain USING (id), bm25(document, q, s.statistics) AS score
 WHERE many.id <= 60 GROUP BY s.id ORDER BY s.id;
SELECT count(*) AS by_turns, count(*) FILTER (WHERE bm25(document, q, statistics) = bm25(document, q, words::bm25_statistics)) AS same
  FROM (VALUES ('w7:1 word7:2'::tsvector, ARRAY['w7', 'word7'])) v(document, q),
       (SELECT statistics, words FROM generate_series(1, 3) turn, stored JOIN plain USING (id) ORDER BY turn, id OFFSET 0) s;
SELECT count(*) FILTER (WHERE bm25(to_tsvector('simple', 'word' || i), ARRAY['word' || i], statistics) > 8) FROM generate_series(1, 5000) i, longer;

-- Text and binary form; the order of the text does not matter.
SELECT '  3 17 ''dog'':1  ''ca''''t'':2 ''zoo'':3 '''':1 '::bm25_statistics;
SELECT bm25_statistics(to_tsvector('simple', d)) FROM (VALUES ('a b c b'), ('b c'), (NULL), ('')) v(d);
SELECT '0 0'::bm25_statistics;
CREATE TABLE received (LIKE many_facts);
\copy many_facts TO PROGRAM 'cat > "$PG_ABS_BUILDDIR/results/bm25.bin"' (FORMAT binary)
\copy received FROM PROGRAM 'cat "$PG_ABS_BUILDDIR/results/bm25.bin"' (FORMAT binary)
SELECT c.statistics::text = f.statistics::text AS same, c.statistics::text::bm25_statistics::text = f.statistics::text AS by_text FROM received c, many_facts f;
-- The client's encoding.
TRUNCATE received;
CREATE TABLE sent AS SELECT bm25_statistics(to_tsvector('simple', U&'\00e9t\00e9 z')) AS statistics;
SET client_encoding = 'LATIN1';
\copy (SELECT statistics, statistics FROM sent) TO PROGRAM 'cat > "$PG_ABS_BUILDDIR/results/bm25.bin"' (FORMAT binary)
\copy received FROM PROGRAM 'cat "$PG_ABS_BUILDDIR/results/bm25.bin"' (FORMAT binary)
RESET client_encoding;
SELECT r.statistics::text = s.statistics::text AS same, (bm25_summary(r.statistics)).terms,
       octet_length(bm25_statistics_send(s.statistics)) = 20 + 2 * 8 + 5 + 1 AS utf8
  FROM received r, sent s;
DROP TABLE received;
\getenv srcdir PG_ABS_SRCDIR
\set receive :srcdir '/sql/contract/receive.sql'
\i :receive
CREATE TABLE received (statistics bm25_statistics);
SELECT name, pg_temp.receive(field)
  FROM (VALUES (1, 'two terms, not in order', '0000000000000002000000000000000500000002000000010000000162000000020000000161'),
               (2, 'the same term twice', '0000000000000002000000000000000500000002000000010000000162000000020000000162'),
               (3, 'in more documents than there are', '0000000000000002000000000000000500000001000000030000000162'),
               (4, 'in no document', '0000000000000002000000000000000500000001000000000000000162'),
               (5, 'fewer terms than it says', '0000000000000002000000000000000500000003000000010000000162'),
               (6, 'a term that is too long', '0000000000000002000000000000000500000001000000017fffffff62'),
               (7, 'a length without sense', '000000000000000200000000000000050000000100000001ffffffff62'),
               (8, 'negative', 'ffffffffffffffff000000000000000500000000'),
               (9, 'not of the encoding', '00000000000000020000000000000005000000010000000100000001ff'),
               (10, 'more than its terms', '000000000000000200000000000000050000000000')) AS messages(i, name, field) ORDER BY i;

-- Nothing to find, and what the statistics do not have.
SELECT bm25(document, ''::tsquery, statistics), bm25(document, '{}'::text[], statistics), bm25(document, ARRAY['zebra'], statistics),
       bm25(document, '!fox'::tsquery, statistics), bm25('', ARRAY['fox'], statistics), bm25('zebra:1', ARRAY['zebra'], statistics)
  FROM docs, facts WHERE id = 1;
SELECT bm25_vector('', statistics), bm25_vector('fox:1 zebra:2', statistics), bm25_query(ARRAY['zebra'], statistics), bm25_query(''::tsquery, statistics)
  FROM facts;
SELECT bm25('a:1', ARRAY['a'], '0 0'), bm25_vector('a:1', '0 0'), bm25_query(ARRAY['a'], '0 0');
SELECT bm25(NULL, ARRAY['a'], '0 0'), bm25('a:1', NULL::text[], '0 0'), bm25('a:1', ARRAY['a'], NULL);
-- More than half of the documents have it.
SELECT bm25('a:1', ARRAY['a'], '3 3 ''a'':3') > 0 AS lucene, bm25('a:1', ARRAY['a'], '3 3 ''a'':3', idf => 'okapi') < 0 AS okapi,
       bm25_query(ARRAY['a'], '2 2 ''a'':1', 'okapi') AS half;
-- A tsvector has at most 255 positions of a lexeme.
SELECT bm25_statistics(to_tsvector('simple', repeat('a ', 1000)));

-- Errors.
SELECT bm25('a:1', ARRAY['a'], '1 1 ''a'':1', k1 => -1);
SELECT bm25('a:1', ARRAY['a'], '1 1 ''a'':1', k1 => 'NaN');
SELECT bm25('a:1', ARRAY['a'], '1 1 ''a'':1', k1 => 'Infinity');
SELECT bm25('a:1', ARRAY['a'], '1 1 ''a'':1', b => -0.1);
SELECT bm25('a:1', ARRAY['a'], '1 1 ''a'':1', b => 1.1);
SELECT bm25('a:1', ARRAY['a'], '1 1 ''a'':1', b => 'NaN');
SELECT bm25('a:1', ARRAY['a'], '1 1 ''a'':1', idf => 'other');
SELECT bm25('a:1', ARRAY['a', NULL], '1 1 ''a'':1');
SELECT bm25('a:1', ARRAY[['a'], ['b']], '1 1 ''a'':1');
SELECT bm25_vector('a:1', '1 1 ''a'':1', 1001);
SELECT bm25_query(ARRAY['a'], '1 1 ''a'':1', 'Lucene');
WITH s AS MATERIALIZED (SELECT bm25_statistics(to_tsvector('simple', 'w' || i)) AS statistics FROM generate_series(1, 16001) i)
SELECT bm25_query('w:*'::tsquery, statistics) FROM s;
WITH s AS MATERIALIZED (SELECT bm25_statistics(to_tsvector('simple', 'w' || i)) AS statistics FROM generate_series(1, 16001) i)
SELECT bm25_vector(array_to_tsvector(ARRAY(SELECT 'w' || i FROM generate_series(1, 16001) i)), statistics) FROM s;
SELECT ''::bm25_statistics;
SELECT '1'::bm25_statistics;
SELECT '-1 0'::bm25_statistics;
SELECT '4294967296 0'::bm25_statistics;
SELECT '1 9223372036854775808'::bm25_statistics;
SELECT '1 1 a:1'::bm25_statistics;
SELECT '1 1 ''a'''::bm25_statistics;
SELECT '1 1 ''a'':0'::bm25_statistics;
SELECT '1 1 ''a'':2'::bm25_statistics;
SELECT '1 1 ''a:1'::bm25_statistics;
SELECT '1 1 ''a'':1 ''a'':1'::bm25_statistics;

SET client_min_messages = warning;
DROP SCHEMA bm25_test CASCADE;
