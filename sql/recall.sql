-- vectorext_recall and vectorext_tune, against the same question asked in SQL.  Indexes are built from
-- a seed, so recall is always the same; times are not looked at.
\getenv storage VX_STORAGE
\pset null NULL
SET vectorext.seed = 1;
SET max_parallel_maintenance_workers = 0;
SET hnsw.default_storage = :storage;
CREATE TABLE items (id int PRIMARY KEY, category int NOT NULL, v vector(16), h halfvec(16), s sparsevec(400), b bit(64));
INSERT INTO items
SELECT i, i % 10, v, v::halfvec(16), format('{1:%s,%s:1,%s:2}/400', 1 + i % 5, 2 + i % 97, 101 + i * 7 % 211)::sparsevec,
       (hashint8extended(i, 0)::bit(64))
  FROM (SELECT i, array_agg(hashint8extended(i, j) / 9e18 ORDER BY j)::vector(16) AS v
          FROM generate_series(1, 3000) AS i, generate_series(1, 16) AS j GROUP BY i) AS rows;
CREATE INDEX items_v ON items USING hnsw (v vector_l2_ops) WITH (m = 4, ef_construction = 16);
ANALYZE items;

-- Recall of given queries, counted by hand: ties are right.
CREATE TABLE queries AS
SELECT i AS q, array_agg(hashint8extended(i, j + 100) / 9e18 ORDER BY j)::vector(16) AS v
  FROM generate_series(1, 40) AS i, generate_series(1, 16) AS j GROUP BY i;
CREATE FUNCTION by_index(asked vector, k int) RETURNS TABLE (distance float8) LANGUAGE sql
    SET enable_seqscan = off SET enable_sort = off AS
    'SELECT v <-> asked FROM items ORDER BY v <-> asked LIMIT k';
CREATE FUNCTION exact(asked vector, k int) RETURNS TABLE (distance float8) LANGUAGE sql
    SET enable_indexscan = off AS
    'SELECT v <-> asked FROM items ORDER BY v <-> asked LIMIT k';
CREATE FUNCTION recall_by_hand(k int) RETURNS float8 LANGUAGE sql AS
    'SELECT avg((SELECT count(*) FROM by_index(v, k)
                  WHERE distance <= (SELECT max(distance) FROM exact(v, k))) / k::float8) FROM queries';
SET hnsw.ef_search = 4;
SELECT k, recall < 1 AS less, abs(recall - recall_by_hand(k)) < 1e-9 AS same, queries, ef_search
  FROM (VALUES (1), (5), (20)) AS given (k),
       vectorext_recall('items_v', k, query_vectors => (SELECT array_agg(v::text) FROM queries));
RESET hnsw.ef_search;
-- What was set is set again.
SELECT ef_search FROM vectorext_recall('items_v', ef_search => 77);
SHOW hnsw.ef_search;
SHOW enable_seqscan;
SHOW search_path;

-- More effort finds more; all of it finds all.
SELECT a.recall < b.recall AS more, c.recall AS most, a.buffers > 10 AS pages, a.rows_read >= 10 AS rows
  FROM vectorext_recall('items_v', ef_search => 20) AS a, vectorext_recall('items_v', ef_search => 200) AS b,
       vectorext_recall('items_v', ef_search => 10000) AS c;
-- Rows of the table as queries: the same for a seed, and their own row is not counted.
SELECT count(DISTINCT recall) AS one FROM generate_series(1, 3), vectorext_recall('items_v', ef_search => 3, seed => 5);
SELECT count(DISTINCT recall) > 1 AS several
  FROM generate_series(1, 5) AS i, vectorext_recall('items_v', ef_search => 3, queries => 50, seed => i);
