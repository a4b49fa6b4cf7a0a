-- vectorext_why_not: why a row is not among the nearest that an index returns.
SET client_min_messages = warning;
CREATE SCHEMA why_not;
SET search_path = why_not, public;
SET vectorext.seed = 7;
CREATE TABLE points (id int PRIMARY KEY, place vector(16));
INSERT INTO points
    SELECT i, array_agg((('x' || substr(md5(i || '.' || j), 1, 6))::bit(24)::int / 1000000.0)::real ORDER BY j)::vector
      FROM generate_series(1, 2000) AS i, generate_series(1, 16) AS j GROUP BY i;
CREATE INDEX points_place ON points USING hnsw (place vector_l2_ops) WITH (m = 4, ef_construction = 8, storage = plain);
VACUUM ANALYZE points;

-- Against SQL: ranks, distances, and the answer of the index for its queries.
CREATE FUNCTION answer(asked vector, k int) RETURNS TABLE (row_id int, ordinal bigint) LANGUAGE sql
    SET enable_seqscan = off SET enable_sort = off AS
    'SELECT id, row_number() OVER () FROM (SELECT id FROM points ORDER BY place <-> asked LIMIT k) AS found';
CREATE TABLE asked AS SELECT id AS query_id, place + '[1,2,0,1,2,0,1,2,0,1,2,0,1,2,0,1]' AS query FROM points WHERE id <= 20;
CREATE TABLE exact AS
    SELECT query_id, id, place <-> query AS distance, rank() OVER (PARTITION BY query_id ORDER BY place <-> query) AS rank
      FROM asked, points;
SET hnsw.ef_search = 1;
CREATE TABLE said AS
    SELECT e.*, query, w.distance AS said_distance, w.rank AS said_rank, kth_distance, index_kth_distance, returned, position, reason
      FROM exact AS e JOIN asked USING (query_id) JOIN points USING (id), vectorext_why_not('points_place', query, points.ctid, 2) AS w
     WHERE e.rank IN (1, 2, 3, 100);
SELECT count(*), bool_and(said_distance = distance) AS distances, bool_and(said_rank = rank) AS ranks,
       bool_and(kth_distance = (SELECT distance FROM exact AS e WHERE e.query_id = s.query_id AND e.rank = 2)) AS kths,
       bool_and(index_kth_distance = (SELECT distance FROM answer(query, 2) JOIN exact AS e ON e.id = row_id
                                       WHERE e.query_id = s.query_id AND ordinal = 2)) AS index_kths,
       bool_and(returned = EXISTS (SELECT FROM answer(query, 2) WHERE row_id = s.id)) AS returned,
       bool_and(position IS NOT DISTINCT FROM (SELECT ordinal FROM answer(query, CASE WHEN returned THEN 2 ELSE 20 END)
                                                WHERE row_id = s.id)) AS positions
  FROM said AS s;
SELECT DISTINCT rank <= 2 AS near, returned, reason FROM said ORDER BY 1, 2;
-- A search of more effort misses none of them.
SET hnsw.ef_search = 400;
SELECT DISTINCT w.reason FROM said AS s JOIN points AS p USING (id), vectorext_why_not('points_place', query, p.ctid, 2) AS w
 WHERE s.reason LIKE 'the search missed it%';
RESET hnsw.ef_search;
-- So does ivfflat with all lists.
CREATE INDEX points_lists ON points USING ivfflat (place vector_l2_ops) WITH (lists = 10);
SET ivfflat.probes = 10;
SELECT count(*), bool_and(w.returned = (s.rank <= 2) AND (w.position = s.rank OR s.rank = 100 AND w.position IS NULL)) AS as_exact
  FROM said AS s JOIN points AS p USING (id), vectorext_why_not('points_lists', query, p.ctid, 2) AS w WHERE query_id <= 5;
RESET ivfflat.probes;

