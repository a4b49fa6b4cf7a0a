-- Recommendation: recommend, example_score, avg and sum by weight, add_scaled, mmr, autocut.
\pset null NULL
SET extra_float_digits = 0;
SET jit = off;

-- By hand.
SELECT recommend(ARRAY['[1,2]'::vector, '[3,6]']);
SELECT recommend(ARRAY['[1,2]'::vector, '[3,6]'], ARRAY['[0,1]'::vector]);
SELECT recommend(ARRAY['[1,2]'::halfvec, '[3,6]'], ARRAY['[0,1]'::halfvec], 'average');
SELECT recommend(ARRAY['{1:1}/3'::sparsevec, '{1:1,2:3}/3'], ARRAY['{2:3,3:1}/3'::sparsevec]);

-- What qdrant-client 1.20.0 gives for these: QdrantClient(':memory:'), Distance.COSINE or DOT,
-- query_points(query=RecommendQuery(recommend=RecommendInput(positive, negative, strategy))), rounded to 5 digits.
CREATE TABLE given AS
SELECT ARRAY['[1,0.2,0.1]'::vector, '[0.5,0.5,0.5]'] AS positive, ARRAY['[-0.3,1,0.2]'::vector, '[0.1,-0.4,0.8]'] AS negative;
CREATE TABLE candidates (id integer, v vector(3), average_ip numeric, best numeric, sums numeric, best_ip numeric, sums_ip numeric);
INSERT INTO candidates VALUES
    (1, '[1,0,0.5]', 1.65, 0.73911, 1.36249, 0.7561, 1.5),
    (2, '[0.2,1,-0.3]', 0.69, -0.71891, 0.69778, -0.73404, 0.56),
    (3, '[-0.5,0.4,1]', -0.54, -0.68636, -0.97165, -0.71429, -1.21),
    (4, '[0.9,0.1,0.4]', 1.52, 0.74311, 1.43311, 0.7449, 1.38),
    (5, '[-1,-0.2,0.1]', -1.67, -0.54962, -1.77596, -0.55357, -1.76);
SELECT id, abs(inner_product(v, recommend(positive, negative))::numeric - average_ip) < 1e-5 AS average_ip,
       abs(example_score(v, positive, negative, 'best_score')::numeric - best) < 1e-5 AS best,
       abs(example_score(v, positive, negative, 'sum_scores')::numeric - sums) < 1e-5 AS sums,
       abs(example_score(v, positive, negative, 'best_score', 'inner_product')::numeric - best_ip) < 1e-5 AS best_ip,
       abs(example_score(v, positive, negative, 'sum_scores', 'ip')::numeric - sums_ip) < 1e-5 AS sums_ip
  FROM candidates, given ORDER BY id;
-- The best of those that are nearest to a positive example comes before the best of the others.
SELECT id, example_score(v, positive, negative, 'best_score') > 0 AS positive FROM candidates, given
 ORDER BY example_score(v, positive, negative, 'best_score') DESC;

-- The same by formulas, with random vectors of small integers, for all types and metrics.
SELECT setseed(0.5);
CREATE TABLE vectors AS
SELECT id, id % 40 AS case_number, ((random() * 3)::int + id - id) AS part,
       ARRAY(SELECT (random() * 20 - 10)::int FROM generate_series(1, 5 + id - id))::vector AS v
  FROM generate_series(1, 400) AS id;
CREATE TABLE cases AS
SELECT case_number, (array_agg(v ORDER BY id) FILTER (WHERE part = 0))[1] AS candidate,
       array_agg(v ORDER BY id) FILTER (WHERE part IN (1, 2)) AS positive,
       array_agg(v ORDER BY id) FILTER (WHERE part = 3) AS negative
  FROM vectors GROUP BY case_number;
SELECT count(*) AS cases, count(*) FILTER (WHERE negative IS NULL) > 0 AS without_negative,
       count(*) FILTER (WHERE candidate IS NOT NULL) > 30 AS with_candidate FROM cases;
