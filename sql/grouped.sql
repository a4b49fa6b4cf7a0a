-- A few rows of each group, nearest first: vectorext_occurrence, and scans that end with the last row wanted.
SET jit = off;
SET vectorext.seed = 1;
SET max_parallel_maintenance_workers = 0;
CREATE TABLE documents (id integer PRIMARY KEY, title text NOT NULL);
CREATE TABLE chunks (id integer PRIMARY KEY, document integer, part integer, lang text, tenant_id integer NOT NULL,
                     embedding vector(8) NOT NULL);
INSERT INTO documents SELECT i, 'title ' || i FROM generate_series(0, 199) i;
INSERT INTO chunks
SELECT i, nullif(i / 30, 7), i % 3, CASE i % 4 WHEN 0 THEN 'en' WHEN 1 THEN 'EN' WHEN 2 THEN 'de' END, i % 5,
       -- Rows of a document are near each other; one in ten is a copy of another.
       array_agg(sin((i / 30) * j) + sin((i - (i % 10 = 9)::int) * j * 7) / 3)::vector
  FROM generate_series(1, 6000) i, generate_series(1, 8) j GROUP BY i;
CREATE INDEX chunks_idx ON chunks USING hnsw (embedding vector_l2_ops, tenant_id);
VACUUM ANALYZE chunks;
ANALYZE documents;
\set q '''[0.5,0.1,0.9,-0.2,0.3,0.7,-0.4,0.2]'''

