-- Deleting and VACUUM: what is gone is gone, what is left stays connected, space is used again.
\getenv storage VX_STORAGE
CREATE TABLE items (id int, v vector(3)) WITH (autovacuum_enabled = off);
CREATE FUNCTION made(i int) RETURNS vector LANGUAGE SQL IMMUTABLE AS
    'SELECT ARRAY[sin(i), cos(i * 1.3), sin(i * 2.7)]::float4[]::vector';
INSERT INTO items SELECT i, made(i) FROM generate_series(1, 3000) i;
CREATE INDEX items_l2 ON items USING hnsw (v vector_l2_ops) WITH (storage = :storage);
SET enable_seqscan = off;
SET hnsw.ef_search = 200;

DELETE FROM items WHERE id % 3 = 0;
SELECT * FROM vectorext_check('items_l2');
VACUUM items;
SELECT * FROM vectorext_check('items_l2');
SELECT live_nodes, dead_nodes + free_nodes AS gone FROM vectorext_index_info('items_l2');
SELECT count(*) AS asked, sum((found.id <> items.id)::int)
       <= CASE WHEN :'storage' <> 'plain' THEN count(*) / 200 ELSE 0 END AS found
  FROM items, LATERAL (
      SELECT id FROM items other ORDER BY other.v <-> items.v LIMIT 1) found;

-- A node's number is free one VACUUM later, once nobody can know it any more.
SELECT pg_current_xact_id() IS NOT NULL AS time_passes;
VACUUM items;
SELECT pg_current_xact_id() IS NOT NULL AS time_passes;
VACUUM items;
SELECT * FROM vectorext_check('items_l2');
SELECT live_nodes, dead_nodes, free_nodes FROM vectorext_index_info('items_l2');
CREATE TEMP TABLE size AS SELECT pg_relation_size('items_l2') AS bytes;
INSERT INTO items SELECT i, made(i) FROM generate_series(5001, 5500) i;
SELECT * FROM vectorext_check('items_l2');
SELECT live_nodes, dead_nodes, free_nodes FROM vectorext_index_info('items_l2');
SELECT pg_relation_size('items_l2') - bytes AS growth FROM size;
SELECT count(*) AS asked, sum((found.id <> items.id)::int)
       <= CASE WHEN :'storage' <> 'plain' THEN count(*) / 200 ELSE 0 END AS found
  FROM items, LATERAL (
      SELECT id FROM items other ORDER BY other.v <-> items.v LIMIT 1) found;

-- The first row is the root of the spanning tree and a place that searches start from.
DELETE FROM items WHERE id <= 1;
VACUUM items;
SELECT * FROM vectorext_check('items_l2');

-- All but one, then all, then begin again.
DELETE FROM items WHERE id <> 2;
VACUUM items;
SELECT * FROM vectorext_check('items_l2');
SELECT id FROM items ORDER BY v <-> '[1,2,3]' LIMIT 5;
DELETE FROM items;
VACUUM items;
SELECT * FROM vectorext_check('items_l2');
SELECT live_nodes, levels FROM vectorext_index_info('items_l2');
SELECT id FROM items ORDER BY v <-> '[1,2,3]' LIMIT 5;
INSERT INTO items SELECT i, made(i) FROM generate_series(1, 300) i;
VACUUM items;
SELECT * FROM vectorext_check('items_l2');
SELECT count(*) FROM (SELECT FROM items ORDER BY v <-> '[1,2,3]' LIMIT 1000) found;

-- Lists of equal vectors and of NULLs shrink, and what they had is used again.
INSERT INTO items SELECT 1000 + i, '[4,5,6]' FROM generate_series(1, 2000) i;
INSERT INTO items SELECT 5000 + i, NULL FROM generate_series(1, 2000) i;
DELETE FROM items WHERE id BETWEEN 1001 AND 6500;
VACUUM items;
SELECT * FROM vectorext_check('items_l2');
SELECT count(*), count(v) FROM (
    SELECT v FROM items ORDER BY v <-> '[4,5,6]' LIMIT 5000) found;
DELETE FROM items WHERE v IS NULL;
VACUUM items;
SELECT posting_pages FROM vectorext_index_info('items_l2');
INSERT INTO items SELECT 1000 + i, '[4,5,6]' FROM generate_series(1, 1500) i;
SELECT posting_pages FROM vectorext_index_info('items_l2');
SELECT * FROM vectorext_check('items_l2');

DROP TABLE items;
DROP FUNCTION made;
