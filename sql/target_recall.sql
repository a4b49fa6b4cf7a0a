-- An index that is asked for a recall: calibrated by its build, and by vectorext_tune.
SET vectorext.seed = 1;
SET max_parallel_maintenance_workers = 0;
CREATE TABLE items (id int, v vector(16));
INSERT INTO items
SELECT i, array_agg(hashint8extended(i, j) / 9e18 ORDER BY j)
  FROM generate_series(1, 4000) i, generate_series(1, 16) j GROUP BY i;
ANALYZE items;
CREATE FUNCTION ef_of(index regclass) RETURNS int LANGUAGE sql
AS 'SELECT ef_search FROM vectorext_recall(index, queries => 1)';
CREATE FUNCTION recall_of(index regclass) RETURNS float8 LANGUAGE sql
AS 'SELECT recall FROM vectorext_recall(index, queries => 500, seed => 3)';

-- More recall takes a larger ef_search.
CREATE INDEX low ON items USING hnsw (v vector_l2_ops) WITH (m = 6, ef_construction = 32, target_recall = 0.7);
CREATE INDEX high ON items USING hnsw (v vector_l2_ops) WITH (m = 6, ef_construction = 32, target_recall = 0.99);
SELECT ef_of('low') < ef_of('high') AS larger, recall_of('low') < recall_of('high') AS better;
-- By queries that are no rows.
SELECT recall BETWEEN 0.96 AND 0.999 AS reached
  FROM vectorext_recall('high', query_vectors => (SELECT array_agg(q::text) FROM (
         SELECT array_agg(hashint8extended(i, j + 100) / 9e18 ORDER BY j)::vector AS q
           FROM generate_series(1, 500) i, generate_series(1, 16) j GROUP BY i) AS queries));
-- All rows are there, those that were queries too.
SET enable_seqscan = off;
SELECT count(*), count(DISTINCT id) FROM (SELECT id FROM items ORDER BY v <-> (SELECT v FROM items WHERE id = 1)) AS all_rows;
RESET enable_seqscan;
SELECT pg_get_indexdef('high'::regclass);
SELECT relname, reloptions FROM pg_class WHERE relname IN ('low', 'high') ORDER BY relname;
SELECT * FROM vectorext_check('high');

-- A setting that anyone has chosen goes first, then the index's own ef_search, then what was calibrated.
SELECT ef_of('high') AS calibrated \gset
SET hnsw.ef_search = 7;
SELECT ef_of('high');
RESET hnsw.ef_search;
SELECT ef_of('high') = :calibrated AS calibrated;
ALTER INDEX high SET (ef_search = 8);
SELECT ef_of('high');
SET hnsw.ef_search = 40;
SELECT ef_of('high');
RESET hnsw.ef_search;
ALTER INDEX high RESET (ef_search);
SELECT ef_of('high') = :calibrated AS calibrated;
ALTER INDEX high RESET (target_recall);
SELECT ef_of('high');
ALTER INDEX high SET (target_recall = 0.99);
SELECT ef_of('high') = :calibrated AS calibrated;

-- Another recall waits; what is calibrated counts until then.
\set VERBOSITY terse
ALTER INDEX high SET (target_recall = 0.8);
SELECT ef_of('high') = :calibrated AS calibrated;
ALTER INDEX high SET (m = 6, target_recall = 0.8);
REINDEX INDEX high;
SELECT ef_of('high') < :calibrated AS less;
ALTER INDEX high SET (target_recall = 0.99, ef_search = 5);
ALTER INDEX high RESET (ef_search);
\set VERBOSITY default

