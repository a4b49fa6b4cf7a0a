-- Several vectors per thing: max_sim, @#, multi_distance.
\pset null NULL
SET extra_float_digits = 0;
SET jit = off;

-- By hand: the first vector of the query is most like the second of the document, the other like the first.
SELECT max_sim(ARRAY['[1,0]'::vector, '[0,2]'], ARRAY['[0.5,3]'::vector, '[2,0]', '[-9,-9]']);
SELECT max_sim(ARRAY['[1,0]'::vector, '[0,2]'], ARRAY['[3,4]'::vector, '[-1,0]'], 'cosine');
SELECT ARRAY['[1,0]'::vector, '[0,2]'] @# ARRAY['[0.5,3]', '[2,0]']::vector[];
SELECT ARRAY['[1,0]', '[0,2]']::halfvec[] @# ARRAY['[0.5,3]', '[2,0]']::halfvec[];
SELECT ARRAY['{1:1}/2', '{2:2}/2']::sparsevec[] @# ARRAY['{1:0.5,2:3}/2', '{1:2}/2']::sparsevec[];

-- Against the definition, for random vectors, all types and metrics.
SELECT setseed(0.5);
CREATE TABLE tokens AS
SELECT side, pair, n, ARRAY(SELECT (random() * 20 - 10)::int FROM generate_series(1, 9 + n - n))::vector AS v
  FROM generate_series(1, 60) AS pair, unnest('{query,document}'::text[]) AS side, generate_series(1, 1 + (pair * length(side)) % 13) AS n;
CREATE VIEW pairs AS
SELECT pair, array_agg(v ORDER BY n) FILTER (WHERE side = 'query') AS query, array_agg(v ORDER BY n) FILTER (WHERE side = 'document') AS document
  FROM tokens GROUP BY pair;
CREATE VIEW expected AS
SELECT pair, metric, sum(greatest) AS expected
  FROM (SELECT q.pair, q.n, metric, max(CASE metric WHEN 'cosine' THEN 1 - (q.v <=> d.v) WHEN 'inner_product' THEN inner_product(q.v, d.v)
                                        WHEN 'l2' THEN -((q.v <-> d.v) ^ 2) ELSE -(q.v <+> d.v) END) AS greatest
          FROM tokens AS q JOIN tokens AS d ON q.pair = d.pair AND q.side = 'query' AND d.side = 'document',
               unnest('{cosine,inner_product,l2,l1}'::text[]) AS metric
         GROUP BY q.pair, q.n, metric) AS best
 GROUP BY pair, metric;
SELECT metric, count(*) AS pairs, max(abs(max_sim(query, document, metric) - expected)) < 1e-3 AS vector,
       max(abs(max_sim(query::halfvec[], document::halfvec[], metric) - expected)) < 1e-3 AS halfvec,
       max(abs(max_sim(query::sparsevec[], document::sparsevec[], metric) - expected)) < 1e-3 AS sparsevec
  FROM expected JOIN pairs USING (pair) GROUP BY metric ORDER BY metric;
