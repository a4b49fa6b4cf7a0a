-- Scans that go deep: what more rows cost, filters that few rows pass, joins that none does.
-- Plans here cost enough for LLVM, which takes seconds where the server has it.
SET jit = off;
SET max_parallel_maintenance_workers = 0;
\getenv storage VX_STORAGE
CREATE FUNCTION made(i int) RETURNS vector(16) LANGUAGE SQL IMMUTABLE AS
    'SELECT array_agg(sin(i * (1 + g * 0.7317)) ORDER BY g)::vector FROM generate_series(1, 16) g';
-- The same vectors twice: once with the storage that is tested, once to compare with.
CREATE TABLE items (id int, v vector(16), c vector(16)) WITH (autovacuum_enabled = off);
INSERT INTO items SELECT i, v, v FROM (SELECT i, made(i) AS v FROM generate_series(1, 8000) i OFFSET 0) made;
CREATE INDEX items_v ON items USING hnsw (v vector_l2_ops) WITH (storage = :storage);
CREATE INDEX items_c ON items USING hnsw (c vector_l2_ops) WITH (storage = compact);
VACUUM ANALYZE items;
CREATE FUNCTION work(statement text, OUT rows int, OUT pages int, OUT fetches int)
LANGUAGE plpgsql AS $$
DECLARE
    node jsonb;
    plan jsonb;
    before bigint;
BEGIN
    EXECUTE 'EXPLAIN (FORMAT JSON) ' || statement INTO plan;
    node := jsonb_path_query_first(plan, '$.** ? (@."Node Type" == "Index Scan")');
    before := pg_stat_get_xact_tuples_fetched((node->>'Index Name')::regclass);
    EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) ' || statement INTO plan;
    node := jsonb_path_query_first(plan, '$.** ? (@."Node Type" == "Index Scan")');
    rows := (node->>'Actual Rows')::float8;
    pages := (node->>'Shared Hit Blocks')::int + (node->>'Shared Read Blocks')::int;
    fetches := pg_stat_get_xact_tuples_fetched((node->>'Index Name')::regclass) - before;
END $$;
SET enable_seqscan = off;
SET enable_sort = off;
CREATE TEMP TABLE deep AS
    SELECT asked, most, w.*
      FROM unnest(ARRAY['v', 'c']) asked, unnest(ARRAY[10, 100, 1000, 2000, 4000, 8000]) most,
           LATERAL work(format('SELECT id FROM items ORDER BY %I <-> made(9001) LIMIT %s', asked, most)) w;
-- A row further costs the same at any depth, beside the search and the look at all nodes that it turns
-- into: where as much was spent as that is thought to cost, a page each and a fifth for each node.
SELECT asked, most, rows = most AS complete,
       pages <= whole * most / 8000 + 2 * pg_relation_size(('items_' || asked)::regclass) / 8192
                + 8000 / 5 AS pages,
       fetches <= 2.1 * most + 10 AS fetches
  FROM deep, LATERAL (SELECT pages AS whole FROM deep other
                       WHERE other.asked = deep.asked AND other.most = 8000) all_rows
 ORDER BY asked, most;
SELECT count(*), bool_and(v.fetches <= 1.5 * c.fetches) AS fetches
  FROM deep v JOIN deep c USING (most) WHERE v.asked = 'v' AND c.asked = 'c';

-- A filter: one row in a hundred passes, every one comes once; or none does. No more work than for all rows.
SELECT count(*), count(DISTINCT id), bool_and(id % 100 = 7) AS passing FROM (
    SELECT id FROM items WHERE id % 100 = 7 ORDER BY v <-> made(9002) LIMIT 100) found;
SELECT count(*) FROM (SELECT FROM items WHERE id % 100 = 100 ORDER BY v <-> made(9002) LIMIT 100) found;
SELECT filter, w.rows, w.pages <= deep.pages * 1.05 AS pages, w.fetches <= deep.fetches * 1.05 AS fetches
  FROM unnest(ARRAY['id % 100 = 7', 'id % 100 = 100']) filter, deep,
       LATERAL work('SELECT id FROM items WHERE ' || filter || ' ORDER BY v <-> made(9002) LIMIT 100') w
 WHERE deep.asked = 'v' AND deep.most = 8000 ORDER BY filter;
DROP TABLE items, deep;
DROP FUNCTION work, made;

-- A join that matches nothing, which statistics cannot know: its conditions hang together. Vectors lie out
-- of line, so that the table itself is small. No plan whose worst case is a scan of the whole index for it.
RESET enable_seqscan;
RESET enable_sort;
CREATE TABLE docs (id int PRIMARY KEY, category int, deleted bool);
CREATE TABLE chunks (doc int PRIMARY KEY, v vector(1536) NOT NULL);
INSERT INTO docs SELECT i, i % 5, CASE WHEN i % 5 <= 1 THEN true END FROM generate_series(1, 800) i;
INSERT INTO chunks SELECT i, ('[' || repeat(part || ',', 95) || part || ']')::vector
  FROM (SELECT i, string_agg(sin(i * (1 + g * 0.7317))::real::text, ',') AS part
          FROM generate_series(1, 800) i, generate_series(1, 16) g GROUP BY i) parts;
CREATE INDEX ON chunks USING hnsw (v vector_cosine_ops) WITH (storage = :storage, ef_construction = 40);
VACUUM ANALYZE docs, chunks;
CREATE FUNCTION index_scanned(statement text) RETURNS bool LANGUAGE plpgsql AS $$
DECLARE
    plan jsonb;
BEGIN
    EXECUTE 'EXPLAIN (FORMAT JSON) ' || statement INTO plan;
    RETURN plan @? '$.** ? (@."Index Name" == "chunks_v_idx")';
END $$;
SELECT index_scanned('SELECT doc FROM chunks JOIN docs ON docs.id = doc
                       WHERE category = 0 AND deleted IS NULL
                       ORDER BY v <=> (SELECT v FROM chunks WHERE doc = 77) LIMIT 10');
SELECT count(*) FROM (SELECT FROM chunks JOIN docs ON docs.id = doc
                       WHERE category = 0 AND deleted IS NULL
                       ORDER BY v <=> (SELECT v FROM chunks WHERE doc = 77) LIMIT 10) found;
DROP FUNCTION index_scanned;
DROP TABLE docs, chunks;