-- The plan: no sort, and no partition that is read to its end.  Without a LIMIT other plans are cheaper.  (PostgreSQL 18 shows
-- the window in a line of its own.)
CREATE FUNCTION plan_of(statement text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || statement LOOP
        IF line !~ '^ *Window: ' THEN RETURN NEXT line; END IF;
    END LOOP;
END $$;
PREPARE nearest(vector, integer) AS
SELECT distance FROM (SELECT id, embedding <-> $1 AS distance, vectorext_occurrence(document) OVER (ORDER BY embedding <-> $1) AS nth
                  FROM chunks) s WHERE nth <= $2 ORDER BY distance LIMIT 10;
PREPARE all_of_them(vector, integer) AS
SELECT id FROM (SELECT id, embedding <-> $1 AS distance, vectorext_occurrence(document) OVER (ORDER BY embedding <-> $1) AS nth
                  FROM chunks) s WHERE nth <= $2 ORDER BY distance;
PREPARE with_titles(vector, integer) AS
SELECT s.id, title
  FROM (SELECT id, document, embedding <-> $1 AS distance, vectorext_occurrence(document) OVER (ORDER BY embedding <-> $1) AS nth
          FROM chunks WHERE tenant_id = 3) s JOIN documents d ON d.id = s.document
 WHERE nth <= $2 ORDER BY distance LIMIT 10;
SELECT plan_of('EXECUTE nearest(' || quote_literal(:q) || ', 2)');
SELECT plan_of('EXECUTE all_of_them(' || quote_literal(:q) || ', 2)');
SELECT plan_of('EXECUTE with_titles(' || quote_literal(:q) || ', 2)');
-- In a plan for all values of the parameters.
SET plan_cache_mode = force_generic_plan;
SELECT plan_of('EXECUTE nearest(' || quote_literal(:q) || ', 2)');
CREATE TEMP TABLE by_index AS EXECUTE nearest(:q, 2);
RESET plan_cache_mode;
SELECT array_agg(distance ORDER BY distance) = (SELECT array_agg(distance) FROM by_index) AS same
  FROM (SELECT distance FROM (SELECT embedding <-> :q AS distance,
                                     row_number() OVER (PARTITION BY document ORDER BY embedding <-> :q) AS nth FROM chunks) s
         WHERE nth <= 2 ORDER BY distance LIMIT 10) f;

-- The grouped query of `value`, `most` of each, and the same said otherwise: all rows numbered within their groups.
CREATE FUNCTION grouped(value text, most integer, k integer, query vector, condition text DEFAULT 'true') RETURNS text
LANGUAGE sql RETURN format(
    'SELECT id, grp, distance FROM (SELECT id, (%1$s)::text AS grp, embedding <-> %4$L AS distance,
        vectorext_occurrence(%1$s) OVER (ORDER BY embedding <-> %4$L) AS nth FROM chunks WHERE %5$s) s
     WHERE nth <= %2$s ORDER BY distance LIMIT %3$s', value, most, k, query, condition);
CREATE FUNCTION numbered(value text, most integer, k integer, query vector, condition text DEFAULT 'true') RETURNS text
LANGUAGE sql RETURN format(
    'SELECT id, grp, distance FROM (SELECT id, (%1$s)::text AS grp, embedding <-> %4$L AS distance,
        row_number() OVER (PARTITION BY %1$s ORDER BY embedding <-> %4$L) AS nth FROM chunks WHERE %5$s) s
     WHERE nth <= %2$s ORDER BY distance LIMIT %3$s', value, most, k, query, condition);
-- The rows that the index scan of a statement returned, and those that the statement did; NULL without an index scan.
CREATE FUNCTION rows_of(statement text, OUT scanned bigint, OUT returned bigint) LANGUAGE plpgsql AS $$
DECLARE plan json; node json;
BEGIN
    EXECUTE 'EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ' || statement INTO plan;
    node := plan -> 0 -> 'Plan';
    returned := (node ->> 'Actual Rows')::numeric;   -- PostgreSQL 18 has 10.00
    WHILE node IS NOT NULL LOOP
        IF node ->> 'Index Name' = 'chunks_idx' THEN scanned := (node ->> 'Actual Rows')::numeric; END IF;
        node := node -> 'Plans' -> 0;
    END LOOP;
END $$;
CREATE FUNCTION distances(statement text) RETURNS float8[] LANGUAGE plpgsql AS $$
DECLARE found float8[];
BEGIN
    EXECUTE 'SELECT array_agg(distance ORDER BY distance) FROM (' || statement || ') f' INTO found;
    RETURN found;
END $$;
-- Rows that a sequential scan in the same order reads until it has the last one wanted.
CREATE FUNCTION rows_needed(value text, most integer, k integer, query vector, condition text DEFAULT 'true') RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE needed bigint;
BEGIN
    EXECUTE format('SELECT count(*) FROM chunks WHERE %s AND embedding <-> %L <= $1', condition, query)
       INTO needed USING (SELECT max(d) FROM unnest(distances(numbered(value, most, k, query, condition))) d);
    RETURN needed;
END $$;

-- One, two or many of each, groups by a column with NULLs, by two, by a text, all rows in one: the answer is that of all rows
-- compared, and the scan ends with the last row wanted.  (A row more is read to see that the partition goes on; rows that are as
-- far as the last may come before it.)
CREATE TABLE queries AS SELECT i AS n, array_agg(sin(i * j) + cos(i + j) / 2)::vector(8) AS query
  FROM generate_series(1, 12) i, generate_series(1, 8) j GROUP BY i;
CREATE VIEW cases AS SELECT * FROM queries, (VALUES
    ('document', 1, 10, 'true'), ('document', 2, 10, 'true'), ('document', 3, 25, 'tenant_id = 2'),
    ('ROW(document, part)', 1, 20, 'true'), ('ROW(document, lang)', 2, 20, 'tenant_id IN (1, 4)'),
    ('lang', 3, 10, 'true'), ('lang COLLATE "C"', 1, 4, 'true'), ('true', 7, 7, 'true'), ('ARRAY[document, part]', 1, 12, 'part = 1')
) c (value, most, k, condition);
CREATE FUNCTION judge(OUT value text, OUT most integer, OUT by_index bigint, OUT same bigint, OUT stopped bigint) RETURNS SETOF record
LANGUAGE sql AS $$
    SELECT c.value, c.most, count(scanned), count(*) FILTER (WHERE distances(g) = distances(numbered(c.value, c.most, k, query, condition))),
           count(*) FILTER (WHERE scanned <= rows_needed(c.value, c.most, k, query, condition) + 1)
      FROM cases c, grouped(c.value, c.most, k, query, condition) g, rows_of(g)
     GROUP BY 1, 2 ORDER BY 1, 2 $$;
SET enable_seqscan = off;   -- of rows that a condition leaves, few enough to sort
SET enable_sort = off;
SELECT count(*) AS queries FROM queries;
SET hnsw.iterative_scan = strict_order;
SELECT * FROM judge();
-- Up to ef_search rows the order is a promise too.
SET hnsw.iterative_scan = relaxed_order;
SET hnsw.ef_search = 1000;
SELECT * FROM judge();
-- Beyond, it may be that a nearer row of a group comes later.  Then it is not among the first of its group, and the answer is
-- as long as ever.
SET hnsw.ef_search = 10;
SELECT count(*) AS answers, count(*) FILTER (WHERE returned = k) AS full_length, count(scanned) AS by_index
  FROM cases, rows_of(grouped(value, most, k, query, condition));
RESET hnsw.iterative_scan;
RESET hnsw.ef_search;
RESET enable_sort;
RESET enable_seqscan;

-- For each of several queries, with a join above.
SELECT count(*), count(DISTINCT (n, title)) AS different
  FROM queries, LATERAL (
    SELECT title FROM (SELECT document, embedding <-> query AS distance,
                              vectorext_occurrence(document) OVER (ORDER BY embedding <-> query) AS nth FROM chunks) s
      JOIN documents d ON d.id = s.document
     WHERE nth <= 1 ORDER BY distance LIMIT 5) f;

-- Of a partitioned table each partition gives its nearest; a common table expression is as good as a subquery.
CREATE TABLE parts (LIKE chunks) PARTITION BY RANGE (id);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (2000);
CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM (2000) TO (9000);
INSERT INTO parts SELECT * FROM chunks;
CREATE INDEX ON parts USING hnsw (embedding vector_l2_ops);
ANALYZE parts;
PREPARE of_parts(vector) AS
WITH numbered AS (SELECT embedding <-> $1 AS distance, vectorext_occurrence(document) OVER (ORDER BY embedding <-> $1) AS nth FROM parts)
SELECT distance FROM numbered WHERE nth <= 2 ORDER BY distance LIMIT 10;
SET plan_cache_mode = force_generic_plan;
SELECT plan_of('EXECUTE of_parts(NULL)');
RESET plan_cache_mode;
CREATE TEMP TABLE by_parts AS EXECUTE of_parts(:q);
SELECT array_agg(distance) = (SELECT array_agg(distance) FROM by_index) AS same FROM by_parts;

-- The function by itself, of types of all kinds, against row_number() over groups; values that are equal and look different, too.
CREATE DOMAIN label AS text CHECK (VALUE <> '');
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE FUNCTION agrees(value text, OUT value_groups bigint, OUT agreed boolean) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SELECT count(*) FILTER (WHERE nth = 1), bool_and(nth = expected AND halved = expected_halved) FROM (
        SELECT vectorext_occurrence(%1$s) OVER (ORDER BY id) AS nth, row_number() OVER (PARTITION BY %1$s ORDER BY id) AS expected,
               vectorext_occurrence(%1$s) OVER (PARTITION BY id %% 2 ORDER BY id DESC) AS halved,
               row_number() OVER (PARTITION BY id %% 2, %1$s ORDER BY id DESC) AS expected_halved
          FROM chunks) s', value) INTO value_groups, agreed;
END $$;
SELECT value, a.* FROM unnest(ARRAY[
    'id', 'document', 'document::bigint', 'lang', 'id::text', 'repeat(md5((id / 2)::text), 40)', 'lang::label', 'NULL::integer',
    '(ARRAY[1.0, 1.00, 1.10, 2])[id % 4 + 1]', '(ARRAY[0, ''-0'', ''NaN'', 1]::float8[])[id % 4 + 1]', 'part = 1',
    '(ARRAY[''good'', ''bad'']::mood[])[id % 3 + 1]', 'jsonb_build_object(''a'', part, ''b'', document)', 'md5((id % 77)::text)::uuid',
    'ARRAY[document, part]', 'ROW(document, lang)', 'ROW(part, ARRAY[lang])', 'embedding', 'lang::char(9)', 'int4range(part, 5)',
    '''2024-01-01''::date + part', '(id % 5)::"char"']) value, agrees(value) a;
-- Texts that differ and are equal by their collation, where the server has such collations.
DO $$ BEGIN
    CREATE COLLATION without_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
EXCEPTION WHEN feature_not_supported OR undefined_file THEN NULL;
END $$;
SELECT CASE WHEN EXISTS (SELECT FROM pg_collation WHERE collname = 'without_case')
            THEN (SELECT value_groups = 3 AND agreed FROM agrees('lang COLLATE without_case')) ELSE true END AS without_case;
DROP COLLATION IF EXISTS without_case;
-- Without a row; without an order; in a frame, which it does not mind.
SELECT vectorext_occurrence(1) OVER (ORDER BY id) FROM chunks WHERE false;
SELECT sum(vectorext_occurrence) FROM (SELECT vectorext_occurrence(part) OVER () FROM chunks WHERE id <= 6) s;
SELECT string_agg(nth::text, ',') FROM (
    SELECT vectorext_occurrence(part) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE CURRENT ROW) AS nth
      FROM chunks WHERE id <= 7) s;

-- What has no hash, and what is no call of a window function.
SELECT vectorext_occurrence('1'::json) OVER ();
SELECT vectorext_occurrence(ARRAY['1'::json]) OVER ();
SELECT vectorext_occurrence(ROW(1, '1'::json)) OVER ();
SELECT vectorext_occurrence(1);
SELECT vectorext_occurrence('a') OVER ();
\set VERBOSITY sqlstate
SELECT vectorext_occurrence('1'::json) OVER ();
SELECT vectorext_occurrence(ROW(1, '1'::json)) OVER ();
\set VERBOSITY default

-- The executor keeps no row that has been numbered: nothing is written, whereas count(*) over all rows has to keep them.
SET work_mem = '64kB';
CREATE FUNCTION blocks_written(statement text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE plan json;
BEGIN
    EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) ' || statement INTO plan;
    RETURN plan -> 0 -> 'Plan' ->> 'Temp Written Blocks';
END $$;
SELECT blocks_written('SELECT vectorext_occurrence(document) OVER () FROM chunks') AS streamed,
       blocks_written('SELECT count(*) OVER () FROM chunks') > 0 AS kept;
RESET work_mem;

DROP FUNCTION judge;
DROP VIEW cases;
DROP TABLE documents, chunks, queries, by_index, parts, by_parts;
DEALLOCATE ALL;
DROP FUNCTION plan_of, grouped, numbered, rows_of, distances, rows_needed, agrees, blocks_written;
DROP DOMAIN label;
DROP TYPE mood;
