-- What a scan knows of its query's LIMIT: under strict_order it searches for as many rows as can be read of
-- it, and compares all rows only where that is not known.
-- Plans here cost enough for LLVM, which takes seconds where the server has it.
SET jit = off;
SET max_parallel_maintenance_workers = 0;
\getenv storage VX_STORAGE
-- 16 elements, 30 times: long enough that a search reads far fewer pages than a comparison of all.
CREATE FUNCTION made(i int) RETURNS vector(480) LANGUAGE SQL IMMUTABLE AS $$
    SELECT ('[' || repeat(part || ',', 29) || part || ']')::vector
      FROM (SELECT string_agg(sin(i * (1 + g * 0.7317))::real::text, ',' ORDER BY g) AS part
              FROM generate_series(1, 16) g) parts
$$;
CREATE TABLE items (id int, v vector(480)) WITH (autovacuum_enabled = off);
INSERT INTO items SELECT i, made(i) FROM generate_series(1, 6000) i;
CREATE TABLE parts (LIKE items) PARTITION BY RANGE (id);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (600);
CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM (600) TO (9000);
INSERT INTO parts SELECT * FROM items;
CREATE INDEX ON items USING hnsw (v vector_l2_ops) WITH (storage = :storage, m = 4, ef_construction = 16);
CREATE INDEX ON parts USING hnsw (v vector_l2_ops) WITH (storage = :storage, m = 4, ef_construction = 16);
VACUUM ANALYZE items, parts;
CREATE TABLE asked (v vector(480));
INSERT INTO asked VALUES (made(9001));
SET enable_seqscan = off;
SET enable_sort = off;
SET plan_cache_mode = force_generic_plan;
SET hnsw.iterative_scan = strict_order;
SET hnsw.ef_search = 10;

CREATE FUNCTION pages(statement text) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    plan jsonb;
BEGIN
    EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) ' || statement INTO plan;
    RETURN sum((node->>'Shared Hit Blocks')::int + (node->>'Shared Read Blocks')::int)
      FROM jsonb_path_query(plan, 'strict $.** ? (@."Node Type" == "Index Scan")') node;
END $$;
PREPARE nearest(int) AS SELECT id FROM items ORDER BY v <-> made(9001) LIMIT $1;
PREPARE skipping(int, int) AS SELECT id FROM items ORDER BY v <-> made(9001) LIMIT $1 OFFSET $2;
PREPARE nearest_in_parts(int) AS SELECT id FROM parts ORDER BY v <-> made(9001) LIMIT $1;
-- Without a LIMIT that says how far the scan is read, all rows are compared. A search reads a fifth to two
-- fifths of the pages, in two parts up to two thirds.
CREATE TEMP TABLE whole AS
    SELECT pages('SELECT id FROM items WHERE id > 0 ORDER BY v <-> made(9001) LIMIT 10') AS items,
           pages('SELECT id FROM parts WHERE id > 0 ORDER BY v <-> made(9001) LIMIT 10') AS parts;
SELECT asked AS searches, pages(asked) < CASE WHEN asked LIKE '%parts%' THEN parts * 0.9 ELSE items * 0.7 END AS yes
  FROM whole, unnest(ARRAY[
    'SELECT id FROM items ORDER BY v <-> made(9001) LIMIT 10',
    'SELECT id FROM items ORDER BY v <-> made(9001) LIMIT (SELECT 10)',
    'SELECT id FROM items ORDER BY v <-> made(9001) LIMIT 5 OFFSET 5',
    'SELECT * FROM (SELECT id, v <-> made(9001) AS d FROM items ORDER BY d LIMIT 10) found WHERE d > 0',
    'SELECT items.id FROM asked, LATERAL (SELECT id FROM items ORDER BY items.v <-> asked.v LIMIT 10) items',
    'SELECT id FROM parts ORDER BY v <-> made(9001) LIMIT 10',
    'EXECUTE nearest(10)', 'EXECUTE skipping(5, 5)', 'EXECUTE nearest_in_parts(10)']) asked;
SELECT asked AS compares_all, pages(asked) >= items * 0.9 AS yes
  FROM whole, unnest(ARRAY[
    'SELECT id FROM items WHERE id % 2 = 0 ORDER BY v <-> made(9001) LIMIT 10',
    'SELECT id FROM items ORDER BY v <-> made(9001) FETCH FIRST 10 ROWS WITH TIES',
    'SELECT id FROM items ORDER BY v <-> made(9001) LIMIT 10 FOR UPDATE',
    'SELECT id FROM items ORDER BY v <-> made(9001) OFFSET 10',
    'SELECT items.id FROM items, asked WHERE items.v <> asked.v ORDER BY items.v <-> made(9001) LIMIT 10',
    'EXECUTE nearest(1001)', 'EXECUTE nearest(NULL)', 'EXECUTE skipping(1, 1000)']) asked;

-- Whichever way: the rows that are asked for, in order.
CREATE FUNCTION rows_of(statement text, OUT rows bigint, OUT late bigint) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SELECT count(*), count(*) FILTER (WHERE d < before)
                      FROM (SELECT d, lag(d) OVER () AS before FROM (%s) found) seen', statement)
       INTO rows, late;
END $$;
SELECT source, rest, r.*
  FROM unnest(ARRAY['items', 'parts', 'items WHERE id % 2 = 0']) source,
       unnest(ARRAY['LIMIT 0', 'LIMIT 1', 'LIMIT 100', 'LIMIT 1000', 'LIMIT 100 OFFSET 300', 'OFFSET 300']) rest,
       LATERAL rows_of(format('SELECT v <-> made(9001) AS d FROM %s ORDER BY d %s', source, rest)) r;
BEGIN;
DELETE FROM items WHERE id % 3 > 0;
SELECT * FROM rows_of('SELECT v <-> made(9002) AS d FROM items ORDER BY d LIMIT 500');
ROLLBACK;

-- A scan is told of its own LIMIT: of scans side by side, one in the other, after one that failed.
CREATE FUNCTION inner_rows(asked vector) RETURNS bigint LANGUAGE SQL VOLATILE AS
    'SELECT count(*) FROM (SELECT FROM items ORDER BY v <-> asked LIMIT 3) found';
CREATE FUNCTION failing() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 / (id - id) FROM items ORDER BY v <-> made(9003) LIMIT 2;
    RETURN 'passed';
EXCEPTION WHEN division_by_zero THEN
    RETURN SQLERRM;
END $$;
SELECT failing();
SELECT count(*), sum(rows) AS inner_rows
  FROM (SELECT inner_rows(v) AS rows FROM items ORDER BY v <-> made(9003) LIMIT 20) found;
BEGIN;
DECLARE one CURSOR FOR SELECT v <-> made(9004) AS d FROM items ORDER BY d LIMIT 700;
DECLARE two CURSOR FOR SELECT v <-> made(9004) AS d FROM items ORDER BY d;
MOVE 5 one;
MOVE 5 two;
SELECT failing();
CLOSE two;
MOVE ALL one;
COMMIT;
SELECT * FROM rows_of('SELECT v <-> made(9004) AS d FROM items ORDER BY d LIMIT 700');
DROP TABLE items, parts, asked, whole;
DROP FUNCTION made, pages, rows_of, inner_rows, failing;
