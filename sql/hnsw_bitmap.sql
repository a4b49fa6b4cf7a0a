-- Scans without an order: bitmaps and plain ones, by filter columns, NULLs of the vector, and ranges, alone and together with
-- other indexes of the table.
SET jit = off;
SET max_parallel_maintenance_workers = 0;
SET max_parallel_workers_per_gather = 0;
SET vectorext.seed = 1;
\getenv storage VX_STORAGE
-- With copies of some vectors, which share a node, NULLs and zero vectors; few rows on a page, so that bitmaps are lossy.
CREATE TABLE items (id int, tenant int, label text, other int, day date, v vector(16), h halfvec(16), s sparsevec(16), b bit(32))
    WITH (autovacuum_enabled = off, fillfactor = 10);
CREATE FUNCTION made(i int) RETURNS vector LANGUAGE sql IMMUTABLE AS
    'SELECT array_agg(hashint8extended(i, g) / 9.3e18 ORDER BY g)::vector FROM generate_series(1, 16) g';
CREATE FUNCTION fill(first int, last int) RETURNS void LANGUAGE sql AS $$
    INSERT INTO items SELECT i, nullif(i % 50, 49), nullif('l' || i % 37, 'l36'), i % 61, '2024-01-01'::date + i % 400, v,
                             v::halfvec, v::sparsevec, hashint4(i)::bit(32)
      FROM (SELECT i, CASE WHEN i % 40 = 0 THEN NULL
                           WHEN i % 41 = 0 THEN array_fill(0::real, ARRAY[16])::vector
                           WHEN i % 7 = 0 THEN made(i % 11)
                           ELSE made(i) END AS v FROM generate_series(first, last) i OFFSET 0) made $$;
SELECT fill(1, 2000);
CREATE INDEX items_v ON items USING hnsw (v vector_l2_ops, tenant, label) WITH (storage = :storage);
CREATE INDEX items_c ON items USING hnsw (v vector_cosine_ops, tenant) WITH (storage = :storage);
CREATE INDEX items_h ON items USING hnsw (h halfvec_cosine_ops) WITH (storage = :storage);
CREATE INDEX items_s ON items USING hnsw (s sparsevec_l2_ops);
CREATE INDEX items_b ON items USING hnsw (b bit_hamming_ops);
CREATE INDEX items_ivf ON items USING ivfflat (v vector_ip_ops);
CREATE INDEX items_other ON items (other);
CREATE INDEX items_day ON items (day);
SELECT fill(2001, 3000);
VACUUM ANALYZE items;

