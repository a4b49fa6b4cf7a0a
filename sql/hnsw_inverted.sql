-- Storage inverted: inner products of sparse vectors, by posting lists.  The judge is the same query
-- without the index: as many distances, in the same order.
SET jit = off;
SET max_parallel_workers_per_gather = 0;
-- Small integers, so that no distance depends on the order of a sum, and many are equal.
CREATE FUNCTION made(n int, negative boolean) RETURNS sparsevec LANGUAGE sql VOLATILE AS $$
    SELECT ('{' || coalesce(string_agg(k || ':' || v, ',' ORDER BY k), '') || '}/500')::sparsevec
    FROM (SELECT DISTINCT ON (k) k, v
          FROM (SELECT 1 + floor(500 * random() ^ 3)::int AS k,
                       CASE WHEN negative AND random() < 0.3 THEN -1 ELSE 1 END * (1 + floor(random() * 20))::int AS v
                FROM generate_series(1, n)) AS elements ORDER BY k, v) AS chosen $$;
CREATE TABLE docs (id serial PRIMARY KEY, s sparsevec(500)) WITH (autovacuum_enabled = off);
SELECT setseed(0.3) IS NOT NULL AS ok;
CREATE TABLE queries AS
    SELECT i AS q, made(CASE i % 4 WHEN 0 THEN 0 WHEN 1 THEN 1 WHEN 2 THEN 3 ELSE 30 END, i % 3 = 0) AS query
    FROM generate_series(1, 12) i;

