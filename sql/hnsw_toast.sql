-- Vectors out of line: the scan's own reader of TOAST and the server's give the same values.
\getenv storage VX_STORAGE
\getenv srcdir PG_ABS_SRCDIR
\set answers :srcdir '/sql/contract/answers.sql'
\i :answers
CREATE FUNCTION made(i int, dims int) RETURNS vector LANGUAGE SQL IMMUTABLE AS
    'SELECT array_agg(sin(i * (1 + g * 0.37)) ORDER BY g)::float4[]::vector
       FROM generate_series(1, dims) g';
CREATE TABLE items (id int, v vector(800)) WITH (autovacuum_enabled = off);
INSERT INTO items SELECT i, made(i, 800) FROM generate_series(1, 150) i;
-- Compressed, out of line even so: half of the numbers are zeros.
ALTER TABLE items ALTER v SET STORAGE EXTENDED;
INSERT INTO items
SELECT i, (SELECT array_agg(CASE WHEN g % 2 = 0 THEN 0 ELSE sin(i * (1 + g * 0.37)) END ORDER BY g)
             FROM generate_series(1, 800) g)::float4[]::vector
  FROM generate_series(151, 300) i;
-- In line.
ALTER TABLE items ALTER v SET STORAGE MAIN;
INSERT INTO items SELECT i, made(i, 800) FROM generate_series(301, 400) i;
INSERT INTO items VALUES (401, NULL);
SELECT count(*) FILTER (WHERE pg_column_size(v) < 3200) > 100 AS compressed FROM items;
CREATE INDEX items_l2 ON items USING hnsw (v vector_l2_ops) WITH (storage = :storage);
CREATE INDEX items_cosine ON items USING hnsw (v vector_cosine_ops) WITH (storage = :storage);
CREATE FUNCTION nearest(operator text, query vector, by_index bool) RETURNS text LANGUAGE SQL AS $$
    SELECT pg_temp.answers(format('SELECT id, v %s %L AS d FROM items ORDER BY 2 LIMIT 30', operator, query),
                           by_index)
$$;
SET hnsw.ef_search = 1000;
SELECT operator, count(*) AS queries,
       sum((nearest(operator, made(i, 800), true) = nearest(operator, made(i, 800), false))::int) AS equal
  FROM unnest(ARRAY['<->', '<=>']) operator, generate_series(1001, 1010) i
 GROUP BY operator ORDER BY operator;

-- A subtransaction that fails while the scan is open takes nothing of it along.
SET enable_seqscan = off;
SET enable_sort = off;
DO $$
DECLARE
    row record;
    rows int := 0;
    failed int := 0;
BEGIN
    FOR row IN SELECT id, v FROM items ORDER BY v <-> made(7, 800) LIMIT 50 LOOP
        BEGIN
            rows := rows + (row.v <-> (SELECT v FROM items WHERE id = 160) >= 0)::int;
            PERFORM row.v <-> '[1]';
        EXCEPTION WHEN data_exception THEN
            failed := failed + 1;
        END;
    END LOOP;
    RAISE NOTICE 'rows %, errors %', rows, failed;
END $$;
-- Nested: both scans have a reader, and the inner one is begun again for each row.
SELECT o.id, i.id FROM (SELECT id, v FROM items ORDER BY v <-> made(3, 800) LIMIT 3) o,
       LATERAL (SELECT id FROM items ORDER BY v <=> o.v LIMIT 2) i;
RESET enable_seqscan;
RESET enable_sort;

-- Beside the chunks that count lie those of changes that were taken back, and of rows that are gone.
ALTER TABLE items ALTER v SET STORAGE EXTERNAL;
BEGIN;
SAVEPOINT taken_back;
UPDATE items SET v = made(id + 500, 800) WHERE id % 3 = 0;
ROLLBACK TO taken_back;
UPDATE items SET v = made(id + 600, 800) WHERE id % 4 = 0;
DELETE FROM items WHERE id % 7 = 0;
COMMIT;
SELECT sum((nearest('<->', made(i, 800), true) = nearest('<->', made(i, 800), false))::int) AS equal
  FROM generate_series(1001, 1010) i;
-- In pages of the session's own, where the server's scan finds the chunks.
CREATE TEMP TABLE items AS SELECT id, v::vector(800) FROM items;
CREATE INDEX ON items USING hnsw (v vector_l2_ops) WITH (storage = :storage);
SELECT sum((nearest('<->', made(i, 800), true) = nearest('<->', made(i, 800), false))::int) AS equal
  FROM generate_series(1001, 1010) i;
DROP TABLE pg_temp.items;
RESET hnsw.ef_search;
DROP TABLE items;

-- The planner charges a sequential scan for no more than the table's few pages; the index wins for all that.
CREATE TABLE items (id int, v vector(800)) WITH (autovacuum_enabled = off);
INSERT INTO items SELECT i, made(i, 800) FROM generate_series(1, 2000) i;
CREATE INDEX items_l2 ON items USING hnsw (v vector_l2_ops) WITH (storage = :storage);
ANALYZE items;
RESET enable_seqscan;
RESET enable_indexscan;
RESET enable_sort;
CREATE FUNCTION scan_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN ' || query LOOP
        IF line ~ ' Scan ' THEN RETURN substring(line FROM '(?:Index|Seq) Scan'); END IF;
    END LOOP;
END $$;
SELECT scan_of('SELECT id FROM items ORDER BY v <-> made(1, 800) LIMIT 10') AS ten,
       scan_of('SELECT id FROM items ORDER BY v <-> made(1, 800)') AS "all";
DROP TABLE items;
DROP FUNCTION made, nearest, scan_of;