-- Ids of the rows by the plan that is wanted: 'none', 'plain', 'bitmap'.
CREATE FUNCTION use(plan text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('enable_seqscan', (plan IN ('none', 'any'))::text, true),
            set_config('enable_indexscan', (plan IN ('plain', 'any'))::text, true),
            set_config('enable_bitmapscan', (plan IN ('bitmap', 'any'))::text, true);
END $$;
CREATE FUNCTION ids(condition text, plan text) RETURNS int[] LANGUAGE plpgsql AS $$
DECLARE found int[];
BEGIN
    PERFORM use(plan);
    EXECUTE format('SELECT coalesce(array_agg(id ORDER BY id), ''{}'') FROM items WHERE %s', condition) INTO found;
    RETURN found;
END $$;
-- Indexes in a plan, by name.
CREATE FUNCTION indexes(condition text, plan text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE found jsonb;
BEGIN
    PERFORM use(plan);
    EXECUTE format('EXPLAIN (FORMAT JSON) SELECT id FROM items WHERE %s', condition) INTO found;
    RETURN (SELECT string_agg(DISTINCT name->>0, ' ' ORDER BY name->>0)
              FROM jsonb_path_query(found, '$.**{2 to last}."Index Name"') AS name);
END $$;
CREATE FUNCTION compared(condition text, OUT rows int, OUT bitmap bool, OUT plain bool, OUT by_bitmap text, OUT by_scan text)
LANGUAGE plpgsql AS $$
DECLARE passing int[] := ids(condition, 'none');
BEGIN
    rows := cardinality(passing);
    bitmap := ids(condition, 'bitmap') = passing;
    plain := ids(condition, 'plain') = passing;
    by_bitmap := indexes(condition, 'bitmap');
    by_scan := indexes(condition, 'plain');
    PERFORM use('any');
END $$;

-- Filter columns and NULLs: all rows, with a vector or without.
CREATE FUNCTION filters() RETURNS SETOF text LANGUAGE sql AS $$
    VALUES ('tenant = 5'), ('tenant = 5 AND label = ''l7'''), ('tenant IN (3, 5, 900)'), ('tenant IS NULL'), ('tenant = 900'),
           ('tenant = NULL::int'), ('label = ANY (''{l1,l2,NULL}'')'), ('tenant < 2 AND label IS NULL'), ('v IS NULL'),
           ('v IS NULL AND tenant < 11'), ('v IS NOT NULL AND tenant = 5'), ('tenant = 5 AND other = 7'),
           ('tenant = 5 OR other = 7'), ('(tenant = 5 OR label = ''l7'') AND day < ''2024-03-01''') $$;
SELECT f AS condition, c.* FROM filters() WITH ORDINALITY f (f, n), compared(f) c ORDER BY n;

-- Ranges: exact ones find what a sequential scan does, the others one row less in a thousand at most.
CREATE FUNCTION ranges() RETURNS SETOF text LANGUAGE sql AS $$
    VALUES ('v <-> made(3) < 1.9'), ('v <-> made(3) <= 0'), ('v <-> made(3) BETWEEN 1 AND 2'), ('v <-> made(3) < -1'),
           ('v <-> NULL::vector < 1'), ('v <-> made(3) < NULL::float8'), ('v <-> made(3) < ''NaN'''),
           ('v <-> made(3) < ''infinity'''), ('v <=> made(3) < ''infinity'' AND tenant = 5'),
           ('v <=> made(3) < 0.5'), ('1 - (v <=> made(3)) > 0.5'),
           ('v <=> array_fill(0::real, ARRAY[16])::vector < 0.5'), ('1 - (v <=> array_fill(0::real, ARRAY[16])::vector) > 0.5'),
           ('v <#> made(3) < -1.5'), ('h <=> made(3)::halfvec < 0.5'), ('s <-> made(3)::sparsevec < 1.9'),
           ('b <~> hashint4(3)::bit(32) < 9'), ('v <-> made(3) < 2 AND tenant = 5'), ('v <-> made(3) < 2 AND label = ''l7'''),
           ('v <-> made(3) < 2.2 AND other = 7'), ('v <=> made(3) < 0.8 AND other = 7 AND day < ''2024-06-01'''),
           ('v <-> made(3) < 2.2 AND tenant = 5 AND (other < 9 OR day < ''2024-01-31'')'),
           ('v <-> made(3) < 1.9 OR v <-> made(4) < 1.9 OR other = 7'), ('v <-> made(3) < 2 OR v IS NULL AND tenant = 0'),
           ('(v <-> made(3) < 2 AND tenant < 9 OR h <=> made(4)::halfvec < 0.5) AND other < 30'),
           ('1 - (v <=> made(3)) > 0.5 OR id = 7') $$;
BEGIN;
SET LOCAL vectorext.range_scan = exact;
SELECT r AS condition, rows, bitmap, plain, by_bitmap FROM ranges() WITH ORDINALITY r (r, n), compared(r) ORDER BY n;
COMMIT;
CREATE FUNCTION missed(condition text, OUT rows int, OUT missed int, OUT wrong int) LANGUAGE plpgsql AS $$
DECLARE
    passing int[] := ids(condition, 'none');
    found int[] := ids(condition, 'bitmap');
BEGIN
    rows := cardinality(passing);
    missed := cardinality(ARRAY(SELECT unnest(passing) EXCEPT SELECT unnest(found)));
    wrong := cardinality(ARRAY(SELECT unnest(found) EXCEPT SELECT unnest(passing)));
    PERFORM use('any');
END $$;
SELECT sum(rows) > 2000 AS rows, sum(missed) <= sum(rows) * 0.001 AS complete, sum(wrong) AS wrong
  FROM ranges() r, missed(r);

-- Plans.
BEGIN;
SET LOCAL enable_seqscan = off;
SET LOCAL enable_indexscan = off;
EXPLAIN (COSTS OFF) SELECT id FROM items WHERE tenant = 5 AND label = 'l7';
EXPLAIN (COSTS OFF) SELECT id FROM items WHERE tenant = 5 OR other = 7;
EXPLAIN (COSTS OFF) SELECT id FROM items WHERE b <~> 7::bit(32) < 12 AND day < '2024-02-10';
EXPLAIN (COSTS OFF) SELECT id FROM items WHERE (b <~> 7::bit(32) < 6 OR tenant = 5 OR b <~> 9::bit(32) < 4 AND other > 5) AND day < '2024-02-10';
-- Lossy bitmaps.
SET LOCAL work_mem = '64kB';
CREATE FUNCTION lossy_blocks(condition text) RETURNS bool LANGUAGE plpgsql AS $$
DECLARE found jsonb;
BEGIN
    EXECUTE format('EXPLAIN (ANALYZE, FORMAT JSON) SELECT id FROM items WHERE %s', condition) INTO found;
    RETURN jsonb_path_exists(found, '$.**."Lossy Heap Blocks" ? (@ > 0)');
END $$;
SELECT lossy_blocks('tenant < 40 AND label < ''m'''), lossy_blocks('v <-> made(3) < 5');
SELECT c.* FROM unnest(ARRAY['tenant < 40', 'tenant < 40 AND label <> ''l3''', 'v <-> made(3) < 5', 'v <-> made(3) < 5 AND tenant < 40']) c,
       compared(c) WHERE NOT bitmap;
ROLLBACK;

-- Parameters, those of generic plans, and a query that a subquery finds.
PREPARE within(vector, float8, int) AS SELECT count(*) FROM items WHERE v <-> $1 < $2 AND other = $3;
SET plan_cache_mode = force_generic_plan;
SET enable_seqscan = off;
SET enable_indexscan = off;
SET vectorext.range_scan = exact;
EXPLAIN (COSTS OFF) EXECUTE within(made(3), 2.2, 7);
EXECUTE within(made(3), 2.2, 7);
EXECUTE within(NULL, 2.2, 7);
EXECUTE within(made(4), NULL, 7);
EXECUTE within(made(4), 2.2, 8);
SELECT count(*) FROM items WHERE v <-> (SELECT v FROM items WHERE id = 3) < 2.2 AND other = 7;
-- A join scans the bitmap again for each row of the other table.
EXPLAIN (COSTS OFF) SELECT a.id AS a, b.id AS b FROM items a, items b
 WHERE a.day = '2024-02-02' AND b.v <-> a.v < 2;
CREATE TABLE joined AS SELECT a.id AS a, b.id AS b FROM items a, items b
 WHERE a.day = '2024-02-02' AND b.v <-> a.v < 2;
SET enable_bitmapscan = off;
SET enable_seqscan = on;
CREATE TABLE joined_sequentially AS SELECT a.id AS a, b.id AS b FROM items a, items b
 WHERE a.day = '2024-02-02' AND b.v <-> a.v < 2;
SELECT count(*) > 0 AS some FROM joined;
SELECT count(*) FROM ((TABLE joined EXCEPT TABLE joined_sequentially) UNION ALL (TABLE joined_sequentially EXCEPT TABLE joined)) d;
EXECUTE within(made(3), 2.2, 7);
EXECUTE within(made(4), 2.2, 8);
RESET enable_bitmapscan;
RESET enable_indexscan;
RESET enable_seqscan;
RESET vectorext.range_scan;
RESET plan_cache_mode;
DEALLOCATE within;

-- A scan in no order by a cursor, with changes meanwhile that it does not see.
BEGIN;
SET LOCAL enable_seqscan = off;
SET LOCAL enable_bitmapscan = off;
DO $$
DECLARE
    rows CURSOR FOR SELECT id FROM items WHERE tenant = 5;
    met int := 0;
BEGIN
    OPEN rows;
    LOOP
        MOVE rows;
        EXIT WHEN NOT FOUND;
        met := met + 1;
        IF met = 20 THEN
            UPDATE items SET tenant = 6 WHERE tenant = 5;
            INSERT INTO items (id, tenant, v) SELECT -i, 5, made(i) FROM generate_series(1, 500) i;
        END IF;
    END LOOP;
    RAISE NOTICE 'met % rows', met;
END $$;
ROLLBACK;

-- Parallel plans: the leader makes the bitmap.
BEGIN;
SET LOCAL max_parallel_workers_per_gather = 2;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL cpu_tuple_cost = 1;
SET LOCAL enable_seqscan = off;
SET LOCAL enable_indexscan = off;
SET LOCAL vectorext.range_scan = exact;
EXPLAIN (COSTS OFF) SELECT count(*) FROM items WHERE b <~> 7::bit(32) < 16;
SELECT count(*) FROM items WHERE b <~> 7::bit(32) < 16;
EXPLAIN (COSTS OFF) SELECT count(*) FROM items WHERE tenant < 25;
SELECT count(*) FROM items WHERE tenant < 25;
SET LOCAL max_parallel_workers_per_gather = 0;
SET LOCAL enable_bitmapscan = off;
SET LOCAL enable_seqscan = on;
SELECT count(*) FROM items WHERE b <~> 7::bit(32) < 16;
SELECT count(*) FROM items WHERE tenant < 25;
COMMIT;

-- Rows that were deleted, updated, vacuumed, and others in their place.
DELETE FROM items WHERE id % 3 = 0;
UPDATE items SET tenant = 51, v = made(id + 1) WHERE id % 10 = 1;
BEGIN;
SET LOCAL vectorext.range_scan = exact;
SELECT f AS wrong FROM (SELECT * FROM filters() UNION ALL SELECT * FROM ranges()) f (f), compared(f) c
 WHERE NOT bitmap OR NOT plain;
COMMIT;
VACUUM items;
SELECT fill(3001, 3400);
BEGIN;
SET LOCAL vectorext.range_scan = exact;
SELECT f AS wrong FROM (SELECT * FROM filters() UNION ALL SELECT * FROM ranges()) f (f), compared(f) c
 WHERE NOT bitmap OR NOT plain;
COMMIT;
SELECT index, problem FROM unnest(ARRAY['items_v', 'items_c']) index, vectorext_check(index::regclass) problem;

-- A partial index has the rows of its predicate, in no order either.
CREATE INDEX items_part ON items USING hnsw (v vector_l2_ops) WITH (storage = :storage) WHERE other = 60;
DROP INDEX items_other;
ANALYZE items;
SELECT c.* FROM compared('other = 60') c;
SELECT c.* FROM compared('other = 60 AND v IS NULL') c;

-- An index that is made empty and filled later, and a table of partitions.
CREATE TABLE parted (LIKE items) PARTITION BY RANGE (other);
CREATE TABLE parted_a PARTITION OF parted FOR VALUES FROM (0) TO (30);
CREATE TABLE parted_b PARTITION OF parted FOR VALUES FROM (30) TO (61);
CREATE INDEX ON parted USING hnsw (v vector_l2_ops, tenant) WITH (storage = :storage);
CREATE INDEX ON parted (day);
BEGIN;
SET LOCAL enable_seqscan = off;
SET LOCAL enable_indexscan = off;
SELECT count(*) FROM parted WHERE tenant = 5;
SELECT count(*) FROM parted WHERE v <-> made(3) < 2;
COMMIT;
INSERT INTO parted SELECT * FROM items;
ANALYZE parted;
ALTER TABLE items RENAME TO unparted;
ALTER TABLE parted RENAME TO items;
BEGIN;
SET LOCAL vectorext.range_scan = exact;
SELECT c.condition, d.rows > 0 AS some, bitmap, plain, by_bitmap
  FROM (VALUES ('tenant = 5'), ('v IS NULL'), ('v <-> made(3) < 2.2 AND day < ''2024-02-03'''), ('v <-> made(3) < 2.2 AND tenant < 25')) c (condition),
       compared(condition) d;
COMMIT;
ALTER TABLE items RENAME TO parted;
ALTER TABLE unparted RENAME TO items;

-- Whatever catalog has no operator for the query has ranges by plain scans.
BEGIN;
ALTER OPERATOR FAMILY bit_hamming_ops USING hnsw DROP OPERATOR 5 (bit, bit);
SET LOCAL enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT id FROM items WHERE b <~> 7::bit(32) < 5;
ROLLBACK;
-- The operators are not for statements.
SELECT id FROM items WHERE v @<@ made(3);
BEGIN;
SET LOCAL enable_seqscan = off;
SELECT id FROM items WHERE v @< 0.5 AND tenant = 5;
ROLLBACK;
SELECT id FROM items WHERE v @<@ made(3) ORDER BY v <-> made(3) LIMIT 1;
SELECT id FROM items WHERE v @<@ ANY (ARRAY[made(3)]) AND tenant = 5;
DROP TABLE items, parted, joined, joined_sequentially;
DROP FUNCTION made, fill, use, ids, indexes, compared, missed, filters, ranges;