-- Distances of the first rows of a query, NULL rows as NULL.
CREATE FUNCTION nearest(query sparsevec, rows int) RETURNS float8[] LANGUAGE plpgsql AS $$
BEGIN
    RETURN ARRAY(SELECT s <#> query FROM docs ORDER BY s <#> query LIMIT rows);
END $$;
SET plan_cache_mode = force_custom_plan;
CREATE PROCEDURE ask(by_index boolean) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('enable_seqscan', (NOT by_index)::text, false),
            set_config('enable_sort', (NOT by_index)::text, false),
            set_config('enable_indexscan', by_index::text, false);
END $$;
-- Differences between the index and no index; none are expected.
CREATE PROCEDURE compare(OUT asked bigint, OUT differ bigint, OUT rows bigint) LANGUAGE plpgsql AS $$
BEGIN
    CALL ask(true);
    CREATE TEMP TABLE found AS
        SELECT q, k, nearest(query, k) AS distances
        FROM queries, (VALUES (1), (10), (100), (NULL)) AS limits (k);
    CALL ask(false);
    CREATE TEMP TABLE expected AS
        SELECT q, k, nearest(query, k) AS distances
        FROM queries, (VALUES (1), (10), (100), (NULL)) AS limits (k);
    SELECT count(*), count(*) FILTER (WHERE f.distances IS DISTINCT FROM e.distances), max(cardinality(f.distances))
      INTO asked, differ, rows
      FROM found f JOIN expected e ON f.q = e.q AND f.k IS NOT DISTINCT FROM e.k;
    DROP TABLE found, expected;
END $$;

-- ---- an empty table, then rows one by one
CREATE INDEX docs_s ON docs USING hnsw (s sparsevec_ip_ops) WITH (storage = inverted);
CALL compare(NULL, NULL, NULL);
INSERT INTO docs (s) VALUES ('{3:2}/500');
CALL compare(NULL, NULL, NULL);
INSERT INTO docs (s) SELECT CASE WHEN i % 50 = 0 THEN NULL WHEN i % 51 = 0 THEN '{}/500' ELSE made(20, true) END
  FROM generate_series(1, 300) i;
CALL compare(NULL, NULL, NULL);
SELECT * FROM vectorext_check('docs_s');
SELECT metric, element, storage, dims, m, live_nodes, dead_nodes, levels, posting_pages, overflow_pages > 0 AS rows_wait
  FROM vectorext_index_info('docs_s');

-- ---- a build, and insertions until segments have been made and merged
REINDEX INDEX docs_s;
SELECT live_nodes, dead_nodes, directory_pages, overflow_pages FROM vectorext_index_info('docs_s');
INSERT INTO docs (s) SELECT CASE WHEN i % 50 = 0 THEN NULL ELSE made(40, true) END FROM generate_series(1, 5000) i;
SELECT live_nodes, directory_pages BETWEEN 2 AND 8 AS has_segments, overflow_pages BETWEEN 1 AND 66 AS rows_wait
  FROM vectorext_index_info('docs_s');
CALL compare(NULL, NULL, NULL);
SELECT * FROM vectorext_check('docs_s');
-- One row with more elements than fit a page is a segment of its own at first.
CREATE TABLE long (id int, s sparsevec(5000)) WITH (autovacuum_enabled = off);
CREATE INDEX long_s ON long USING hnsw (s sparsevec_ip_ops) WITH (storage = inverted);
INSERT INTO long SELECT i, ('{' || (SELECT string_agg(g || ':' || i, ',') FROM generate_series(1, 4000) g) || '}/5000')::sparsevec
  FROM generate_series(1, 6) i;
INSERT INTO long VALUES (7, '{1:10}/5000');
CALL ask(true);
SELECT id, s <#> '{1:1,4000:1}/5000' AS distance FROM long ORDER BY s <#> '{1:1,4000:1}/5000';
SELECT * FROM vectorext_check('long_s');
DROP TABLE long;

-- ---- deletes, updates, VACUUM
DELETE FROM docs WHERE id % 3 = 0;
UPDATE docs SET s = made(10, false) WHERE id % 7 = 1;
CALL compare(NULL, NULL, NULL);
VACUUM docs;
SELECT live_nodes = (SELECT count(*) FROM docs) AS all_live, dead_nodes, unused_pages > 0 AS has_free
  FROM vectorext_index_info('docs_s');
CALL compare(NULL, NULL, NULL);
SELECT * FROM vectorext_check('docs_s');
-- A few deletions leave marks.
DELETE FROM docs WHERE id % 50 = 2;
VACUUM docs;
SELECT live_nodes = (SELECT count(*) FROM docs) AS all_live, dead_nodes > 0 AS has_dead FROM vectorext_index_info('docs_s');
CALL compare(NULL, NULL, NULL);
SELECT vectorext_erase('docs_s') > 0 AS erased;
SELECT dead_nodes FROM vectorext_index_info('docs_s');
CALL compare(NULL, NULL, NULL);
REINDEX INDEX CONCURRENTLY docs_s;
SELECT live_nodes = (SELECT count(*) FROM docs) AS all_live, dead_nodes FROM vectorext_index_info('docs_s');
CALL compare(NULL, NULL, NULL);
SELECT * FROM vectorext_check('docs_s');
-- Freed pages are used again.
SELECT pg_relation_size('docs_s') AS size \gset
DO $$
BEGIN
    FOR i IN 1..5 LOOP
        UPDATE docs SET s = made(10, false) WHERE id % 2 = 0;
    END LOOP;
END $$;
VACUUM docs;
UPDATE docs SET s = s;
VACUUM docs;
UPDATE docs SET s = s;
VACUUM docs;
SELECT pg_relation_size('docs_s') < 10 * :size AS bounded;
CALL compare(NULL, NULL, NULL);
SELECT * FROM vectorext_check('docs_s');

-- ---- a build with less memory than the rows take
SET maintenance_work_mem = '1MB';
REINDEX INDEX docs_s;
RESET maintenance_work_mem;
SELECT directory_pages FROM vectorext_index_info('docs_s');
CALL compare(NULL, NULL, NULL);
SELECT * FROM vectorext_check('docs_s');

-- ---- plans and conditions
RESET enable_seqscan;
RESET enable_sort;
RESET enable_indexscan;
ANALYZE docs;
EXPLAIN (COSTS OFF) SELECT id FROM docs ORDER BY s <#> '{1:1,20:2}/500' LIMIT 10;
EXPLAIN (COSTS OFF) SELECT id FROM docs ORDER BY s <#> '{1:1,20:2}/500';
EXPLAIN (COSTS OFF) SELECT id FROM docs WHERE s <#> '{1:1,20:2}/500' < -30 ORDER BY s <#> '{1:1,20:2}/500';
CALL ask(true);
CREATE TABLE ranges AS
    SELECT q, bound, (SELECT count(*) FROM (SELECT id FROM docs WHERE s <#> query < bound ORDER BY s <#> query OFFSET 0) AS rows) AS within
    FROM queries, (VALUES (-100), (-1), (0), (1), (50)) AS bounds (bound);
CREATE TABLE limited AS
    SELECT q, bound, ARRAY(SELECT s <#> query FROM docs WHERE s <#> query <= bound ORDER BY s <#> query LIMIT 20) AS within
    FROM queries, (VALUES (-100), (-1), (0), (1), (50)) AS bounds (bound);
CALL ask(false);
SELECT count(*) AS differ FROM ranges JOIN queries USING (q)
 WHERE within <> (SELECT count(*) FROM docs WHERE s <#> query < bound);
SELECT count(*) AS differ FROM limited JOIN queries USING (q)
 WHERE within <> ARRAY(SELECT s <#> query FROM docs WHERE s <#> query <= bound ORDER BY s <#> query LIMIT 20);
-- Each row comes once; rows whose vector is NULL come last, and so for a query that is NULL.
CALL ask(true);
SELECT count(*), count(DISTINCT id) = (SELECT count(*) FROM docs) AS all_rows
  FROM (SELECT id FROM docs ORDER BY s <#> '{1:1,2:-1}/500' OFFSET 0) AS found;
SELECT count(*), count(DISTINCT id) = (SELECT count(*) FROM docs) AS all_rows
  FROM (SELECT id FROM docs ORDER BY s <#> NULL OFFSET 0) AS found;
SELECT bool_and(s IS NULL) FROM (SELECT s FROM docs ORDER BY s <#> '{1:1}/500' OFFSET (SELECT count(s) FROM docs)) AS last;
SELECT count(*) FROM docs WHERE s <#> NULL < 5;
SELECT count(*) = (SELECT count(*) FILTER (WHERE s IS NULL) FROM docs) AS same
  FROM (SELECT id FROM docs WHERE s IS NULL ORDER BY s <#> '{1:1}/500' OFFSET 0) AS nulls;
-- A condition that the index does not know.
SELECT array_agg(id) = (SELECT array_agg(id) FROM (SELECT id FROM docs WHERE id % 100 = 5 ORDER BY s <#> '{1:1.5,3:1}/500', id LIMIT 5) AS exact) AS same
  FROM (SELECT id FROM (SELECT id, s <#> '{1:1.5,3:1}/500' AS distance FROM docs WHERE id % 100 = 5 ORDER BY s <#> '{1:1.5,3:1}/500' OFFSET 0) AS sorted
        ORDER BY distance, id LIMIT 5) AS found;
SELECT s FROM docs ORDER BY s <#> '{400:1}/500' LIMIT 1 \g /dev/null
SELECT strategy, nodes_expanded, rows_returned FROM vectorext_last_scan();
-- A cursor goes on while the index changes: rows are those of its snapshot.
DO $$
DECLARE
    walk CURSOR FOR SELECT id FROM docs ORDER BY s <#> '{1:1,2:3,3:1}/500';
    present int := (SELECT count(*) FROM docs);
    met int[];
    one int;
BEGIN
    OPEN walk;
    LOOP
        FETCH walk INTO one;
        EXIT WHEN NOT FOUND;
        met := met || one;
        IF cardinality(met) IN (3, 500) THEN
            INSERT INTO docs (s) SELECT made(40, true) FROM generate_series(1, 1500);
        END IF;
    END LOOP;
    RAISE NOTICE 'complete: %, none twice: %', cardinality(met) = present,
        cardinality(met) = (SELECT count(DISTINCT id) FROM unnest(met) AS id);
END $$;

-- ---- what it is not for
CREATE INDEX ON docs USING hnsw (s sparsevec_l2_ops) WITH (storage = inverted);
CREATE INDEX ON docs USING hnsw (s sparsevec_cosine_ops) WITH (storage = inverted);
CREATE TABLE others (v vector(3), h halfvec(3), b bit(3), s sparsevec, t int, d sparsevec(5));
CREATE INDEX ON others USING hnsw (v vector_ip_ops) WITH (storage = inverted);
CREATE INDEX ON others USING hnsw (b bit_hamming_ops) WITH (storage = inverted);
CREATE INDEX ON others USING hnsw (s sparsevec_ip_ops) WITH (storage = inverted);
CREATE INDEX ON others USING hnsw (d sparsevec_ip_ops, t) WITH (storage = inverted);
CREATE INDEX ON others USING hnsw (d sparsevec_ip_ops) WITH (storage = posting_lists);
CREATE INDEX others_d ON others USING hnsw (d sparsevec_ip_ops) WITH (storage = inverted, target_recall = 0.9);
ALTER INDEX others_d SET (target_recall = 0.95);
ALTER INDEX others_d SET (storage = plain);
SELECT others.t FROM others ORDER BY d <#> '{1:1}/6' LIMIT 1;
INSERT INTO others (d) SELECT '{1:1}/5' FROM generate_series(1, 3);
SELECT d <#> '{1:1}/5' FROM others ORDER BY d <#> '{1:1}/5';
SELECT d FROM others ORDER BY d <#> '{1:1}/6';
SELECT * FROM vectorext_build_estimate('others', 'd', 'storage = inverted');
DROP TABLE others;
-- Unlogged and temporary tables.
CREATE UNLOGGED TABLE fleeting (s sparsevec(5));
CREATE INDEX ON fleeting USING hnsw (s sparsevec_ip_ops) WITH (storage = inverted);
INSERT INTO fleeting VALUES ('{1:1}/5'), ('{2:1}/5'), (NULL);
SELECT * FROM fleeting ORDER BY s <#> '{2:1}/5';
CREATE TEMP TABLE passing (s sparsevec(5));
CREATE INDEX ON passing USING hnsw (s sparsevec_ip_ops) WITH (storage = inverted);
INSERT INTO passing VALUES ('{1:1}/5'), ('{2:1}/5'), (NULL);
SELECT * FROM passing ORDER BY s <#> '{2:1}/5';
DROP TABLE fleeting, passing, docs, queries, ranges, limited;
DROP FUNCTION made, nearest;
DROP PROCEDURE ask, compare;