CREATE TABLE pair (v vector(2));
INSERT INTO pair VALUES ('[1,1]'), ('[2,2]');
CREATE INDEX pair_v ON pair USING hnsw (v vector_l2_ops);
SELECT queries, recall FROM vectorext_recall('pair_v', k => 1);
SELECT queries, recall FROM vectorext_recall('pair_v');
-- None.
TRUNCATE pair;
SELECT * FROM vectorext_recall('pair_v');
INSERT INTO pair VALUES (NULL);
SELECT * FROM vectorext_recall('pair_v');
SELECT queries, recall FROM vectorext_recall('pair_v', query_vectors => '{"[1,2]",NULL}');
SELECT queries, recall FROM vectorext_recall('pair_v', query_vectors => '{}');
SELECT * FROM vectorext_tune('pair_v');

-- Filters, also ones that nothing passes, with comments, and on other tables.
SELECT queries, recall > 0.5 AS good FROM vectorext_recall('items_v', filter => 'category = 3');
SELECT queries, recall > 0.5 AS good FROM vectorext_recall('items_v', filter => 'items.category IN (3, 4) OR id = 1 -- or');
SELECT queries, recall > 0.5 AS good
  FROM vectorext_recall('items_v', filter => 'id IN (SELECT 10 * q FROM queries)', k => 3);
SELECT queries, recall FROM vectorext_recall('items_v', filter => 'id < 0');
SELECT queries, recall FROM vectorext_recall('items_v', filter => 'false');
SELECT queries, recall FROM vectorext_recall('items_v', filter => 'id <= 4', k => 10, ef_search => 10);

-- Every element and metric.
CREATE INDEX ON items USING hnsw (v vector_ip_ops);
CREATE INDEX ON items USING hnsw (v vector_cosine_ops);
CREATE INDEX ON items USING hnsw (v vector_l1_ops) WITH (storage = plain);
CREATE INDEX ON items USING hnsw (h halfvec_l2_ops);
CREATE INDEX ON items USING hnsw (h halfvec_cosine_ops);
CREATE INDEX ON items USING hnsw (s sparsevec_l2_ops) WITH (storage = plain);
CREATE INDEX ON items USING hnsw (s sparsevec_ip_ops) WITH (storage = plain);
CREATE INDEX ON items USING hnsw (b bit_hamming_ops) WITH (storage = plain);
CREATE INDEX ON items USING hnsw (b bit_jaccard_ops) WITH (storage = plain);
CREATE INDEX ON items USING ivfflat (v vector_l2_ops);
-- An expression, a predicate, names that need quotes, a schema that is not in the path.
CREATE INDEX items_half ON items USING hnsw ((v::halfvec(16)) halfvec_l2_ops) WHERE category < 5;
CREATE SCHEMA "Other ""one""";
CREATE TABLE "Other ""one"""."My ""table""" AS SELECT id, v AS "My ""vector""", category AS "limit" FROM items;
CREATE INDEX "My ""index""" ON "Other ""one"""."My ""table""" USING hnsw ((subvector("My ""vector""", 1, 8)::vector(8)) vector_l2_ops)
    WHERE "limit" > 2;
SELECT indexrelid::regclass AS index, queries, recall > 0.6 AS good
  FROM pg_index JOIN pg_class AS c ON c.oid = indexrelid JOIN pg_am ON pg_am.oid = relam,
       vectorext_recall(indexrelid, queries => 20, ef_search => CASE amname WHEN 'hnsw' THEN 100 END)
 WHERE amname IN ('hnsw', 'ivfflat') AND indrelid <> 'pair'::regclass AND indexrelid <> 'items_v'::regclass
 ORDER BY indexrelid::regclass::text COLLATE "C";
SELECT queries, recall > 0.8 AS good
  FROM vectorext_recall('items_b_idx', query_vectors => ARRAY(SELECT b::text FROM items LIMIT 5));
SELECT queries, recall > 0.8 AS good
  FROM vectorext_recall('items_half', query_vectors => ARRAY(SELECT v::text FROM items LIMIT 5), filter => 'category <> 2');