-- Ties, NULL, zero vectors, rows that are not there.
CREATE TABLE small (id int, v vector(2), part int);
INSERT INTO small VALUES (1, '[1,0]', 1), (2, '[2,0]', 1), (3, '[2,0]', 1), (4, '[3,0]', 1), (5, NULL, 1), (6, '[0,0]', 1), (7, '[5,5]', 2);
CREATE INDEX small_l2 ON small USING hnsw (v vector_l2_ops) WITH (storage = plain);
CREATE INDEX small_cosine ON small USING hnsw (v vector_cosine_ops);
CREATE INDEX small_part ON small USING hnsw (v vector_l2_ops) WHERE part = 1;
CREATE INDEX small_half ON small USING hnsw ((v::halfvec(2)) halfvec_l2_ops) WHERE part = 1;
SELECT id, w.* FROM small, vectorext_why_not('small_l2', '[1,0]'::vector, small.ctid, 4) AS w ORDER BY id;
SELECT count(*) FILTER (WHERE returned) AS returned, count(*) FILTER (WHERE NOT returned AND reason LIKE 'as far as%') AS tied,
       min(rank) AS least_rank, max(rank) AS most
  FROM small, vectorext_why_not('small_l2', '[2,0]'::vector, small.ctid, 1) WHERE id IN (2, 3);
SELECT id, w.* FROM small, vectorext_why_not('small_l2', '[1,0]'::vector, small.ctid, 50) AS w WHERE id IN (5, 7) ORDER BY id;
SELECT id, round(distance::numeric, 6) AS distance, rank, returned, position, reason
  FROM small, vectorext_why_not('small_cosine', '[1,1]'::vector, small.ctid, 1) WHERE id IN (5, 6, 7) ORDER BY id;
SELECT distance, rank, kth_distance, index_kth_distance, count(*) FILTER (WHERE returned) AS returned
  FROM small, vectorext_why_not('small_cosine', '[0,0]'::vector, small.ctid, 1) WHERE id IN (1, 2) GROUP BY 1, 2, 3, 4;
SELECT id, w.* FROM small, vectorext_why_not('small_part', '[5,5]'::vector, small.ctid, 1) AS w WHERE id IN (4, 7) ORDER BY id;
SELECT id, w.* FROM small, vectorext_why_not('small_half', '[5,5]'::halfvec, small.ctid, 1) AS w WHERE id IN (4, 7) ORDER BY id;
SELECT * FROM vectorext_why_not('small_l2', '[1,0]'::vector, '(0,100)');
SELECT * FROM vectorext_why_not('small_l2', '[1,0]'::vector, '(4294967294,1)', 1);
SELECT reason FROM vectorext_why_not('small_l2', '[1,0]'::vector, '(0,0)');
SELECT reason FROM vectorext_why_not('small_l2', '[1,0]'::vector, (SELECT ctid FROM small WHERE id = 0));
-- The address of a row that was updated is that of its old version.
SELECT ctid AS old FROM small WHERE id = 1 \gset
UPDATE small SET part = 1 WHERE id = 1;
SELECT reason FROM vectorext_why_not('small_l2', '[1,0]'::vector, :'old');
SELECT reason, rank FROM vectorext_why_not('small_l2', '[1,0]'::vector, (SELECT ctid FROM small WHERE id = 1));
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT ctid AS gone FROM small WHERE id = 4 \gset
DELETE FROM small WHERE id = 4;
SELECT reason FROM vectorext_why_not('small_l2', '[1,0]'::vector, :'gone');
ROLLBACK;
-- An expression that fails for rows which the index does not cover; other types.
CREATE TABLE mixed (id int, v vector, s sparsevec(3), b bit(8), dims int);
INSERT INTO mixed VALUES (1, '[1,2]', '{1:1}/3', B'00000001', 2), (2, '[1,2,3]', '{2:1}/3', B'11111111', 3), (3, '[2,3]', '{3:2}/3', B'00000011', 2);
CREATE INDEX mixed_v ON mixed USING hnsw ((v::vector(2)) vector_l2_ops) WHERE dims = 2;
CREATE INDEX mixed_s ON mixed USING hnsw (s sparsevec_l2_ops) WITH (storage = plain);
CREATE INDEX mixed_b ON mixed USING hnsw (b bit_hamming_ops) WITH (storage = plain);
SELECT id, w.* FROM mixed, vectorext_why_not('mixed_v', '[1,2]'::vector, mixed.ctid, 1) AS w ORDER BY id;
SELECT id, w.* FROM mixed, vectorext_why_not('mixed_s', '{1:1}/3'::sparsevec, mixed.ctid, 1) AS w ORDER BY id;
SELECT id, w.* FROM mixed, vectorext_why_not('mixed_b', B'00000001', mixed.ctid, 2) AS w ORDER BY id;
CREATE DOMAIN place AS vector(2);
SELECT reason FROM mixed, vectorext_why_not('mixed_v', '[1,2]'::place, mixed.ctid, 1) WHERE id = 1;
-- Nothing there.
CREATE TABLE nothing (v vector(2));
CREATE INDEX nothing_v ON nothing USING hnsw (v vector_l2_ops);
SELECT * FROM vectorext_why_not('nothing_v', '[1,2]'::vector, '(0,1)');