SELECT count(*) FILTER (WHERE query @# document = -max_sim(query, document)) AS vector,
       count(*) FILTER (WHERE query::halfvec[] @# document::halfvec[] = -max_sim(query::halfvec[], document::halfvec[], 'ip')) AS halfvec,
       count(*) FILTER (WHERE query::sparsevec[] @# document::sparsevec[] = -max_sim(query::sparsevec[], document::sparsevec[])) AS sparsevec
  FROM pairs;
-- As many as an article has, and sums that leave the range of floats.
SELECT max_sim(array_agg(v), array_agg(v), 'cosine')::numeric(10, 4) AS itself, count(*) FROM tokens;
SELECT max_sim(ARRAY['[3e38,3e38]'::vector], ARRAY['[3e38,3e38]'::vector]) BETWEEN 1.79e77 AND 1.81e77 AS right,
       max_sim(ARRAY['[3e38,3e38]'::vector], ARRAY['[-3e38,3e38]', '[1e-38,1e-38]']::vector[], 'cosine')::numeric(10, 4) AS cosine;

-- NULL where there is nothing to compare; a zero vector is like nothing.
SELECT max_sim('{}'::vector[], ARRAY['[1,2]'::vector]), max_sim(ARRAY['[1,2]'::vector], '{}'), max_sim(ARRAY['[1,2]'::vector], NULL),
       '{}'::halfvec[] @# '{}'::halfvec[];
SELECT max_sim(ARRAY['[0,0]', '[1,0]']::vector[], ARRAY['[0,0]']::vector[], 'cosine'), max_sim(ARRAY['[0,0]', '[1,0]']::vector[], ARRAY['[0,0]', '[-1,0]']::vector[], 'cosine');
SELECT max_sim(ARRAY['[1,2]', '[1]']::vector[], ARRAY['[1,2]']::vector[]);
SELECT max_sim(ARRAY['[1,2]']::vector[], ARRAY['[1,2]', '[1,2,3]']::vector[]);
SELECT ARRAY['[1,2]', NULL]::vector[] @# ARRAY['[1,2]']::vector[];
SELECT ARRAY['[1,2]']::vector[] @# ARRAY['[1,2]', NULL]::vector[];
SELECT max_sim(ARRAY[ARRAY['[1,2]']]::vector[], ARRAY['[1,2]']::vector[]);
SELECT max_sim(ARRAY['[1,2]']::vector[], ARRAY['[1,2]']::vector[], 'dot');

-- Distances of several columns; dimensions differ between columns, not within one.
SELECT multi_distance(ARRAY['[3,4]', '[1,2,3]']::vector[], ARRAY['[0,0]', '[1,2,4]']::vector[], '{0.5,2}', 'l2');
SELECT metric, count(*) AS pairs,
       max(abs(multi_distance(a, b, '{0.25,-2}', metric) - (0.25 * one + -2 * two))) < 1e-6 AS vector,
       max(abs(multi_distance(a::halfvec[], b::halfvec[], '{0.25,-2}', metric) - (0.25 * one + -2 * two))) < 1e-4 AS halfvec,
       max(abs(multi_distance(a::sparsevec[], b::sparsevec[], '{0.25,-2}', metric) - (0.25 * one + -2 * two))) < 1e-4 AS sparsevec
  FROM (SELECT metric, ARRAY[q.v, subvector(q.v, 3, 4)] AS a, ARRAY[d.v, subvector(d.v, 1, 4)] AS b, distances[1] AS one, distances[2] AS two
          FROM tokens AS q JOIN tokens AS d ON q.pair = d.pair AND q.side = 'query' AND d.side = 'document' AND q.n = d.n,
               unnest('{cosine,ip,l2,l1}'::text[]) AS metric,
               LATERAL (SELECT ARRAY(SELECT CASE metric WHEN 'cosine' THEN x <=> y WHEN 'ip' THEN x <#> y WHEN 'l2' THEN x <-> y ELSE x <+> y END
                                       FROM (VALUES (1, q.v, d.v), (2, subvector(q.v, 3, 4), subvector(d.v, 1, 4))) AS c (i, x, y) ORDER BY i)) AS m (distances)
       ) AS compared
 GROUP BY metric ORDER BY metric;
SELECT multi_distance(ARRAY['[1,0]', '[0,1]']::vector[], ARRAY['[0,1]', '[0,1]']::vector[], '{0.5,0.5}') AS cosine;
SELECT multi_distance(ARRAY['[1,0]', NULL]::vector[], ARRAY['[0,1]', '[0,1]']::vector[], '{1,0}'), multi_distance('{}'::vector[], '{}', '{}'),
       multi_distance(ARRAY['[1,0]']::vector[], ARRAY['[1,0]']::vector[], NULL);
SELECT multi_distance(ARRAY['[1,0]', '[0,1]']::vector[], ARRAY['[0,1]']::vector[], '{1,1}');
SELECT multi_distance(ARRAY['[1,0]', '[0,1]']::vector[], ARRAY['[0,1]', '[0,1]']::vector[], '{1}');
SELECT multi_distance(ARRAY['[1,0]', '[0,1]']::vector[], ARRAY['[0,1]', '[0,1,2]']::vector[], '{1,1}');
SELECT multi_distance(ARRAY['[1,0]']::vector[], ARRAY['[0,1]']::vector[], '{NaN}');
SELECT multi_distance(ARRAY['[1,0]']::vector[], ARRAY['[0,1]']::vector[], '{NULL}');
SELECT multi_distance(ARRAY['[1,0]']::vector[], ARRAY['[0,1]']::vector[], '{1}', 'chebyshev');

-- Two stages: each token of the query asks an index of tokens, then the documents found are compared exactly.
-- Recall against max_sim of all documents.
SET vectorext.seed = 1;
SET max_parallel_maintenance_workers = 0;
CREATE TABLE documents (id integer PRIMARY KEY, tokens vector(16)[]);
CREATE TABLE document_tokens (document integer, token vector(16));
-- Tokens are near one of 200 words; a document has words near its subject.
CREATE TABLE words AS
SELECT i, ARRAY(SELECT random() - 0.5 FROM generate_series(1, 16 + i - i))::vector AS word FROM generate_series(0, 199) AS i;
INSERT INTO document_tokens
SELECT d, l2_normalize(word + ARRAY(SELECT (random() - 0.5) / 3 FROM generate_series(1, 16 + d - d + t - t))::vector)
  FROM generate_series(1, 1000) AS d, generate_series(1, 12) AS t, LATERAL (SELECT word FROM words WHERE i = (d * 7 + t * t * (1 + d % 5)) % 200) AS w;
INSERT INTO documents SELECT document, array_agg(token ORDER BY token) FROM document_tokens GROUP BY document;
CREATE INDEX document_tokens_idx ON document_tokens USING hnsw (token vector_ip_ops);
CREATE TABLE queries AS
SELECT q, array_agg(l2_normalize(token + ARRAY(SELECT (random() - 0.5) / 4 FROM generate_series(1, 16 + q - q))::vector)) AS tokens
  FROM (SELECT q, token, row_number() OVER (PARTITION BY q ORDER BY token) AS n
          FROM generate_series(1, 40) AS q JOIN document_tokens ON document = q * 23) AS t
 WHERE n <= 6 GROUP BY q;
VACUUM ANALYZE documents, document_tokens;
CREATE VIEW two_stages AS
SELECT q, ARRAY(SELECT id FROM documents
                 WHERE id IN (SELECT document FROM unnest(queries.tokens) AS query_token,
                                     LATERAL (SELECT document FROM document_tokens ORDER BY token <#> query_token LIMIT 40) AS near)
                 ORDER BY queries.tokens @# documents.tokens LIMIT 10) AS found
  FROM queries;
CREATE VIEW exact AS
SELECT q, ARRAY(SELECT id FROM documents ORDER BY queries.tokens @# documents.tokens LIMIT 10) AS found FROM queries;
CREATE FUNCTION uses_index(statement text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || statement LOOP
        IF line ~ 'Index Scan using document_tokens_idx' THEN RETURN true; END IF;
    END LOOP;
    RETURN false;
END $$;
SELECT uses_index('SELECT * FROM two_stages');
SELECT count(*) AS queries, avg((SELECT count(*) FROM unnest(t.found) AS id WHERE id = ANY (e.found))) / 10 >= 0.95 AS recall,
       count(*) FILTER (WHERE t.found[1] = e.found[1]) AS same_first
  FROM two_stages AS t JOIN exact AS e USING (q);

DROP TABLE tokens, documents, document_tokens, words, queries CASCADE;
DROP FUNCTION uses_index;
