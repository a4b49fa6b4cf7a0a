-- vectorext_build_estimate: what an index will take, against what it takes.
SET max_parallel_maintenance_workers = 0;
CREATE TABLE items (id int, v vector(24), h halfvec(40), s sparsevec(1000), b bit(256),
    open vector, label text);
SELECT memory_bytes, index_bytes, seconds FROM vectorext_build_estimate('items', 'v');
INSERT INTO items
SELECT i, v, subvector(v, 1, 16)::halfvec || v::halfvec,
       format('{1:%s,%s:1,900:2}/1000', i, 2 + i % 800)::sparsevec,
       substring(repeat(i::bit(32)::text, 8) FROM 1 FOR 256)::bit(256), v, i
  FROM (SELECT i, array_agg(sin(i * j * 1.7) ORDER BY j)::vector(24) AS v
          FROM generate_series(1, 6000) AS i, generate_series(1, 24) AS j GROUP BY i) AS rows;

-- Before ANALYZE, rows are guessed from the size of the table: out of line and in line.
CREATE TABLE wide AS
SELECT id, array_fill(id, ARRAY[600])::vector(600) AS v FROM items LIMIT 1000;
CREATE TABLE guesses AS
SELECT (vectorext_build_estimate('items', 'v')).*, 'items' AS name UNION ALL
SELECT (vectorext_build_estimate('wide', 'v')).*, 'wide';
ANALYZE items;
ANALYZE wide;
SELECT name, g.index_bytes / e.index_bytes::float BETWEEN 0.6 AND 1.6 AS size,
       g.memory_bytes / e.memory_bytes::float BETWEEN 0.6 AND 1.6 AS memory
  FROM guesses AS g, vectorext_build_estimate(g.name, 'v') AS e ORDER BY name;

-- Each type, storage and option: the size is that of the index, and with the memory the graph fits.
CREATE PROCEDURE compare(name, text, text) LANGUAGE plpgsql AS $$
DECLARE
    guess record;
BEGIN
    SELECT * INTO guess FROM vectorext_build_estimate('items', $1, $3);
    PERFORM set_config('maintenance_work_mem', guess.memory_bytes / 1024 || 'kB', true);
    EXECUTE format('CREATE INDEX items_idx ON items USING hnsw (%I %I) %s', $1, $2,
        CASE WHEN $3 <> '' THEN 'WITH (' || $3 || ')' END);
    RAISE NOTICE '% %: predicted size % actual size', $1, $3,
        CASE WHEN guess.index_bytes = pg_relation_size('items_idx') THEN '=' ELSE '<>' END;
    DROP INDEX items_idx;
END $$;
CALL compare('v', 'vector_l2_ops', '');
CALL compare('v', 'vector_l2_ops', 'storage=plain');
CALL compare('v', 'vector_l2_ops', 'storage = ''compact'', M = 40, ef_construction = 80');
CALL compare('h', 'halfvec_l2_ops', '');
CALL compare('h', 'halfvec_l2_ops', 'storage=plain,m=5');
CALL compare('s', 'sparsevec_l2_ops', 'm=8');
CALL compare('b', 'bit_hamming_ops', 'm=6');

-- More rows and more work take longer, more processes less.
SELECT a.seconds > 0 AS some, b.seconds > 1.5 * a.seconds AS work, c.seconds < a.seconds AS less
  FROM vectorext_build_estimate('items', 'v', 'ef_construction=64') AS a,
       vectorext_build_estimate('items', 'v', 'ef_construction=200') AS b,
       vectorext_build_estimate('items', 'v', 'ef_construction=64,m=8') AS c;
CREATE TABLE seconds AS SELECT seconds FROM vectorext_build_estimate('items', 'v');
SET max_parallel_maintenance_workers = 1;
ALTER TABLE items SET (parallel_workers = 1);
SELECT round((s.seconds / e.seconds)::numeric, 3) AS times
  FROM seconds AS s, vectorext_build_estimate('items', 'v') AS e;

-- Errors.
SELECT * FROM vectorext_build_estimate('items', 'nothing');
SELECT * FROM vectorext_build_estimate('items', 'ctid');
SELECT * FROM vectorext_build_estimate('items', 'label');
SELECT * FROM vectorext_build_estimate('items', 'open');
SELECT * FROM vectorext_build_estimate('items', 'v', 'lists=100');
SELECT * FROM vectorext_build_estimate('items', 'v', 'm=101');
SELECT * FROM vectorext_build_estimate('items', 'v', 'm=16,');
SELECT * FROM vectorext_build_estimate('items', 'v', 'm');
SELECT * FROM vectorext_build_estimate('items', 'v', 'm=16, m=16');
SELECT * FROM vectorext_build_estimate('items', 'v', 'm=40');
SELECT * FROM vectorext_build_estimate('items', 'b', 'storage=fast');
SELECT * FROM vectorext_build_estimate('items', 'v', NULL);
CREATE VIEW shown AS SELECT * FROM items;
SELECT * FROM vectorext_build_estimate('shown', 'v');
CREATE TABLE parts (v vector(3)) PARTITION BY HASH (v);
SELECT * FROM vectorext_build_estimate('parts', 'v');
SELECT * FROM vectorext_build_estimate('pg_class_oid_index', 'oid');
CREATE ROLE regress_estimate;
SET ROLE regress_estimate;
SELECT * FROM vectorext_build_estimate('items', 'v');
RESET ROLE;
GRANT SELECT ON items TO regress_estimate;
SET ROLE regress_estimate;
SELECT memory_bytes > 0 AS memory FROM vectorext_build_estimate('items', 'v');
RESET ROLE;

DROP VIEW shown;
DROP TABLE items, wide, guesses, seconds, parts;
DROP PROCEDURE compare;
DROP ROLE regress_estimate;