-- Rows that the index lacks: it was not maintained when they came.
CREATE TABLE torn (id int, v vector(2));
INSERT INTO torn SELECT i, ARRAY[i, 1]::vector FROM generate_series(1, 100) AS i;
CREATE INDEX torn_v ON torn USING hnsw (v vector_l2_ops);
UPDATE pg_index SET indisready = false WHERE indexrelid = 'torn_v'::regclass;
INSERT INTO torn VALUES (0, '[0,1]');
UPDATE pg_index SET indisready = true WHERE indexrelid = 'torn_v'::regclass;
SELECT k, rank, returned, position, reason
  FROM unnest('{1,5,11,1000}'::int[]) AS k, torn, vectorext_why_not('torn_v', '[0,1]'::vector, torn.ctid, k) WHERE id = 0 ORDER BY k;

-- What was set is set again.
SHOW search_path;
SHOW hnsw.ef_search;

-- Errors.
\set VERBOSITY terse
SELECT vectorext_why_not('points_pkey', '[1,0]'::vector, '(0,1)');
SELECT vectorext_why_not('small', '[1,0]'::vector, '(0,1)');
SELECT vectorext_why_not(0, '[1,0]'::vector, '(0,1)');
SELECT vectorext_why_not('small_l2', '[1,0,0]'::vector, '(0,1)');
SELECT vectorext_why_not('nothing_v', '[1,0,0]'::vector, '(0,1)');
SELECT vectorext_why_not('mixed_b', B'1', '(0,1)');
SELECT vectorext_why_not('small_l2', '[1,0]', '(0,1)');
SELECT vectorext_why_not('small_l2', '[1,0]'::vector, '(0,1)', 0);
SELECT vectorext_why_not('small_l2', '[1,0]'::vector, '(0,1)', 10001);
SELECT vectorext_why_not('small_l2', '[1,0]'::vector, '(0,1)', NULL);
SELECT vectorext_why_not(NULL, '[1,0]'::vector, '(0,1)');
SELECT vectorext_why_not('small_l2', NULL::vector, '(0,1)');
\set VERBOSITY default
\set SHOW_CONTEXT never
SELECT vectorext_why_not('small_l2', '[1,0]'::halfvec, '(0,1)');
SELECT vectorext_why_not('small_l2', 42, '(0,1)');
CREATE TABLE parted (v vector(3)) PARTITION BY HASH (v);
CREATE INDEX parted_v ON parted USING hnsw (v vector_l2_ops);
SELECT vectorext_why_not('parted_v', '[1,2,3]'::vector, '(0,1)');

-- Rights: those of the caller, with row-level security.
CREATE ROLE regress_why_not;
GRANT USAGE ON SCHEMA why_not TO regress_why_not;
SET ROLE regress_why_not;
SELECT vectorext_why_not('small_l2', '[1,0]'::vector, '(0,1)');
RESET ROLE;
GRANT SELECT (v) ON small TO regress_why_not;
SET ROLE regress_why_not;
SELECT vectorext_why_not('small_l2', '[1,0]'::vector, '(0,1)');
RESET ROLE;
GRANT SELECT ON small TO regress_why_not;
ALTER TABLE small ENABLE ROW LEVEL SECURITY;
SELECT ctid AS hidden FROM small WHERE id = 2 \gset
SELECT ctid AS seen FROM small WHERE id = 4 \gset
SET ROLE regress_why_not;
SELECT * FROM vectorext_why_not('small_l2', '[1,0]'::vector, :'seen', 2);
RESET ROLE;
CREATE POLICY few ON small FOR SELECT TO regress_why_not USING (id IN (1, 4, 7));
SET ROLE regress_why_not;
SELECT * FROM vectorext_why_not('small_l2', '[1,0]'::vector, :'hidden', 2);
SELECT * FROM vectorext_why_not('small_l2', '[1,0]'::vector, :'seen', 2);
SELECT * FROM vectorext_why_not('small_l2', '[1,0]'::vector, :'seen', 1);
RESET ROLE;

RESET search_path;
DROP SCHEMA why_not CASCADE;
DROP ROLE regress_why_not;
RESET vectorext.seed;