CREATE VIEW averages AS
SELECT case_number, array_agg(x::real ORDER BY i)::vector AS expected
  FROM (SELECT case_number, i,
               CASE WHEN count(*) FILTER (WHERE part = 3) = 0 THEN avg(e) FILTER (WHERE part IN (1, 2))
                    ELSE 2 * avg(e) FILTER (WHERE part IN (1, 2)) - avg(e) FILTER (WHERE part = 3) END AS x
          FROM vectors, unnest(v::real[]::float8[]) WITH ORDINALITY AS u (e, i)
         WHERE part > 0 GROUP BY case_number, i) AS elements
 GROUP BY case_number;
SELECT count(*) AS cases, max(recommend(positive, negative) <-> expected) < 1e-5 AS vector,
       max(recommend(positive::halfvec[], negative::halfvec[])::vector <-> expected) < 0.05 AS halfvec,
       max(recommend(positive::sparsevec[], negative::sparsevec[])::vector <-> expected) < 1e-5 AS sparsevec
  FROM cases JOIN averages USING (case_number);
CREATE VIEW similarities AS
SELECT case_number, part = 3 AS negative, metric,
       CASE metric WHEN 'cosine' THEN 1 - (candidate <=> v) WHEN 'ip' THEN -(candidate <#> v)
                   WHEN 'l2' THEN -((candidate <-> v) ^ 2) ELSE -(candidate <+> v) END AS similarity
  FROM cases JOIN vectors USING (case_number), unnest('{cosine,ip,l2,l1}'::text[]) AS metric
 WHERE part > 0 AND candidate IS NOT NULL;
CREATE VIEW scores AS
SELECT case_number, metric, sum(CASE WHEN negative THEN -similarity ELSE similarity END) AS sums,
       CASE WHEN best > coalesce(worst, '-Infinity') THEN 0.5 * (best / (1 + abs(best)) + 1)
            ELSE -0.5 * (worst / (1 + abs(worst)) + 1) END AS best
  FROM (SELECT *, max(similarity) FILTER (WHERE NOT negative) OVER each AS best,
               max(similarity) FILTER (WHERE negative) OVER each AS worst
          FROM similarities WINDOW each AS (PARTITION BY case_number, metric)) AS s
 GROUP BY case_number, metric, best, worst;
SELECT metric, count(*) > 30 AS cases, count(*) FILTER (WHERE best < 0) > 3 AS negative,
       max(abs(example_score(candidate, c.positive, c.negative, 'best_score', metric) - best)) < 1e-6 AS best,
       max(abs(example_score(candidate, c.positive, c.negative, 'sum_scores', metric) - sums)) < 1e-3 AS sums,
       max(abs(example_score(candidate::halfvec, c.positive::halfvec[], c.negative::halfvec[], 'sum_scores', metric)
               - sums)) < 1e-3 AS halfvec,
       max(abs(example_score(candidate::sparsevec, c.positive::sparsevec[], c.negative::sparsevec[], 'best_score', metric)
               - best)) < 1e-6 AS sparsevec
  FROM scores JOIN cases AS c USING (case_number) GROUP BY metric ORDER BY metric;

-- Nothing given; a zero vector has no direction.
SELECT recommend(NULL::vector[]), recommend('{}'::vector[], ARRAY['[1,2]'::vector]), recommend(ARRAY['[1,2]'::vector], NULL);
SELECT example_score('[1,2]'::vector, NULL, NULL, 'best_score'), example_score(NULL::vector, ARRAY['[1,2]'::vector], NULL, 'best_score');
SELECT example_score('[1,2]'::vector, NULL, ARRAY['[1,2]'::vector], 'best_score'),
       example_score('[1,2]'::vector, NULL, ARRAY['[1,2]'::vector], 'sum_scores');
SELECT example_score('[0,0]'::vector, ARRAY['[1,2]'::vector], NULL, 'best_score'),
       example_score('[0,0]'::vector, ARRAY['[1,2]'::vector], NULL, 'sum_scores');
-- What is out of the range of floats on the way need not be in the end.
SELECT recommend(ARRAY['[3e38]'::vector, '[3e38]'], ARRAY['[3e38]'::vector]);

-- Errors.
SELECT recommend(ARRAY['[1,2]'::vector, '[1]']);
SELECT recommend(ARRAY['[1,2]'::vector], ARRAY['[1,2,3]'::vector]);
SELECT recommend(ARRAY['{1:1}/2'::sparsevec], ARRAY['{1:1}/3'::sparsevec]);
SELECT recommend(ARRAY['[1,2]'::vector, NULL]);
SELECT recommend(ARRAY[ARRAY['[1,2]'::vector]]);
SELECT recommend(ARRAY['[1,2]'::vector], '{}', 'best_score');
SELECT recommend(ARRAY['[1,2]'::vector], '{}', NULL);
SELECT recommend(ARRAY['[3e38]'::vector], ARRAY['[-3e38]'::vector]);
SELECT recommend(ARRAY['[60000]'::halfvec], ARRAY['[-60000]'::halfvec]);
SELECT example_score('[1,2]'::vector, ARRAY['[1,2,3]'::vector], '{}', 'best_score');
SELECT example_score('[1,2]'::vector, ARRAY['[1,2]'::vector], '{}', 'average');
SELECT example_score('[1,2]'::vector, ARRAY['[1,2]'::vector], '{}', NULL);
SELECT example_score('[1,2]'::vector, ARRAY['[1,2]'::vector], '{}', 'best_score', 'hamming');
SELECT example_score('[1,2]'::vector, ARRAY['[1,2]'::vector], '{}', 'best_score', NULL);

-- avg and sum by weight, in one process and put together from several.
CREATE TABLE weighted AS
SELECT v, CASE WHEN id % 17 > 0 THEN (random() * 16)::int / 4.0 - 1 END::float8 AS weight, id FROM vectors;
INSERT INTO weighted VALUES (NULL, 1, 0), (NULL, NULL, -1);
CREATE VIEW sums AS
SELECT array_agg(x ORDER BY i)::vector AS sum, array_agg(x / weights ORDER BY i)::vector AS avg
  FROM (SELECT i, sum(e * weight) AS x, sum(weight) AS weights
          FROM weighted, unnest(v::real[]::float8[]) WITH ORDINALITY AS u (e, i) GROUP BY i) AS elements;
CREATE VIEW compared AS
SELECT s.sum <-> x.sum < 1e-2 AS sum, s.avg <-> x.avg < 1e-5 AS avg, halves <-> x.avg < 1e-2 AS halves,
       sparse_sum <-> x.sum < 1e-2 AS sparse_sum, sparse_avg <-> x.avg < 1e-5 AS sparse_avg
  FROM sums AS x, (SELECT sum(v, weight), avg(v, weight), avg(v::halfvec, weight)::vector AS halves,
                     sum(v::sparsevec, weight)::vector AS sparse_sum, avg(v::sparsevec, weight)::vector AS sparse_avg
                FROM weighted) AS s;
SELECT * FROM compared;
ANALYZE weighted;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
EXPLAIN (COSTS OFF) SELECT avg(v, weight), sum(v::halfvec, weight), avg(v::sparsevec, weight) FROM weighted;
SELECT * FROM compared;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
RESET max_parallel_workers_per_gather;
-- Weights of 1 make of them what there is without weights, which is there as before.
SELECT avg(v, 1) = avg(v) AS avg, sum(v, 1) = sum(v) AS sum, avg(v::halfvec, 1::real) = avg(v::halfvec) AS halfvec,
       sum(v::sparsevec, 1::numeric) = sum(v::sparsevec) AS sparsevec FROM vectors;
SELECT avg(v, weight), sum(v, weight), avg(v::sparsevec, weight), sum(v::sparsevec, weight) FROM weighted WHERE id <= 0;
-- Weights whose sum is zero have no average; a weight of zero is one.
SELECT avg(v, w), sum(v, w), avg(v::sparsevec, w), sum(v::sparsevec, w) FROM (VALUES ('[1,2]'::vector, 1), ('[3,5]', -1)) AS given (v, w);
SELECT avg(v, w), sum(v, w) FROM (VALUES ('[1,2]'::vector, 0), ('[3,5]', 2)) AS given (v, w);
SELECT sum(v, w), sum(v::sparsevec, w) FROM (VALUES ('[1,2]'::vector, 0), ('[3,5]', 0)) AS given (v, w);
-- A window: each profile after each purchase, half of what was before.
SELECT i, avg(v, 2.0 ^ i) OVER (ORDER BY i) FROM (VALUES (1, '[1,0]'::vector), (2, '[0,1]'), (3, '[0,1]')) AS bought (i, v);
SELECT avg(v, w) FROM (VALUES ('[1,2]'::vector, 1), ('[1,2,3]', 1)) AS given (v, w);
SELECT avg(v, w) FROM (VALUES ('{1:1}/2'::sparsevec, 1), ('{1:1}/3', 1)) AS given (v, w);
SELECT avg(v, 'NaN'::float8) FROM vectors;
SELECT sum(v::halfvec, 'Infinity'::real) FROM vectors;
SELECT sum(v::sparsevec, '-Infinity'::float8) FROM vectors;
SELECT sum(v, 1e39) FROM vectors;
SELECT sum(v::halfvec, 1e5) FROM vectors;
SELECT sum(v::sparsevec, 1e39) FROM vectors;
SELECT vector_weighted_sum('{}');
SELECT sparsevec_weighted_sum('{1,2,5,1}'), sparsevec_weighted_sum('{1,2,0,1}');
SELECT sparsevec_weighted_sum('{1,2,0}');

-- A profile that goes on from what it was.
SELECT vector_add_scaled('[1,2]', '[10,20]', 0.5), halfvec_add_scaled('[1,2]', '[10,20]', -0.5),
       sparsevec_add_scaled('{1:1}/3', '{1:2,3:1}/3', -0.5), vector_add_scaled('[1,2]', NULL, 1);
SELECT vector_add_scaled('[1,2]', '[1]', 1);
SELECT sparsevec_add_scaled('{1:1}/3', '{1:1}/4', 1);
SELECT vector_add_scaled('[1,2]', '[1,2]', 'NaN');
SELECT vector_add_scaled('[1,2]', '[1,2]', 1e39);
SELECT halfvec_add_scaled('[1,2]', '[1,2]', 1e5);
SELECT sparsevec_add_scaled('{1:1}/3', '{1:1}/3', 1e39);

-- mmr against the same choice written in PL/pgSQL, by the distance functions, for all types and metrics.
CREATE FUNCTION similarity(metric text, a vector, b vector) RETURNS float8 LANGUAGE sql IMMUTABLE AS
    $$SELECT CASE metric WHEN 'cosine' THEN 1 - (a <=> b) WHEN 'ip' THEN -(a <#> b) WHEN 'l2' THEN -(a <-> b) ELSE -(a <+> b) END$$;
CREATE FUNCTION chosen(query vector, vectors vector[], k integer, lambda float8, metric text) RETURNS integer[]
    LANGUAGE plpgsql AS $$
DECLARE
    picks integer[] := '{}';
BEGIN
    FOR n IN 1 .. least(k, cardinality(vectors)) LOOP
        picks := picks || (
            SELECT i FROM generate_subscripts(vectors, 1) AS i
             WHERE i <> ALL (picks)
             ORDER BY lambda * similarity(metric, query, vectors[i])
                      - (1 - lambda) * coalesce((SELECT max(similarity(metric, vectors[i], vectors[p])) FROM unnest(picks) AS p), 0) DESC,
                      i LIMIT 1);
    END LOOP;
    RETURN picks;
END $$;
CREATE FUNCTION distances(query vector, vectors vector[], metric text) RETURNS float8[] LANGUAGE sql AS
    $$SELECT array_agg(CASE metric WHEN 'cosine' THEN 1 ELSE 0 END - similarity(metric, query, v) ORDER BY i)
        FROM unnest(vectors) WITH ORDINALITY AS u (v, i)$$;
-- Random elements with fractions, so that no two are as good.
CREATE TABLE searches AS
SELECT s AS search, ARRAY(SELECT random() FROM generate_series(1, 6 + s - s))::vector AS query,
       (SELECT array_agg(ARRAY(SELECT random() FROM generate_series(1, 6 + i - i + s - s))::vector) FROM generate_series(1, 15) AS i) AS vectors
  FROM generate_series(1, 10) AS s;
SELECT metric, lambda, count(*) AS searches,
       count(*) FILTER (WHERE by_vector = chosen(query, vectors, 8, lambda, metric)) AS vector,
       count(*) FILTER (WHERE by_half = chosen(query::halfvec::vector, vectors::halfvec[]::vector[], 8, lambda, metric)) AS halfvec,
       count(*) FILTER (WHERE by_sparse = chosen(query, vectors, 8, lambda, metric)) AS sparsevec
  FROM searches, unnest('{cosine,ip,l2,l1}'::text[]) AS metric, unnest('{0.3,0.7}'::float8[]) AS lambda,
       LATERAL (SELECT array_agg(i) AS ids FROM generate_subscripts(vectors, 1) AS i) AS ids,
       LATERAL (SELECT ARRAY(SELECT id FROM mmr(ids, vectors, distances(query, vectors, metric), 8, lambda, metric)) AS by_vector) AS a,
       LATERAL (SELECT ARRAY(SELECT id FROM mmr(ids, vectors::halfvec[],
                distances(query::halfvec::vector, vectors::halfvec[]::vector[], metric), 8, lambda, metric)) AS by_half) AS b,
       LATERAL (SELECT ARRAY(SELECT id FROM mmr(ids, vectors::sparsevec[], distances(query, vectors, metric), 8, lambda, metric)) AS by_sparse) AS c
 GROUP BY metric, lambda ORDER BY metric, lambda;
-- With lambda 1 it is the order of the distances, with 0 diversity alone; two that are as good come as they were given.
SELECT * FROM mmr(ARRAY['a', 'b', 'c'], ARRAY['[1,0]', '[1,0]', '[0,1]']::vector[], '{0.25,0.25,0.5}', 3, 1);
SELECT * FROM mmr(ARRAY['a', 'b', 'c'], ARRAY['[1,0]', '[1,0]', '[0,1]']::vector[], '{0.25,0.25,0.5}', 3);
SELECT * FROM mmr(ARRAY['a', 'b', 'c'], ARRAY['[1,0]', '[1,0]', '[0,1]']::vector[], '{0.25,0.25,0.5}', 2, 0);
SELECT * FROM mmr('{7,NULL}'::int[], ARRAY['[0,0]', '[0,0]']::vector[], '{0.5,0.5}', 10);
SELECT * FROM mmr(NULL::int[], NULL::vector[], NULL, 10);
SELECT * FROM mmr('{}'::int[], '{}'::halfvec[], '{}', 10);
-- The whole way: candidates of an index, then the choice.
SELECT count(*), count(DISTINCT id) FROM (SELECT array_agg(id) AS ids, array_agg(v) AS vectors, array_agg(distance) AS distances
          FROM (SELECT id, v, v <=> '[1,2,3,4,5]' AS distance FROM vectors ORDER BY distance LIMIT 100) AS nearest) AS c,
       mmr(ids, vectors, distances, 10);
SELECT mmr('{1,2}'::int[], ARRAY['[1,0]']::vector[], '{1,2}', 1);
SELECT mmr('{1,2}'::int[], ARRAY['[1,0]', '[0,1]']::vector[], '{1}', 1);
SELECT mmr('{1,2}'::int[], ARRAY['[1,0]', '[0]']::vector[], '{1,2}', 1);
SELECT mmr('{1,2}'::int[], ARRAY['[1,0]', NULL]::vector[], '{1,2}', 1);
SELECT mmr('{1,2}'::int[], ARRAY['[1,0]', '[0,1]']::vector[], '{1,NULL}', 1);
SELECT mmr('{1,2}'::int[], ARRAY['[1,0]', '[0,1]']::vector[], '{1,NaN}', 1);
SELECT mmr('{{1,2}}'::int[], ARRAY['[1,0]', '[0,1]']::vector[], '{1,2}', 1);
SELECT mmr('{1}'::int[], ARRAY['[1,0]']::vector[], '{1}', 0);
SELECT mmr('{1}'::int[], ARRAY['[1,0]']::vector[], '{1}', NULL);
SELECT mmr('{1}'::int[], ARRAY['[1,0]']::vector[], '{1}', 1, 1.5);
SELECT mmr('{1}'::int[], ARRAY['[1,0]']::vector[], '{1}', 1, 'NaN');
SELECT mmr('{1}'::int[], ARRAY['[1,0]']::vector[], '{1}', 1, NULL);
SELECT mmr('{1}'::int[], ARRAY['[1,0]']::vector[], '{1}', 1, 0.5, 'jaccard');

-- autocut against its definition: the curve of the distances above the diagonal, in floats, and its maxima.
CREATE TABLE lists AS
SELECT q, (SELECT array_agg(d ORDER BY d) FROM (SELECT (random() * 50)::int / 100.0::float8 + (i % 3) AS d
                                                 FROM generate_series(1, 1 + q % 30) AS i) AS drawn) AS distances
  FROM generate_series(1, 300) AS q;
CREATE VIEW jumps AS
WITH curve AS (
    SELECT q, i, n, CASE WHEN last > first THEN (d - first) / (last - first) - (i - 1)::real * (1::real / (n - 1)::real) END AS above
      FROM (SELECT q, i, d::real AS d, cardinality(distances) AS n, distances[1]::real AS first,
                   distances[cardinality(distances)]::real AS last
              FROM lists, unnest(distances) WITH ORDINALITY AS u (d, i) WHERE cardinality(distances) > 1) AS points)
SELECT q, i - 1 AS before, row_number() OVER (PARTITION BY q ORDER BY i) AS jump
  FROM (SELECT *, above > lag(above) OVER line AND above > coalesce(lead(above) OVER line, lag(above, 2) OVER line) AS is_jump
          FROM curve WINDOW line AS (PARTITION BY q ORDER BY i)) AS c
 WHERE is_jump;
SELECT jumps, count(*) AS lists, count(before) > 100 AS with_so_many,
       count(*) FILTER (WHERE autocut(distances, jumps) = coalesce(before, cardinality(distances))) AS equal
  FROM generate_series(1, 3) AS jumps CROSS JOIN lists LEFT JOIN jumps AS j ON j.q = lists.q AND j.jump = jumps
 GROUP BY jumps ORDER BY jumps;
SELECT autocut('{0.10,0.11,0.12,0.50,0.51,0.52}'), autocut('{0.10,0.11,0.12,0.50,0.51,0.90}', 2), autocut('{1,2}'), autocut('{3}'),
       autocut('{}'), autocut(NULL), autocut('{2,2,2,2}'), autocut('{0.1,0.2,0.9}', 100);
SELECT autocut('{1,NaN}');
SELECT autocut('{1,NULL}');
SELECT autocut('{{1,2}}');
SELECT autocut('{1,2}', 0);
SELECT autocut('{1,2}', NULL);

-- What was bought does not come again, and the answer has as many rows as were asked for, however many
-- of the nearest were bought: the scan of the index goes on.
SET vectorext.seed = 1;
SET max_parallel_maintenance_workers = 0;
CREATE TABLE products (id integer PRIMARY KEY, embedding vector(8) NOT NULL);
INSERT INTO products SELECT i, ARRAY(SELECT random() FROM generate_series(1, 8 + i - i))::vector FROM generate_series(1, 5000) AS i;
CREATE TABLE purchases (customer integer, product integer, bought_at timestamptz DEFAULT now(), PRIMARY KEY (customer, product));
INSERT INTO purchases SELECT 1, id FROM products ORDER BY embedding <=> (SELECT embedding FROM products WHERE id = 1) LIMIT 900;
INSERT INTO purchases SELECT c, 1 + (c * 7919 + i * 104729) % 5000 FROM generate_series(2, 300) AS c, generate_series(1, 10) AS i
    ON CONFLICT DO NOTHING;
CREATE INDEX products_idx ON products USING hnsw (embedding vector_cosine_ops);
VACUUM ANALYZE products, purchases;
PREPARE recommended AS
SELECT id FROM products AS p
 WHERE NOT EXISTS (SELECT FROM purchases AS b WHERE b.customer = 1 AND b.product = p.id)
 ORDER BY embedding <=> recommend((SELECT array_agg(embedding) FROM purchases JOIN products ON id = product WHERE customer = 1))
 LIMIT 10;
CREATE FUNCTION plan_of(statement text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || statement LOOP
        IF line ~ 'products_idx|Sort|Limit' THEN RETURN NEXT regexp_replace(line, '^[ >-]*', ''); END IF;
    END LOOP;
END $$;
SELECT plan_of('EXECUTE recommended');
CREATE TABLE answer AS EXECUTE recommended;
SELECT count(*), count(DISTINCT id), count(*) FILTER (WHERE id IN (SELECT product FROM purchases WHERE customer = 1)) AS bought FROM answer;

DEALLOCATE recommended;
DROP TABLE answer, products, purchases, searches, lists, weighted, cases, vectors, candidates, given CASCADE;
DROP FUNCTION similarity, chosen, distances, plan_of;
