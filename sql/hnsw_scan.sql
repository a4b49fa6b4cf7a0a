-- What ordered scans return: the right rows, all of them, each once.
-- Plans here cost enough for LLVM, which takes seconds where the server has it.
SET jit = off;
SET enable_bitmapscan = off;
\getenv storage VX_STORAGE
CREATE FUNCTION made(i int) RETURNS vector(8) LANGUAGE SQL IMMUTABLE AS
    'SELECT ARRAY[sin(i), cos(i * 1.3), sin(i * 2.7), cos(i * 0.7), sin(i * 5.1), cos(i * 3.3),
                  sin(i * 0.11), cos(i * 7.9)]::float4[]::vector';
CREATE TABLE items (id int, v vector(8)) WITH (autovacuum_enabled = off);
INSERT INTO items SELECT i, made(i) FROM generate_series(1, 1000) i;
INSERT INTO items VALUES (-1, NULL), (-2, NULL), (-3, '[0,0,0,0,0,0,0,0]');
CREATE INDEX items_l2 ON items USING hnsw (v vector_l2_ops) WITH (storage = :storage);
CREATE INDEX items_ip ON items USING hnsw (v vector_ip_ops) WITH (storage = :storage);
CREATE INDEX items_cosine ON items USING hnsw (v vector_cosine_ops) WITH (storage = :storage);
CREATE INDEX items_l1 ON items USING hnsw (v vector_l1_ops);
SELECT c.relname, f.* FROM pg_class c, vectorext_check(c.oid) f WHERE c.relname LIKE 'items\_%';

-- With an ef_search that covers the table, an index returns what a sequential scan does; codes let a
-- neighbor be late once in hundreds of times (kBoundScore in scan_run.h).
CREATE FUNCTION nearest(operator text, by_index bool, query vector, most int DEFAULT 20)
RETURNS int[] LANGUAGE plpgsql AS $$
DECLARE
    result int[];
BEGIN
    PERFORM set_config('enable_seqscan', CASE WHEN by_index THEN 'off' ELSE 'on' END, true),
            set_config('enable_indexscan', CASE WHEN by_index THEN 'on' ELSE 'off' END, true);
    EXECUTE format('SELECT array_agg(id) FROM (SELECT id FROM items WHERE id > 0
                    ORDER BY v %s %L LIMIT %s) found', operator, query, most) INTO result;
    RETURN result;
END $$;
SET hnsw.ef_search = 1000;
SELECT operator, count(*) AS queries,
       sum((nearest(operator, true, made(i)) = nearest(operator, false, made(i)))::int)
           >= CASE WHEN :'storage' = 'plain' THEN 20 ELSE 17 END AS equal
  FROM unnest(ARRAY['<->', '<#>', '<=>', '<+>']) operator, generate_series(5001, 5020) i
 GROUP BY operator ORDER BY operator;
-- As many rows as ef_search are still nearly all of the nearest ones.
SET hnsw.ef_search = 40;
SELECT count(*) > 20 * 40 * 0.98 AS recalled
  FROM generate_series(6001, 6020) i, unnest(nearest('<->', true, made(i), 40)) found
 WHERE found = ANY (nearest('<->', false, made(i), 40));
RESET hnsw.ef_search;
RESET enable_seqscan;
RESET enable_indexscan;

-- All rows, once, however small ef_search is; rows without a direction, then NULLs, come last.
SET enable_seqscan = off;
SET enable_sort = off;
SET hnsw.ef_search = 1;
EXPLAIN (COSTS OFF) SELECT id FROM items ORDER BY v <=> '[1,2,3,4,5,6,7,8]';
SELECT count(*), count(DISTINCT id) FROM (
    SELECT id FROM items ORDER BY v <=> '[1,2,3,4,5,6,7,8]' LIMIT 5000) found;
SELECT count(*), count(DISTINCT id) FROM (
    SELECT id FROM items ORDER BY v <-> '[1,2,3,4,5,6,7,8]' LIMIT 5000) found;
SELECT sign(id), (v <=> '[1,2,3,4,5,6,7,8]') IS NULL AS is_null,
       (v <=> '[1,2,3,4,5,6,7,8]') = 'NaN' AS is_nan
  FROM items ORDER BY v <=> '[1,2,3,4,5,6,7,8]' OFFSET 999;
SELECT count(*) FROM (SELECT FROM items ORDER BY v <-> '[1,2,3,4,5,6,7,8]' LIMIT 500) found;
RESET hnsw.ef_search;

-- A query that is NULL, or has no direction, ties all rows.
SELECT count(*), count(DISTINCT id) FROM (
    SELECT id FROM items ORDER BY v <-> (SELECT NULL::vector) LIMIT 5000) found;
SELECT count(*), count(DISTINCT id) FROM (
    SELECT id FROM items ORDER BY v <=> '[0,0,0,0,0,0,0,0]' LIMIT 5000) found;
SELECT count(*) FROM (SELECT FROM items ORDER BY v <-> NULL LIMIT 5000) found;

-- A filter that few rows pass still gives the rows asked for.
SELECT array_agg(id ORDER BY id) FROM (
    SELECT id FROM items WHERE id % 100 = 7 ORDER BY v <-> made(9999) LIMIT 10) found;