SET search_path = pg_catalog;
SELECT queries, recall > 0.8 AS good FROM public.vectorext_recall('"Other ""one"""."My ""index"""', ef_search => 100);
RESET search_path;
-- A path with other operators of these names before the server's.
CREATE SCHEMA decoy;
CREATE FUNCTION decoy.less(int, int) RETURNS boolean LANGUAGE sql AS 'SELECT false';
CREATE OPERATOR decoy.< (LEFTARG = int, RIGHTARG = int, FUNCTION = decoy.less);
CREATE FUNCTION decoy.far(vector, vector) RETURNS float8 LANGUAGE sql AS 'SELECT 0::float8';
CREATE OPERATOR decoy.<-> (LEFTARG = vector, RIGHTARG = vector, FUNCTION = decoy.far);
SET search_path = decoy, pg_catalog, public;
SELECT queries, recall < 1 AS less FROM vectorext_recall('items_v', ef_search => 4);
SELECT queries FROM vectorext_recall('items_half');
SHOW search_path;
RESET search_path;

-- Zero vectors have no cosine distance: they come last, in any order.
CREATE TABLE zeros (v vector(3));
INSERT INTO zeros SELECT '[0,0,0]'::vector FROM generate_series(1, 20) UNION ALL SELECT ARRAY[1, i, 0]::vector FROM generate_series(1, 5) i;
CREATE INDEX zeros_v ON zeros USING hnsw (v vector_cosine_ops);
SELECT queries, recall FROM vectorext_recall('zeros_v');
SELECT queries, recall FROM vectorext_recall('zeros_v', query_vectors => '{"[0,0,0]","[1,1,1]"}');

-- In one snapshot: rows that this transaction has not seen are not missed.
BEGIN ISOLATION LEVEL REPEATABLE READ;
DELETE FROM zeros WHERE v <> '[0,0,0]';
SELECT queries, recall FROM vectorext_recall('zeros_v', query_vectors => '{"[1,1,1]"}');
ROLLBACK;

-- Tuning: the least that reaches the target, and what more would cost.
CREATE TABLE tuned AS SELECT * FROM vectorext_tune('items_v', target_recall => 0.9);
SELECT count(*) FILTER (WHERE chosen) AS chosen, bool_and(recall >= 0.9) FILTER (WHERE chosen) AS reached,
       bool_and(recall < 0.9) FILTER (WHERE ef_search < (SELECT ef_search FROM tuned WHERE chosen)) AS least,
       count(*) FILTER (WHERE ef_search > (SELECT ef_search FROM tuned WHERE chosen)) > 0 AS beyond,
       bool_and(mean_ms > 0 AND p95_ms > 0) AS times FROM tuned;
SELECT t.recall = r.recall AS same
  FROM tuned AS t, vectorext_recall('items_v', ef_search => t.ef_search) AS r WHERE chosen;
SELECT reloptions FROM pg_class WHERE relname = 'items_v';
SELECT count(*) FILTER (WHERE chosen) AS chosen FROM vectorext_tune('items_v', target_recall => 0.9, store => true);
SELECT reloptions @> ARRAY['ef_search=' || t.ef_search] AS stored
  FROM pg_class, tuned AS t WHERE chosen AND relname = 'items_v';
SELECT t.ef_search = r.ef_search AS in_use, recall >= 0.9 AS reached
  FROM (SELECT ef_search FROM tuned WHERE chosen) AS t, vectorext_recall('items_v') AS r;
SELECT chosen, ef_search FROM vectorext_tune('items_v', 0.001);
SELECT count(*) FROM vectorext_tune('items_v', filter => 'id < 0', store => true);
SELECT reloptions @> ARRAY['ef_search=' || t.ef_search] AS stored
  FROM pg_class, tuned AS t WHERE chosen AND relname = 'items_v';