-- vectorext_tune calibrates an index that goes by its target_recall.
CREATE TABLE tuned AS SELECT * FROM vectorext_tune('high', 0.9, queries => 300, store => true);
SELECT reloptions FROM pg_class WHERE relname = 'high';
SELECT ef_of('high') = (SELECT ef_search FROM tuned WHERE chosen) AS in_use;
ALTER INDEX high SET (target_recall = 0.9);
-- Any other gets an ef_search, and so does one that has one.
ALTER INDEX low RESET (target_recall);
SELECT count(*) > 0 AS found FROM vectorext_tune('low', 0.9, store => true);
SELECT reloptions[1:2], reloptions[3] ~ '^ef_search=\d+$' AS ef_search FROM pg_class WHERE relname = 'low';
DROP INDEX low;
CREATE INDEX low ON items USING hnsw (v vector_l2_ops) WITH (ef_search = 5, target_recall = 0.5);
SELECT ef_of('low');
SELECT count(*) > 0 AS found FROM vectorext_tune('low', 0.9, store => true);
SELECT reloptions[1], reloptions[2] ~ '^ef_search=\d+$' AS ef_search FROM pg_class WHERE relname = 'low';
-- So does one for a recall that is none for the option.
SELECT count(*) > 0 AS found FROM vectorext_tune('high', 1, store => true);
SELECT count(*) FROM pg_class, unnest(reloptions) AS option WHERE relname = 'high' AND option ~ '^ef_search=\d+$';
ALTER INDEX high RESET (ef_search);
-- What is undone leaves what was calibrated, which is no promise.
BEGIN;
SELECT count(*) > 0 AS found FROM vectorext_tune('high', 0.6, store => true);
ROLLBACK;
SELECT reloptions @> '{target_recall=0.9}' AS kept FROM pg_class WHERE relname = 'high';
DROP TABLE items;

-- What there is nothing to measure by is not calibrated, until it is.
CREATE TABLE items (id int, v vector(8));
CREATE INDEX items_v ON items USING hnsw (v vector_l2_ops) WITH (target_recall = 0.5);
CREATE INDEX items_null ON items USING hnsw ((NULL::vector(8)) vector_l2_ops) WITH (target_recall = 0.5);
INSERT INTO items VALUES (1, '[1,2,3,4,5,6,7,8]');
REINDEX TABLE items;
INSERT INTO items SELECT 2, '[1,2,3,4,5,6,7,8]' FROM generate_series(1, 100);
REINDEX TABLE items;
SELECT ef_search FROM vectorext_recall('items_v', queries => 1);
INSERT INTO items
SELECT i, array_agg(hashint8extended(i, j) / 9e18 ORDER BY j)
  FROM generate_series(1, 2000) i, generate_series(1, 8) j GROUP BY i;
SELECT ef_of('items_v');
ALTER INDEX items_v SET (target_recall = 0.6);
SELECT count(*) > 0 AS found FROM vectorext_tune('items_v', 0.6, store => true);
SELECT ef_of('items_v') < 40 AS calibrated;

-- Copies of a query are found by any search, so they do not count: here all but 11 rows are in
-- pairs of equal ones.
TRUNCATE items;
DROP INDEX items_null;
INSERT INTO items
SELECT i, array_agg(hashint8extended(i % 4000, j) / 9e18 ORDER BY j)
  FROM generate_series(1, 7989) i, generate_series(1, 8) j GROUP BY i;
CREATE INDEX pairs ON items USING hnsw (v vector_l2_ops)
  WITH (m = 4, ef_construction = 8, target_recall = 0.95);
SELECT ef_of('pairs') > 10 AS calibrated, recall_of('pairs') > 0.94 AS reached;
DROP TABLE items;

-- Every kind of index, and every way to build one.
CREATE TABLE kinds (id int, v vector(12), h halfvec(12), s sparsevec(12), b bit(12));
INSERT INTO kinds
SELECT i, e, e::vector::halfvec, e::vector::sparsevec, binary_quantize(e::vector) FROM (
  SELECT i, array_agg((hashint8extended(i, j) / 9e18)::real ORDER BY j) AS e
    FROM generate_series(1, 2000) i, generate_series(1, 12) j GROUP BY i) AS rows;
INSERT INTO kinds VALUES (0, NULL), (0, '[0,0,0,0,0,0,0,0,0,0,0,0]');
CREATE FUNCTION is_calibrated(element text, options text DEFAULT '', how text DEFAULT '') RETURNS bool LANGUAGE plpgsql AS $$
DECLARE found bool;
BEGIN
    EXECUTE format('CREATE INDEX built ON kinds USING hnsw (%s) WITH (target_recall = 0.6%s) %s', element, options, how);
    SELECT ef_of('built') < 40 INTO found;
    DROP INDEX built;
    RETURN found;