SELECT count(*) FROM (
    SELECT FROM items WHERE id = 12345 ORDER BY v <-> made(9999) LIMIT 10) found;

-- Cursors: what comes later continues what came before.
BEGIN;
DECLARE nearest CURSOR FOR SELECT id FROM items ORDER BY v <-> made(77);
FETCH 1 FROM nearest;
MOVE 998 IN nearest;
FETCH 10 FROM nearest \g /dev/null
FETCH 1 FROM nearest;
COMMIT;

-- Every row finds itself; the inner side is scanned again for each.
SET hnsw.ef_search = 200;
SELECT count(*) AS asked, sum((found.id <> items.id)::int)
       <= CASE WHEN :'storage' <> 'plain' THEN count(*) / 200 ELSE 0 END AS found
  FROM items, LATERAL (
      SELECT id FROM items other ORDER BY other.v <-> items.v LIMIT 1) found
 WHERE items.id > 0;
DROP TABLE items;

-- Small clusters, far from each other: a row finds itself and the 19 others of its cluster.
CREATE FUNCTION clustered(i int) RETURNS vector(32) LANGUAGE SQL IMMUTABLE AS
    'SELECT array_agg(sin((i % 300) * (1 + g * 3.7)) + 0.1 * sin(i * (1 + g * 0.77))
                      ORDER BY g)::float4[]::vector
       FROM generate_series(1, 32) g';
CREATE TABLE items (id int, v vector(32)) WITH (autovacuum_enabled = off);
INSERT INTO items SELECT i, clustered(i) FROM generate_series(1, 6000) i;
CREATE INDEX items_l2 ON items USING hnsw (v vector_l2_ops) WITH (storage = :storage);
SET hnsw.ef_search = 40;
SELECT count(*) FILTER (WHERE itself) >= 590 AS themselves,
       sum(inside) >= 600 * 20 * 0.983 AS of_their_cluster
  FROM (SELECT bool_or(found.id = items.id) AS itself,
               count(*) FILTER (WHERE found.id % 300 = items.id % 300) AS inside
          FROM items, LATERAL (
              SELECT id FROM items other ORDER BY other.v <-> items.v LIMIT 20) found
         WHERE items.id <= 600 GROUP BY items.id) asked;
RESET hnsw.ef_search;
DROP TABLE items;
DROP FUNCTION clustered;

-- The planner takes the index for a LIMIT, and not for the whole table.
RESET enable_seqscan;
RESET enable_sort;
CREATE TABLE items (id int, v vector(8)) WITH (autovacuum_enabled = off);
INSERT INTO items SELECT i, made(i) FROM generate_series(1, 10000) i;
CREATE INDEX items_l2 ON items USING hnsw (v vector_l2_ops) WITH (storage = :storage);
VACUUM ANALYZE items;
EXPLAIN (COSTS OFF) SELECT id FROM items ORDER BY v <-> '[1,2,3,4,5,6,7,8]' LIMIT 10;
EXPLAIN (COSTS OFF) SELECT id FROM items ORDER BY v <-> '[1,2,3,4,5,6,7,8]';
EXPLAIN (COSTS OFF) SELECT id FROM items ORDER BY v <=> '[1,2,3,4,5,6,7,8]' LIMIT 10;
EXPLAIN (COSTS OFF) SELECT count(*) FROM items;
SET enable_seqscan = off;
SELECT count(*) AS asked, sum((found.id <> items.id)::int)
       <= CASE WHEN :'storage' <> 'plain' THEN count(*) / 200 ELSE 0 END AS found
  FROM items, LATERAL (
      SELECT id FROM items other ORDER BY other.v <-> items.v LIMIT 1) found
 WHERE items.id <= 3000;
SELECT * FROM vectorext_check('items_l2');

DROP TABLE items;

-- By inner product the longest vectors are near to all, and none to itself.  ef_search is 40.
CREATE FUNCTION positive(i int) RETURNS vector(8) LANGUAGE SQL IMMUTABLE AS
    'SELECT array_agg(abs(sin(i * (1 + g * 0.37))) ORDER BY g)::vector FROM generate_series(1, 8) g';
CREATE TABLE items AS SELECT i AS id, positive(i)::vector(8) AS v FROM generate_series(1, 4000) i;
CREATE INDEX items_ip ON items USING hnsw (v vector_ip_ops) WITH (storage = :storage);
SELECT sum((found.id = ANY (exact.ids))::int) > 50 * 20 * 0.93 AS recalled
  FROM (SELECT positive(i) AS q FROM generate_series(5001, 5050) i) asked,
       LATERAL (SELECT array_agg(id) AS ids
                  FROM (SELECT id FROM (SELECT id, v <#> q AS d FROM items OFFSET 0) all_of_them
                         ORDER BY d LIMIT 20) nearest) exact,
       LATERAL (SELECT id FROM items ORDER BY v <#> q LIMIT 20) found;
DROP TABLE items;
DROP FUNCTION positive;
DROP FUNCTION nearest;
DROP FUNCTION made;