-- Errors.
CREATE TABLE parted (v vector(3)) PARTITION BY HASH (v);
CREATE TABLE parted_0 PARTITION OF parted FOR VALUES WITH (MODULUS 1, REMAINDER 0);
INSERT INTO parted VALUES ('[1,2,3]'), ('[2,3,4]');
CREATE INDEX parted_v ON parted USING hnsw (v vector_l2_ops);
\set SHOW_CONTEXT never
SELECT vectorext_recall('parted_v');
SELECT vectorext_tune('parted_v');
\set VERBOSITY terse
SELECT queries, recall FROM vectorext_recall('parted_0_v_idx');
SELECT vectorext_recall('items_pkey');
SELECT vectorext_recall('items');
SELECT vectorext_recall('nothing');
SELECT vectorext_recall(0);
SELECT vectorext_recall(NULL);
SELECT vectorext_recall('items_v', 0);
SELECT vectorext_recall('items_v', 10001);
SELECT vectorext_recall('items_v', NULL);
SELECT vectorext_recall('items_v', queries => 0);
SELECT vectorext_recall('items_v', ef_search => 0);
SELECT vectorext_recall('items_v', ef_search => 10001);
SELECT vectorext_recall('items_v', seed => NULL);
SELECT vectorext_recall('items_v', query_vectors => '{"[1,2]"}');
SELECT vectorext_recall('items_v', query_vectors => '{"none"}');
SELECT vectorext_recall('items_v', filter => 'nothing = 3');
SELECT vectorext_recall('items_v', filter => 'true) OFFSET 0) AS a; SELECT * FROM (SELECT 1.0 AS distance WHERE (true');
SELECT vectorext_recall('items_v', filter => 'id');
SELECT vectorext_recall('items_v', filter => '');
\set VERBOSITY default
SELECT vectorext_recall('items_v_idx3', ef_search => 10);
SELECT vectorext_tune('items_v_idx3');
SELECT vectorext_tune('items_v', 0);
SELECT vectorext_tune('items_v', 1.01);
SELECT vectorext_tune('items_v', 'NaN');
SELECT vectorext_tune('items_v', NULL);
SELECT vectorext_tune('items_v', store => NULL);
BEGIN READ ONLY;
SELECT queries FROM vectorext_recall('items_v');
SELECT vectorext_tune('items_v', store => true);
ROLLBACK;
-- After an error nothing of the choice of indexes is left.
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT id FROM items WHERE id = 3;
RESET enable_seqscan;

-- Rights: those of the caller, row-level security, and ownership for what is stored.
CREATE ROLE regress_recall;
SET ROLE regress_recall;
SELECT vectorext_recall('items_v');
SELECT vectorext_tune('items_v');
RESET ROLE;
GRANT SELECT (v) ON items TO regress_recall;
SET ROLE regress_recall;
SELECT queries FROM vectorext_recall('items_v', query_vectors => '{"[1,2,3,4,5,6,7,8,1,2,3,4,5,6,7,8]"}');
SELECT queries FROM vectorext_recall('items_v');
SELECT queries FROM vectorext_recall('items_v', filter => 'id > 1',
    query_vectors => '{"[1,2,3,4,5,6,7,8,1,2,3,4,5,6,7,8]"}');
RESET ROLE;
GRANT SELECT ON items TO regress_recall;
SET ROLE regress_recall;
SELECT queries FROM vectorext_recall('items_v', queries => 7);
SELECT count(*) > 2 AS some FROM vectorext_tune('items_v', 0.9, queries => 7);
SELECT count(*) > 2 AS some FROM vectorext_tune('items_v', 0.9, queries => 7, store => true);
RESET ROLE;
ALTER TABLE items ENABLE ROW LEVEL SECURITY;
SET ROLE regress_recall;
SELECT queries, recall, mean_ms, exact_ms FROM vectorext_recall('items_v');
SELECT queries, recall FROM vectorext_recall('items_v', query_vectors => '{"[1,2,3,4,5,6,7,8,1,2,3,4,5,6,7,8]"}');
RESET ROLE;
CREATE POLICY few ON items FOR SELECT TO regress_recall USING (id <= 30);
SET ROLE regress_recall;
SELECT queries, recall > 0 AS some FROM vectorext_recall('items_v', queries => 100);
SELECT queries, recall FROM vectorext_recall('items_v', queries => 100, k => 100, ef_search => 100);
RESET ROLE;
SELECT queries FROM vectorext_recall('items_v', queries => 100);

DROP TABLE items, queries, pair, zeros, parted, tuned;
DROP FUNCTION by_index, exact, recall_by_hand;
DROP SCHEMA decoy, "Other ""one""" CASCADE;
DROP ROLE regress_recall;