END $$;
SELECT element, is_calibrated(element) FROM unnest(ARRAY['v vector_l2_ops', 'v vector_ip_ops', 'v vector_cosine_ops',
  'v vector_l1_ops', 'h halfvec_l2_ops', 'h halfvec_ip_ops', 'h halfvec_cosine_ops', 'h halfvec_l1_ops', 's sparsevec_l2_ops',
  's sparsevec_ip_ops', 's sparsevec_cosine_ops', 's sparsevec_l1_ops', 'b bit_hamming_ops', 'b bit_jaccard_ops',
  '((v + v)::vector(12)) vector_l2_ops', 'v vector_l2_ops, id']) AS element;
SELECT storage, is_calibrated('v vector_cosine_ops', ', storage = ' || storage)
  FROM unnest(ARRAY['plain', 'compact', 'fast']) AS storage;
SELECT is_calibrated('v vector_l2_ops', '', 'WHERE id % 2 = 0');
SET max_parallel_maintenance_workers = 2;
SET min_parallel_table_scan_size = 0;
SELECT is_calibrated('v vector_l2_ops');
RESET min_parallel_table_scan_size;
SET max_parallel_maintenance_workers = 0;
CREATE INDEX CONCURRENTLY built ON kinds USING hnsw (v vector_l2_ops) WITH (target_recall = 0.6);
SELECT ef_of('built') < 40 AS calibrated;
REINDEX INDEX CONCURRENTLY built;
SELECT ef_of('built') < 40 AS calibrated;
VACUUM FULL kinds;
SELECT ef_of('built') < 40 AS calibrated;
CREATE UNLOGGED TABLE unlogged AS SELECT * FROM kinds;
CREATE TEMP TABLE mine AS SELECT * FROM kinds;
CREATE INDEX ON unlogged USING hnsw (v vector_l2_ops) WITH (target_recall = 0.6);
CREATE INDEX ON mine USING hnsw (v vector_l2_ops) WITH (target_recall = 0.6);
SELECT ef_of('unlogged_v_idx') < 40 AS unlogged, ef_of('mine_v_idx') < 40 AS temporary;
CREATE TABLE parts (LIKE kinds) PARTITION BY RANGE (id);
CREATE TABLE part1 PARTITION OF parts FOR VALUES FROM (0) TO (1000);
CREATE TABLE part2 PARTITION OF parts FOR VALUES FROM (1000) TO (3000);
INSERT INTO parts SELECT * FROM kinds;
CREATE INDEX ON parts USING hnsw (v vector_l2_ops) WITH (target_recall = 0.6);
SELECT ef_of('part1_v_idx') < 40 AS part1, ef_of('part2_v_idx') < 40 AS part2;
-- In a transaction, of rows that it has written.
BEGIN;
CREATE TABLE fresh AS SELECT * FROM kinds;
DELETE FROM fresh WHERE id % 3 = 0;
CREATE INDEX ON fresh USING hnsw (v vector_l2_ops) WITH (target_recall = 0.6);
SELECT ef_of('fresh_v_idx') < 40 AS calibrated;
ROLLBACK;
-- No scan is counted that no one has made.
CREATE INDEX unused ON kinds USING hnsw (v vector_l2_ops) WITH (target_recall = 0.9);
SELECT pg_stat_force_next_flush();
SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = 'unused';

-- What it can be.
CREATE INDEX ON kinds USING hnsw (v vector_l2_ops) WITH (target_recall = 0);
CREATE INDEX ON kinds USING hnsw (v vector_l2_ops) WITH (target_recall = 1);
CREATE INDEX ON kinds USING hnsw (v vector_l2_ops) WITH (target_recall = -0.5);
CREATE INDEX ON kinds USING hnsw (v vector_l2_ops) WITH (target_recall = 'NaN');
CREATE INDEX ON kinds USING hnsw (v vector_l2_ops) WITH (target_recall = high);
CREATE INDEX ON kinds USING ivfflat (v vector_l2_ops) WITH (target_recall = 0.9);
ALTER INDEX built SET (target_recall = 95);

DROP TABLE kinds, unlogged, mine, parts, tuned;
DROP FUNCTION is_calibrated(text, text, text), recall_of(regclass), ef_of(regclass);
